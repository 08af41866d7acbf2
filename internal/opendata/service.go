package opendata

import (
	"context"
	"time"

	"huying/internal/division"
	"huying/internal/platform/clock"
	"huying/internal/platform/fault"
)

// Reports is what this room needs of the reports.
type Reports interface {
	// PublicFacts gives the public reports of a tenant that were submitted in a time.
	PublicFacts(ctx context.Context, tenant string, from, to time.Time) ([]Fact, error)
}

// Territory is what this room needs of the reference data.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
}

// Deps are what the room is built from.
type Deps struct {
	Clock     clock.Clock
	Territory Territory
	Reports   Reports
}

// Room serves open data.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{d} }

// License is under what the data may be used.
const (
	License    = "CC BY 4.0"
	LicenseURL = "https://creativecommons.org/licenses/by/4.0/"
)

// Month gives the records of one month that is over.
func (s *Room) Month(ctx context.Context, tenant, month string) ([]Record, error) {
	from, to, ok := bounds(month, s.Clock.Now())
	if !ok {
		return nil, fault.Invalid.New("月份有误", fault.Field{Name: "month", Message: "请填写已经结束的月份，例如 2026-10，最早三年前"})
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := s.Reports.PublicFacts(ctx, tenant, from, to)
	if err != nil {
		return nil, err
	}
	return records(month, facts, tenant, names{
		division: func(code string) string {
			d, _ := dir.Division(code)
			return d.Name
		},
		category: func(key string) string {
			if c, ok := dir.Category(key); ok {
				return c.Name
			}
			return "其余类别合计"
		},
	}), nil
}

// Board gives the figures of the last months that are over, newest first.
func (s *Room) Board(ctx context.Context, tenant string, n int) ([]Figures, error) {
	var out []Figures
	for _, month := range months(n, s.Clock.Now()) {
		list, err := s.Month(ctx, tenant, month)
		if err != nil {
			return nil, err
		}
		out = append(out, count(month, list))
	}
	return out, nil
}
