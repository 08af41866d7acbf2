package notify

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
)

func listen(t *testing.T, h *hub, tenant, role, last string) (*listener, bool) {
	t.Helper()
	c := &auth.Caller{PersonID: uuid.New(), Tenant: tenant, Grants: []authz.Grant{authz.Citizen}}
	if role != "" {
		c.Grants = append(c.Grants, authz.Grant{Role: role, Tenant: tenant, Division: tenant})
	}
	l, missed, ok := h.join(c, last)
	if !ok {
		t.Fatal("not let in")
	}
	return l, missed
}

// got empties a listener's buffer.
func got(l *listener) []uuid.UUID {
	var out []uuid.UUID
	for {
		select {
		case n := <-l.pending:
			out = append(out, n.ID)
		default:
			return out
		}
	}
}

func TestHub_who_is_told(t *testing.T) {
	h := newHub()
	citizen, _ := listen(t, h, "370202", "", "")
	office, _ := listen(t, h, "370202", "street_office", "")
	elsewhere, _ := listen(t, h, "370203", "street_office", "")
	nowhere, _ := listen(t, h, "", "street_office", "")
	mine, report := uuid.New(), uuid.New()
	h.take(Hint{Kind: HintNotice, Tenant: "370203", ID: mine, People: []uuid.UUID{citizen.caller.PersonID}})
	h.take(Hint{Kind: HintReport, Tenant: "370202", ID: report, People: []uuid.UUID{citizen.caller.PersonID}})
	for name, c := range map[string]struct {
		l    *listener
		want []uuid.UUID
	}{
		"the citizen hears of the own notice and report, whatever the tenant": {citizen, []uuid.UUID{mine, report}},
		"the office hears of its tenant's reports":                            {office, []uuid.UUID{report}},
		"another tenant's office of nothing":                                  {elsewhere, nil},
		"somebody without a tenant of no worklist":                            {nowhere, nil},
	} {
		if got := got(c.l); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	h.leave(office)
	h.leave(office)
	h.take(Hint{Kind: HintReport, Tenant: "370202", ID: report})
	if len(got(office)) != 0 || h.open() != 3 {
		t.Fatal("somebody who left still hears")
	}
}

func TestHub_a_slow_client_is_told_that_it_fell_behind(t *testing.T) {
	h := newHub()
	slow, _ := listen(t, h, "370202", "street_office", "")
	quick, _ := listen(t, h, "370202", "street_office", "")
	for range 3 * listenerBuffer {
		h.take(Hint{Kind: HintReport, Tenant: "370202", ID: uuid.New()})
		got(quick)
	}
	select {
	case <-slow.behind:
	default:
		t.Fatal("it is not told")
	}
	select {
	case <-quick.behind:
		t.Fatal("who kept up is told too")
	default:
	}
	if len(slow.pending) != listenerBuffer {
		t.Fatalf("%d hints are kept for it", len(slow.pending))
	}
}

func TestHub_coming_back(t *testing.T) {
	h := newHub()
	send := func(n int) (out []uuid.UUID) {
		for range n {
			id := uuid.New()
			h.take(Hint{Kind: HintReport, Tenant: "370202", ID: id})
			out = append(out, id)
		}
		return out
	}
	send(3)
	seen := h.now()
	later := send(2)
	if l, missed := listen(t, h, "370202", "street_office", seen); missed || !slices.Equal(got(l), later) {
		t.Fatal("what came meanwhile is not told")
	}
	if l, missed := listen(t, h, "370202", "street_office", h.now()); missed || len(got(l)) != 0 {
		t.Fatal("nothing was missed")
	}
	if l, missed := listen(t, h, "370203", "street_office", seen); missed || len(got(l)) != 0 {
		t.Fatal("another tenant is told what came meanwhile")
	}
	for _, last := range []string{"other-3", h.boot + "-99", h.boot + "-x", h.boot, "-1", h.boot + "--1"} {
		if _, missed := listen(t, h, "370202", "street_office", last); !missed {
			t.Errorf("%q: it may have missed something and is not told", last)
		}
	}
	send(hubMemory + 1)
	if _, missed := listen(t, h, "370202", "street_office", seen); !missed {
		t.Fatal("more was missed than is kept, and it is not told")
	}
	if len(h.ring) > hubMemory {
		t.Fatalf("%d hints are kept", len(h.ring))
	}
}

func TestHub_too_many_streams_and_the_end(t *testing.T) {
	h := newHub()
	c := &auth.Caller{PersonID: uuid.New()}
	var open []*listener
	for range listenersEach {
		l, _, ok := h.join(c, "")
		if !ok {
			t.Fatal("too few")
		}
		open = append(open, l)
	}
	if _, _, ok := h.join(c, ""); ok {
		t.Fatal("one too many")
	}
	listen(t, h, "", "", "")
	h.leave(open[0])
	if _, _, ok := h.join(c, ""); !ok {
		t.Fatal("the place of one that left is not free")
	}
	h.close()
	h.close()
	select {
	case <-h.closed:
	default:
		t.Fatal("streams go on")
	}
	if _, _, ok := h.join(&auth.Caller{PersonID: uuid.New()}, ""); ok {
		t.Fatal("a new one after the end")
	}
}

func TestHub_lost_hints_send_everybody_to_ask_again(t *testing.T) {
	h := newHub()
	l, _ := listen(t, h, "370202", "street_office", "")
	before := h.now()
	h.take(Hint{Kind: HintReport, Tenant: "370202", ID: uuid.New()})
	h.take(Hint{Kind: HintLost})
	select {
	case <-l.behind:
	default:
		t.Error("an open stream goes on as if nothing was missed")
	}
	if _, missed := listen(t, h, "370202", "street_office", before); !missed {
		t.Error("who comes back is not told that something was missed")
	}
	now := h.now()
	h.take(Hint{Kind: HintReport, Tenant: "370202", ID: uuid.New()})
	again, missed := listen(t, h, "370202", "street_office", now)
	if missed || len(got(again)) != 1 {
		t.Error("after that, nothing works as before")
	}
}
