package report

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/internal/flow"
	"huying/internal/idempotency"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

// together runs n functions at once and gives their errors.
func together(n int, do func(i int) error) []error {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() {
			<-gate
			errs[i] = do(i)
		})
	}
	close(gate)
	wg.Wait()
	return errs
}

func TestTwoDeputiesAcceptAtOnce(t *testing.T) {
	engines(t, func(h *house) {
		for range 5 {
			r := h.reach("open")
			errs := together(2, func(i int) error { return h.try(h.deputies[i], r.Number, h.s.acceptStep(PlainBody{})) })
			winner := 0
			if errs[0] != nil {
				winner = 1
			}
			if errs[winner] != nil {
				h.t.Fatalf("nobody leads: %v, %v", errs[0], errs[1])
			}
			e, ok := fault.As(errs[1-winner])
			if !ok || e.Kind != flow.TransitionNotAllowed || e.Facts["state"] != "accepted" || e.Detail != h.deputies[winner].name+"代表已先接单，谢谢您。您可以选择“加入跟进”。" {
				h.t.Fatalf("the loser was told %v", errs[1-winner])
			}
			h.rows(func(ctx context.Context, tx *database.Tx) error {
				n, err := tx.ReportDeputy.Query().Where(reportdeputy.ReportID(r.ID), reportdeputy.PartEQ(reportdeputy.PartLead)).Count(ctx)
				if n != 1 {
					h.t.Errorf("%d deputies lead", n)
				}
				return err
			})
			h.do(h.deputies[1-winner], r.Number, h.s.joinStep(PlainBody{}))
			h.do(h.deputies[2], r.Number, h.s.joinStep(PlainBody{}))
			if got := len(h.get(h.office, r.Number).Deputies); got != 3 {
				h.t.Fatalf("%d deputies on the report", got)
			}
			h.free()
		}
	})
}

func TestFiftyEqualSubmissionsMakeOneReport(t *testing.T) {
	engines(t, func(h *house) {
		body := h.submission()
		raw, _ := json.Marshal(body)
		key := idempotency.Key{Route: "POST /reports", Key: "k-1", BodyHash: idempotency.Hash(raw)}
		answers := make([]string, 50)
		errs := together(50, func(i int) error {
			answer, _, err := h.s.Submit(h.as(h.citizen, shinan, "report.submit"), shinan, body, key)
			answers[i] = string(answer)
			return err
		})
		for i, err := range errs {
			if err != nil || answers[i] != answers[0] || answers[i] == "" {
				h.t.Fatalf("request %d: %v %q, first %q", i, err, answers[i], answers[0])
			}
		}
		h.count(1)
		other := body
		other.Description = "换了一份内容"
		if _, err := h.submitAs(h.citizen, other, "k-1"); !fault.Is(err, idempotency.KeyReused) {
			h.t.Errorf("another body under the same key: %v", err)
		}
		if _, err := h.submitAs(h.other, body, "k-1"); err != nil {
			h.t.Errorf("another person's key of the same name: %v", err)
		}
		h.count(2)
		h.kit.Clock.Advance(idempotency.Life)
		if _, err := h.submitAs(h.citizen, other, "k-1"); err != nil {
			h.t.Errorf("the key after a day: %v", err)
		}
		h.count(3)
	})
}

func (h *house) count(want int) {
	h.t.Helper()
	h.rows(func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Report.Query().Count(ctx)
		if n != want {
			h.t.Fatalf("%d reports, want %d", n, want)
		}
		return err
	})
}

func TestAFailedSubmissionFreesItsKey(t *testing.T) {
	engines(t, func(h *house) {
		in := h.submission()
		in.DivisionCode = "370202999999"
		if _, err := h.submitAs(h.citizen, in, "k-2"); err == nil {
			h.t.Fatal("an unknown division was taken")
		}
		if _, err := h.submitAs(h.citizen, h.submission(), "k-2"); err != nil {
			h.t.Fatalf("the corrected form: %v", err)
		}
	})
}

func TestNumbersHaveNoGapsUnderLoad(t *testing.T) {
	engines(t, func(h *house) {
		const n = 40
		for i, err := range together(n, func(i int) error {
			in := h.submission()
			if i%4 == 3 {
				in.Category = "no-such-category"
			}
			_, err := h.submitAs(h.citizen, in, "")
			if i%4 == 3 {
				return nil
			}
			return err
		}) {
			if err != nil {
				h.t.Fatalf("submission %d: %v", i, err)
			}
		}
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			rows, err := tx.Report.Query().Order(entreport.ByNumber()).All(ctx)
			for i, row := range rows {
				if want := FormatNumber(shinan, 2026, int64(i+1)); row.Number != want {
					h.t.Fatalf("number %s, want %s", row.Number, want)
				}
			}
			if len(rows) != n*3/4 {
				h.t.Fatalf("%d reports", len(rows))
			}
			return err
		})
	})
}

func TestActionAndTimerMeetWithoutDeadlock(t *testing.T) {
	engines(t, func(h *house) {
		for range 6 {
			r := h.reach("open")
			h.kit.Clock.Set(*h.get(h.office, r.Number).DueAt)
			errs := together(3, func(i int) error {
				if i == 0 {
					return h.try(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{}))
				}
				_, err := h.newSweeper().Sweep(context.Background())
				return err
			})
			if errs[1] != nil || errs[2] != nil {
				h.t.Fatalf("sweep: %v %v", errs[1], errs[2])
			}
			if errs[0] != nil && !fault.Is(errs[0], flow.TransitionNotAllowed) && !fault.Is(errs[0], fault.NotFound) {
				h.t.Fatalf("accept: %v", errs[0])
			}
			v := h.get(h.office, r.Number)
			if v.State != "accepted" || (errs[0] == nil) != (v.Owner.Kind == OwnerDeputy) {
				h.t.Fatalf("state %s owner %+v after %v", v.State, v.Owner, errs[0])
			}
			h.free()
		}
	})
}
