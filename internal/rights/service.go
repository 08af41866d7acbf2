package rights

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/objects"
)

// Publications is what this room needs of the room that publishes.
type Publications interface {
	// Hide takes the person's matters, or the one with this id, out of public sight and says how many there were.
	Hide(ctx context.Context, person uuid.UUID, tenant string, id uuid.UUID) (int, error)
	// Agree lets the person's own matter be published once a screener has passed it; false when it is not the person's.
	Agree(ctx context.Context, person uuid.UUID, tenant string, id uuid.UUID) (bool, error)
	// ForgetPlaces removes exact positions from the person's ended matters and says from how many.
	ForgetPlaces(ctx context.Context, person uuid.UUID, tenant string) (int, error)
}

// Deps is what the room is built from.
type Deps struct {
	DB    *database.DB
	Clock clock.Clock
	Log   *slog.Logger
	// Jobs must not have been started.
	Jobs *jobs.Queue
	// Tenants lists every tenant that may hold rows of a person, the city's own included.
	Tenants      func(ctx context.Context) ([]string, error)
	Publications Publications
	People       People
	// Holdings are everybody's personal data, in the order in which an erasure goes through them; the identity is last.
	Holdings []Holding
	Store    *objects.Store
	Ages     Ages
	Lookers  Lookers
}

// Service is the room of people's rights over their data.
type Service struct{ d Deps }

// New makes the room.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	s := &Service{d: d}
	jobs.Register(d.Jobs, &recorder{s: s})
	jobs.Register(d.Jobs, &copier{s: s})
	jobs.Register(d.Jobs, &keeper{s: s})
	jobs.Register(d.Jobs, &retainer{s: s})
	d.Jobs.Every(time.Hour, func() river.JobArgs { return KeepArgs{} })
	d.Jobs.Every(time.Hour, func() river.JobArgs { return NightArgs{} })
	return s
}

func (s *Service) now() time.Time { return s.d.Clock.Now() }
