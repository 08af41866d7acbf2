package partner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerlink"
	"huying/ent/db/partnermessage"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// PushArgs is the job that hands a report to a partner.
type PushArgs struct {
	Tenant string    `json:"tenant"`
	Link   uuid.UUID `json:"link"`
}

// Kind of the job.
func (PushArgs) Kind() string { return "partner_push" }

// PushWorker works PushArgs.
type PushWorker struct {
	river.WorkerDefaults[PushArgs]
	s *Room
}

// NextRetry follows the schedule of retries.
func (w *PushWorker) NextRetry(job *river.Job[PushArgs]) time.Time {
	return later(job.Attempt, job.AttemptedAt)
}

// Work tries once.
func (w *PushWorker) Work(ctx context.Context, job *river.Job[PushArgs]) error {
	return w.s.handOver(ctx, job.Args.Tenant, job.Args.Link, job.Attempt >= job.MaxAttempts)
}

// TellArgs is the job that tells a partner of a step.
type TellArgs struct {
	Tenant  string    `json:"tenant"`
	Message uuid.UUID `json:"message"`
}

// Kind of the job.
func (TellArgs) Kind() string { return "partner_tell" }

// TellWorker works TellArgs.
type TellWorker struct {
	river.WorkerDefaults[TellArgs]
	s *Room
}

// NextRetry follows the schedule of retries.
func (w *TellWorker) NextRetry(job *river.Job[TellArgs]) time.Time {
	return later(job.Attempt, job.AttemptedAt)
}

// Work tries once.
func (w *TellWorker) Work(ctx context.Context, job *river.Job[TellArgs]) error {
	return w.s.pass(ctx, job.Args.Tenant, job.Args.Message, job.Attempt >= job.MaxAttempts)
}

// errGone cancels a job whose partner, link or report is no longer there.
var errGone = errors.New("partner: what was to be sent is gone")

// handOver makes one attempt to hand a report over. A report that was handed over already is not sent again.
func (s *Room) handOver(ctx context.Context, tenant string, id uuid.UUID, last bool) error {
	scope := tenancy.As(ctx, tenant, "hand a report to a partner")
	var link *db.PartnerLink
	var p *db.Partner
	var m *Matter
	err := s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) (err error) {
		if link, err = tx.PartnerLink.Query().Where(partnerlink.ID(id)).Only(ctx); err != nil {
			return err
		}
		if p, err = one(ctx, tx, link.PartnerID); err != nil {
			return err
		}
		m, err = s.Reports.HandOver(ctx, tx, link.ReportID)
		return err
	})
	switch {
	case db.IsNotFound(err) || fault.Is(err, fault.NotFound):
		return river.JobCancel(errGone)
	case err != nil:
		return fmt.Errorf("hand over: %w", err)
	case link.State != partnerlink.StateWaiting && link.State != partnerlink.StateFailed:
		return nil
	}
	remote, token, failure := "", "", error(nil)
	switch {
	case !p.Active:
		failure = &refusal{says: "the partner is switched off"}
	case m.Gone:
		failure = &refusal{says: "the report was withdrawn"}
	default:
		remote, token, failure = s.sendMatter(ctx, p, link, m)
	}
	err = s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		u := tx.PartnerLink.Update().Where(partnerlink.ID(id), partnerlink.Version(link.Version)).AddVersion(1).AddAttempts(1)
		if failure == nil {
			u.SetState(partnerlink.StateSent).SetSentAt(s.Clock.Now()).SetRemoteID(clip(remote, 120)).SetToken(clip(token, 120)).SetLastError("")
		} else {
			u.SetLastError(clip(failure.Error(), 300))
			if last || final(failure) {
				u.SetState(partnerlink.StateFailed)
			}
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("link: %w", err)
		}
		return s.noted(ctx, tx, p.ID, failure)
	})
	return ended(err, failure)
}

// final says whether trying again is of no use.
func final(failure error) bool {
	var refused *refusal
	return errors.As(failure, &refused)
}

// ended is what a job returns: what went wrong here, or over there, and in a way that River does not try in vain.
func ended(err, failure error) error {
	if err == nil && failure != nil && final(failure) {
		return river.JobCancel(failure)
	}
	return errors.Join(err, failure)
}

// sendMatter sends a report in the partner's own way.
func (s *Room) sendMatter(ctx context.Context, p *db.Partner, link *db.PartnerLink, m *Matter) (remote, token string, err error) {
	code, mapped := theirCategory(p.Categories, m.Category)
	if !mapped {
		return "", "", &refusal{says: "the category is not mapped any more"}
	}
	if p.Kind == partner.KindOpen311 {
		g, err := s.speak(p)
		if err != nil {
			return "", "", err
		}
		return g.submit(ctx, m, code)
	}
	return m.Number, "", s.sendOrder(ctx, p, orderOf(m, link, code))
}

// speak gives the client of an Open311 partner.
func (s *Room) speak(p *db.Partner) (georeport, error) {
	g := georeport{out: s.Out, base: p.URL, jurisdiction: p.Jurisdiction}
	secrets, err := s.secrets(p)
	if err == nil && len(secrets) > 0 {
		g.key = secrets[0]
	}
	return g, err
}

// pass makes one attempt to tell a partner of a step. Until the report itself has arrived there it waits.
func (s *Room) pass(ctx context.Context, tenant string, id uuid.UUID, last bool) error {
	scope := tenancy.As(ctx, tenant, "tell a partner")
	var msg *db.PartnerMessage
	var link *db.PartnerLink
	var p *db.Partner
	var m *Matter
	var said string
	err := s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) (err error) {
		if msg, err = tx.PartnerMessage.Query().Where(partnermessage.ID(id)).Only(ctx); err != nil {
			return err
		}
		if link, err = tx.PartnerLink.Query().Where(partnerlink.ID(msg.LinkID)).Only(ctx); err != nil {
			return err
		}
		if p, err = one(ctx, tx, msg.PartnerID); err != nil {
			return err
		}
		if m, err = s.Reports.HandOver(ctx, tx, msg.ReportID); err != nil {
			return err
		}
		event, err := uuid.Parse(msg.Key)
		if err != nil {
			return err
		}
		said, err = s.Reports.Said(ctx, tx, event)
		return err
	})
	switch {
	case db.IsNotFound(err) || fault.Is(err, fault.NotFound):
		return river.JobCancel(errGone)
	case err != nil:
		return fmt.Errorf("tell: %w", err)
	case msg.State == partnermessage.StateDone:
		return nil
	}
	failure := s.sendWord(ctx, p, link, msg, m, said)
	err = s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		u := tx.PartnerMessage.Update().Where(partnermessage.ID(id), partnermessage.Version(msg.Version)).AddVersion(1).AddAttempts(1)
		if failure == nil {
			u.SetState(partnermessage.StateDone).SetLastError("")
		} else {
			u.SetLastError(clip(failure.Error(), 300))
			if last || final(failure) {
				u.SetState(partnermessage.StateFailed)
			}
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("message: %w", err)
		}
		return s.noted(ctx, tx, p.ID, failure)
	})
	return ended(err, failure)
}

func (s *Room) sendWord(ctx context.Context, p *db.Partner, link *db.PartnerLink, msg *db.PartnerMessage, m *Matter, said string) error {
	switch {
	case !p.Active:
		return &refusal{says: "the partner is switched off"}
	case link.State == partnerlink.StateFailed:
		return &refusal{says: "the report itself was not delivered"}
	case link.RemoteID == "":
		return errors.New("the partner has not given the report an id yet")
	case said == "":
		said = m.StateName
	}
	if p.Kind == partner.KindWorkorder {
		return s.sendOrder(ctx, p, Order{
			ID: msg.Key, WorkOrder: link.RemoteID, Reference: link.Number, Action: msg.Action, At: w3c(msg.At), Status: m.StateName, Content: clip(said, 1000),
		})
	}
	g, err := s.speak(p)
	if err != nil {
		return err
	}
	status := meansOpen
	if over(msg.Status) {
		status = meansClosed
	}
	return g.say(ctx, link.RemoteID, msg.Key, status, clip(said, 1000), msg.At)
}

// over says whether a state of ours ends the matter, as the reports have it.
func over(state string) bool {
	switch state {
	case "resolved", "closed", "rejected", "merged", "transferred", "withdrawn":
		return true
	}
	return false
}
