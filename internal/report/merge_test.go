package report

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	entreport "huying/ent/db/report"
	"huying/ent/db/reportfollower"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/rating"
)

func (h *house) tryMerge(p person, ref string, b MergeBody) error {
	_, err := h.s.Merge(h.as(p, shinan, "report.merge"), shinan, ref, b)
	return err
}

func (h *house) tryUnmerge(p person, ref string) error {
	_, err := h.s.Unmerge(h.as(p, shinan, "report.unmerge"), shinan, ref, PlainBody{Reason: "不是同一件"})
	return err
}

func (h *house) merge(ref, into string) {
	h.t.Helper()
	if err := h.tryMerge(h.office, ref, MergeBody{Into: into}); err != nil {
		h.t.Fatalf("merge: %v", err)
	}
}

// submitBy files a report of somebody else at the same place.
func (h *house) submitBy(p person, change ...func(*Submission)) Receipt {
	h.t.Helper()
	in := h.submission()
	for _, c := range change {
		c(&in)
	}
	r, err := h.submitAs(p, in, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) row(id uuid.UUID) (promised *time.Time, followers int, master *uuid.UUID) {
	h.t.Helper()
	h.rows(func(ctx context.Context, tx *database.Tx) error {
		r, err := tx.Report.Query().Where(entreport.ID(id)).Only(ctx)
		if err == nil {
			promised, followers, master = r.PromisedAt, r.FollowerCount, r.MasterID
		}
		return err
	})
	return promised, followers, master
}

func TestMergeKeepsTheEarliestPromise(t *testing.T) {
	engines(t, func(h *house) {
		child := h.submitBy(h.other)
		promised := *h.get(h.other, child.Number).PromisedAt
		h.kit.Clock.Advance(time.Hour)
		master := h.submit()
		h.merge(child.Number, master.Number)
		v := h.get(h.other, child.Number)
		if v.State != "merged" || v.DueAt != nil || v.Master == nil || v.Master.Number != master.Number {
			h.t.Fatalf("%+v %+v", v.Item, v.Master)
		}
		if text := h.last(h.other, child.Number).Text; !strings.HasPrefix(text, "与"+master.Number+"是同一件事，合并办理，结果同样通知您。") {
			h.t.Errorf("told %q", text)
		}
		m := h.get(h.office, master.Number)
		if !m.PromisedAt.Equal(promised) || !m.DueAt.Equal(promised) || m.FollowerCount != 1 {
			h.t.Errorf("the master promises %v due %v, want %v; %d follow", m.PromisedAt, m.DueAt, promised, m.FollowerCount)
		}
		if l := h.linked(h.office, master.Number, "merged"); len(l) != 1 || l[0].Number != child.Number {
			h.t.Errorf("the office sees %+v", l)
		}
		if l := h.get(h.citizen, master.Number).Links; len(l) != 0 {
			h.t.Errorf("the master's reporter is shown somebody else's report: %+v", l)
		}
	})
}

func TestMergedAnswerIsNotLaterThanPromised(t *testing.T) {
	engines(t, func(h *house) {
		elder := h.reach("handling")
		answer := *h.get(h.citizen, elder.Number).PromisedAt
		for _, c := range h.get(h.office, elder.Number).Clocks {
			if c.Kind == clockHandling {
				answer = c.DueAt
			}
		}
		h.free()
		h.kit.Clock.Advance(24 * time.Hour)
		master := h.submitBy(h.other)
		h.merge(elder.Number, master.Number)
		h.do(h.office, master.Number, h.s.admitStep(AdmitBody{}))
		h.do(h.deputies[1], master.Number, h.s.acceptStep(PlainBody{}))
		h.do(h.deputies[1], master.Number, h.s.verifyStep(h.seen("属实，需处理")))
		h.do(h.office, master.Number, h.s.dispatchStep(DispatchBody{LeadUnitID: &h.unit}))
		if v := h.get(h.other, master.Number); !v.PromisedAt.Equal(answer) {
			h.t.Errorf("promised %v, want the merged one's %v", v.PromisedAt, answer)
		}
	})
}

func TestMergeRefusals(t *testing.T) {
	engines(t, func(h *house) {
		a, b := h.submit(), h.submitBy(h.other)
		neighbour := h.person("邻街工委", grant{Role: "street_office", Tenant: shinan, Division: another})
		danger := h.submitBy(h.other, func(in *Submission) { in.Danger = true })
		ended := h.reach("closed")
		for name, c := range map[string]struct {
			who  person
			ref  string
			b    MergeBody
			kind *fault.Kind
		}{
			"the_reporter":            {h.citizen, a.Number, MergeBody{Into: a.Number}, fault.Invalid},
			"a_foreign_master":        {h.citizen, a.Number, MergeBody{Into: b.Number}, fault.NotFound},
			"another_street":          {neighbour, a.Number, MergeBody{Into: b.Number}, fault.NotFound},
			"into_itself":             {h.office, a.Number, MergeBody{Into: a.ID.String()}, fault.Invalid},
			"neither":                 {h.office, a.Number, MergeBody{}, fault.Invalid},
			"both":                    {h.office, a.Number, MergeBody{Into: b.Number, Reports: []string{b.Number}}, fault.Invalid},
			"never_issued":            {h.office, a.Number, MergeBody{Into: "370202-2026-999999"}, fault.NotFound},
			"danger_into_the_usual":   {h.office, danger.Number, MergeBody{Into: a.Number}, flow.TransitionNotAllowed},
			"into_what_has_ended":     {h.office, a.Number, MergeBody{Into: ended.Number}, flow.TransitionNotAllowed},
			"what_has_ended":          {h.office, ended.Number, MergeBody{Into: a.Number}, flow.TransitionNotAllowed},
			"too_many":                {h.office, a.Number, MergeBody{Reports: make([]string, 51)}, fault.Invalid},
			"a_version_that_is_stale": {h.office, a.Number, MergeBody{Into: b.Number, Versioned: Versioned{Version: 9}}, fault.VersionConflict},
		} {
			if err := h.tryMerge(c.who, c.ref, c.b); !fault.Is(err, c.kind) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.tryMerge(h.office, a.Number, MergeBody{Reports: []string{b.Number, ended.Number}}); err == nil || h.state(b.Number) != "submitted" {
			h.t.Errorf("half a merging was kept: %v, %s", err, h.state(b.Number))
		}
	})
}

func TestMergedChainsStandUnderTheTop(t *testing.T) {
	engines(t, func(h *house) {
		third := h.person("赵阿姨")
		a, b, c := h.submit(), h.submitBy(h.other), h.submitBy(third)
		h.merge(a.Number, b.Number)
		h.merge(b.Number, c.Number)
		for _, r := range []Receipt{a, b} {
			if _, _, master := h.row(r.ID); master == nil || *master != c.ID {
				h.t.Errorf("%s stands under %v", r.Number, master)
			}
		}
		if _, n, _ := h.row(c.ID); n != 2 {
			h.t.Errorf("%d follow the top", n)
		}
		d := h.submitBy(h.person("孙大爷"))
		h.merge(d.Number, a.Number)
		if _, _, master := h.row(d.ID); master == nil || *master != c.ID {
			h.t.Errorf("merged into a merged one: %v", master)
		}
		if err := h.tryMerge(h.office, c.Number, MergeBody{Into: a.Number}); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("a circle: %v", err)
		}
	})
}

func TestMergedFortyPrivateReportsStayApart(t *testing.T) {
	engines(t, func(h *house) {
		master := h.submit(func(in *Submission) { in.Visibility = "private" })
		var refs []string
		var people []person
		for i := range 40 {
			p := h.person(fmt.Sprintf("住户%d", i))
			r := h.submitBy(p, func(in *Submission) { in.Visibility, in.Title = "private", fmt.Sprintf("住户%d的物业问题", i) })
			refs, people = append(refs, r.Number), append(people, p)
		}
		if err := h.tryMerge(h.office, master.Number, MergeBody{Reports: refs}); err != nil {
			h.t.Fatal(err)
		}
		if v := h.get(h.office, master.Number); v.FollowerCount != 40 || len(v.Links) != 40 {
			h.t.Fatalf("%d follow, %d links", v.FollowerCount, len(v.Links))
		}
		h.do(h.office, master.Number, h.s.admitStep(AdmitBody{}))
		for i, p := range people {
			v := h.get(p, refs[i])
			if v.State != "merged" || len(v.Links) != 0 || v.Master == nil || len(v.Master.Timeline) == 0 {
				h.t.Fatalf("%s: %+v links %+v", p.name, v.Item, v.Links)
			}
			if _, err := h.getAs(p, shinan, master.Number); !fault.Is(err, fault.NotFound) {
				h.t.Fatalf("%s reads the master: %v", p.name, err)
			}
			if _, err := h.getAs(p, shinan, refs[(i+1)%40]); !fault.Is(err, fault.NotFound) {
				h.t.Fatalf("%s reads a neighbour's: %v", p.name, err)
			}
		}
		h.notices = nil
		h.tellAll()
		told := map[uuid.UUID]string{}
		for _, n := range h.notices {
			told[n.PersonID] = n.Params["number"]
		}
		for i, p := range people {
			if told[p.id] != refs[i] {
				h.t.Errorf("%s was told of %q, want the own number %s", p.name, told[p.id], refs[i])
			}
		}
	})
}

func TestUnmergeReturnsWhereItWas(t *testing.T) {
	engines(t, func(h *house) {
		for _, from := range []string{"submitted", "open", "accepted", "verified", "dispatched", "handling"} {
			child := h.reach(from)
			before := h.get(h.citizen, child.Number)
			master := h.submitBy(h.other)
			h.merge(child.Number, master.Number)
			if live := h.deputy[h.deputies[0].deputy].Live; live != 0 {
				h.t.Errorf("%s: the deputy still counts %d", from, live)
			}
			h.kit.Clock.Advance(time.Minute)
			if err := h.tryUnmerge(h.citizen, child.Number); err != nil {
				h.t.Fatalf("%s: %v", from, err)
			}
			v := h.get(h.citizen, child.Number)
			if v.State != from || v.PromisedAt == nil || v.DueAt == nil || v.Owner.Kind != before.Owner.Kind || v.Owner.Name != before.Owner.Name {
				h.t.Errorf("%s: %+v owner %+v, want %+v", from, v.Item, v.Owner, before.Owner)
			}
			if from != "handling" && !v.PromisedAt.Equal(*before.PromisedAt) {
				h.t.Errorf("%s: promised %v, before %v", from, v.PromisedAt, before.PromisedAt)
			}
			if _, n, _ := h.row(master.ID); n != 0 {
				h.t.Errorf("%s: %d still follow", from, n)
			}
			if err := h.tryMerge(h.office, child.Number, MergeBody{Into: master.Number}); !fault.Is(err, flow.TransitionNotAllowed) {
				h.t.Errorf("%s: the office merged again what its reporter took out: %v", from, err)
			}
			h.finish(child.Number)
		}
	})
}

func TestUnmergeWindow(t *testing.T) {
	engines(t, func(h *house) {
		child, master := h.submit(), h.submitBy(h.other)
		h.merge(child.Number, master.Number)
		if err := h.tryUnmerge(h.other, child.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("somebody else: %v", err)
		}
		h.kit.Clock.Set(h.get(h.citizen, child.Number).PromisedAt.Add(time.Second))
		if err := h.tryUnmerge(h.citizen, child.Number); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("after the objection clock: %v", err)
		}
		h.sweep()
		if v := h.get(h.citizen, child.Number); v.State != "merged" {
			h.t.Errorf("the lapse moved it to %s", v.State)
		}
		if err := h.tryUnmerge(h.office, child.Number); err != nil {
			h.t.Errorf("the office, later: %v", err)
		}
		if got := h.state(child.Number); got != "submitted" {
			h.t.Errorf("%s", got)
		}
	})
}

func TestMergeKeepsRecusals(t *testing.T) {
	engines(t, func(h *house) {
		h.recused = []uuid.UUID{h.deputies[0].id}
		master := h.reach("accepted")
		child := h.submitBy(h.other, func(in *Submission) { in.Respondent = "某物业公司" })
		h.merge(child.Number, master.Number)
		if _, err := h.getAs(h.deputies[0], shinan, master.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("a deputy recused from the merged report leads the master: %v", err)
		}
	})
}

func TestMergedReportersRate(t *testing.T) {
	engines(t, func(h *house) {
		master := h.reach("handling")
		child := h.submitBy(h.other)
		h.merge(child.Number, master.Number)
		rate := func(p person, ref string, result int) error {
			return h.try(p, ref, h.s.rateStep(RateBody{Result: result}))
		}
		if err := rate(h.other, child.Number, 1); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("rated before it was confirmed: %v", err)
		}
		h.do(h.clerk, master.Number, h.s.contactStep(ContactBody{Way: "phone", Outcome: "reached"}))
		h.do(h.clerk, master.Number, h.s.replyStep(h.answer()))
		h.sign(h.head, master.Number)
		h.do(h.deputies[0], master.Number, h.s.confirmStep(ConfirmBody{Confirmed: true}))
		if err := rate(h.citizen, master.Number, 1); err != nil {
			h.t.Fatal(err)
		}
		if err := rate(h.other, child.Number, 3); err != nil {
			h.t.Fatalf("after the first reporter: %v", err)
		}
		if err := rate(h.other, child.Number, 1); !fault.Is(err, flow.TransitionNotAllowed) {
			h.t.Errorf("rated twice: %v", err)
		}
		if got := h.state(master.Number); got != "closed" {
			h.t.Errorf("the master is %s", got)
		}
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			rows, err := rating.Of(ctx, tx, subjectKind, master.ID)
			if len(rows) != 2 || rows[0].ThreadID != rows[1].ThreadID {
				h.t.Errorf("%d ratings of one thread", len(rows))
			}
			return err
		})
		if v := h.get(h.citizen, master.Number); v.Rating == nil || v.Rating.Result != 1 {
			h.t.Errorf("the first reporter sees %+v", v.Rating)
		}
		if v := h.get(h.other, child.Number); v.Rating == nil || v.Rating.Result != 3 {
			h.t.Errorf("the merged reporter sees %+v", v.Rating)
		}
	})
}

func TestWithdrawFromAMergedReport(t *testing.T) {
	engines(t, func(h *house) {
		master, child := h.submit(), h.submitBy(h.other)
		h.merge(child.Number, master.Number)
		h.do(h.other, child.Number, h.s.withdrawStep(PlainBody{}))
		if v := h.get(h.other, child.Number); v.State != "withdrawn" {
			h.t.Errorf("%s", v.State)
		}
		if _, n, _ := h.row(master.ID); n != 0 {
			h.t.Errorf("%d follow", n)
		}
	})
}

func TestTwoOfficesMergeAPairInOppositeDirections(t *testing.T) {
	engines(t, func(h *house) {
		for range 5 {
			a, b := h.submit(), h.submitBy(h.other)
			errs := together(2, func(i int) error {
				if i == 0 {
					return h.tryMerge(h.office, a.Number, MergeBody{Into: b.Number})
				}
				return h.tryMerge(h.staff, b.Number, MergeBody{Into: a.Number})
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				h.t.Fatalf("%v, %v", errs[0], errs[1])
			}
			for _, err := range errs {
				if err != nil && !fault.Is(err, flow.TransitionNotAllowed) {
					h.t.Errorf("the slower office was told %v", err)
				}
			}
			if sa, sb := h.state(a.Number), h.state(b.Number); (sa == "merged") == (sb == "merged") {
				h.t.Errorf("%s and %s", sa, sb)
			}
		}
	})
}

func TestMergeWhileTheDeputyAccepts(t *testing.T) {
	engines(t, func(h *house) {
		for range 5 {
			master, child := h.submitBy(h.other), h.reach("open")
			errs := together(2, func(i int) error {
				if i == 0 {
					return h.tryMerge(h.office, child.Number, MergeBody{Into: master.Number})
				}
				return h.try(h.deputies[0], child.Number, h.s.acceptStep(PlainBody{}))
			})
			if errs[0] != nil {
				h.t.Fatalf("merge: %v", errs[0])
			}
			if errs[1] != nil && !fault.Is(errs[1], flow.TransitionNotAllowed) {
				h.t.Errorf("accept: %v", errs[1])
			}
			if got := h.state(child.Number); got != "merged" {
				h.t.Errorf("%s", got)
			}
			if live := h.deputy[h.deputies[0].deputy].Live; live != 0 {
				h.t.Errorf("the deputy counts %d", live)
			}
			h.free()
		}
	})
}

func TestFollowersOfAMergedReportMoveWithIt(t *testing.T) {
	engines(t, func(h *house) {
		child, master := h.published(), h.submitBy(h.other)
		follower := h.person("路人")
		if _, err := h.follow(follower, child.Number); err != nil {
			h.t.Fatal(err)
		}
		h.merge(child.Number, master.Number)
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			rows, err := tx.ReportFollower.Query().Where(reportfollower.ReportID(master.ID)).All(ctx)
			if len(rows) != 2 {
				h.t.Errorf("%d follow the master", len(rows))
			}
			return err
		})
		if err := h.tryUnmerge(h.office, child.Number); err != nil {
			h.t.Fatal(err)
		}
		_, onMaster, _ := h.row(master.ID)
		_, onChild, _ := h.row(child.ID)
		if onMaster != 0 || onChild != 1 {
			h.t.Errorf("%d follow the master, %d the report", onMaster, onChild)
		}
	})
}
