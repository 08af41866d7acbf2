package notify

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"huying/ent/db/notice"
	"huying/ent/db/noticepreference"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// unfinished are the states of a job that is still to be done.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// DigestArgs is the job that sends one deputy's daily message.
type DigestArgs struct {
	PersonID uuid.UUID `json:"person_id"`
	At       time.Time `json:"at"`
}

// Kind of the job.
func (DigestArgs) Kind() string { return "sms_digest" }

// InsertOpts of the job: one for a person and a day.
func (DigestArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished}}
}

type digestWorker struct {
	river.WorkerDefaults[DigestArgs]
	s *Service
}

// Work waits for the chosen minute and then sends.
func (w *digestWorker) Work(ctx context.Context, job *river.Job[DigestArgs]) error {
	if wait := job.Args.At.Sub(w.s.d.Clock.Now()); wait > 0 {
		return river.JobSnooze(min(wait, w.s.d.Nap))
	}
	if err := w.s.sendDigest(ctx, job.Args.PersonID, job.Args.At); err != nil {
		return fmt.Errorf("notify: digest: %w", err)
	}
	return nil
}

// intoDigest puts a notice into its deputy's next daily message. It does not when the person is no deputy, or when
// what it tells of is over before that message.
func (s *Service) intoDigest(ctx context.Context, tx *database.Tx, personID, noticeID uuid.UUID, until *time.Time) (bool, error) {
	deputy, err := isDeputy(ctx, tx, personID, s.d.Clock.Now())
	if err != nil || !deputy {
		return false, err
	}
	// The row is locked so that no notice slips in behind a digest that is being sent.
	p, err := s.lockPreference(ctx, tx, personID)
	if err != nil || !p.Digest {
		return false, err
	}
	slot := digestSlot(s.d.Clock.Now(), p.DigestMinute, p.LastDigestAt)
	if until != nil && !slot.Before(*until) {
		return false, nil
	}
	n, err := tx.Notice.Update().Where(notice.ID(noticeID), notice.PersonID(personID)).SetDigestAt(slot).Save(ctx)
	if err != nil || n == 0 {
		return false, err
	}
	return true, s.d.Jobs.Insert(ctx, tx, DigestArgs{PersonID: personID, At: slot}, nil)
}

// sendDigest counts what is still unread of the notices kept for this hour and sends one message about them; none
// when all are read. The mark that it was sent and the message are one transaction.
func (s *Service) sendDigest(ctx context.Context, personID uuid.UUID, at time.Time) error {
	return s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		p, err := s.lockPreference(ctx, tx, personID)
		if err != nil {
			return err
		}
		if p.LastDigestAt != nil && !p.LastDigestAt.Before(at) {
			return nil
		}
		rows, err := tx.Notice.Query().Where(notice.PersonID(personID), notice.DigestAt(at), notice.ReadAtIsNil()).All(ctx)
		if err != nil {
			return err
		}
		counts := map[string]int{digestOffers: 0, digestConfirms: 0, digestDues: 0}
		for _, n := range rows {
			counts[traitOf(n.Template).digest]++
		}
		// The version stays: it guards the person's choice, and this is none.
		err = tx.NoticePreference.Update().Where(noticepreference.ID(p.ID)).SetLastDigestAt(at).Exec(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		params := map[string]string{}
		for name, n := range counts {
			params[name] = strconv.Itoa(n)
		}
		return s.enqueue(ctx, tx, outgoing{
			template: Digest, params: params, person: personID, once: "digest:" + personID.String() + at.UTC().Format(":20060102T1504"),
		})
	})
}

// PlanArgs is the job that puts a notice without a message into a deputy's daily message.
type PlanArgs struct {
	PersonID uuid.UUID `json:"person_id"`
	NoticeID uuid.UUID `json:"notice_id" river:"unique"`
}

// Kind of the job.
func (PlanArgs) Kind() string { return "notice_plan" }

type planWorker struct {
	river.WorkerDefaults[PlanArgs]
	s *Service
}

// Work puts the notice into the digest if its person wants one and messages of this kind.
func (w *planWorker) Work(ctx context.Context, job *river.Job[PlanArgs]) error {
	a := job.Args
	err := w.s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Notice.Query().Where(notice.ID(a.NoticeID), notice.PersonID(a.PersonID), notice.DigestAtIsNil()).Only(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		row, err := preferenceRow(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		if p := preferencesOf(row); p.mutes(traitOf(n.Template)) || !p.Digest {
			return nil
		}
		_, err = w.s.intoDigest(ctx, tx, a.PersonID, a.NoticeID, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("notify: plan: %w", err)
	}
	return nil
}
