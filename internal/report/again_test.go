package report

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/classproposal"
	"huying/ent/db/followup"
	"huying/ent/db/rateexclusion"
	entreport "huying/ent/db/report"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

func (h *house) caller() person {
	return h.person("回访员", grant{Role: "follow_up_caller", Tenant: shinan, Division: shinan})
}

func (h *house) leader() person {
	return h.person("代工委负责人", grant{Role: "district_head", Tenant: shinan, Division: shinan})
}

func (h *house) rate(ref string, result int) {
	h.t.Helper()
	h.do(h.citizen, ref, h.s.rateStep(RateBody{Result: result}))
}

// again brings a reopened report through one more round to resolved.
func (h *house) again(ref string) {
	h.t.Helper()
	h.do(h.office, ref, h.s.dispatchStep(DispatchBody{}))
	h.do(h.clerk, ref, h.s.takeStep(PlainBody{}))
	h.do(h.clerk, ref, h.s.contactStep(ContactBody{Way: "phone", Outcome: "reached"}))
	h.do(h.clerk, ref, h.s.replyStep(h.answer()))
	h.sign(h.head, ref)
	h.do(h.deputies[0], ref, h.s.confirmStep(ConfirmBody{Confirmed: true}))
}

func good() FollowUpBody {
	return FollowUpBody{Reached: true, Contacted: true, Solved: true, Satisfied: 1, Note: "老人说修好了"}
}

func (h *house) calls(id uuid.UUID, reached bool) (n int) {
	h.t.Helper()
	h.rows(func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.FollowUp.Query().Where(followup.SubjectID(id), followup.Reached(reached)).Count(ctx)
		return err
	})
	return n
}

func TestFollowUp(t *testing.T) {
	engines(t, func(h *house) {
		caller := h.caller()
		r := h.reach("resolved")
		for name, b := range map[string]FollowUpBody{
			"satisfied by nobody":     {Satisfied: 1},
			"solved by nobody":        {Solved: true},
			"unsolved yet satisfied":  {Reached: true, Contacted: true, Satisfied: 1},
			"a mark that is not held": {Reached: true, Solved: true, Satisfied: 7},
		} {
			if err := h.try(caller, r.Number, h.s.followUpStep(b)); !fault.Is(err, fault.Invalid) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		for _, p := range []person{h.clerk, h.office, h.citizen} {
			if err := h.try(p, r.Number, h.s.followUpStep(good())); !fault.Is(err, fault.Forbidden) {
				h.t.Errorf("%s called: %v", p.name, err)
			}
		}
		signer := h.caller()
		signer.id = h.head.id
		if err := h.try(signer, r.Number, h.s.followUpStep(good())); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("who signed the reply called: %v", err)
		}
		h.do(caller, r.Number, h.s.followUpStep(FollowUpBody{Note: "没人接"}))
		h.do(caller, r.Number, h.s.followUpStep(good()))
		if h.state(r.Number) != "resolved" || h.calls(r.ID, false) != 1 || h.calls(r.ID, true) != 1 {
			h.t.Errorf("%s with %d and %d calls", h.state(r.Number), h.calls(r.ID, false), h.calls(r.ID, true))
		}
		if got := h.lastTold(r.Number); got != "回访已记录。" {
			h.t.Errorf("told %q", got)
		}
		h.rate(r.Number, 1)
		h.do(caller, r.Number, h.s.followUpStep(FollowUpBody{Reached: true, Contacted: true, Satisfied: 3, Note: "又塌了"}))
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			row, err := tx.Report.Query().Where(entreport.ID(r.ID)).Only(ctx)
			if row.State != "reopened" || !row.FalseClosing || row.ClosedAt != nil || row.CloseReason != "none" {
				h.t.Errorf("a false closing: %s %v %v %s", row.State, row.FalseClosing, row.ClosedAt, row.CloseReason)
			}
			return err
		})
		if h.load(h.deputies[0]) != 1 {
			h.t.Errorf("the deputy's load is %d", h.load(h.deputies[0]))
		}
		h.free()
		claimed := h.reach("resolved")
		h.do(caller, claimed.Number, h.s.followUpStep(FollowUpBody{Reached: true, Solved: true, Satisfied: 2, Note: "单位没来过电话"}))
		if h.state(claimed.Number) != "reopened" {
			h.t.Errorf("a contact that never was: %s", h.state(claimed.Number))
		}
		h.free()
		old := h.reach("closed")
		h.kit.Clock.Advance(reopenDays*24*time.Hour + time.Minute)
		for _, st := range []step{h.s.followUpStep(good()), h.s.reopenStep(ReopenBody{Evidence: "又坏了"})} {
			who := caller
			if st.action == "reopen" {
				who = h.citizen
			}
			if err := h.try(who, old.Number, st); !fault.Is(err, flow.TransitionNotAllowed) {
				h.t.Errorf("%s after 90 days: %v", st.action, err)
			}
		}
	})
}

func TestTheCallersWorklist(t *testing.T) {
	engines(t, func(h *house) {
		caller := h.caller()
		listed := func() string {
			var out []string
			for _, it := range h.list(caller, Filter{ToCall: true}).Items {
				out = append(out, it.Number[len(it.Number)-1:])
			}
			return strings.Join(out, " ")
		}
		h.reach("closed")
		waiting := h.reach("resolved")
		if got := listed(); got != "" {
			h.t.Errorf("nothing is due: %q", got)
		}
		h.kit.Clock.Advance(7*24*time.Hour + time.Minute)
		h.sweep()
		if got, want := listed(), waiting.Number[len(waiting.Number)-1:]; got != want {
			h.t.Errorf("after seven days %q, want %q", got, want)
		}
		h.do(caller, waiting.Number, h.s.followUpStep(FollowUpBody{}))
		if listed() == "" {
			h.t.Error("a call nobody answered ended the wait")
		}
		h.kit.Clock.Advance(9 * 24 * time.Hour)
		h.sweep()
		if got, want := listed(), waiting.Number[len(waiting.Number)-1:]; got != want || h.state(waiting.Number) != "closed" {
			h.t.Errorf("closed unrated: %q, want %q (%s)", got, want, h.state(waiting.Number))
		}
		h.do(caller, waiting.Number, h.s.followUpStep(good()))
		if got := listed(); got != "" {
			h.t.Errorf("called already: %q", got)
		}
	})
}

func TestReopening(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("closed")
		if err := h.try(h.citizen, r.Number, h.s.reopenStep(ReopenBody{Evidence: " "})); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("without evidence: %v", err)
		}
		if err := h.try(h.other, r.Number, h.s.reopenStep(ReopenBody{Evidence: "又塌了"})); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("a stranger reopened: %v", err)
		}
		if err := h.try(h.clerk, r.Number, h.s.reopenStep(ReopenBody{Evidence: "又塌了"})); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("the unit reopened: %v", err)
		}
		h.do(h.citizen, r.Number, h.s.reopenStep(ReopenBody{Evidence: "下雨后又塌了"}))
		v := h.get(h.citizen, r.Number)
		if v.State != "reopened" || v.PromisedAt == nil || !strings.HasPrefix(h.lastTold(r.Number), "问题又出现了，已重新办理，") {
			h.t.Errorf("reopened: %s %v %q", v.State, v.PromisedAt, h.lastTold(r.Number))
		}
		h.do(h.office, r.Number, h.s.dispatchStep(DispatchBody{}))
		if got := h.lastTold(r.Number); !strings.HasPrefix(got, "第2次办理，由市南区城市管理局负责人刘国栋负责，") || h.get(h.office, r.Number).Round != 2 {
			h.t.Errorf("told %q", got)
		}
	})
}

func TestAFurtherRoundIsNeverLongerThanTheFirst(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("closed")
		first := h.clock(r.Number, clockHandling)
		h.do(h.citizen, r.Number, h.s.reopenStep(ReopenBody{Evidence: "又塌了"}))
		h.kit.Clock.Advance(time.Hour)
		h.slower(r)
		h.do(h.office, r.Number, h.s.dispatchStep(DispatchBody{}))
		second := h.clock(r.Number, clockHandling)
		if second.DueAt.Sub(second.StartedAt) > first.DueAt.Sub(first.StartedAt) || second.StartedAt.Equal(first.StartedAt) {
			h.t.Errorf("first %v, second %v", first.DueAt.Sub(first.StartedAt), second.DueAt.Sub(second.StartedAt))
		}
	})
}

// clock is the last clock of a kind.
func (h *house) clock(ref, kind string) (last ClockView) {
	h.t.Helper()
	for _, c := range h.get(h.staff, ref).Clocks {
		if c.Kind == kind {
			last = c
		}
	}
	return last
}

// slower moves the report into a category whose clock is longer.
func (h *house) slower(r Receipt) {
	h.t.Helper()
	err := h.kit.DB.Do(h.t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.Report.Query().Where(entreport.ID(r.ID)).Only(ctx)
		if err != nil {
			return err
		}
		return tx.Report.Update().Where(entreport.ID(r.ID), entreport.Version(row.Version)).AddVersion(1).SetClockClass("complex").Exec(ctx)
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestADeputysOwnAnswerIsVerifiedAgain(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("accepted")
		h.do(h.deputies[0], r.Number, h.s.resolveStep(ResolveBody{Way: "answered", Summary: "已当面说清"}))
		h.sign(h.office, r.Number)
		h.do(h.deputies[0], r.Number, h.s.confirmStep(ConfirmBody{Confirmed: true}))
		h.rate(r.Number, 3)
		h.do(h.office, r.Number, h.s.dispatchStep(DispatchBody{}))
		if v := h.get(h.office, r.Number); v.State != "verified" || v.Round != 2 {
			h.t.Errorf("%s in round %d", v.State, v.Round)
		}
	})
}

func TestRecurrenceIsProposedAsOneMatterOnce(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("closed")
		class := func() (n, count int) {
			h.rows(func(ctx context.Context, tx *database.Tx) error {
				rows, err := tx.ClassProposal.Query().Where(classproposal.ClassKey("thread:" + r.ID.String())).All(ctx)
				if n = len(rows); n > 0 {
					count = rows[0].Count
				}
				return err
			})
			return n, count
		}
		for i, want := range []int{0, 0, 3, 4} {
			h.do(h.office, r.Number, h.s.reopenStep(ReopenBody{Evidence: "夜里又来了"}))
			n, count := class()
			if count != want || n > 1 {
				h.t.Fatalf("after %d reopenings: %d proposals, count %d, want %d", i+1, n, count, want)
			}
			h.again(r.Number)
			h.rate(r.Number, 1)
		}
	})
}

func TestAttitudeAloneClosesAndIsAnswered(t *testing.T) {
	engines(t, func(h *house) {
		r := h.reach("resolved")
		bad := 3
		if err := h.try(h.head, r.Number, h.s.answerAttitudeStep(AttitudeBody{Content: "已批评教育"})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("before any rating: %v", err)
		}
		h.do(h.citizen, r.Number, h.s.rateStep(RateBody{Result: 2, Attitude: &bad}))
		v := h.get(h.citizen, r.Number)
		if v.State != "closed" || v.CloseReason != "rated" || h.clock(r.Number, clockAttitude).StoppedAt != nil || v.Overdue {
			h.t.Errorf("%s %s", v.State, v.CloseReason)
		}
		if err := h.try(h.clerk, r.Number, h.s.answerAttitudeStep(AttitudeBody{Content: "已批评教育"})); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("the clerk answered: %v", err)
		}
		h.do(h.head, r.Number, h.s.answerAttitudeStep(AttitudeBody{Content: "已向您致歉"}))
		if got := h.lastTold(r.Number); got != "市南区城市管理局负责人就态度问题答复：已向您致歉。" || h.clock(r.Number, clockAttitude).StoppedAt == nil {
			h.t.Errorf("told %q", got)
		}
		if err := h.try(h.head, r.Number, h.s.answerAttitudeStep(AttitudeBody{Content: "再答一次"})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("answered twice: %v", err)
		}
		late := h.reach("resolved")
		h.do(h.citizen, late.Number, h.s.rateStep(RateBody{Result: 1, Attitude: &bad}))
		h.kit.Clock.Set(h.clock(late.Number, clockAttitude).DueAt)
		if h.sweep() == 0 || h.state(late.Number) != "closed" {
			h.t.Error("nobody was told that the answer is late")
		}
	})
}

func (h *house) explain(change ...func(*ExplainBody)) ExplainBody {
	b := ExplainBody{MeetingAt: h.kit.Clock.Now(), DeputyID: h.deputies[0].deputy, Summary: "管线年久，需整体改造", Channel: "行政复议"}
	for _, c := range change {
		c(&b)
	}
	return b
}

func TestExplainCloseAfterASecondRound(t *testing.T) {
	engines(t, func(h *house) {
		leader := h.leader()
		r := h.reach("resolved")
		h.rate(r.Number, 3)
		if err := h.try(leader, r.Number, h.s.explainStep(h.explain())); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("after the first round: %v", err)
		}
		h.again(r.Number)
		if err := h.try(leader, r.Number, h.s.explainStep(h.explain())); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("before the citizen judged: %v", err)
		}
		h.rate(r.Number, 3)
		h.kit.Clock.Advance(24 * time.Hour)
		if err := h.try(h.staff, r.Number, h.s.explainStep(h.explain())); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("staff explained: %v", err)
		}
		for name, spoil := range map[string]func(*ExplainBody){
			"a meeting to come":              func(b *ExplainBody) { b.MeetingAt = b.MeetingAt.Add(time.Hour) },
			"a meeting before the rating":    func(b *ExplainBody) { b.MeetingAt = b.MeetingAt.AddDate(0, 0, -2) },
			"a deputy who was not of it":     func(b *ExplainBody) { b.DeputyID = h.deputies[2].deputy },
			"a deputy whom nobody has heard": func(b *ExplainBody) { b.DeputyID = newID() },
		} {
			if err := h.try(leader, r.Number, h.s.explainStep(h.explain(spoil))); !fault.Is(err, fault.Invalid) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		h.do(leader, r.Number, h.s.explainStep(h.explain()))
		v := h.get(h.citizen, r.Number)
		if v.State != "closed" || v.CloseReason != "explained" || h.lastTold(r.Number) != "已当面说明。如果不同意，还可以通过行政复议解决。" {
			h.t.Errorf("%s %s %q", v.State, v.CloseReason, h.lastTold(r.Number))
		}
		if err := h.try(h.citizen, r.Number, h.s.reopenStep(ReopenBody{Evidence: "还是一样"})); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("reopened after explaining: %v", err)
		}
		h.do(h.caller(), r.Number, h.s.followUpStep(FollowUpBody{Reached: true, Contacted: true, Satisfied: 3}))
		if h.state(r.Number) != "closed" {
			h.t.Errorf("a call reopened what was explained: %s", h.state(r.Number))
		}
	})
}

func TestRedispatchMeetsExplainClose(t *testing.T) {
	engines(t, func(h *house) {
		leader := h.leader()
		for range 3 {
			r := h.reach("resolved")
			h.rate(r.Number, 3)
			h.again(r.Number)
			h.rate(r.Number, 3)
			h.kit.Clock.Advance(time.Hour)
			errs := together(2, func(i int) error {
				if i == 0 {
					return h.try(leader, r.Number, h.s.explainStep(h.explain()))
				}
				return h.try(h.office, r.Number, h.s.dispatchStep(DispatchBody{}))
			})
			state := h.state(r.Number)
			if errs[0] == nil && (errs[1] == nil || state != "closed") || errs[1] == nil && state != "dispatched" || errs[0] != nil && errs[1] != nil {
				h.t.Fatalf("explain %v, dispatch %v, state %s", errs[0], errs[1], state)
			}
			h.free()
		}
	})
}

func TestReopenMeetsReopen(t *testing.T) {
	engines(t, func(h *house) {
		for range 3 {
			r := h.reach("closed")
			errs := together(2, func(i int) error {
				return h.try([]person{h.citizen, h.office}[i], r.Number, h.s.reopenStep(ReopenBody{Evidence: "又塌了"}))
			})
			if (errs[0] == nil) == (errs[1] == nil) || h.load(h.deputies[0]) != 1 {
				h.t.Fatalf("%v, %v, load %d", errs[0], errs[1], h.load(h.deputies[0]))
			}
			h.free()
		}
	})
}

func TestRatingMeetsItsTimer(t *testing.T) {
	engines(t, func(h *house) {
		for range 3 {
			r := h.reach("resolved")
			h.kit.Clock.Set(h.clock(r.Number, clockRate).DueAt)
			errs := together(2, func(i int) error {
				if i == 0 {
					return h.try(h.citizen, r.Number, h.s.rateStep(RateBody{Result: 3}))
				}
				_, err := h.newSweeper().Sweep(h.t.Context())
				return err
			})
			v := h.get(h.office, r.Number)
			if errs[1] != nil || (errs[0] == nil) != (v.State == "reopened") || errs[0] != nil && v.CloseReason != "unrated" {
				h.t.Fatalf("rate %v, sweep %v, state %s %s", errs[0], errs[1], v.State, v.CloseReason)
			}
			h.free()
		}
	})
}

func TestOutOfTheRatesNeedsThreePeople(t *testing.T) {
	engines(t, func(h *house) {
		leader := h.leader()
		r := h.reach("closed")
		b := ReasonBody{Reason: "供热主管网由市里统一改造"}
		if err := h.try(h.staff, r.Number, h.s.excludeStep(b)); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("nobody asked: %v", err)
		}
		if err := h.try(h.citizen, r.Number, h.s.askExcludeStep(b)); !fault.Is(err, fault.Forbidden) {
			h.t.Errorf("the citizen asked: %v", err)
		}
		h.do(h.clerk, r.Number, h.s.askExcludeStep(b))
		both := h.staff
		both.id = h.clerk.id
		if err := h.try(both, r.Number, h.s.excludeStep(b)); !fault.Is(err, OwnProposal) {
			h.t.Errorf("who asked proposed: %v", err)
		}
		h.do(h.staff, r.Number, h.s.excludeStep(b))
		signer := leader
		signer.id = h.staff.id
		if err := h.trySign(signer, r.Number, SignBody{}, true); !fault.Is(err, OwnProposal) {
			h.t.Errorf("who proposed signed: %v", err)
		}
		signer.id = h.clerk.id
		if err := h.trySign(signer, r.Number, SignBody{}, true); !fault.Is(err, OwnProposal) {
			h.t.Errorf("who asked signed: %v", err)
		}
		if err := h.trySign(leader, r.Number, SignBody{Reason: "理由不足"}, false); err != nil {
			h.t.Fatal(err)
		}
		if err := h.try(h.staff, r.Number, h.s.excludeStep(b)); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("proposed again without a new request: %v", err)
		}
		h.do(h.clerk, r.Number, h.s.askExcludeStep(b))
		h.do(h.staff, r.Number, h.s.excludeStep(b))
		h.sign(leader, r.Number)
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			rows, err := tx.RateExclusion.Query().Where(rateexclusion.SubjectID(r.ID)).All(ctx)
			if err != nil || len(rows) != 1 || rows[0].Kind != "approved" || *rows[0].ProposedBy != h.staff.id || *rows[0].ApprovedBy != leader.id {
				h.t.Errorf("exclusions %v, %v", rows, err)
			}
			row, err := tx.Report.Query().Where(entreport.ID(r.ID)).Only(ctx)
			if row.ExcludedAt == nil || row.State != "closed" {
				h.t.Errorf("excluded at %v in %s", row.ExcludedAt, row.State)
			}
			return err
		})
		if err := h.try(h.clerk, r.Number, h.s.askExcludeStep(b)); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("asked for what is excluded: %v", err)
		}
	})
}
