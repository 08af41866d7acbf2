package report

import (
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"huying/internal/platform/fault"
)

func (h *house) follow(p person, ref string) (FollowView, error) {
	return h.s.Follow(h.as(p, shinan, "report.follow"), shinan, ref)
}

// published is a report that a screener has passed.
func (h *house) published() Receipt {
	h.t.Helper()
	r := h.submit()
	screener := h.person("审核员", grant{Role: "screener", Tenant: shinan, Division: shinan})
	h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
	return r
}

// tellAll works the jobs that tell followers.
func (h *house) tellAll() {
	h.t.Helper()
	for i := int64(1); len(h.followers) > 0; i++ {
		next := h.followers[0]
		h.followers = h.followers[1:]
		job := &river.Job[FollowersArgs]{JobRow: &rivertype.JobRow{ID: i, CreatedAt: h.kit.Clock.Now()}, Args: next}
		if err := h.s.FollowersWorker().Work(h.t.Context(), job); err != nil {
			h.t.Fatalf("tell followers: %v", err)
		}
	}
}

func TestFollowersHearPublicSteps(t *testing.T) {
	engines(t, func(h *house) {
		r := h.published()
		for i := range 3 {
			v, err := h.follow(h.other, r.Number)
			if err != nil || !v.Following || v.FollowerCount != 1 {
				h.t.Fatalf("time %d: %+v %v", i, v, err)
			}
		}
		version := h.get(h.office, r.Number).Version
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{Versioned: Versioned{Version: version}}))
		h.notices = nil
		h.tellAll()
		if len(h.notices) != 1 || h.notices[0].PersonID != h.other.id || h.notices[0].Template != "report_followed_step" || h.notices[0].SMS {
			h.t.Errorf("told %+v", h.notices)
		}
		mine := h.list(h.other, Filter{Mine: true}).Items
		if len(mine) != 1 || mine[0].Number != r.Number || mine[0].Address != "" || mine[0].Position != nil {
			h.t.Errorf("a follower's list: %+v", mine)
		}
		if _, err := h.getAs(h.other, shinan, r.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("a follower reads more than the public: %v", err)
		}
		h.do(h.citizen, r.Number, h.s.withdrawStep(PlainBody{}))
		if got := h.state(r.Number); got != "open" {
			h.t.Errorf("withdrawn although somebody follows: %s", got)
		}
	})
}

func TestUnfollow(t *testing.T) {
	engines(t, func(h *house) {
		r := h.published()
		if _, err := h.follow(h.other, r.Number); err != nil {
			h.t.Fatal(err)
		}
		v, err := h.s.Unfollow(h.as(h.other, shinan, "report.unfollow"), shinan, r.Number)
		if err != nil || v.Following || v.FollowerCount != 0 || len(h.dropped) == 0 {
			h.t.Fatalf("%+v %v, dropped %v", v, err, h.dropped)
		}
		if _, err := h.s.Unfollow(h.as(h.other, shinan, "report.unfollow"), shinan, r.Number); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("unfollowed twice: %v", err)
		}
		h.do(h.office, r.Number, h.s.admitStep(AdmitBody{}))
		if len(h.followers) != 0 {
			h.t.Errorf("nobody follows, yet %d jobs", len(h.followers))
		}
	})
}

func TestFollowRefusals(t *testing.T) {
	engines(t, func(h *house) {
		public, private := h.published(), h.submit(func(in *Submission) { in.Visibility = "private" })
		unscreened := h.submit()
		h.recused = []uuid.UUID{h.deputies[0].id}
		for name, c := range map[string]struct {
			who  person
			ref  string
			kind *fault.Kind
		}{
			"one's_own":      {h.citizen, public.Number, fault.Conflict},
			"a_private_one":  {h.other, private.Number, fault.NotFound},
			"not_screened":   {h.other, unscreened.Number, fault.NotFound},
			"never_issued":   {h.other, "370202-2026-999999", fault.NotFound},
			"not_a_number":   {h.other, "甲", fault.NotFound},
			"private_by_uid": {h.other, private.ID.String(), fault.NotFound},
		} {
			if _, err := h.follow(c.who, c.ref); !fault.Is(err, c.kind) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestManyFollowAtOnce(t *testing.T) {
	engines(t, func(h *house) {
		r := h.published()
		people := make([]person, 20)
		for i := range people {
			people[i] = h.person("路人")
		}
		for i, err := range together(40, func(i int) error {
			_, err := h.follow(people[i%20], r.Number)
			return err
		}) {
			if err != nil {
				h.t.Fatalf("%d: %v", i, err)
			}
		}
		if _, n, _ := h.row(r.ID); n != 20 {
			h.t.Errorf("%d follow", n)
		}
	})
}
