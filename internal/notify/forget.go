package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/notice"
	"huying/ent/db/noticepreference"
	"huying/ent/db/predicate"
	"huying/ent/db/smsanswer"
	"huying/ent/db/smsmessage"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Forgotten counts what was, or would be, removed.
type Forgotten struct{ Notices, Messages int }

// forgetBatch bounds one removing transaction.
const forgetBatch = 500

// Held counts a person's notices and messages.
func (s *Service) Held(ctx context.Context, person uuid.UUID) (f Forgotten, err error) {
	return s.count(ctx, []predicate.Notice{notice.PersonID(person)}, []predicate.SmsMessage{smsmessage.PersonID(person)})
}

// ForgetPerson removes everything that was ever told to a person and how they wanted to be told. A message that waits
// is not sent any more. Indexes are the blind indexes of the person's number, for what came back from it.
func (s *Service) ForgetPerson(ctx context.Context, person uuid.UUID, indexes []string) (f Forgotten, err error) {
	f, err = s.remove(ctx, []predicate.Notice{notice.PersonID(person)}, []predicate.SmsMessage{smsmessage.PersonID(person)})
	if err != nil {
		return f, err
	}
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		if _, err := tx.NoticePreference.Delete().Where(noticepreference.PersonID(person)).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.SmsAnswer.Delete().Where(smsanswer.PhoneIndexIn(indexes...)).Exec(ctx)
		return err
	})
	if err != nil {
		return f, fmt.Errorf("notify: forget person: %w", err)
	}
	return f, nil
}

// ForgetSubjects removes what was told about these subjects, to whomever, from notices and messages not older than the
// two times. Dry only counts.
func (s *Service) ForgetSubjects(ctx context.Context, ids []uuid.UUID, notices, messages time.Time, dry bool) (Forgotten, error) {
	n := []predicate.Notice{notice.SubjectIDIn(ids...), notice.CreatedAtGTE(notices)}
	m := []predicate.SmsMessage{smsmessage.SubjectIDIn(ids...), smsmessage.CreatedAtGTE(messages)}
	if dry {
		return s.count(ctx, n, m)
	}
	return s.remove(ctx, n, m)
}

// ForgetOld removes a tenant's notices from before one time and its messages from before another. Messages that still
// wait to be sent stay. Dry only counts.
func (s *Service) ForgetOld(ctx context.Context, tenant string, notices, messages time.Time, dry bool) (Forgotten, error) {
	n := []predicate.Notice{notice.Tenant(tenant), notice.CreatedAtLT(notices)}
	m := []predicate.SmsMessage{smsmessage.Tenant(tenant), smsmessage.CreatedAtLT(messages), smsmessage.StatusNEQ(smsmessage.StatusQueued)}
	if dry {
		return s.count(ctx, n, m)
	}
	return s.remove(ctx, n, m)
}

func (s *Service) count(ctx context.Context, n []predicate.Notice, m []predicate.SmsMessage) (f Forgotten, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		if f.Notices, err = tx.Notice.Query().Where(n...).Count(ctx); err != nil {
			return err
		}
		f.Messages, err = tx.SmsMessage.Query().Where(m...).Count(ctx)
		return err
	})
	if err != nil {
		return f, fmt.Errorf("notify: count: %w", err)
	}
	return f, nil
}

// remove removes in small transactions, so that a big inbox holds up nobody.
func (s *Service) remove(ctx context.Context, n []predicate.Notice, m []predicate.SmsMessage) (f Forgotten, err error) {
	for more := true; more; {
		err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
			notices, err := tx.Notice.Query().Where(n...).Limit(forgetBatch).IDs(ctx)
			if err != nil {
				return err
			}
			messages, err := tx.SmsMessage.Query().Where(m...).Limit(forgetBatch).IDs(ctx)
			if err != nil {
				return err
			}
			more = len(notices) == forgetBatch || len(messages) == forgetBatch
			a, err := tx.Notice.Delete().Where(notice.IDIn(notices...)).Exec(ctx)
			if err != nil {
				return err
			}
			b, err := tx.SmsMessage.Delete().Where(smsmessage.IDIn(messages...)).Exec(ctx)
			f.Notices, f.Messages = f.Notices+a, f.Messages+b
			return err
		})
		if err != nil {
			return f, fmt.Errorf("notify: forget: %w", err)
		}
	}
	return f, nil
}

// Inboxed is one line of a person's inbox in words, for a copy of the own data.
type Inboxed struct {
	At    time.Time `json:"at"`
	Title string    `json:"title"`
	Text  string    `json:"text"`
}

// Told gives the whole inbox of a person in words, oldest first.
func (s *Service) Told(ctx context.Context, person uuid.UUID) ([]Inboxed, error) {
	var rows []*db.Notice
	err := s.d.DB.View(ctx, tenancy.Person(person), func(ctx context.Context, tx *database.Tx) (err error) {
		rows, err = tx.Notice.Query().Where(notice.PersonID(person)).Order(notice.ByID()).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("notify: told: %w", err)
	}
	out := make([]Inboxed, len(rows))
	for i, n := range rows {
		t := templateByID[n.Template]
		out[i] = Inboxed{At: n.CreatedAt.UTC(), Title: t.Title, Text: t.Render(n.Params)}
	}
	return out, nil
}
