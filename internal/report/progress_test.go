package report

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"huying/ent/db/reportproposal"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

func TestAQuestionPausesTheHolder(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		before := d.running(r.Number, clockHandling).DueAt
		ask := d.s.askStep(AskBody{Question: "塌陷处离路口多远？"})
		d.refused("by who does not hold it", d.try(d.office, r.Number, ask), flow.TransitionNotAllowed)
		d.refused("by the reporter", d.try(d.citizen, r.Number, ask), fault.Forbidden)
		d.do(d.clerk, r.Number, ask)
		c := d.running(r.Number, clockHandling)
		if !c.Paused || !c.DueAt.After(before) || !c.FirstDueAt.Equal(before) || d.get(d.clerk, r.Number).PausedUntil != nil {
			d.t.Fatalf("%+v", c)
		}
		if got := d.last(d.citizen, r.Number).Text; !strings.HasPrefix(got, "请补充：塌陷处离路口多远？。") && !strings.HasPrefix(got, "请补充：塌陷处离路口多远？") {
			d.t.Fatalf("told %q", got)
		}
		d.refused("while one waits", d.try(d.clerk, r.Number, ask), flow.TransitionNotAllowed)
		d.kit.Clock.Advance(24 * time.Hour)
		d.refused("answered by another", d.try(d.other, r.Number, d.s.answerStep(AnswerBody{Content: "二十米"})), fault.NotFound)
		d.do(d.citizen, r.Number, d.s.answerStep(AnswerBody{Content: "往东二十米"}))
		v := d.get(d.citizen, r.Number)
		if c := d.running(r.Number, clockHandling); c.Paused || !c.DueAt.Equal(before.Add(24*time.Hour)) || !v.PromisedAt.Equal(c.DueAt) || !v.DueAt.Equal(c.DueAt) {
			d.t.Fatalf("%+v promise %s", c, v.PromisedAt)
		}
		if e := d.last(d.clerk, r.Number); e.Note != "往东二十米" || strings.Contains(e.Text, "二十米") {
			d.t.Fatalf("%+v", e)
		}
		d.do(d.clerk, r.Number, ask)
		d.kit.Clock.Set(*d.running(r.Number, clockHandling).PausedUntil)
		d.sweep()
		if e := d.last(d.citizen, r.Number); e.Action != "answer-silence" || !strings.HasPrefix(e.Text, "没有收到补充，按现有情况继续办理，") {
			d.t.Fatalf("%+v", e)
		}
		if c := d.running(r.Number, clockHandling); c.Paused || d.running(r.Number, clockAnswer) != nil {
			d.t.Fatalf("%+v", c)
		}
		d.refused("a third question", d.try(d.clerk, r.Number, ask), flow.TransitionNotAllowed)
		silences := 0
		for _, e := range d.get(d.clerk, r.Number).Timeline {
			if e.Action == "answer-silence" {
				silences++
			}
		}
		if d.sweep(); silences != 1 {
			d.t.Fatalf("told %d times", silences)
		}
	})
}

func TestADeputyAsksTheReporter(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("accepted")
		d.do(d.deputies[0], r.Number, d.s.askStep(AskBody{Question: "几点最吵？"}))
		if c := d.running(r.Number, clockVerify); !c.Paused {
			d.t.Fatalf("%+v", c)
		}
		d.do(d.citizen, r.Number, d.s.answerStep(AnswerBody{Content: "晚上九点"}))
		if c := d.running(r.Number, clockVerify); c.Paused {
			d.t.Fatalf("%+v", c)
		}
	})
}

func TestExtendOncePerRound(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		due := d.running(r.Number, clockHandling).DueAt
		extend := func(to time.Time) step { return d.s.extendStep(ExtendBody{DueAt: to, Reason: "等管材到货"}) }
		d.refused("by the clerk", d.try(d.clerk, r.Number, extend(due.Add(time.Hour))), fault.Forbidden)
		d.refused("to an earlier time", d.try(d.head, r.Number, extend(due.Add(-time.Hour))), fault.Invalid)
		d.refused("by more than the clock", d.try(d.head, r.Number, extend(due.Add(8*24*time.Hour))), fault.Invalid)
		d.do(d.head, r.Number, extend(due.Add(7*24*time.Hour)))
		d.refused("approved by the unit", d.trySign(d.head, r.Number, SignBody{}, true), OwnProposal)
		d.sign(d.office, r.Number)
		v := d.get(d.citizen, r.Number)
		if c := d.running(r.Number, clockHandling); !c.Extended || !c.FirstDueAt.Equal(due) || !c.DueAt.Equal(due.Add(7*24*time.Hour)) || !v.PromisedAt.Equal(c.DueAt) || d.running(r.Number, clockExtension) != nil {
			d.t.Fatalf("%+v promise %s", c, v.PromisedAt)
		}
		if got := d.last(d.citizen, r.Number).Text; !strings.HasPrefix(got, "因等管材到货，答复时间延到") {
			d.t.Fatalf("told %q", got)
		}
		d.refused("twice", d.try(d.head, r.Number, extend(due.Add(9*24*time.Hour))), flow.TransitionNotAllowed)
	})
}

func TestAnExtensionIsAskedInTimeAndSilenceRefusesIt(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		start, due := d.kit.Clock.Now(), d.running(r.Number, clockHandling).DueAt
		extend := d.s.extendStep(ExtendBody{DueAt: due.Add(24 * time.Hour), Reason: "等管材到货"})
		d.do(d.head, r.Number, extend)
		d.kit.Clock.Set(d.running(r.Number, clockExtension).DueAt)
		d.sweep()
		v := d.get(d.head, r.Number)
		if v.Awaiting != nil || d.last(d.head, r.Number).Action != "extension-lapsed" || !d.running(r.Number, clockHandling).DueAt.Equal(due) {
			d.t.Fatalf("awaiting %+v", v.Awaiting)
		}
		d.refused("approved afterwards", d.trySign(d.office, r.Number, SignBody{}, true), flow.TransitionNotAllowed)
		d.kit.Clock.Set(start.Add(due.Sub(start) * 81 / 100))
		d.sweep()
		d.refused("after the yellow rung", d.try(d.head, r.Number, extend), flow.TransitionNotAllowed)
	})
}

func TestAnExtensionAndTheSweeperMeet(t *testing.T) {
	desks(t, func(d *desk) {
		for range 4 {
			r := d.reach("contacted")
			due := d.running(r.Number, clockHandling).DueAt
			d.do(d.head, r.Number, d.s.extendStep(ExtendBody{DueAt: due.Add(24 * time.Hour), Reason: "等管材到货"}))
			d.kit.Clock.Set(d.running(r.Number, clockExtension).DueAt)
			errs := together(3, func(i int) error {
				if i == 0 {
					return d.trySign(d.office, r.Number, SignBody{}, true)
				}
				_, err := d.newSweeper().Sweep(context.Background())
				return err
			})
			if errs[1] != nil || errs[2] != nil {
				d.t.Fatalf("sweep: %v %v", errs[1], errs[2])
			}
			c := d.running(r.Number, clockHandling)
			if c.Extended != (errs[0] == nil) || c.DueAt.Equal(due) == (errs[0] == nil) {
				d.t.Fatalf("%+v after %v", c, errs[0])
			}
			d.rows(func(ctx context.Context, tx *database.Tx) error {
				n, err := tx.ReportProposal.Query().Where(reportproposal.ReportID(r.ID), reportproposal.StateEQ(reportproposal.StatePending)).Count(ctx)
				if n != 0 {
					d.t.Errorf("%d proposals wait", n)
				}
				return err
			})
			d.finish(r.Number)
		}
	})
}

func TestPauseAndResume(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		due, now := d.running(r.Number, clockHandling).DueAt, d.kit.Clock.Now()
		pause := func(days int) step {
			return d.s.pauseStep(PauseBody{Kind: "mediation", Until: now.Add(time.Duration(days) * 24 * time.Hour), Reason: "社区调解中"})
		}
		d.refused("too long", d.try(d.clerk, r.Number, pause(31)), fault.Invalid)
		d.refused("backwards", d.try(d.clerk, r.Number, pause(-1)), fault.Invalid)
		d.refused("by the deputy", d.try(d.deputies[0], r.Number, pause(3)), fault.Forbidden)
		d.do(d.clerk, r.Number, pause(10))
		d.refused("approved by the unit's head", d.trySign(d.head, r.Number, SignBody{Action: "pause"}, true), fault.Forbidden)
		d.sign(d.staff, r.Number)
		v := d.get(d.citizen, r.Number)
		until := now.Add(10 * 24 * time.Hour)
		if v.PausedUntil == nil || !v.PausedUntil.Equal(until) || !v.PromisedAt.Equal(until) || !v.DueAt.Equal(due.Add(10*24*time.Hour)) {
			d.t.Fatalf("until %v promise %v due %v", v.PausedUntil, v.PromisedAt, v.DueAt)
		}
		if got := d.last(d.citizen, r.Number).Text; !strings.HasPrefix(got, "正在调解，") {
			d.t.Fatalf("told %q", got)
		}
		if n := len(d.list(d.staff, Filter{Paused: true}).Items); n != 1 {
			d.t.Errorf("%d paused in the list", n)
		}
		d.refused("paused twice", d.try(d.clerk, r.Number, pause(3)), flow.TransitionNotAllowed)
		d.refused("resumed by the citizen", d.try(d.citizen, r.Number, d.s.resumeStep(ResumeBody{})), fault.Forbidden)
		d.kit.Clock.Advance(48 * time.Hour)
		if n := d.sweep(); n != 0 {
			d.t.Fatalf("%d told while paused", n)
		}
		d.do(d.clerk, r.Number, d.s.resumeStep(ResumeBody{}))
		v = d.get(d.citizen, r.Number)
		if v.PausedUntil != nil || !v.DueAt.Equal(due.Add(48*time.Hour)) || !v.PromisedAt.Equal(*v.DueAt) {
			d.t.Fatalf("until %v promise %v due %v", v.PausedUntil, v.PromisedAt, v.DueAt)
		}
		d.refused("resumed twice", d.try(d.clerk, r.Number, d.s.resumeStep(ResumeBody{})), flow.TransitionNotAllowed)
	})
}

func TestAPauseEndsByItself(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		now := d.kit.Clock.Now()
		d.do(d.clerk, r.Number, d.s.pauseStep(PauseBody{Kind: "weather", Until: now.Add(72 * time.Hour), Reason: "连日暴雨"}))
		d.sign(d.office, r.Number)
		d.kit.Clock.Set(now.Add(72 * time.Hour))
		d.sweep()
		v := d.get(d.citizen, r.Number)
		if v.PausedUntil != nil || d.last(d.citizen, r.Number).Action != "resume" || !v.PromisedAt.Equal(*v.DueAt) {
			d.t.Fatalf("until %v promise %v due %v", v.PausedUntil, v.PromisedAt, v.DueAt)
		}
		d.kit.Clock.Set(*v.DueAt)
		d.sweep()
		d.refused("a late clock paused", d.try(d.clerk, r.Number, d.s.pauseStep(PauseBody{Kind: "weather", Until: v.DueAt.Add(72 * time.Hour), Reason: "连日暴雨"})), flow.TransitionNotAllowed)
	})
}

func TestHelpAndOpinion(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		now, due := d.kit.Clock.Now(), d.running(r.Number, clockHandling).DueAt
		ask := d.s.addUnitStep(AddUnitBody{UnitID: d.second, Reason: "查供水管线"})
		d.refused("by the head", d.try(d.head, r.Number, ask), fault.Forbidden)
		d.refused("itself", d.try(d.clerk, r.Number, d.s.addUnitStep(AddUnitBody{UnitID: d.unit, Reason: "查供水管线"})), fault.Invalid)
		d.do(d.clerk, r.Number, ask)
		d.refused("agreed by the head", d.trySign(d.head, r.Number, SignBody{}, true), fault.Forbidden)
		d.sign(d.coordinator, r.Number)
		var help UnitView
		for _, u := range d.get(d.clerk2, r.Number).Units {
			if u.ID == d.second {
				help = u
			}
		}
		if help.Part != "assisting" || help.DueAt == nil || !help.DueAt.Equal(now.Add(due.Sub(now)/2)) {
			d.t.Fatalf("%+v", help)
		}
		d.refused("replied by who assists", d.try(d.clerk2, r.Number, d.s.replyStep(d.answer())), fault.Forbidden)
		d.kit.Clock.Set(*help.DueAt)
		d.sweep()
		d.do(d.clerk2, r.Number, d.s.opinionStep(OpinionBody{Content: "管线完好，与塌陷无关"}))
		if e := d.last(d.clerk, r.Number); e.Note != "管线完好，与塌陷无关" || e.Text != "" {
			d.t.Fatalf("%+v", e)
		}
		for _, e := range d.get(d.citizen, r.Number).Timeline {
			if strings.Contains(e.Text+e.Note, "管线完好") {
				d.t.Fatal("the citizen reads the opinion")
			}
		}
		d.do(d.clerk, r.Number, d.s.replyStep(d.answer()))
		d.sign(d.head, r.Number)
		if got := d.state(r.Number); got != "replied" {
			d.t.Fatal(got)
		}
	})
}

func TestInterimStopsTheOnSiteClockAlone(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.submit(func(in *Submission) { in.Danger = true })
		d.do(d.office, r.Number, d.s.admitStep(AdmitBody{}))
		d.refused("without a photo", d.try(d.clerk, r.Number, d.s.interimStep(InterimBody{Measure: "fenced"})), fault.Invalid)
		if d.running(r.Number, clockOnSite) == nil {
			d.t.Fatal("no clock for being on site")
		}
		d.refused("by the office", d.try(d.office, r.Number, d.s.interimStep(InterimBody{Measure: "fenced"})), fault.Forbidden)
	})
}

func TestTheLadder(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		start := d.running(r.Number, clockHandling).StartedAt
		told := func(role, template string) (n int) {
			for _, x := range d.told {
				if x.Role == role && x.Template == template {
					n++
				}
			}
			return n
		}
		steps := []struct {
			rung, days     int
			role, template string
		}{
			{80, 6, "unit_clerk", "report_due_soon"},
			{100, 7, "unit_head", "report_overdue"},
			{150, 11, "coordinator", "report_escalated"},
			{200, 14, "district_head", "report_signature"},
			{300, 21, "district_head", "report_escalated"},
		}
		for _, st := range steps {
			before := told(st.role, st.template)
			d.kit.Clock.Set(start.Add(time.Duration(st.days) * 24 * time.Hour))
			d.sweep()
			d.sweep()
			v := d.get(d.staff, r.Number)
			if v.Rung != st.rung || told(st.role, st.template) != before+1 {
				d.t.Fatalf("at %d %%: rung %d, %s told %d times", st.rung, v.Rung, st.role, told(st.role, st.template)-before)
			}
			if n := len(d.list(d.staff, Filter{Rung: st.rung}).Items); n != 1 {
				d.t.Fatalf("at %d %%: %d in the list", st.rung, n)
			}
		}
		if told("street_office", "report_escalated") != 1 {
			d.t.Error("who dispatched was not told")
		}
		v := d.get(d.signer, r.Number)
		if v.Awaiting == nil || v.Awaiting.Action != "supervise" || !v.Awaiting.MaySign {
			d.t.Fatalf("awaiting %+v", v.Awaiting)
		}
		// A letter that waits for its signature keeps nobody from working.
		d.do(d.clerk, r.Number, d.s.replyStep(d.answer()))
		d.sign(d.head, r.Number)
		d.sign(d.signer, r.Number)
		v = d.get(d.head, r.Number)
		if v.State != "replied" || !v.Supervised || len(v.Letters) != 1 || v.Letters[0].Rung != 200 || v.Rung != 0 {
			d.t.Fatalf("%s supervised=%v letters %+v rung %d", v.State, v.Supervised, v.Letters, v.Rung)
		}
	})
}

func TestAYearOfSilenceTellsEveryRungOnce(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("contacted")
		d.kit.Clock.Advance(365 * 24 * time.Hour)
		d.sweep()
		var rungs []int
		for _, e := range d.get(d.staff, r.Number).Timeline {
			data, _ := e.Data.(map[string]any)
			if data["clock"] == clockHandling {
				rungs = append(rungs, int(data["rung"].(float64)))
			}
		}
		if !slices.Equal(rungs, unitLadder) {
			d.t.Fatalf("told %v", rungs)
		}
		d.kit.Clock.Advance(-24 * time.Hour)
		steps := len(d.get(d.staff, r.Number).Timeline)
		d.sweep()
		if got := len(d.get(d.staff, r.Number).Timeline); got != steps {
			d.t.Fatalf("%d more steps after the clock was set back", got-steps)
		}
	})
}

func TestDeputiesAreRemindedAndNeverOnARedList(t *testing.T) {
	desks(t, func(d *desk) {
		r := d.reach("open")
		d.kit.Clock.Advance(12 * time.Hour)
		d.sweep()
		reminded := 0
		for _, n := range d.notices {
			if n.Template == "report_due_soon" {
				reminded++
			}
		}
		if reminded != 3 {
			d.t.Fatalf("%d deputies reminded", reminded)
		}
		d.kit.Clock.Advance(12 * time.Hour)
		d.sweep()
		if v := d.get(d.staff, r.Number); v.State != "accepted" || v.Owner.Kind != OwnerOffice || v.Rung != 0 {
			d.t.Fatalf("%s %+v rung %d", v.State, v.Owner, v.Rung)
		}
	})
}
