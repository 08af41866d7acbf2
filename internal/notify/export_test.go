package notify

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// SendOne lets a test stand where the queue stands.
func (s *Service) SendOne(ctx context.Context, id uuid.UUID) (time.Duration, error) {
	return s.sendOne(ctx, SendArgs{MessageID: id})
}
