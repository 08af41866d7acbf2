package identity

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
)

// Quota is how often something may happen within a window.
type Quota struct {
	Max    int
	Window time.Duration
}

// Config holds what an installation may set. Zero fields take the defaults.
type Config struct {
	// Demo switches the demand for a second factor off and cookies to plain HTTP.
	Demo bool
	// StaffIdle is how long a staff session may rest; at most 30 minutes.
	StaffIdle time.Duration
	// Codes per number: a burst and a day. Per address and per device: a burst.
	NumberBurst, NumberDay, Address, Device Quota
	// SignIns is how often one address may try to sign in, by password or by code.
	SignIns Quota
}

// MaxStaffIdle is the longest idle time of a staff session (GB/T 22239-2019, level 3).
const MaxStaffIdle = 30 * time.Minute

func (c Config) withDefaults() Config {
	if c.StaffIdle <= 0 || c.StaffIdle > MaxStaffIdle {
		c.StaffIdle = MaxStaffIdle
	}
	fill := func(q *Quota, n int, w time.Duration) {
		if q.Max <= 0 || q.Window <= 0 {
			*q = Quota{Max: n, Window: w}
		}
	}
	fill(&c.NumberBurst, 5, 10*time.Minute)
	fill(&c.NumberDay, 20, 24*time.Hour)
	// Mobile carriers put many phones behind one address, so this one is wide.
	fill(&c.Address, 120, 10*time.Minute)
	fill(&c.Device, 20, 10*time.Minute)
	fill(&c.SignIns, 300, 10*time.Minute)
	if c.Demo {
		// A demo is one machine playing a whole district.
		c.Address.Max, c.SignIns.Max = 100*c.Address.Max, 100*c.SignIns.Max
	}
	return c
}

// Deps is what the service needs.
type Deps struct {
	DB     *database.DB
	Clock  clock.Clock
	Keys   *crypto.Keyring
	Tokens *auth.Tokens
	Index  *authz.Index
	Notify *notify.Service
	// Jobs runs the hourly sweep and the daily sealing anew; nil runs none.
	Jobs *jobs.Queue
	// OwnsReport says whether a readable report number belongs to a person. Without it nobody can
	// step up and every long-silent number starts afresh.
	OwnsReport func(ctx context.Context, personID uuid.UUID, number string) (bool, error)
	Config     Config
	Log        *slog.Logger
}

// Service is the door to people.
type Service struct {
	d      Deps
	cfg    Config
	grants *grantCache
}

// New checks what it needs and returns the service.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Clock == nil || d.Keys == nil || d.Tokens == nil || d.Index == nil || d.Notify == nil {
		return nil, errors.New("identity: DB, Clock, Keys, Tokens, Index and Notify are needed")
	}
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.OwnsReport == nil {
		d.OwnsReport = func(context.Context, uuid.UUID, string) (bool, error) { return false, nil }
	}
	s := &Service{d: d, cfg: d.Config.withDefaults(), grants: newGrantCache(4096)}
	if d.Jobs != nil {
		jobs.Register(d.Jobs, &sweepWorker{s: s})
		jobs.Register(d.Jobs, &resealWorker{s: s})
		d.Jobs.Every(time.Hour, func() river.JobArgs { return SweepArgs{} })
		d.Jobs.Every(24*time.Hour, func() river.JobArgs { return ResealArgs{} })
	}
	return s, nil
}

func (s *Service) now() time.Time { return s.d.Clock.Now() }
