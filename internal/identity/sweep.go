package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"huying/ent/db/ratelimit"
	"huying/ent/db/session"
	"huying/ent/db/smsanswer"
	"huying/ent/db/smscode"
	"huying/ent/db/smsmessage"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// How long what is over is kept: sessions and messages for questions that come later, codes not at all.
const (
	keepSessions = 180 * 24 * time.Hour
	keepMessages = 90 * 24 * time.Hour
	keepCodes    = 24 * time.Hour
	// keepAnswers is how long a message that came back through the gateway is kept.
	keepAnswers = 30 * 24 * time.Hour
)

// SweepArgs is the hourly job that removes what is over.
type SweepArgs struct{}

// Kind of the job.
func (SweepArgs) Kind() string { return "identity_sweep" }

type sweepWorker struct {
	river.WorkerDefaults[SweepArgs]
	s *Service
}

// Work sweeps once.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[SweepArgs]) error { return w.s.Sweep(ctx) }

// Sweep removes ended quotas, codes, sessions and sent messages whose time of keeping is over.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		if _, err := tx.RateLimit.Delete().Where(ratelimit.ExpiresAtLT(now)).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.SmsCode.Delete().Where(smscode.ExpiresAtLT(now.Add(-keepCodes))).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.Session.Delete().Where(session.ExpiresAtLT(now.Add(-keepSessions))).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.SmsAnswer.Delete().Where(smsanswer.ReceivedAtLT(now.Add(-keepAnswers))).Exec(ctx); err != nil {
			return err
		}
		// A sign-in message belongs to nobody yet, so nobody could ask for its end: it goes with its code.
		_, err := tx.SmsMessage.Delete().Where(smsmessage.PersonIDIsNil(), smsmessage.CreatedAtLT(now.Add(-keepCodes)),
			smsmessage.StatusNEQ(smsmessage.StatusQueued)).Exec(ctx)
		if err != nil {
			return err
		}
		_, err = tx.SmsMessage.Delete().Where(smsmessage.CreatedAtLT(now.Add(-keepMessages)), smsmessage.StatusNEQ(smsmessage.StatusQueued)).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("identity: sweep: %w", err)
	}
	return nil
}
