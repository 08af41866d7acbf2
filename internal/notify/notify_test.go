package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/identity"
	"huying/internal/notify"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

const phone = "13812345678"

// gateway notes what it was given and fails as often as it is told to.
type gateway struct {
	mu    sync.Mutex
	fails int
	got   []notify.Message
}

func (g *gateway) Send(_ context.Context, m notify.Message) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fails > 0 {
		g.fails--
		return "", errors.New("gateway: busy")
	}
	g.got = append(g.got, m)
	return "gw-" + m.Params["number"], nil
}

func (g *gateway) sent() []notify.Message {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.got)
}

type bench struct {
	*notify.Service
	kit     *testkit.Kit
	keys    *crypto.Keyring
	gateway *gateway
	raters  *raters
}

func onEngines(t *testing.T, demo bool, test func(t *testing.T, b *bench)) {
	t.Helper()
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		material, err := crypto.Generate(kit.Clock.Now())
		must(t, err)
		keys, err := crypto.New(material)
		must(t, err)
		queue := jobs.New(kit.DB, jobs.Options{Work: true, PollInterval: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
		b := &bench{kit: kit, keys: keys, gateway: &gateway{}, raters: &raters{refuse: map[uuid.UUID]error{}}}
		b.Service = notify.New(notify.Deps{
			DB: kit.DB, Clock: kit.Clock, Keys: keys, Jobs: queue, Driver: b.gateway, Demo: demo, Nap: 20 * time.Millisecond, Base: "https://huying.example",
			ParsePhone: identity.ParsePhone, Rate: b.raters.rate,
			Log: slog.New(slog.DiscardHandler),
		})
		must(t, queue.Start(context.Background()))
		t.Cleanup(func() { must(t, queue.Stop(context.Background())) })
		test(t, b)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person makes somebody with a number, or without one when it is empty.
func (b *bench) person(t *testing.T, number string) uuid.UUID {
	return personIn(t, b.kit, b.keys, number)
}

func personIn(t *testing.T, kit *testkit.Kit, keys *crypto.Keyring, number string) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	must(t, kit.DB.Do(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		c := tx.Person.Create().SetID(id)
		if number != "" {
			sealed, err := keys.Seal(notify.PersonPhoneAAD(id), []byte(number))
			if err != nil {
				return err
			}
			c.SetPhoneSealed(sealed)
		}
		return c.Exec(ctx)
	}))
	return id
}

func (b *bench) tell(t *testing.T, tenant string, n notify.Notice) error {
	t.Helper()
	return b.kit.DB.Do(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return b.Person(ctx, tx, n)
	})
}

func received(to uuid.UUID, number string, sms bool) notify.Notice {
	return notify.Notice{
		PersonID: to, Template: "report_received", Params: map[string]string{"number": number, "due": "3月3日12时"}, SMS: sms,
	}
}

// status waits until the newest message is no longer queued.
func (b *bench) status(t *testing.T) notify.Sent {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		out, err := b.Outbox(t.Context(), "", 1)
		must(t, err)
		if len(out) == 1 && out[0].Status != "queued" {
			return out[0]
		}
	}
	t.Fatal("the message stayed in the queue")
	return notify.Sent{}
}

func TestPerson(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me, other := b.person(t, phone), b.person(t, "")
		t.Run("a notice reaches its person's inbox from every tenant, newest first", func(t *testing.T) {
			must(t, b.tell(t, "370202", received(me, "370202-2026-000001", false)))
			must(t, b.tell(t, "370203", received(me, "370203-2026-000001", false)))
			must(t, b.tell(t, "370202", received(other, "370202-2026-000002", false)))
			rows, err := b.Inbox(t.Context(), notify.Shelf{PersonID: me, Limit: 10})
			must(t, err)
			if len(rows) != 2 || rows[0].Tenant != "370203" || rows[1].Tenant != "370202" {
				t.Fatalf("%v", rows)
			}
		})
		t.Run("reading is one's own and stays read", func(t *testing.T) {
			rows, err := b.Inbox(t.Context(), notify.Shelf{PersonID: me, Unread: true, Limit: 10})
			must(t, err)
			if err := b.Read(t.Context(), other, rows[0].ID); !fault.Is(err, fault.NotFound) {
				t.Fatalf("another's: %v", err)
			}
			must(t, b.Read(t.Context(), me, rows[0].ID))
			must(t, b.Read(t.Context(), me, rows[0].ID))
			if n, err := b.Unread(t.Context(), me); err != nil || n != 1 {
				t.Fatalf("%d unread, %v", n, err)
			}
			if n, err := b.ReadAll(t.Context(), me, uuid.Nil); err != nil || n != 1 {
				t.Fatalf("%d read, %v", n, err)
			}
			if n, err := b.Unread(t.Context(), other); err != nil || n != 1 {
				t.Fatalf("the other has %d unread, %v", n, err)
			}
		})
		t.Run("a message goes out once the transaction is committed, to the number of that moment", func(t *testing.T) {
			must(t, b.tell(t, "370202", received(me, "370202-2026-000003", true)))
			s := b.status(t)
			if s.Status != "sent" || s.Phone != phone || !strings.Contains(s.Text, "受理编号370202-2026-000003，3月3日12时前告知") {
				t.Fatalf("%+v", s)
			}
			got := b.gateway.sent()
			if len(got) != 1 || got[0].Template != "report_received" || got[0].Phone != phone {
				t.Fatalf("%+v", got)
			}
		})
		t.Run("what is rolled back is never told", func(t *testing.T) {
			undo := errors.New("undo")
			err := b.kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				if err := b.Person(ctx, tx, received(me, "370202-2026-000004", true)); err != nil {
					return err
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
			time.Sleep(200 * time.Millisecond)
			if n := len(b.gateway.sent()); n != 1 {
				t.Fatalf("%d messages went out", n)
			}
		})
		t.Run("somebody without a number gets the notice and the message says why not", func(t *testing.T) {
			must(t, b.tell(t, "370202", received(other, "370202-2026-000005", true)))
			if s := b.status(t); s.Status != "failed" {
				t.Fatalf("%+v", s)
			}
		})
		t.Run("a gateway that fails is tried again", func(t *testing.T) {
			b.gateway.mu.Lock()
			b.gateway.fails = 1
			b.gateway.mu.Unlock()
			must(t, b.tell(t, "370202", received(me, "370202-2026-000006", true)))
			if s := b.status(t); s.Status != "sent" {
				t.Fatalf("%+v", s)
			}
		})
		t.Run("an undeclared template and parameters that do not fit are refused", func(t *testing.T) {
			for _, n := range []notify.Notice{
				{PersonID: me, Template: "free_text", Params: map[string]string{}},
				{PersonID: me, Template: "report_received", Params: map[string]string{"number": "1"}},
				{PersonID: me, Template: "report_received", Params: map[string]string{"number": "1", "due": "2", "text": "x"}},
			} {
				if err := b.tell(t, "370202", n); err == nil {
					t.Errorf("%v was taken", n)
				}
			}
		})
	})
}

func TestLoginCode(t *testing.T) {
	for demo, kept := range map[bool]bool{true: true, false: false} {
		onEngines(t, demo, func(t *testing.T, b *bench) {
			must(t, b.kit.DB.Do(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
				return b.Phone(ctx, tx, phone, notify.LoginCode, map[string]string{"code": "246810", "minutes": "5"})
			}))
			s := b.status(t)
			if got := b.gateway.sent(); len(got) != 1 || got[0].Params["code"] != "246810" {
				t.Fatalf("sent %+v", got)
			}
			if (s.Params["code"] == "246810") != kept {
				t.Fatalf("demo %v: after sending the outbox says %+v", demo, s)
			}
		})
	}
}

func TestTemplates(t *testing.T) {
	seen := map[string]bool{}
	for _, tpl := range notify.Templates() {
		if seen[tpl.ID] || tpl.Title == "" {
			t.Errorf("%q is declared twice or has no title", tpl.ID)
		}
		seen[tpl.ID] = true
		params := map[string]string{}
		for _, p := range tpl.Params() {
			params[p] = "〔" + p + "〕"
		}
		text := tpl.Render(params)
		if strings.ContainsAny(text, "{}") || len([]rune(text)) > 500 {
			t.Errorf("%s renders as %q", tpl.ID, text)
		}
		for _, v := range params {
			if !strings.Contains(text, v) {
				t.Errorf("%s does not show %s", tpl.ID, v)
			}
		}
		for p := range params {
			params[p] = "{code}{number}"
		}
		if got := tpl.Render(params); strings.Count(got, "{code}{number}") != strings.Count(tpl.Text, "{") {
			t.Errorf("%s puts parameters into parameters: %q", tpl.ID, got)
		}
	}
}
