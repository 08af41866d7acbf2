package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/person"
	"huying/ent/db/smsmessage"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Message is what a driver sends. ID is the same on every try: a gateway that saw it before must not send it again.
type Message struct {
	ID       uuid.UUID
	Phone    string
	Template string
	Params   map[string]string
}

// Driver hands messages to an SMS gateway. A *RefusedError says that this message will never be taken, a *LaterError
// when to try again; after any other error it is tried again, ever more slowly, while it is worth sending.
type Driver interface {
	Send(ctx context.Context, m Message) (gatewayID string, err error)
}

// RefusedError is a gateway's final no.
type RefusedError struct {
	// Code is the gateway's own short code for why.
	Code string
}

// Error names the code.
func (e *RefusedError) Error() string { return "the gateway refused: " + e.Code }

// LaterError is a gateway's request to wait.
type LaterError struct{ After time.Duration }

// Error names the wait.
func (e *LaterError) Error() string { return "the gateway asks to wait " + e.After.String() }

// outboxDriver sends nothing: the stored message is the outbox.
type outboxDriver struct{ log *slog.Logger }

// Send notes that a message would have gone out, without its number and parameters.
func (o outboxDriver) Send(ctx context.Context, m Message) (string, error) {
	o.log.InfoContext(ctx, "sms kept in the outbox", "message", m.ID, "template", m.Template)
	return "outbox", nil
}

// Reasons why a message was not sent, as the column error begins. The first three were meant not to be.
const (
	whyMuted  = "muted"
	whyDigest = "digest"
	whyLapsed = "lapsed"

	whyNoNumber    = "no_number"
	whyUnreadable  = "unreadable"
	whyStale       = "stale"
	whyRefused     = "refused"
	whyUndelivered = "undelivered"
)

// SendArgs is the job that hands one message to the gateway.
type SendArgs struct {
	MessageID uuid.UUID `json:"message_id" river:"unique"`
	// Until is when what the message tells of is over, or nil.
	Until *time.Time `json:"until,omitempty"`
}

// Kind of the job.
func (SendArgs) Kind() string { return "sms_send" }

// InsertOpts of the job. Waiting is no attempt, so the attempts are left for faults of our own; and there is never more
// than one job for a message.
func (SendArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 8, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished}}
}

type sendWorker struct {
	river.WorkerDefaults[SendArgs]
	s *Service
}

// Timeout of one try.
func (*sendWorker) Timeout(*river.Job[SendArgs]) time.Duration { return 20 * time.Second }

// Work sends the message once; a message already sent is left alone, one that has to wait is looked at again.
func (w *sendWorker) Work(ctx context.Context, job *river.Job[SendArgs]) error {
	wait, err := w.s.sendOne(ctx, job.Args)
	if err != nil {
		return fmt.Errorf("notify: send: %w", err)
	}
	if wait > 0 {
		return river.JobSnooze(min(wait, w.s.d.Nap))
	}
	return nil
}

// sendOne brings one message as far as it goes now and says how long to wait before it goes further.
func (s *Service) sendOne(ctx context.Context, args SendArgs) (time.Duration, error) {
	row, phone, wait, err := s.prepare(ctx, args)
	if err != nil || row == nil || wait > 0 {
		return wait, err
	}
	params, err := s.openParams(row.ID, row.ParamsSealed)
	if err != nil {
		return 0, errors.Join(s.finish(ctx, row, smsmessage.StatusFailed, "", whyUnreadable), river.JobCancel(err))
	}
	gateway, err := s.d.Driver.Send(ctx, Message{ID: row.ID, Phone: phone, Template: row.Template, Params: params})
	var refused *RefusedError
	var later *LaterError
	switch {
	case err == nil:
		return 0, s.finish(ctx, row, smsmessage.StatusSent, clip(gateway, 80), "")
	case errors.As(err, &refused):
		s.d.Log.WarnContext(ctx, "the gateway refused a message", "message", row.ID, "template", row.Template, "code", codeOf(refused.Code))
		return 0, s.finish(ctx, row, smsmessage.StatusFailed, "", whyRefused+": "+codeOf(refused.Code))
	case errors.As(err, &later):
		return max(later.After, time.Second), nil
	default:
		s.d.Log.WarnContext(ctx, "a message was not taken; it is tried again", "message", row.ID, "attempts", row.Attempts, "err", err)
		return backoff(row.Attempts), nil
	}
}

// prepare decides what happens to a message now. It gives the message and its number when it is to be sent, a wait
// when it has to wait, and neither when there is nothing left to do.
func (s *Service) prepare(ctx context.Context, args SendArgs) (row *db.SmsMessage, phone string, wait time.Duration, err error) {
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		m, err := tx.SmsMessage.Query().Where(smsmessage.ID(args.MessageID), smsmessage.StatusEQ(smsmessage.StatusQueued)).Only(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		why, until, err := s.judge(ctx, tx, m, args)
		if err != nil {
			return err
		}
		now := s.d.Clock.Now()
		switch {
		case why != "":
			return s.finishIn(ctx, tx, m, smsmessage.StatusFailed, "", why)
		case until.After(now):
			wait = until.Sub(now)
			return tx.SmsMessage.Update().Where(smsmessage.ID(m.ID)).SetNotBefore(until).Exec(ctx)
		}
		if phone, err = s.number(ctx, tx, m); err != nil {
			return err
		}
		if phone == "" {
			return s.finishIn(ctx, tx, m, smsmessage.StatusFailed, "", whyNoNumber)
		}
		row = m
		row.Attempts++
		return tx.SmsMessage.Update().Where(smsmessage.ID(m.ID)).AddAttempts(1).Exec(ctx)
	})
	return row, phone, wait, err
}

// judge says why a message is not sent at all, or until when it waits, or neither.
func (s *Service) judge(ctx context.Context, tx *database.Tx, m *db.SmsMessage, args SendArgs) (why string, until time.Time, err error) {
	now, t := s.d.Clock.Now(), traitOf(m.Template)
	if now.After(m.CreatedAt.Add(t.life)) {
		return whyStale, until, nil
	}
	if m.PersonID == nil {
		return "", until, nil
	}
	row, err := preferenceRow(ctx, tx, *m.PersonID)
	if err != nil {
		return "", until, err
	}
	p := preferencesOf(row)
	if p.mutes(t) {
		return whyMuted, until, nil
	}
	if !t.urgent {
		until = quietUntil(now, p.QuietFrom, p.QuietTo)
	}
	if args.Until != nil && (now.After(*args.Until) || until.After(*args.Until)) {
		return whyLapsed, time.Time{}, nil
	}
	if t.digest == "" || !p.Digest {
		return "", until, nil
	}
	taken, err := s.intoDigest(ctx, tx, *m.PersonID, m.ID, args.Until)
	if taken {
		return whyDigest, time.Time{}, err
	}
	return "", until, err
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

// finish writes how sending ended, in a transaction of its own.
func (s *Service) finish(ctx context.Context, m *db.SmsMessage, status smsmessage.Status, gateway, why string) error {
	return s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		return s.finishIn(ctx, tx, m, status, gateway, why)
	})
}

// finishIn writes how sending ended and forgets parameters that are worth nothing any more. The demo's outbox keeps
// them: it is the only place a code can be read.
func (s *Service) finishIn(ctx context.Context, tx *database.Tx, m *db.SmsMessage, status smsmessage.Status, gateway, why string) error {
	u := tx.SmsMessage.Update().Where(smsmessage.ID(m.ID), smsmessage.StatusEQ(smsmessage.StatusQueued)).
		SetStatus(status).SetGatewayID(gateway).SetError(why).SetUpdatedAt(s.d.Clock.Now())
	if status == smsmessage.StatusSent {
		u.SetSentAt(s.d.Clock.Now())
	} else {
		u.ClearAnswerUntil()
	}
	if templateByID[m.Template].Secret && !s.d.Demo {
		empty, err := s.sealParams(m.ID, map[string]string{})
		if err != nil {
			return err
		}
		u.SetParamsSealed(empty)
	}
	if err := u.Exec(ctx); err != nil {
		return fmt.Errorf("finish message: %w", err)
	}
	return nil
}

// notInCode also finds runs of digits long enough to be a number of somebody.
var notInCode = regexp.MustCompile(`[^A-Za-z0-9_.-]+|[0-9]{7,}`)

// codeOf keeps of a gateway's code only what can be neither a text nor somebody's number.
func codeOf(code string) string {
	if code = clip(notInCode.ReplaceAllString(code, "_"), 24); code == "" {
		return "unknown"
	}
	return code
}

func clip(s string, most int) string {
	if len(s) > most {
		return s[:most]
	}
	return s
}
