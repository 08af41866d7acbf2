package report

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reporttransfer"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

const city = "370200"

// transferHouse is a house with people of the other district and of the city.
type transferHouse struct {
	*house
	theirs, both, ruler person
}

func transferring(t *testing.T, test func(h *transferHouse)) {
	t.Helper()
	engines(t, func(h *house) {
		x := &transferHouse{house: h}
		x.theirs = h.person("市北代工委", grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		x.ruler = h.person("市人大", grant{Role: "city_supervisor", Tenant: city, Division: "3702"})
		x.staff.grants = append(x.staff.grants, grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		x.both = x.staff
		x.staff = h.person("代工委二", grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		h.staff = x.staff
		test(x)
	})
}

// waiting are the jobs of transfers that nobody has worked yet.
func (h *transferHouse) waiting() (out []TransferArgs) {
	for _, job := range h.jobs {
		if a, ok := job.(TransferArgs); ok {
			out = append(out, a)
		}
	}
	return out
}

// carry works every job that waits, the given number of times each.
func (h *transferHouse) carry(times int) {
	h.t.Helper()
	for {
		waiting := h.waiting()
		if len(waiting) == 0 {
			return
		}
		job := waiting[0]
		h.jobs = nil
		for _, rest := range waiting[1:] {
			h.jobs = append(h.jobs, rest)
		}
		for range times {
			if err := h.s.passOn(h.t.Context(), job); err != nil {
				h.t.Fatalf("%s: %v", job.Stage, err)
			}
		}
	}
}

func (h *transferHouse) ask(ref string) uuid.UUID {
	h.t.Helper()
	h.do(h.staff, ref, h.s.transferStep(TransferBody{ToTenant: shibei, Reason: "在道路北侧，属市北"}))
	return h.sides(shinan)[0].TransferID
}

func (h *transferHouse) sides(tenant string) (rows []*db.ReportTransfer) {
	h.t.Helper()
	err := h.kit.DB.View(h.t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		rows, err = tx.ReportTransfer.Query().Order(reporttransfer.ByID()).All(ctx)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return rows
}

func (h *transferHouse) reports(tenant string) (rows []*db.Report) {
	h.t.Helper()
	err := h.kit.DB.View(h.t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		rows, err = tx.Report.Query().All(ctx)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return rows
}

func (h *transferHouse) decide(p person, tenant string, id uuid.UUID, which reporttransfer.Side, yes bool) error {
	_, err := h.s.decideTransfer(h.as(p, tenant, "transfer.agree"), tenant, &transferInput{ID: id, Body: &TransferDecision{Reason: "经现场核对"}}, which, yes)
	return err
}

// checkMoved holds what a finished transfer must be: one closed, one new, one thread.
func (h *transferHouse) checkMoved(number string) *db.Report {
	h.t.Helper()
	there := h.reports(shibei)
	if len(there) != 1 {
		h.t.Fatalf("%d reports in the receiving district", len(there))
	}
	rep, old := there[0], h.get(h.staff, number)
	if old.State != "transferred" || old.WentTo == nil || old.WentTo.Number != rep.Number {
		h.t.Errorf("the old one: %s, went to %+v", old.State, old.WentTo)
	}
	if rep.CameFromNumber != number || rep.CameFromTenant != shinan || rep.ThreadID.String() == rep.ID.String() || !strings.HasPrefix(rep.Number, shibei) {
		h.t.Errorf("the new one: %+v", rep)
	}
	v, err := h.getAs(h.theirs, shibei, rep.Number)
	if err != nil {
		h.t.Fatal(err)
	}
	frozenSeen, arrived := 0, false
	for _, e := range v.Timeline {
		if e.District != "" {
			frozenSeen++
		}
		arrived = arrived || e.Action == "transfer-arrive"
	}
	if frozenSeen < 2 || !arrived || len(v.Held) != 2 || v.CameFrom == nil {
		h.t.Errorf("the receiver reads %d frozen steps, arrived %v, held %+v", frozenSeen, arrived, v.Held)
	}
	if _, err := h.getAs(h.staff, shibei, rep.Number); !fault.Is(err, fault.NotFound) {
		h.t.Errorf("the sender's staff reads the receiver's report: %v", err)
	}
	mine, err := h.s.List(h.as(h.citizen, "", listPermission), "", Filter{Mine: true}, web.Paging{Limit: 20})
	if err != nil || len(mine.Items) != 1 || mine.Items[0].Number != rep.Number {
		h.t.Errorf("mine: %+v %v", mine.Items, err)
	}
	if own := h.get(h.citizen, number); own.WentTo == nil || own.WentTo.Link == "" {
		h.t.Error("the old number does not point to the new one")
	}
	return rep
}

func TestTransferByAgreement(t *testing.T) {
	for _, at := range []string{"submitted", "open", "accepted", "verified"} {
		t.Run(at, func(t *testing.T) {
			transferring(t, func(h *transferHouse) {
				r := h.reach(at)
				before := h.get(h.staff, r.Number)
				id := h.ask(r.Number)
				h.carry(2)
				if got := h.get(h.staff, r.Number); got.State != at || !got.PromisedAt.Equal(*before.PromisedAt) {
					t.Errorf("asking moved the report to %s, %v", got.State, got.PromisedAt)
				}
				if err := h.decide(h.theirs, shibei, id, reporttransfer.SideReceiver, true); err != nil {
					t.Fatal(err)
				}
				h.carry(2)
				rep := h.checkMoved(r.Number)
				if want := map[string]string{"submitted": "submitted"}[at]; string(rep.State) != want && (want != "" || rep.State != "open") {
					t.Errorf("from %s it arrived as %s", at, rep.State)
				}
				cal, _ := h.s.Calendar(t.Context(), shibei)
				if latest, _ := cal.Add(*before.PromisedAt, deadline.MustSpan("1wd")); rep.PromisedAt == nil || rep.PromisedAt.After(latest) {
					t.Errorf("promised %v, the latest is %v", rep.PromisedAt, latest)
				}
				for _, tenant := range []string{shinan, shibei} {
					if s := h.sides(tenant)[0]; s.State != reporttransfer.StateDone || s.NewNumber != rep.Number {
						t.Errorf("the side of %s: %s %q", tenant, s.State, s.NewNumber)
					}
				}
			})
		})
	}
}

// TestTransferSurvivesACrashBetweenItsTransactions stops after the first of the
// two, as a killed process does, and then delivers the job more than once.
func TestTransferSurvivesACrashBetweenItsTransactions(t *testing.T) {
	transferring(t, func(h *transferHouse) {
		r := h.reach("accepted")
		id := h.ask(r.Number)
		h.carry(1)
		if err := h.decide(h.theirs, shibei, id, reporttransfer.SideReceiver, true); err != nil {
			t.Fatal(err)
		}
		answer := h.waiting()[0]
		h.jobs = nil
		if err := h.s.passOn(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		if h.state(r.Number) != "transferred" || len(h.reports(shibei)) != 0 || len(h.waiting()) != 1 {
			t.Fatalf("after the first transaction: %s, %d there, %d jobs", h.state(r.Number), len(h.reports(shibei)), len(h.waiting()))
		}
		mine, err := h.s.List(h.as(h.citizen, "", listPermission), "", Filter{Mine: true}, web.Paging{Limit: 20})
		if err != nil || len(mine.Items) != 1 {
			t.Errorf("the citizen sees %d reports in between: %v", len(mine.Items), err)
		}
		receive := h.waiting()[0]
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := h.s.passOn(gone, receive); err == nil {
			t.Fatal("a killed job succeeded")
		}
		for range 3 {
			if err := h.s.passOn(t.Context(), receive); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.s.passOn(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		h.carry(3)
		h.checkMoved(r.Number)
	})
}

func TestTransferDecidedByTheCity(t *testing.T) {
	transferring(t, func(h *transferHouse) {
		refused, silent := h.reach("open"), h.reach("submitted")
		id := h.ask(refused.Number)
		h.carry(1)
		if err := h.decide(h.theirs, shibei, id, reporttransfer.SideReceiver, false); err != nil {
			t.Fatal(err)
		}
		h.carry(2)
		if s := h.sides(city); len(s) != 1 || s[0].State != reporttransfer.StateAsked {
			t.Fatalf("the city was not asked: %+v", s)
		}
		if err := h.decide(h.ruler, city, id, reporttransfer.SideCity, false); err != nil {
			t.Fatal(err)
		}
		h.carry(2)
		if h.state(refused.Number) != "open" || len(h.reports(shibei)) != 0 || h.sides(shinan)[0].State != reporttransfer.StateRefused {
			t.Error("a refused transfer changed something")
		}
		h.do(h.staff, silent.Number, h.s.transferStep(TransferBody{ToTenant: shibei, Reason: "属市北"}))
		h.carry(1)
		h.kit.Clock.Advance(5 * 24 * time.Hour)
		h.sweep()
		h.carry(1)
		rows := h.sides(city)
		if len(rows) != 2 {
			t.Fatalf("silence did not reach the city: %d", len(rows))
		}
		if err := h.decide(h.ruler, city, rows[1].TransferID, reporttransfer.SideCity, true); err != nil {
			t.Fatal(err)
		}
		h.carry(2)
		there := h.reports(shibei)
		if len(there) != 1 || h.state(silent.Number) != "transferred" {
			t.Fatalf("ordered: %d there, here %s", len(there), h.state(silent.Number))
		}
		h.backOnlyByTheCity(there[0].Number)
	})
}

// backOnlyByTheCity sends a received report back once, by the city, and then no more.
func (h *transferHouse) backOnlyByTheCity(number string) {
	h.t.Helper()
	try := func(p person, tenant, ref, to string) error {
		_, err := h.s.act(h.as(p, tenant, "report.transfer"), tenant, ref, h.s.transferStep(TransferBody{ToTenant: to, Reason: "确属市南"}))
		return err
	}
	if err := try(h.theirs, shibei, number, shinan); err != nil {
		h.t.Fatal(err)
	}
	h.carry(1)
	rows := h.sides(city)
	if len(rows) != 3 {
		h.t.Fatalf("a received report went on without the city: %d", len(rows))
	}
	if err := h.decide(h.ruler, city, rows[2].TransferID, reporttransfer.SideCity, true); err != nil {
		h.t.Fatal(err)
	}
	h.carry(1)
	for _, rep := range h.reports(shinan) {
		if rep.CameFromNumber == number {
			if err := try(h.staff, shinan, rep.Number, shibei); !fault.Is(err, flow.TransitionNotAllowed) {
				h.t.Errorf("a third transfer: %v", err)
			}
			return
		}
	}
	h.t.Error("it did not come back")
}

func TestTransferWrongPeople(t *testing.T) {
	transferring(t, func(h *transferHouse) {
		r := h.reach("open")
		for name, p := range map[string]person{"office": h.office, "citizen": h.citizen, "clerk": h.clerk, "city": h.ruler, "other district": h.theirs} {
			err := h.try(p, r.Number, h.s.transferStep(TransferBody{ToTenant: shibei, Reason: "属市北"}))
			if !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s asked for a transfer: %v", name, err)
			}
		}
		for field, b := range map[string]TransferBody{
			"to_tenant":     {ToTenant: shinan, Reason: "属市南"},
			"division_code": {ToTenant: shibei, DivisionCode: street, Reason: "属市北"},
		} {
			err := h.try(h.staff, r.Number, h.s.transferStep(b))
			if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if err := h.try(h.staff, r.Number, h.s.transferStep(TransferBody{ToTenant: city, Reason: "给市里"})); !fault.Is(err, fault.Invalid) {
			t.Errorf("to the city's own tenant: %v", err)
		}
		h.do(h.both, r.Number, h.s.transferStep(TransferBody{ToTenant: shibei, Reason: "属市北"}))
		if err := h.try(h.staff, r.Number, h.s.transferStep(TransferBody{ToTenant: shibei, Reason: "属市北"})); !fault.Is(err, flow.TransitionNotAllowed) {
			t.Errorf("asked twice: %v", err)
		}
		h.carry(1)
		id := h.sides(shibei)[0].TransferID
		if err := h.decide(h.both, shibei, id, reporttransfer.SideReceiver, true); !fault.Is(err, OwnProposal) {
			t.Errorf("who asked agreed: %v", err)
		}
		if err := h.decide(h.theirs, shibei, uuid.New(), reporttransfer.SideReceiver, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("a transfer that never was: %v", err)
		}
		if err := h.decide(h.staff, shinan, id, reporttransfer.SideReceiver, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("the sender agreed with itself: %v", err)
		}
		ctx := h.as(h.staff, shinan, "transfer.cancel")
		if _, err := h.s.cancelTransfer(ctx, shinan, &transferInput{ID: id}); err != nil {
			t.Fatal(err)
		}
		// The agreement crosses the cancellation on its way.
		if err := h.decide(h.theirs, shibei, id, reporttransfer.SideReceiver, true); err != nil {
			t.Fatal(err)
		}
		h.carry(1)
		if h.state(r.Number) != "open" || len(h.reports(shibei)) != 0 || h.sides(shibei)[0].State != reporttransfer.StateCancelled {
			t.Errorf("a cancelled transfer went on: %s", h.sides(shibei)[0].State)
		}
		if _, err := h.s.cancelTransfer(ctx, shinan, &transferInput{ID: id}); !fault.Is(err, flow.TransitionNotAllowed) {
			t.Errorf("cancelled twice: %v", err)
		}
	})
}
