package report

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db/reportoffer"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

func (h *house) heldBy(ctx context.Context, d person) (out []Held) {
	h.t.Helper()
	err := h.kit.DB.View(ctx, tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) (err error) {
		out, err = h.s.HeldBy(ctx, tx, d.deputy)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h *house) gone(r Receipt, d person, why string, substitute *uuid.UUID) {
	h.t.Helper()
	// Twice, as a job that is worked again does.
	for range 2 {
		if err := h.s.DeputyAway(h.t.Context(), shinan, r.ID, d.deputy, why, substitute); err != nil {
			h.t.Fatalf("%s away: %v", d.name, err)
		}
	}
	if left := h.heldBy(h.t.Context(), d); len(left) != 0 {
		h.t.Errorf("%s still holds %+v", d.name, left)
	}
}

func (h *house) openOffers(r Receipt) (names []string) {
	h.t.Helper()
	h.rows(func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.ReportOffer.Query().Where(reportoffer.ReportID(r.ID), reportoffer.StateEQ(reportoffer.StateOffered)).All(ctx)
		for _, o := range rows {
			names = append(names, h.deputy[o.DeputyID].Name)
		}
		return err
	})
	return names
}

func TestWhatAnAbsentDeputyHeldIsHandedOver(t *testing.T) {
	engines(t, func(h *house) {
		left, substitute := h.deputies[0], h.deputies[2]
		r := h.reach("accepted")
		promise := *h.get(h.office, r.Number).PromisedAt
		if held := h.heldBy(h.t.Context(), left); len(held) != 1 || held[0].Number != r.Number || held[0].Part != "lead" || held[0].State != "accepted" {
			h.t.Errorf("the dry run: %+v", held)
		}
		h.gone(r, left, AwayOnLeave, &substitute.deputy)
		v := h.get(h.office, r.Number)
		if got := h.openOffers(r); v.State != "open" || len(got) != 1 || got[0] != substitute.name || !v.PromisedAt.Equal(promise) || h.ended(r, left) != AwayOnLeave {
			h.t.Errorf("on leave in state accepted: %s, asked %v, ended %q", v.State, got, h.ended(r, left))
		}
		h.do(substitute, r.Number, h.s.acceptStep(PlainBody{}))
		h.do(substitute, r.Number, h.s.verifyStep(h.seen("属实")))
		events := len(h.get(h.office, r.Number).Timeline)
		h.gone(r, substitute, AwayMandateEnded, nil)
		v = h.get(h.office, r.Number)
		if v.State != "verified" || len(v.Deputies) != 0 || len(h.openOffers(r)) != 0 || h.ended(r, substitute) != AwayMandateEnded || len(v.Timeline) != events+1 {
			h.t.Errorf("mandate ended in state verified: %s %v, %d new events", v.State, v.Deputies, len(v.Timeline)-events)
		}
		if h.load(left) != 0 || h.load(substitute) != 0 {
			h.t.Errorf("loads %d, %d", h.load(left), h.load(substitute))
		}
		working := h.reach("contacted")
		h.gone(working, left, AwayOnLeave, &substitute.deputy)
		if v = h.get(h.office, working.Number); v.State != "handling" || v.Owner.Kind != OwnerUnit || h.openOffers(working)[0] != substitute.name {
			h.t.Errorf("while the unit works: %s %+v", v.State, v.Owner)
		}
		h.do(substitute, working.Number, h.s.acceptStep(PlainBody{}))
		if got := h.lastTold(working.Number); got != "现在由陈静代表与您联系，原定时间不变。" {
			h.t.Errorf("told %q", got)
		}
	})
}

func TestASubstituteWhoCannotIsNotWaitedFor(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		h.away[h.deputies[2].deputy] = "正在请假"
		h.candidates = h.candidates[:2]
		h.gone(r, h.deputies[0], AwayOnLeave, &h.deputies[2].deputy)
		if got := h.openOffers(r); len(got) != 1 || got[0] != h.deputies[1].name {
			h.t.Errorf("asked %v", got)
		}
		h.gone(r, h.deputies[1], AwayOnLeave, nil)
		if v := h.get(h.office, r.Number); v.State != "accepted" || v.Owner.Kind != OwnerOffice {
			h.t.Errorf("the last one asked is away: %s %+v", v.State, v.Owner)
		}
	})
}

func TestTheDryRunHidesWhatTheCallerIsRecusedFrom(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		h.do(h.deputies[1], r.Number, h.s.joinStep(PlainBody{}))
		h.do(h.deputies[1], r.Number, h.s.recuseStep(RecuseBody{Reason: "本人是物业股东"}))
		ctx := auth.With(h.t.Context(), &auth.Caller{PersonID: h.deputies[1].id, Tenant: shinan, Grants: h.deputies[1].grants})
		if held := h.heldBy(ctx, h.deputies[0]); len(held) != 0 {
			h.t.Errorf("%+v", held)
		}
	})
}
