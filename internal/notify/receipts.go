package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/smsmessage"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Receipt is what a carrier says became of a message.
type Receipt struct {
	MessageID uuid.UUID
	Delivered bool
	// Code is the carrier's short code for why not.
	Code string
	At   time.Time
}

// Receipts notes what became of messages and returns how many of them it knows. The first word stands: a repeat
// changes nothing, and a message of another gateway is passed over.
func (s *Service) Receipts(ctx context.Context, list []Receipt) (int, error) {
	known := 0
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		now := s.d.Clock.Now()
		for _, r := range list {
			u := tx.SmsMessage.Update().SetUpdatedAt(now)
			// The receipt may be faster than our own note that the message was taken, so one still queued counts too.
			where := u.Where(smsmessage.ID(r.MessageID), smsmessage.DeliveredAtIsNil())
			if r.Delivered {
				where.Where(smsmessage.StatusIn(smsmessage.StatusSent, smsmessage.StatusQueued)).SetDeliveredAt(notAfter(r.At, now))
			} else {
				where.Where(smsmessage.StatusEQ(smsmessage.StatusSent)).SetStatus(smsmessage.StatusFailed).
					SetError(whyUndelivered + ": " + codeOf(r.Code)).ClearAnswerUntil()
			}
			n, err := u.Save(ctx)
			if err != nil {
				return err
			}
			known += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("notify: receipts: %w", err)
	}
	return known, nil
}

// notAfter keeps a carrier's clock that runs ahead from writing the future.
func notAfter(t, now time.Time) time.Time {
	if t.IsZero() || t.After(now) {
		return now
	}
	return t.UTC().Truncate(time.Microsecond)
}
