package desk

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/deskpreference"
	"huying/internal/platform/auth"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Deps are what the service works with.
type Deps struct {
	DB    *database.DB
	Clock clock.Clock
}

// Service keeps arrangements of the desk.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

func (s *Service) get(ctx context.Context, _ *struct{}) (*arrangementOut, error) {
	caller := auth.From(ctx)
	a, err := s.Of(ctx, caller.Tenant, caller.PersonID)
	if err != nil {
		return nil, err
	}
	return &arrangementOut{Body: a}, nil
}

// Of gives a person's arrangement in a tenant; an empty one of version 0 where nothing was kept yet.
func (s *Service) Of(ctx context.Context, tenant string, person uuid.UUID) (Arrangement, error) {
	out := Arrangement{Filters: []Filter{}, Columns: []string{}, Phrases: map[string][]string{}}
	err := s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.DeskPreference.Query().Where(deskpreference.PersonID(person)).Only(ctx)
		if db.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("desk: %w", err)
		}
		out = Arrangement{Filters: shown(row.Filters), Columns: row.Columns, Phrases: row.Phrases, Version: row.Version}
		return nil
	})
	return out, err
}

// put replaces the caller's arrangement. It answers Invalid naming the field, or VersionConflict.
func (s *Service) put(ctx context.Context, in *arrangementIn) (*arrangementOut, error) {
	a := in.Body
	if bad := a.check(); len(bad) > 0 {
		return nil, fault.Invalid.New("请更正后再保存。", bad...)
	}
	caller, now := auth.From(ctx), s.d.Clock.Now()
	stale := fault.VersionConflict.New("您在别的窗口改过，请刷新后再保存。")
	err := s.d.DB.Do(ctx, tenancy.Tenant(caller.Tenant), func(ctx context.Context, tx *database.Tx) error {
		if a.Version == 0 {
			err := tx.DeskPreference.Create().SetPersonID(caller.PersonID).SetFilters(stored(a.Filters)).SetColumns(a.Columns).
				SetPhrases(a.Phrases).SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
			if db.IsConstraintError(err) {
				return stale
			}
			if err != nil {
				return fmt.Errorf("keep desk: %w", err)
			}
			return nil
		}
		n, err := tx.DeskPreference.Update().Where(deskpreference.PersonID(caller.PersonID), deskpreference.Version(a.Version)).
			SetFilters(stored(a.Filters)).SetColumns(a.Columns).SetPhrases(a.Phrases).SetUpdatedAt(now).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("keep desk: %w", err)
		}
		if n == 0 {
			return stale
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Version++
	return &arrangementOut{Body: a}, nil
}

// Forget removes what a person kept in a tenant, and says how much.
func (s *Service) Forget(ctx context.Context, tenant string, person uuid.UUID) (n int, err error) {
	err = s.d.DB.Do(ctx, tenancy.As(ctx, tenant, "forget a desk"), func(ctx context.Context, tx *database.Tx) error {
		n, err = tx.DeskPreference.Delete().Where(deskpreference.PersonID(person)).Exec(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget desk: %w", err)
	}
	return n, nil
}
