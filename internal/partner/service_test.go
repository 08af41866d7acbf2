package partner

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/partnerlink"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/outbound"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
	"huying/internal/roomtest"
)

const (
	shinan = "370202"
	shibei = "370203"
)

// bench is the room on a real database; the reports and the queue are played by stand-ins that keep what they are told.
type bench struct {
	*roomtest.Bench
	s      *Room
	jobs   []river.JobArgs
	notes  []string
	filed  map[string]uuid.UUID
	states map[uuid.UUID]string
}

func (b *bench) Insert(_ context.Context, tx *database.Tx, args river.JobArgs, _ *river.InsertOpts) error {
	tx.AfterCommit(func() { b.jobs = append(b.jobs, args) })
	return nil
}

func (b *bench) HandOver(_ context.Context, _ *database.Tx, id uuid.UUID) (*Matter, error) {
	lat, lng := 36.06, 120.38
	return &Matter{
		ID: id, Number: "370202-2026-000001", Category: "road", Title: "路面塌陷", Description: "人行道塌陷", DivisionCode: "370202001001",
		DivisionName: "市南区某街道", State: b.states[id], StateName: "办理中", Lat: &lat, Lng: &lng, Answers: map[string]string{"where": "lane"},
	}, nil
}

func (b *bench) Said(context.Context, *database.Tx, uuid.UUID) (string, error) {
	return "已核实，正转交有关单位。", nil
}

func (b *bench) Note(_ context.Context, tx *database.Tx, _ string, _ uuid.UUID, by, text string) (bool, error) {
	tx.AfterCommit(func() { b.notes = append(b.notes, by+text) })
	return true, nil
}

func (b *bench) File(_ context.Context, _ string, _ *db.Partner, f Filing) (uuid.UUID, string, error) {
	id, known := b.filed[f.Reference]
	if !known {
		id = uuid.New()
		b.filed[f.Reference] = id
	}
	return id, fmt.Sprintf("370202-2026-%06d", len(b.filed)), nil
}

func (b *bench) States(_ context.Context, _ *database.Tx, ids []uuid.UUID) (map[uuid.UUID]Matter, error) {
	out := map[uuid.UUID]Matter{}
	for _, id := range ids {
		out[id] = Matter{State: b.states[id], Over: over(b.states[id])}
	}
	return out, nil
}

func onEngines(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	var b *bench
	roomtest.Engines(t, func(rb *roomtest.Bench) {
		// Later than everything that the recorded answers tell of.
		rb.Clock.Advance(max(0, time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC).Sub(rb.Clock.Now())))
		b = &bench{Bench: rb, filed: map[string]uuid.UUID{}, states: map[uuid.UUID]string{}}
		b.s = New(Deps{
			DB: rb.DB, Clock: rb.Clock, Log: slog.New(slog.DiscardHandler), Keys: plainKeys{}, Jobs: b, Territory: rb.Division, Reports: b, DropDir: t.TempDir(),
			Out:     outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: time.Minute}),
			Tenants: func(context.Context) ([]string, error) { return []string{shinan, shibei}, nil },
		})
		b.s.Mount(rb.Server)
		rb.Caller("admin", authz.Grant{Role: "tenant_admin", Tenant: shinan, Division: shinan})
		rb.Caller("other", authz.Grant{Role: "tenant_admin", Tenant: shibei, Division: shibei})
		rb.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
	}, func(t *testing.T, rb *roomtest.Bench) { test(t, b) })
}

// plainKeys seal nothing; they mark what was sealed.
type plainKeys struct{}

func (plainKeys) Seal(aad string, plain []byte) ([]byte, error) {
	return []byte(aad + "|" + string(plain)), nil
}

func (plainKeys) Open(aad string, sealed []byte) ([]byte, error) {
	plain, ok := strings.CutPrefix(string(sealed), aad+"|")
	if !ok {
		return nil, fmt.Errorf("sealed for another place")
	}
	return []byte(plain), nil
}

// system is another system that answers as it is told and keeps what it was asked.
type system struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []url.Values
	bodies []string
	heads  []http.Header
	answer func(r *http.Request) (int, []byte)
}

func newSystem(t *testing.T) *system {
	s := &system{answer: func(*http.Request) (int, []byte) { return 200, nil }}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		for k, v := range r.URL.Query() {
			form[k] = v
		}
		s.mu.Lock()
		s.asked, s.bodies, s.heads = append(s.asked, form), append(s.bodies, string(body)), append(s.heads, r.Header.Clone())
		answer := s.answer
		s.mu.Unlock()
		status, out := answer(r)
		w.WriteHeader(status)
		_, _ = w.Write(out)
	}))
	t.Cleanup(s.Close)
	return s
}

func (b *bench) partner(t *testing.T, body map[string]any) SecretView {
	t.Helper()
	var v SecretView
	b.Ask(t, "admin", shinan, http.MethodPost, "/partners", body).Into(t, http.StatusCreated, &v)
	return v
}

// step tells the room of a step of a report.
func (b *bench) step(t *testing.T, id uuid.UUID, action, from, to string) {
	t.Helper()
	b.states[id] = to
	b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
		return b.s.Moved(ctx, tx, Step{
			Tenant: shinan, Number: "370202-2026-000077", Category: "road", Division: "370202001001001", ReportID: id, EventID: uuid.New(),
			Action: action, From: from, To: to, Round: 1, Over: over(to), At: b.Clock.Now(),
		})
	})
}

// work works every job that waits, once, and returns the errors of those that failed.
func (b *bench) work(t *testing.T, last bool) (failed []error) {
	t.Helper()
	jobs := b.jobs
	b.jobs = nil
	for _, j := range jobs {
		var err error
		switch a := j.(type) {
		case DeliverArgs:
			err = b.s.deliver(t.Context(), a.Tenant, a.Delivery, last)
		case PushArgs:
			err = b.s.handOver(t.Context(), a.Tenant, a.Link, last)
		case TellArgs:
			err = b.s.pass(t.Context(), a.Tenant, a.Message, last)
		}
		if err != nil {
			failed = append(failed, err)
			b.jobs = append(b.jobs, j)
		}
	}
	return failed
}

func (b *bench) links(t *testing.T) (rows []*db.PartnerLink) {
	t.Helper()
	b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) (err error) {
		rows, err = tx.PartnerLink.Query().Order(partnerlink.ByID()).All(ctx)
		return err
	})
	return rows
}

func (b *bench) differences(t *testing.T, partner uuid.UUID) (out []string) {
	t.Helper()
	var r Reconciliation
	b.Ask(t, "staff", shinan, http.MethodGet, "/partners/"+partner.String()+"/reconciliation", nil).Into(t, http.StatusOK, &r)
	for _, d := range r.Differences {
		out = append(out, d.What)
	}
	return out
}

// A report goes out when it is accepted, once, is retried while the partner is away, and comes back as what the partner
// says of it, with all the oddities that servers have.
func TestOpen311Client(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		remote := newSystem(t)
		p := b.partner(t, map[string]any{
			"kind": "open311", "name": "区社会治理服务中心", "url": remote.URL + "/v2", "jurisdiction": "centre.example", "api_key": "k-1", "active": true,
			"categories": map[string]string{"road": "0601"}, "statuses": map[string]string{"in_progress": "open", "处理完毕": "closed"},
			"push_at": "accepted", "pull": true, "division_code": "370202001",
		})
		if p.Secret != "" {
			t.Error("the partner's own key is shown")
		}
		id := uuid.New()
		b.step(t, id, "submit", "", "submitted")
		b.step(t, id, "admit", "submitted", "open")
		if len(b.jobs) != 0 {
			t.Fatalf("pushed before it is accepted: %v", b.jobs)
		}
		b.step(t, id, "accept", "open", "accepted")
		remote.answer = func(*http.Request) (int, []byte) { return 503, read(t, "maintenance.html") }
		if failed := b.work(t, false); len(failed) != 1 || final(failed[0]) {
			t.Fatalf("a page of maintenance: %v", failed)
		}
		remote.answer = func(*http.Request) (int, []byte) { return 200, read(t, "token.xml") }
		if failed := b.work(t, false); failed != nil {
			t.Fatal(failed)
		}
		asked := remote.asked[len(remote.asked)-1]
		for name, want := range map[string]string{"service_code": "0601", "api_key": "k-1", "jurisdiction_id": "centre.example", "account_id": "370202-2026-000001", "lat": "36.060000", "attribute[where]": "lane"} {
			if asked.Get(name) != want {
				t.Errorf("sent %s=%q, want %q", name, asked.Get(name), want)
			}
		}
		for _, never := range []string{"phone", "first_name", "last_name", "email"} {
			if asked.Has(never) {
				t.Errorf("%s leaves", never)
			}
		}
		link := b.links(t)[0]
		if link.State != partnerlink.StateSent || link.Token != "T-77" || link.RemoteID != "" || link.Attempts != 2 {
			t.Fatalf("%+v", link)
		}
		b.step(t, id, "verify", "accepted", "verified")
		if failed := b.work(t, false); len(failed) != 1 {
			t.Errorf("told under a token: %v", failed)
		}
		testPull(t, b, remote, p.ID)
		if failed := b.work(t, false); failed != nil {
			t.Errorf("told with an id: %v", failed)
		}
		if said := remote.asked[len(remote.asked)-1]; said.Get("service_request_id") != "SR-1" || said.Get("status") != "OPEN" || said.Get("description") == "" {
			t.Errorf("told %v", said)
		}
	})
}

func testPull(t *testing.T, b *bench, remote *system, partner uuid.UUID) {
	t.Helper()
	remote.answer = func(r *http.Request) (int, []byte) {
		if strings.HasPrefix(r.URL.Path, "/v2/tokens/") {
			return 200, []byte("<service_requests><request><service_request_id>SR-1</service_request_id><token>T-77</token></request></service_requests>")
		}
		return 200, read(t, "duplicates.xml")
	}
	for range 2 {
		if err := b.s.Pull(t.Context(), shinan); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"区社会治理服务中心【IN_PROGRESS】已派到班组", "区社会治理服务中心【CLOSED】（没有说明）", "区社会治理服务中心【等待材料】没有编号的一条",
	}
	if strings.Join(b.notes, "\n") != strings.Join(want, "\n") {
		t.Errorf("noted %q", b.notes)
	}
	link := b.links(t)[0]
	if link.State != partnerlink.StateClosed || link.RemoteStatus != "CLOSED" || link.RemoteID != "SR-1" {
		t.Errorf("the link: %s %s %s", link.State, link.RemoteStatus, link.RemoteID)
	}
	if got := b.differences(t, partner); len(got) != 1 || got[0] != diffClosedThere {
		t.Errorf("differences %v", got)
	}
	// A server in maintenance is noted at the partner and changes nothing.
	remote.answer = func(*http.Request) (int, []byte) { return 200, read(t, "maintenance.html") }
	if err := b.s.Pull(t.Context(), shinan); err != nil {
		t.Fatal(err)
	}
	var v View
	b.Ask(t, "admin", shinan, http.MethodGet, "/partners/"+partner.String(), nil).Into(t, http.StatusOK, &v)
	if v.Failures != 1 || v.LastError == "" || v.LastOKAt == nil {
		t.Errorf("after a page of maintenance: %+v", v)
	}
	remote.answer = func(r *http.Request) (int, []byte) { return 200, []byte("<service_request_updates/>") }
}

// A server without the extension for updates is asked how its requests stand.
func TestOpen311Client_without_updates(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		remote := newSystem(t)
		p := b.partner(t, map[string]any{
			"kind": "open311", "name": "旧系统", "url": remote.URL, "active": true, "categories": map[string]string{"*": "1"}, "push_at": "open", "pull": true,
			"statuses": map[string]string{"处理完毕": "closed"},
		})
		remote.answer = func(r *http.Request) (int, []byte) {
			switch {
			case r.Method == http.MethodPost:
				return 201, []byte("<service_requests><request><service_request_id>SR-1</service_request_id></request></service_requests>")
			case strings.Contains(r.URL.Path, "updates"):
				return 404, read(t, "maintenance.html")
			}
			return 200, read(t, "gb2312.xml")
		}
		id := uuid.New()
		b.step(t, id, "admit", "submitted", "open")
		if failed := b.work(t, false); failed != nil {
			t.Fatal(failed)
		}
		for range 2 {
			if err := b.s.Pull(t.Context(), shinan); err != nil {
				t.Fatal(err)
			}
		}
		if len(b.notes) != 1 || b.notes[0] != "旧系统【处理完毕】路面已修复" {
			t.Errorf("noted %q", b.notes)
		}
		// Refused for good: not tried again by itself, told by the reconciliation, tried again when somebody says so.
		remote.answer = func(*http.Request) (int, []byte) { return 400, read(t, "refused.xml") }
		other := uuid.New()
		b.step(t, other, "admit", "submitted", "open")
		if failed := b.work(t, false); len(failed) != 1 || !strings.Contains(failed[0].Error(), "lat is required") {
			t.Fatalf("%v", failed)
		}
		b.jobs = nil
		var r Reconciliation
		b.Ask(t, "staff", shinan, http.MethodGet, "/partners/"+p.ID.String()+"/reconciliation", nil).Into(t, http.StatusOK, &r)
		var unsent Difference
		for _, d := range r.Differences {
			if d.What == diffUnsent {
				unsent = d
			}
		}
		if !strings.Contains(unsent.Error, "service_code is invalid") {
			t.Fatalf("%+v", r)
		}
		path := "/partners/" + p.ID.String() + "/links/" + unsent.LinkID.String() + "/retry"
		b.Ask(t, "staff", shinan, http.MethodPost, path, nil).Into(t, http.StatusOK, nil)
		remote.answer = func(*http.Request) (int, []byte) {
			return 201, []byte("<service_requests><request><service_request_id>SR-2</service_request_id></request></service_requests>")
		}
		if failed := b.work(t, false); failed != nil {
			t.Fatal(failed)
		}
		if a := b.Ask(t, "staff", shinan, http.MethodPost, path, nil); a.Status != http.StatusConflict {
			t.Errorf("tried again though it arrived: %d", a.Status)
		}
	})
}

func TestWebhooks(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		remote := newSystem(t)
		p := b.partner(t, map[string]any{"kind": "webhook", "name": "大屏", "url": remote.URL, "events": []string{"report.ended", "report.submitted"}, "active": true})
		path := "/partners/" + p.ID.String()
		id := uuid.New()
		b.step(t, id, "submit", "", "submitted")
		b.step(t, id, "admit", "submitted", "open")
		b.step(t, id, "contact", "handling", "handling")
		if len(b.jobs) != 1 {
			t.Fatalf("%d messages, want the one event that was asked for", len(b.jobs))
		}
		remote.answer = func(*http.Request) (int, []byte) { return 500, nil }
		if failed := b.work(t, false); len(failed) != 1 {
			t.Fatal(failed)
		}
		if failed := b.work(t, true); len(failed) != 1 {
			t.Fatal(failed)
		}
		b.jobs = nil
		var log web.Page[DeliveryView]
		b.Ask(t, "admin", shinan, http.MethodGet, path+"/deliveries", nil).Into(t, http.StatusOK, &log)
		d := log.Items[0]
		if d.State != "failed" || d.Attempts != 2 || len(d.Log) != 2 || d.Log[0].Status != 500 {
			t.Fatalf("%+v", d)
		}
		var replayed struct{ Count int }
		b.Ask(t, "admin", shinan, http.MethodPost, path+"/replay", map[string]any{"since": b.Clock.Now().Add(-time.Hour)}).Into(t, http.StatusOK, &replayed)
		remote.answer = func(*http.Request) (int, []byte) { return 204, nil }
		if failed := b.work(t, false); failed != nil || replayed.Count != 1 {
			t.Fatal(replayed, failed)
		}
		// The same id and body, signed anew.
		first, last := remote.heads[0], remote.heads[len(remote.heads)-1]
		if first.Get("webhook-id") != last.Get("webhook-id") || first.Get("webhook-id") != d.MessageID || remote.bodies[0] != remote.bodies[2] {
			t.Error("a replay is another message")
		}
		if !signed(last.Get, []string{p.Secret}, b.Clock.Now(), []byte(remote.bodies[2])) {
			t.Error("the signature does not hold")
		}
		var payload map[string]any
		if err := json.Unmarshal([]byte(remote.bodies[2]), &payload); err != nil {
			t.Fatal(err)
		}
		data := payload["data"].(map[string]any)
		if payload["type"] != "report.submitted" || data["division_code"] != "370202001001" || data["number"] != "370202-2026-000077" {
			t.Errorf("%v", payload)
		}
		for name := range data {
			if !strings.Contains(" tenant number category division_code action from to round public ", " "+name+" ") {
				t.Errorf("%s is in the payload", name)
			}
		}
		testSecrets(t, b, remote, p)
		// 410 says never again.
		b.Ask(t, "admin", shinan, http.MethodPost, path+"/ping", nil).Into(t, http.StatusOK, nil)
		remote.answer = func(*http.Request) (int, []byte) { return 410, nil }
		if failed := b.work(t, false); len(failed) != 1 {
			t.Fatal(failed)
		}
		b.jobs = nil
		b.step(t, id, "confirm", "replied", "resolved")
		if len(b.jobs) != 0 {
			t.Error("sent to a receiver that is gone")
		}
		if err := b.s.forget(t.Context(), shinan); err != nil {
			t.Fatal(err)
		}
		b.Clock.Advance(keep + time.Hour)
		if err := b.s.forget(t.Context(), shinan); err != nil {
			t.Fatal(err)
		}
		b.Ask(t, "admin", shinan, http.MethodGet, path+"/deliveries", nil).Into(t, http.StatusOK, &log)
		if len(log.Items) != 0 {
			t.Errorf("%d deliveries are kept for ever", len(log.Items))
		}
	})
}

// testSecrets changes the secret: both sign for a day, then the new one alone.
func testSecrets(t *testing.T, b *bench, remote *system, p SecretView) {
	t.Helper()
	path := "/partners/" + p.ID.String()
	var fresh SecretView
	b.Ask(t, "admin", shinan, http.MethodPost, path+"/rotate-secret", nil).Into(t, http.StatusOK, &fresh)
	ping := func() (http.Header, []byte) {
		b.Ask(t, "admin", shinan, http.MethodPost, path+"/ping", nil).Into(t, http.StatusOK, nil)
		if failed := b.work(t, false); failed != nil {
			t.Fatal(failed)
		}
		return remote.heads[len(remote.heads)-1], []byte(remote.bodies[len(remote.bodies)-1])
	}
	head, body := ping()
	for name, secret := range map[string]string{"old": p.Secret, "new": fresh.Secret} {
		if !signed(head.Get, []string{secret}, b.Clock.Now(), body) {
			t.Errorf("the %s secret does not sign", name)
		}
	}
	b.Clock.Advance(overlap + time.Minute)
	head, body = ping()
	if signed(head.Get, []string{p.Secret}, b.Clock.Now(), body) || !signed(head.Get, []string{fresh.Secret}, b.Clock.Now(), body) {
		t.Error("after a day the old secret still signs, or the new one does not")
	}
}

func TestWorkOrders(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		remote := newSystem(t)
		p := b.partner(t, map[string]any{
			"kind": "workorder", "name": "12345热线", "url": remote.URL, "active": true, "categories": map[string]string{"road": "市政道路"}, "push_at": "dispatched",
		})
		ask := func(o Order, secret string) roomtest.Answer {
			body, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			h := http.Header{}
			if err := sign(h, []string{secret}, "wo_"+o.ID, b.Clock.Now(), body); err != nil {
				t.Fatal(err)
			}
			return b.Ask(t, "", shinan, http.MethodPost, "/work-orders/"+p.ID.String(), json.RawMessage(body),
				"webhook-id", h.Get("webhook-id"), "webhook-timestamp", h.Get("webhook-timestamp"), "webhook-signature", h.Get("webhook-signature"))
		}
		in := Order{ID: "m1", WorkOrder: "GD20261127-1", Action: actDispatch, Category: "市政道路", Description: "路面破损", DivisionCode: "370202001001", Name: "李建国", Phone: "13900001111"}
		stranger, _ := newSecret()
		if a := ask(in, stranger); a.Status != http.StatusForbidden {
			t.Fatalf("another's signature: %d", a.Status)
		}
		if a := b.Ask(t, "", shinan, http.MethodPost, "/work-orders/"+uuid.NewString(), in); a.Status != http.StatusForbidden {
			t.Fatalf("no such partner: %d", a.Status)
		}
		var ack Ack
		ask(in, p.Secret).Into(t, http.StatusOK, &ack)
		if ack.Reference == "" || ack.Repeated {
			t.Fatalf("%+v", ack)
		}
		ask(in, p.Secret).Into(t, http.StatusOK, &ack)
		if !ack.Repeated || len(b.filed) != 1 {
			t.Errorf("the same order twice: %+v, %d reports", ack, len(b.filed))
		}
		// What becomes of it goes back: taken, finished, called.
		id := b.filed["GD20261127-1"]
		b.step(t, id, "admit", "submitted", "open")
		b.step(t, id, "verify", "accepted", "verified")
		b.step(t, id, "confirm", "replied", "resolved")
		b.step(t, id, "follow-up", "resolved", "resolved")
		if failed := b.work(t, false); failed != nil {
			t.Fatal(failed)
		}
		var sent []string
		for i, body := range remote.bodies {
			var o Order
			if err := json.Unmarshal([]byte(body), &o); err != nil {
				t.Fatal(err)
			}
			if !signed(remote.heads[i].Get, []string{p.Secret}, b.Clock.Now(), []byte(body)) || o.WorkOrder != "GD20261127-1" || o.Phone != "" {
				t.Errorf("sent %s", body)
			}
			sent = append(sent, o.Action)
		}
		if strings.Join(sent, " ") != "签收 进展 办结 回访" {
			t.Errorf("sent %v", sent)
		}
		// What we dispatch comes back as a return.
		ours := uuid.New()
		b.step(t, ours, "dispatch", "verified", "dispatched")
		if failed := b.work(t, false); failed != nil {
			t.Fatal(failed)
		}
		if !strings.Contains(remote.bodies[len(remote.bodies)-1], `"action":"派单"`) || !strings.Contains(remote.bodies[len(remote.bodies)-1], "市政道路") {
			t.Errorf("dispatched %s", remote.bodies[len(remote.bodies)-1])
		}
		back := Order{ID: "m9", Reference: "370202-2026-000077", WorkOrder: "370202-2026-000001", Action: actReturn, Content: "不属我单位"}
		ask(back, p.Secret).Into(t, http.StatusOK, nil)
		if b.notes[len(b.notes)-1] != "12345热线【退单】不属我单位" {
			t.Errorf("noted %q", b.notes)
		}
		if got := b.differences(t, p.ID); strings.Join(got, " ") != diffReturned {
			t.Errorf("differences %v", got)
		}
		for name, o := range map[string]Order{
			"nothing":      {},
			"no_action":    {ID: "x", WorkOrder: "1", Action: "撤单"},
			"no_place":     {ID: "x", WorkOrder: "1", Action: actDispatch, Description: "x"},
			"a_false_time": {ID: "x", WorkOrder: "1", Action: actFinish, At: "昨天"},
		} {
			if a := ask(o, p.Secret); a.Status != http.StatusUnprocessableEntity || len(a.Fields()) == 0 {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
		if a := ask(Order{ID: "x", WorkOrder: "GD-unknown", Action: actFinish}, p.Secret); a.Status != http.StatusNotFound {
			t.Errorf("an unknown order: %d", a.Status)
		}
	})
}

func TestWorkOrders_as_files(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		p := b.partner(t, map[string]any{"kind": "workorder", "name": "市热线", "channel": "file", "active": true, "categories": map[string]string{"*": "x"}, "push_at": "open"})
		dir := filepath.Join(b.s.DropDir, shinan, p.ID.String())
		b.step(t, uuid.New(), "admit", "submitted", "open")
		if failed := b.work(t, false); failed != nil {
			t.Fatal(failed)
		}
		out, err := filepath.Glob(filepath.Join(dir, folderOut, "*"))
		if err != nil || len(out) != 1 {
			t.Fatalf("%v %v", out, err)
		}
		var o Order
		raw, _ := os.ReadFile(out[0])
		if err := json.Unmarshal(raw, &o); err != nil || o.Action != actDispatch {
			t.Fatalf("%v %s", err, raw)
		}
		put := func(name, text string) {
			if err := os.MkdirAll(filepath.Join(dir, folderIn), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, folderIn, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		put("1.json", `{"id":"a","work_order":"370202-2026-000001","action":"办结","content":"已修复"}`)
		put("2.csv", "消息编号,工单号,动作,情况说明,区划代码\nb,GD-7,派单,井盖缺失,370202001001\nc,GD-404,办结,,\n")
		put("3.json", `{"id":`)
		put("note.txt", "不是工单")
		put(".4.json.part", "{")
		for range 2 {
			if err := b.s.Pull(t.Context(), shinan); err != nil {
				t.Fatal(err)
			}
		}
		names := func(folder string) string {
			found, _ := filepath.Glob(filepath.Join(dir, folder, "*"))
			for i := range found {
				found[i] = filepath.Base(found[i])[len("20060102T150405-"):]
			}
			return strings.Join(found, " ")
		}
		if got := names(folderDone); got != "1.json" {
			t.Errorf("done: %s", got)
		}
		if got := names(folderRefused); got != "2.csv 2.csv.reason.txt 3.json 3.json.reason.txt" {
			t.Errorf("refused: %s", got)
		}
		reason, _ := filepath.Glob(filepath.Join(dir, folderRefused, "*2.csv.reason.txt"))
		if text, _ := os.ReadFile(reason[0]); !strings.Contains(string(text), "第2条（GD-404 办结）") {
			t.Errorf("the reason: %s", text)
		}
		if len(b.filed) != 1 || len(b.notes) != 1 || b.notes[0] != "市热线【办结】已修复" {
			t.Errorf("%v %q", b.filed, b.notes)
		}
		if left, _ := os.ReadDir(filepath.Join(dir, folderIn)); len(left) != 2 {
			t.Errorf("left: %v", left)
		}
	})
}

func TestPartnersAreTheirTenants(t *testing.T) {
	onEngines(t, func(t *testing.T, b *bench) {
		body := map[string]any{"kind": "webhook", "name": "大屏", "url": "https://hooks.example/x", "active": true}
		p := b.partner(t, body)
		path := "/partners/" + p.ID.String()
		body["version"] = 1
		for _, c := range []struct {
			who, tenant, method, path string
			body                      any
			status                    int
		}{
			{"", shinan, http.MethodGet, "/partners", nil, 401},
			{"staff", shinan, http.MethodPost, "/partners", body, 403},
			{"staff", shinan, http.MethodPost, path + "/rotate-secret", nil, 403},
			{"admin", shinan, http.MethodGet, path + "/reconciliation", nil, 403},
			{"other", shibei, http.MethodGet, path, nil, 404},
			{"other", shibei, http.MethodPut, path, body, 404},
			{"other", shibei, http.MethodDelete, path, nil, 404},
			{"other", shibei, http.MethodPost, path + "/ping", nil, 404},
			{"other", shibei, http.MethodGet, path + "/deliveries", nil, 404},
			{"other", shibei, http.MethodPost, path + "/rotate-secret", nil, 404},
			{"admin", shinan, http.MethodPut, path, body, 200},
			{"admin", shinan, http.MethodPut, path, body, 409},
			{"admin", shinan, http.MethodDelete, path, nil, 204},
			{"admin", shinan, http.MethodGet, path, nil, 404},
		} {
			if a := b.Ask(t, c.who, c.tenant, c.method, c.path, c.body); a.Status != c.status {
				t.Errorf("%s %s %s: %d %s, want %d", c.who, c.method, c.path, a.Status, a.Body, c.status)
			}
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			row, err := tx.Partner.Query().Only(ctx)
			if err == nil && (kept(row.SecretSealed) || row.DeletedAt == nil) {
				t.Error("a removed partner keeps its secret")
			}
			return err
		})
		err := b.DB.View(t.Context(), tenancy.Tenant(shibei), func(ctx context.Context, tx *database.Tx) error {
			if n, err := tx.Partner.Query().Count(ctx); err != nil || n != 0 {
				t.Errorf("the neighbour sees %d, %v", n, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
