package report

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/supervision"
	"huying/internal/flow"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

func (d *desk) carried() (Receipt, time.Time) {
	d.t.Helper()
	r := d.reach("contacted")
	review := d.kit.Clock.Now().Add(60 * 24 * time.Hour)
	d.do(d.head, r.Number, d.s.carryOverStep(carryBody(review)))
	d.sign(d.coordinator, r.Number)
	d.sign(d.signer, r.Number)
	return r, review
}

func carryBody(review time.Time) CarryOverBody {
	return CarryOverBody{Reason: "需列入明年改造", Plan: "已报年度计划", Person: "张科长", ReviewAt: review}
}

func TestThreePeopleCarryOver(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		review := d.kit.Clock.Now().Add(60 * 24 * time.Hour)
		d.refused("by the clerk", d.try(d.clerk, r.Number, d.s.carryOverStep(carryBody(review))), fault.Forbidden)
		d.refused("too late a review", d.try(d.head, r.Number, d.s.carryOverStep(carryBody(review.Add(31*24*time.Hour)))), fault.Invalid)
		d.do(d.head, r.Number, d.s.carryOverStep(carryBody(review)))
		d.refused("decided before the coordinator agreed", d.trySign(d.signer, r.Number, SignBody{}, true), fault.Forbidden)
		all := person{id: d.head.id, name: "一人三职", grants: append(append(append([]grant{}, d.head.grants...), d.coordinator.grants...), d.signer.grants...)}
		d.refused("agreed by who asked", d.trySign(all, r.Number, SignBody{}, true), OwnProposal)
		d.sign(d.coordinator, r.Number)
		if got := d.state(r.Number); got != "handling" {
			d.t.Fatalf("carried over by two: %s", got)
		}
		d.refused("decided by who asked", d.trySign(all, r.Number, SignBody{}, true), OwnProposal)
		both := person{id: d.coordinator.id, name: "一人两职", grants: append(append([]grant{}, d.coordinator.grants...), d.signer.grants...)}
		d.refused("decided by who agreed", d.trySign(both, r.Number, SignBody{}, true), OwnProposal)
		d.refused("asked again meanwhile", d.try(d.head, r.Number, d.s.carryOverStep(carryBody(review))), flow.TransitionNotAllowed)
		d.sign(d.signer, r.Number)
		v := d.get(d.citizen, r.Number)
		if v.State != "carried_over" || !v.PromisedAt.Equal(review) || !v.DueAt.Equal(review) || v.Owner.Kind != OwnerUnit || d.running(r.Number, clockHandling) != nil {
			d.t.Fatalf("%s promise %v owner %+v", v.State, v.PromisedAt, v.Owner)
		}
		if got := d.last(d.citizen, r.Number).Text; !strings.HasPrefix(got, "目前还办不了：需列入明年改造。已登记挂账，由张科长负责，") {
			d.t.Fatalf("told %q", got)
		}
	})
}

func TestReview(t *testing.T) {
	desks(t, func(d *desk) {
		r, _ := d.carried()
		d.refused("by the office", d.try(d.office, r.Number, d.s.reviewStep(ReviewBody{Decision: "restart"})), fault.Forbidden)
		d.refused("kept without a reason", d.try(d.staff, r.Number, d.s.reviewStep(ReviewBody{Decision: "keep"})), fault.Invalid)
		d.do(d.staff, r.Number, d.s.reviewStep(ReviewBody{Decision: "keep", Reason: "资金未到位"}))
		if v := d.get(d.citizen, r.Number); v.State != "carried_over" || !v.DueAt.Equal(d.kit.Clock.Now().Add(90*24*time.Hour)) {
			d.t.Fatalf("%s due %v", v.State, v.DueAt)
		}
		d.do(d.staff, r.Number, d.s.reviewStep(ReviewBody{Decision: "restart"}))
		v := d.get(d.citizen, r.Number)
		if c := d.running(r.Number, clockHandling); v.State != "handling" || !c.DueAt.Equal(d.kit.Clock.Now().Add(7*24*time.Hour)) || !v.PromisedAt.Equal(c.DueAt) || v.Owner.Kind != OwnerUnit {
			d.t.Fatalf("%s %+v", v.State, c)
		}
		d.do(d.clerk, r.Number, d.s.replyStep(d.answer()))
	})
}

func TestTheTimerForcesAReview(t *testing.T) {
	desks(t, func(d *desk) {
		r, review := d.carried()
		d.kit.Clock.Set(review)
		d.sweep()
		if got := d.state(r.Number); got != "carried_over" {
			d.t.Fatalf("at the date: %s", got)
		}
		cal, err := d.s.Calendar(d.t.Context(), shinan)
		if err != nil {
			d.t.Fatal(err)
		}
		forced, _ := cal.Add(review, forcedReview)
		d.kit.Clock.Set(forced.Add(-time.Second))
		if n := d.sweep(); n != 0 {
			d.t.Fatalf("%d told early", n)
		}
		d.kit.Clock.Set(forced)
		d.sweep()
		if v := d.get(d.staff, r.Number); v.State != "handling" || d.last(d.staff, r.Number).Action != "review" {
			d.t.Fatalf("%s", v.State)
		}
	})
}

func TestLettersAreDraftedSignedAndAnswered(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		letter := func(text string) step {
			return d.s.superviseStep(letterDraft{SuperviseBody: SuperviseBody{Letter: text}})
		}
		d.refused("by the office", d.try(d.office, r.Number, letter("请说明进展")), fault.Forbidden)
		d.refused("by the head alone", d.try(d.signer, r.Number, letter("请说明进展")), fault.Forbidden)
		d.do(d.staff, r.Number, letter("请说明进展"))
		d.refused("signed by the office", d.trySign(d.office, r.Number, SignBody{}, true), fault.Forbidden)
		d.refused("signed by the unit", d.trySign(d.head, r.Number, SignBody{}, true), fault.Forbidden)
		both := person{id: d.staff.id, name: "身兼两职", grants: append(append([]grant{}, d.staff.grants...), d.signer.grants...)}
		d.refused("signed by who drafted", d.trySign(both, r.Number, SignBody{}, true), OwnProposal)
		d.refused("answered before it is signed", d.try(d.head, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "已办"})), flow.TransitionNotAllowed)
		d.sign(d.signer, r.Number)
		v := d.get(d.head, r.Number)
		if !v.Supervised || len(v.Letters) != 1 || v.Letters[0].To != "市南区城市管理局" || d.running(r.Number, clockSupervise) == nil {
			d.t.Fatalf("supervised=%v %+v", v.Supervised, v.Letters)
		}
		d.do(d.staff, r.Number, letter("再请说明进展"))
		d.sign(d.signer, r.Number)
		if n := len(d.list(d.staff, Filter{Supervised: true}).Items); n != 1 {
			d.t.Errorf("%d supervised in the list", n)
		}
		d.refused("answered by the clerk", d.try(d.clerk, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "已办"})), fault.Forbidden)
		d.do(d.head, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "管材周五到货，下周三完工"}))
		v = d.get(d.head, r.Number)
		if v.Supervised || v.Letters[0].Answer == "" || v.Letters[1].AnsweredAt == nil || d.running(r.Number, clockSupervise) != nil {
			d.t.Fatalf("supervised=%v %+v", v.Supervised, v.Letters)
		}
		if e := d.last(d.citizen, r.Number); e.Text != "市南区城市管理局已向人大说明情况。" || e.Note != "" {
			d.t.Fatalf("%+v", e)
		}
		if len(d.get(d.citizen, r.Number).Letters) != 0 {
			d.t.Error("the citizen reads the letters")
		}
	})
}

func TestALateAnswerClimbs(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("replied")
		d.do(d.staff, r.Number, d.s.superviseStep(letterDraft{SuperviseBody: SuperviseBody{Letter: "请说明进展"}}))
		d.sign(d.signer, r.Number)
		c := d.running(r.Number, clockSupervise)
		d.kit.Clock.Set(c.DueAt.Add(c.DueAt.Sub(c.StartedAt)))
		d.sweep()
		if v := d.get(d.staff, r.Number); v.Rung < 150 {
			d.t.Fatalf("rung %d", v.Rung)
		}
		d.do(d.head, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "已办结，迟复致歉"}))
		if v := d.get(d.staff, r.Number); v.Rung != 0 || v.Supervised {
			d.t.Fatalf("rung %d supervised=%v", v.Rung, v.Supervised)
		}
	})
}

func (d *desk) city() (person, context.Context) {
	city := d.person("市人大", authz.Grant{Role: "city_supervisor", Tenant: tenancy.CityTenant, Division: "3702"})
	ctx := auth.With(d.t.Context(), &auth.Caller{PersonID: city.id, Tenant: tenancy.CityTenant, Grants: city.grants, AllGrants: city.grants, SecondFactor: true})
	return city, authz.WithAccess(ctx, d.index.Access(city.grants, tenancy.CityTenant, "supervision.create"))
}

func (d *desk) letterOfCity(id uuid.UUID) (l *db.Supervision) {
	d.t.Helper()
	err := d.kit.DB.View(d.t.Context(), tenancy.Tenant(tenancy.CityTenant), func(ctx context.Context, tx *database.Tx) (err error) {
		l, err = tx.Supervision.Query().Where(supervision.ID(id)).Only(ctx)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return l
}

func TestTheCityWritesToTheDistrict(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		_, ctx := d.city()
		if _, err := d.s.WriteCityLetter(ctx, CityLetterBody{Number: "370202-2026-999999", Letter: "请说明进展"}); !fault.Is(err, fault.NotFound) {
			d.t.Errorf("about a report that never was: %v", err)
		}
		d.vacant = []string{"city_unit"}
		if _, err := d.s.WriteCityLetter(ctx, CityLetterBody{Number: r.Number, Letter: "请说明进展", UnitID: &d.unit}); !fault.Is(err, fault.Invalid) {
			d.t.Errorf("to a district's unit: %v", err)
		}
		letter, err := d.s.WriteCityLetter(ctx, CityLetterBody{Number: r.Number, Letter: "请区人大督促办理"})
		if err != nil {
			d.t.Fatal(err)
		}
		if v := d.get(d.staff, r.Number); v.Supervised {
			d.t.Fatal("the city wrote into the district")
		}
		args := d.jobs[len(d.jobs)-1].(CityLetterArgs)
		for range 2 {
			if err := d.s.CityLetters().Work(d.t.Context(), &river.Job[CityLetterArgs]{Args: args}); err != nil {
				d.t.Fatal(err)
			}
		}
		v := d.get(d.staff, r.Number)
		if !v.Supervised || len(v.Letters) != 1 || v.Letters[0].To != "区市人大" {
			d.t.Fatalf("supervised=%v %+v", v.Supervised, v.Letters)
		}
		d.refused("answered by the unit", d.try(d.head, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "已办"})), flow.TransitionNotAllowed)
		d.do(d.signer, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "已督促，下周完工"}))
		back := d.jobs[len(d.jobs)-1].(CityAnswerArgs)
		if err := d.s.CityAnswers().Work(d.t.Context(), &river.Job[CityAnswerArgs]{Args: back}); err != nil {
			d.t.Fatal(err)
		}
		if l := d.letterOfCity(letter.ID); l.State != supervision.StateAnswered || l.Answer != "已督促，下周完工" {
			d.t.Fatalf("%+v", l)
		}
	})
}

func TestTheCityWritesToACityUnit(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		_, ctx := d.city()
		if _, err := d.s.WriteCityLetter(ctx, CityLetterBody{Number: r.Number, Letter: "请说明抢修进展", UnitID: &d.unit}); err != nil {
			d.t.Fatal(err)
		}
		args := d.jobs[len(d.jobs)-1].(CityLetterArgs)
		if err := d.s.CityLetters().Work(d.t.Context(), &river.Job[CityLetterArgs]{Args: args}); err != nil {
			d.t.Fatal(err)
		}
		d.refused("answered by the district", d.try(d.signer, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "已办"})), flow.TransitionNotAllowed)
		d.do(d.head, r.Number, d.s.answerLetterStep(AnswerLetterBody{Content: "今晚完工"}))
	})
}
