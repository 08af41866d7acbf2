package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/person"
	"huying/ent/db/smsmessage"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Message is what a driver sends. ID is the same on every try, for gateways that recognise repeats.
type Message struct {
	ID       uuid.UUID
	Phone    string
	Template string
	Params   map[string]string
}

// Driver hands messages to an SMS gateway. An error means it may be tried again.
type Driver interface {
	Send(ctx context.Context, m Message) (gatewayID string, err error)
}

// outboxDriver sends nothing: the stored message is the outbox.
type outboxDriver struct{ log *slog.Logger }

// Send notes that a message would have gone out, without its number and parameters.
func (o outboxDriver) Send(ctx context.Context, m Message) (string, error) {
	o.log.InfoContext(ctx, "sms kept in the outbox", "message", m.ID, "template", m.Template)
	return "outbox", nil
}

// SendArgs is the job that hands one message to the gateway.
type SendArgs struct {
	MessageID uuid.UUID `json:"message_id"`
}

// Kind of the job.
func (SendArgs) Kind() string { return "sms_send" }

// InsertOpts of the job: a message nobody could send within some hours is stale.
func (SendArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 8} }

type sendWorker struct {
	river.WorkerDefaults[SendArgs]
	s *Service
}

// Timeout of one try.
func (*sendWorker) Timeout(*river.Job[SendArgs]) time.Duration { return 20 * time.Second }

// Work sends the message once; a message already sent is left alone.
func (w *sendWorker) Work(ctx context.Context, job *river.Job[SendArgs]) error {
	row, phone, err := w.s.load(ctx, job.Args.MessageID)
	if err != nil || row == nil {
		return err
	}
	if phone == "" {
		return w.s.finish(ctx, row, smsmessage.StatusFailed, "", "the person has no number")
	}
	params, err := w.s.openParams(row.ID, row.ParamsSealed)
	if err != nil {
		return errors.Join(w.s.finish(ctx, row, smsmessage.StatusFailed, "", "unreadable"), river.JobCancel(err))
	}
	gateway, err := w.s.d.Driver.Send(ctx, Message{ID: row.ID, Phone: phone, Template: row.Template, Params: params})
	switch {
	case err == nil:
		return w.s.finish(ctx, row, smsmessage.StatusSent, gateway, "")
	case job.Attempt >= job.MaxAttempts:
		return errors.Join(w.s.finish(ctx, row, smsmessage.StatusFailed, "", "the gateway did not take it"), err)
	default:
		return fmt.Errorf("notify: send: %w", err)
	}
}

// load returns a message that is still to be sent with the number of today, or nil.
func (s *Service) load(ctx context.Context, id uuid.UUID) (*db.SmsMessage, string, error) {
	var row *db.SmsMessage
	var phone string
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		found, err := tx.SmsMessage.Query().Where(smsmessage.ID(id), smsmessage.StatusEQ(smsmessage.StatusQueued)).Only(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		row = found
		phone, err = s.number(ctx, tx, found)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("notify: load message: %w", err)
	}
	return row, phone, nil
}

// number opens the number a message goes to; empty when its person has none.
func (s *Service) number(ctx context.Context, tx *database.Tx, m *db.SmsMessage) (string, error) {
	aad, sealed := phoneAAD(m.ID), m.PhoneSealed
	if m.PersonID != nil {
		p, err := tx.Person.Query().Where(person.ID(*m.PersonID)).Only(ctx)
		if database.IsNotFound(err) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		aad, sealed = PersonPhoneAAD(p.ID), p.PhoneSealed
	}
	if sealed == nil || len(*sealed) == 0 {
		return "", nil
	}
	phone, err := s.d.Keys.Open(aad, *sealed)
	return string(phone), err
}

// finish writes how sending ended and forgets parameters that are worth nothing any more. The demo's
// outbox keeps them: it is the only place a code can be read.
func (s *Service) finish(ctx context.Context, m *db.SmsMessage, status smsmessage.Status, gateway, why string) error {
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		u := tx.SmsMessage.Update().Where(smsmessage.ID(m.ID), smsmessage.StatusEQ(smsmessage.StatusQueued)).
			SetStatus(status).SetGatewayID(gateway).SetError(why).SetUpdatedAt(s.d.Clock.Now())
		if status == smsmessage.StatusSent {
			u.SetSentAt(s.d.Clock.Now())
		}
		if templateByID[m.Template].Secret && !s.d.Demo {
			empty, err := s.sealParams(m.ID, map[string]string{})
			if err != nil {
				return err
			}
			u.SetParamsSealed(empty)
		}
		return u.Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("notify: finish message: %w", err)
	}
	return nil
}
