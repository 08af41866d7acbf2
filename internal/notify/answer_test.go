package notify_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/person"
	"huying/ent/db/smsmessage"
	"huying/internal/flow"
	"huying/internal/notify"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// raters stands in for the room of reports: it keeps what was rated and refuses what it is told to.
type raters struct {
	mu     sync.Mutex
	rated  []notify.Rating
	refuse map[uuid.UUID]error
	// after is called once a rating stands.
	after func()
}

func (r *raters) rate(_ context.Context, in notify.Rating) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refuse[in.ReportID]; err != nil {
		return err
	}
	if slices.ContainsFunc(r.rated, func(o notify.Rating) bool { return o.ReportID == in.ReportID && o.PersonID == in.PersonID }) {
		return fault.Conflict.New("已评价")
	}
	r.rated = append(r.rated, in)
	if r.after != nil {
		r.after()
	}
	return nil
}

// findable gives a person's number its blind index, as the identity door does.
func (b *bench) findable(t *testing.T, id uuid.UUID, number string) {
	t.Helper()
	must(t, b.kit.DB.Do(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		index := b.keys.Blind(notify.PersonPhoneIndex, number)
		if err := tx.Person.Update().Where(person.PhoneIndex(index)).ClearPhoneIndex().ClearPhoneSealed().Exec(ctx); err != nil {
			return err
		}
		return tx.Person.Update().Where(person.ID(id)).SetPhoneIndex(index).Exec(ctx)
	}))
}

// resolved tells a person that a report waits for a rating and gives the report.
func (b *bench) resolved(t *testing.T, to uuid.UUID, number string) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	must(t, b.tell(t, "370202", notify.Notice{
		PersonID: to, Template: "report_resolved", SMS: true, ReportID: id, Params: map[string]string{"number": number},
	}))
	return id
}

var answers int

func (b *bench) answer(t *testing.T, text, want string) {
	t.Helper()
	answers++
	got, err := b.Answer(t.Context(), notify.Incoming{ID: fmt.Sprintf("in-%d", answers), Phone: "+86 " + phone, Text: text})
	if err != nil || got != want {
		t.Fatalf("%q ended as %q, want %q; %v", text, got, want, err)
	}
}

// said is the wording of the newest message.
func (b *bench) said(t *testing.T) string {
	t.Helper()
	out, err := b.Outbox(t.Context(), phone, 1)
	must(t, err)
	if len(out) == 0 {
		t.Fatal("nothing was said")
	}
	return out[0].Text
}

func TestAnswer(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		b.answer(t, "1", notify.OutcomeUnknown)
		me := b.person(t, phone)
		b.findable(t, me, phone)
		b.answer(t, "1", notify.OutcomeTooLate)
		old := b.resolved(t, me, "370202-2026-000001")
		fresh := b.resolved(t, me, "370202-2026-000002")
		third := b.resolved(t, me, "370202-2026-000013")
		t.Run("what is no rating rates nothing", func(t *testing.T) {
			b.answer(t, "谢谢你们", notify.OutcomeNotUnderstood)
			b.answer(t, "4", notify.OutcomeNotUnderstood)
			if len(b.raters.rated) != 0 {
				t.Fatalf("%+v", b.raters.rated)
			}
		})
		t.Run("the number's last digits choose", func(t *testing.T) {
			b.answer(t, "2 000001", notify.OutcomeRated)
			if got := b.raters.rated[0]; got.ReportID != old || got.PersonID != me || got.Result != 2 || got.Tenant != "370202" {
				t.Fatalf("%+v", got)
			}
			if got := b.said(t); got != "已记录您对370202-2026-000001的评价：基本满意。感谢您。" {
				t.Fatal(got)
			}
		})
		t.Run("else the newest is meant, and the reply says which", func(t *testing.T) {
			b.answer(t, "不满意", notify.OutcomeRated)
			b.answer(t, "１", notify.OutcomeRated)
			if b.raters.rated[1].ReportID != third || b.raters.rated[1].Result != 3 || b.raters.rated[2].ReportID != fresh {
				t.Fatalf("%+v", b.raters.rated)
			}
		})
		t.Run("what is rated is not rated again", func(t *testing.T) {
			b.answer(t, "1", notify.OutcomeTooLate)
			if len(b.raters.rated) != 3 {
				t.Fatalf("%+v", b.raters.rated)
			}
		})
		t.Run("the same message of the gateway is worked once", func(t *testing.T) {
			b.resolved(t, me, "370202-2026-000003")
			for range 3 {
				got, err := b.Answer(t.Context(), notify.Incoming{ID: "again", Phone: phone, Text: "1"})
				if err != nil || got != notify.OutcomeRated {
					t.Fatalf("%s %v", got, err)
				}
			}
			if len(b.raters.rated) != 4 {
				t.Fatalf("%+v", b.raters.rated)
			}
		})
		t.Run("one rated in the app meanwhile gives way to the next", func(t *testing.T) {
			next := b.resolved(t, me, "370202-2026-000004")
			done := b.resolved(t, me, "370202-2026-000005")
			b.raters.refuse[done] = fault.Conflict.New("已评价")
			b.answer(t, "1", notify.OutcomeRated)
			if got := b.raters.rated[4]; got.ReportID != next {
				t.Fatalf("%+v", got)
			}
		})
		t.Run("a report that no longer waits is too late", func(t *testing.T) {
			gone := b.resolved(t, me, "370202-2026-000006")
			b.raters.refuse[gone] = flow.TransitionNotAllowed.New("已办结")
			b.answer(t, "1", notify.OutcomeTooLate)
		})
		t.Run("after fifteen days it is too late", func(t *testing.T) {
			b.resolved(t, me, "370202-2026-000007")
			b.kit.Clock.Advance(15*24*time.Hour + time.Second)
			b.answer(t, "1", notify.OutcomeTooLate)
		})
		t.Run("the number's next holder answers for nobody else", func(t *testing.T) {
			b.resolved(t, me, "370202-2026-000008")
			b.findable(t, b.person(t, phone), phone)
			b.answer(t, "1", notify.OutcomeTooLate)
			if len(b.raters.rated) != 5 {
				t.Fatalf("%+v", b.raters.rated)
			}
		})
		t.Run("a number that is none is refused", func(t *testing.T) {
			_, err := b.Answer(t.Context(), notify.Incoming{ID: "x", Phone: "12345", Text: "1"})
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
		})
	})
}

func TestAnswer_unsubscribe(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, phone)
		b.findable(t, me, phone)
		b.answer(t, "退订", notify.OutcomeUnsubscribed)
		b.answer(t, "T", notify.OutcomeUnsubscribed)
		p, err := b.Preferences(t.Context(), me)
		must(t, err)
		if p.SMS {
			t.Fatal("messages still go out")
		}
		if got := b.texts(t, 1); got[0] != notify.SMSUnsubscribed {
			t.Fatalf("said %v", got)
		}
		b.kit.Clock.Advance(25 * time.Hour)
		b.answer(t, "T", notify.OutcomeUnsubscribed)
		b.texts(t, 2)
	})
}

// A crash after the rating and before the note of it must not rate the next report when the gateway repeats.
func TestAnswer_crash_between_rating_and_note(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, phone)
		b.findable(t, me, phone)
		b.resolved(t, me, "370202-2026-000001")
		newest := b.resolved(t, me, "370202-2026-000002")
		in := notify.Incoming{ID: "in-crash", Phone: phone, Text: "1"}
		crash, stop := context.WithCancel(t.Context())
		b.raters.after = stop
		if _, err := b.Answer(crash, in); err == nil {
			t.Fatal("it survived")
		}
		b.raters.after = nil
		for range 2 {
			if got, err := b.Answer(t.Context(), in); err != nil || got != notify.OutcomeRated {
				t.Fatalf("%s %v", got, err)
			}
		}
		if len(b.raters.rated) != 1 || b.raters.rated[0].ReportID != newest {
			t.Fatalf("%+v", b.raters.rated)
		}
		if got := b.said(t); got != "已记录您对370202-2026-000002的评价：满意。感谢您。" {
			t.Fatal(got)
		}
	})
}

func TestAnswer_at_the_same_moment(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, phone)
		b.findable(t, me, phone)
		b.resolved(t, me, "370202-2026-000001")
		b.resolved(t, me, "370202-2026-000002")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := b.Answer(t.Context(), notify.Incoming{ID: "same", Phone: phone, Text: "1"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		b.raters.mu.Lock()
		defer b.raters.mu.Unlock()
		if len(b.raters.rated) != 1 {
			t.Fatalf("%+v", b.raters.rated)
		}
		n := 0
		must(t, b.kit.DB.View(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) (err error) {
			n, err = tx.SmsMessage.Query().Where(smsmessage.TemplateIn(notify.SMSRated, notify.SMSAlready, notify.SMSTooLate)).Count(ctx)
			return err
		}))
		if n != 1 {
			t.Fatalf("%d replies", n)
		}
	})
}

func TestReceipts(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, phone)
		for i := range 2 {
			must(t, b.tell(t, "370202", received(me, fmt.Sprintf("370202-2026-00000%d", i+1), true)))
		}
		b.texts(t, 2)
		sent, err := b.Messages(t.Context(), "370202", "sent", uuid.Nil, 10)
		must(t, err)
		good, bad := sent[0].Row.ID, sent[1].Row.ID
		late := b.kit.Clock.Now().Add(-time.Hour)
		list := []notify.Receipt{
			{MessageID: good, Delivered: true, At: b.kit.Clock.Now().Add(time.Hour)},
			{MessageID: bad, Code: "停机 13812345678"},
			{MessageID: uuid.Must(uuid.NewV7()), Delivered: true},
		}
		for i, want := range []int{2, 0} {
			if n, err := b.Receipts(t.Context(), list); err != nil || n != want {
				t.Fatalf("push %d knows %d, %v", i, n, err)
			}
		}
		_, err = b.Receipts(t.Context(), []notify.Receipt{{MessageID: good, Code: "x", At: late}})
		must(t, err)
		sent, err = b.Messages(t.Context(), "370202", "sent", uuid.Nil, 10)
		must(t, err)
		if len(sent) != 1 || sent[0].Row.DeliveredAt == nil || !sent[0].Row.DeliveredAt.Equal(b.kit.Clock.Now()) {
			t.Fatalf("%+v", sent)
		}
		failed, err := b.Messages(t.Context(), "370202", "failed", uuid.Nil, 10)
		must(t, err)
		if len(failed) != 1 || failed[0].Row.Error != "undelivered: __" {
			t.Fatalf("%+v", failed)
		}
	})
}
