package division

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// staleAfter is how long one process may not notice what another changed in the reference rows.
const staleAfter = 15 * time.Second

// Deps are what the service works with.
type Deps struct {
	DB    *database.DB
	Clock clock.Clock
	Log   *slog.Logger
	// KnownClock tells which clock kinds a tenant may set; nil accepts any that is well formed.
	KnownClock func(kind string) bool
	// SMSSwitchable tells which notices a tenant may send without an SMS; nil: none.
	SMSSwitchable func(template string) bool
	// Names gives people's names as an office may see them; nil: none.
	Names func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error)
	// Tiles are the base map of this installation; nil where it has none.
	Tiles *Tiles
}

// Service answers questions about territory, tenants, categories, the calendar and places.
type Service struct {
	db         *database.DB
	clock      clock.Clock
	log        *slog.Logger
	knownClock func(string) bool
	switchable func(string) bool
	names      func(context.Context, []uuid.UUID) (map[uuid.UUID]string, error)
	tiles      *Tiles

	mu       sync.Mutex
	dir      *Directory
	mark     string // of the rows that were read
	loadedAt time.Time
}

// New makes the service. Nothing is read before the first question.
func New(d Deps) *Service {
	return &Service{db: d.DB, clock: d.Clock, log: d.Log, knownClock: d.KnownClock, switchable: d.SMSSwitchable, names: d.Names, tiles: d.Tiles}
}

// Directory gives the reference rows as one immutable reading, at most 15 s old. While the database is
// away the last reading is given; only a process that never read one fails, with fault.Unavailable.
func (s *Service) Directory(ctx context.Context) (*Directory, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if s.dir != nil && now.Sub(s.loadedAt) < staleAfter && !now.Before(s.loadedAt) {
		return s.dir, nil
	}
	var fresh *Directory
	var mark string
	err := s.db.View(ctx, tenancy.Reference(), func(ctx context.Context, tx *database.Tx) (err error) {
		// The mark is older than the rows, so that a change between the two is seen the next time.
		if mark, err = stamp(ctx, tx); err != nil || s.dir != nil && mark == s.mark {
			return err
		}
		fresh, err = load(ctx, tx)
		return err
	})
	switch {
	case err == nil && fresh == nil:
		s.loadedAt = now
	case err == nil:
		s.dir, s.mark, s.loadedAt = fresh, mark, now
	case s.dir != nil:
		s.log.WarnContext(ctx, "reference data is stale", "error", err, "read_at", s.loadedAt)
	case database.IsUnavailable(err):
		return nil, fault.Unavailable.With(err, "基础数据暂时读不到，请稍后再试。")
	default:
		return nil, err
	}
	return s.dir, nil
}

// forget makes the next question read the rows again.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mark, s.loadedAt = "", time.Time{}
}

// KnownTenant says whether a code names an open tenant; the reserved one of the city is known too.
func (s *Service) KnownTenant(ctx context.Context, code string) (bool, error) {
	d, err := s.Directory(ctx)
	if err != nil {
		return false, err
	}
	t, ok := d.Tenant(code)
	return ok && t.Open, nil
}
