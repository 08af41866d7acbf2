package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/noticepreference"
	"huying/ent/db/person"
	"huying/ent/db/smsanswer"
	"huying/ent/db/smsmessage"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// PersonPhoneIndex is the domain of the blind index under which a person is found by number; identity writes it.
const PersonPhoneIndex = "person.phone"

// Rating is what a message that came back says about one report.
type Rating struct {
	Tenant             string
	ReportID, PersonID uuid.UUID
	// Result is 1 satisfied, 2 basically, 3 not.
	Result int
}

// Incoming is a message that came back through the gateway.
type Incoming struct {
	// ID is the gateway's own; the same one is worked once.
	ID string
	// Phone is the number as the gateway writes it.
	Phone string
	Text  string
}

// Outcomes of a message that came back.
const (
	OutcomeRated         = "rated"
	OutcomeTooLate       = "too_late"
	OutcomeAlready       = "already"
	OutcomeNotUnderstood = "not_understood"
	OutcomeUnknown       = "unknown_number"
	OutcomeUnsubscribed  = "unsubscribed"
)

// resultWords are the results as they are confirmed.
var resultWords = map[int]string{1: "满意", 2: "基本满意", 3: "不满意"}

// Answer works one message that came back and says how it ended: it rates the newest result that waits for this very
// person, or the one whose number is given. Worked again, it answers the same and changes nothing. A number that is
// none is fault.Invalid naming "phone".
func (s *Service) Answer(ctx context.Context, in Incoming) (string, error) {
	phone, err := s.d.ParsePhone(in.Phone)
	if err != nil {
		return "", fault.Invalid.New("请检查内容", fault.Field{Name: "phone", Message: "不是有效的手机号"})
	}
	row, personID, err := s.receive(ctx, in, phone)
	if err != nil {
		return "", fmt.Errorf("notify: answer: %w", err)
	}
	if row.Outcome != "" {
		return row.Outcome, nil
	}
	e := ending{row: row, phone: phone, person: personID}
	a := readAnswer(in.Text)
	switch {
	case personID == uuid.Nil:
		e.outcome, e.template = OutcomeUnknown, SMSUnknown
	case a.kind == answerStop:
		e.outcome, e.template = OutcomeUnsubscribed, SMSUnsubscribed
	case a.kind == answerUnclear:
		e.outcome, e.template = OutcomeNotUnderstood, SMSNotUnderstood
	default:
		if err := s.rate(ctx, &e, a); err != nil {
			return "", fmt.Errorf("notify: answer: %w", err)
		}
	}
	if err := s.settle(ctx, e); err != nil {
		return "", fmt.Errorf("notify: answer: %w", err)
	}
	s.d.Log.InfoContext(ctx, "a message came back", "answer", row.ID, "outcome", e.outcome)
	return e.outcome, nil
}

// ending is how the work on one answer ends.
type ending struct {
	row               *db.SmsAnswer
	phone             string
	person            uuid.UUID
	outcome, template string
	params            map[string]string
	// about is the message that was answered, or nil.
	about *db.SmsMessage
}

// receive keeps what came back, sealed, and finds whose number it is.
func (s *Service) receive(ctx context.Context, in Incoming, phone string) (row *db.SmsAnswer, personID uuid.UUID, err error) {
	id := uuid.Must(uuid.NewV7())
	sealed, err := s.d.Keys.Seal("sms_answers.text:"+id.String(), []byte(in.Text))
	if err != nil {
		return nil, personID, err
	}
	now := s.d.Clock.Now()
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		err := tx.SmsAnswer.Create().SetID(id).SetGatewayID(in.ID).SetPhoneIndex(s.d.Keys.Blind(PersonPhoneIndex, phone)).
			SetTextSealed(sealed).SetReceivedAt(now).SetCreatedAt(now).
			OnConflictColumns(smsanswer.FieldGatewayID).Ignore().Exec(ctx)
		if err != nil {
			return err
		}
		if row, err = tx.SmsAnswer.Query().Where(smsanswer.GatewayID(in.ID)).Only(ctx); err != nil {
			return err
		}
		p, err := tx.Person.Query().Where(person.PhoneIndexIn(s.d.Keys.BlindAll(PersonPhoneIndex, phone)...)).First(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err == nil {
			personID = p.ID
		}
		return err
	})
	return row, personID, err
}

// rate tries the results that wait for the person, newest first, until one takes the rating. Which one is tried is
// written down before: after a crash the same one is tried again and no other.
func (s *Service) rate(ctx context.Context, e *ending, a answer) error {
	e.outcome, e.template = OutcomeTooLate, SMSTooLate
	for {
		m, number, again, err := s.choose(ctx, e, a)
		if err != nil || m == nil {
			return err
		}
		err = s.d.Rate(ctx, Rating{Tenant: m.Tenant, ReportID: *m.SubjectID, PersonID: e.person, Result: a.result})
		switch {
		case err == nil, again && fault.Is(err, fault.Conflict):
			e.about, e.outcome, e.template = m, OutcomeRated, SMSRated
			e.params = map[string]string{"number": number, "result": resultWords[a.result]}
			return nil
		case fault.Is(err, fault.Conflict):
			e.outcome, e.template, e.params = OutcomeAlready, SMSAlready, map[string]string{"number": number}
		case fault.Is(err, flow.TransitionNotAllowed), fault.Is(err, fault.NotFound), fault.Is(err, fault.Forbidden):
			e.outcome, e.template, e.params = OutcomeTooLate, SMSTooLate, nil
		default:
			return err
		}
		if err := s.giveUp(ctx, e, m); err != nil {
			return err
		}
	}
}

// choose finds the message that is answered and notes it with the answer. again says that it was noted before, by
// work that was cut short or that goes on at this moment.
func (s *Service) choose(ctx context.Context, e *ending, a answer) (m *db.SmsMessage, number string, again bool, err error) {
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		found := tx.SmsAnswer.Query().Where(smsanswer.ID(e.row.ID))
		if tx.Engine() == database.EnginePostgres {
			found.ForUpdate()
		}
		row, err := found.Only(ctx)
		if err != nil {
			return err
		}
		q := tx.SmsMessage.Query().Where(smsmessage.PersonID(e.person), smsmessage.SubjectIDNotNil())
		if again = row.MessageID != nil; again {
			q.Where(smsmessage.ID(*row.MessageID))
		} else {
			q.Where(smsmessage.AnswerUntilGT(s.d.Clock.Now()))
		}
		rows, err := q.Order(smsmessage.ByID(sql.OrderDesc())).All(ctx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			params, err := s.openParams(row.ID, row.ParamsSealed)
			if err != nil {
				return err
			}
			if strings.HasSuffix(params["number"], a.tail) {
				m, number = row, params["number"]
				return tx.SmsAnswer.Update().Where(smsanswer.ID(e.row.ID)).SetMessageID(row.ID).Exec(ctx)
			}
		}
		return nil
	})
	return m, number, again, err
}

// giveUp closes a message that takes no rating, so that the next one can be tried.
func (s *Service) giveUp(ctx context.Context, e *ending, m *db.SmsMessage) error {
	return s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		// The answer first, as everywhere: two that work on it take its lock in the same order.
		if err := tx.SmsAnswer.Update().Where(smsanswer.ID(e.row.ID)).ClearMessageID().Exec(ctx); err != nil {
			return err
		}
		return closeAnswers(ctx, tx, m)
	})
}

// closeAnswers ends the time to answer for every message to the person about the report.
func closeAnswers(ctx context.Context, tx *database.Tx, m *db.SmsMessage) error {
	return tx.SmsMessage.Update().Where(smsmessage.PersonID(*m.PersonID), smsmessage.SubjectID(*m.SubjectID), smsmessage.AnswerUntilNotNil()).
		ClearAnswerUntil().Exec(ctx)
}

// settle writes the outcome, what follows from it and the reply in one transaction; the second of two that work on
// the same answer finds it settled and adds nothing.
func (s *Service) settle(ctx context.Context, e ending) error {
	return s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.SmsAnswer.Update().Where(smsanswer.ID(e.row.ID), smsanswer.Outcome("")).SetOutcome(e.outcome).
			SetUpdatedAt(s.d.Clock.Now()).Save(ctx)
		if err != nil || n == 0 {
			return err
		}
		if e.about != nil {
			if err := closeAnswers(ctx, tx, e.about); err != nil {
				return err
			}
		}
		if e.outcome == OutcomeUnsubscribed {
			if err := s.unsubscribe(ctx, tx, e.person); err != nil {
				return err
			}
		}
		return s.reply(ctx, tx, e)
	})
}

// unsubscribe sends the person only what cannot be muted from now on.
func (s *Service) unsubscribe(ctx context.Context, tx *database.Tx, personID uuid.UUID) error {
	p, err := s.lockPreference(ctx, tx, personID)
	if err != nil {
		return err
	}
	return tx.NoticePreference.Update().Where(noticepreference.ID(p.ID), noticepreference.Version(p.Version)).AddVersion(1).
		SetSms(false).SetUpdatedAt(s.d.Clock.Now()).Exec(ctx)
}

// reply answers the number that wrote. What a machine could provoke without end is said once a day.
func (s *Service) reply(ctx context.Context, tx *database.Tx, e ending) error {
	o := outgoing{template: e.template, params: e.params, phone: e.phone}
	if o.params == nil {
		o.params = map[string]string{}
	}
	if e.person != uuid.Nil {
		o.person, o.phone = e.person, ""
	}
	if e.outcome == OutcomeRated {
		return s.enqueue(ctx, tx, o)
	}
	o.once = "reply:" + e.template + ":" + e.row.PhoneIndex + ":" + s.d.Clock.Now().UTC().Format(time.DateOnly)
	said, err := tx.SmsMessage.Query().Where(smsmessage.DedupeKey(o.once)).Exist(ctx)
	if err != nil || said {
		return err
	}
	return s.enqueue(ctx, tx, o)
}
