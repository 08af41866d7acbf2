package station

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	rowstation "huying/ent/db/station"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// pageOnly are roles that keep a station's page but neither move, rename, close nor staff it.
const pageOnly = "station_manager"

// update changes the fields that are named. It answers NotFound (also outside the caller's reach),
// Forbidden (a manager beyond the page), VersionConflict or Invalid.
func (s *Service) update(ctx context.Context, in *UpdateInput) (*Output, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.d.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		old, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := mayChange(ctx, old, in.Body); err != nil {
			return err
		}
		if err := s.change(ctx, tx, dir, old, in.Body); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Line{Action: "station.update", SubjectKind: "station", SubjectID: in.ID.String()}); err != nil {
			return err
		}
		row, err := tx.Station.Query().Where(rowstation.ID(in.ID)).Only(ctx)
		if err != nil {
			return fmt.Errorf("station: %w", err)
		}
		out.Body, err = s.view(ctx, tx, dir, row)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func mayChange(ctx context.Context, row *db.Station, b UpdateBody) error {
	access := authz.AccessFrom(ctx)
	if !access.Covers(authz.Row{Division: row.DivisionCode, Stations: []uuid.UUID{row.ID}}) {
		return notFound()
	}
	more := b.Name != nil || b.Kind != nil || b.DivisionCode != nil || b.DeputyIDs != nil || b.Closed != nil
	// Covered as a division's or tenant's row, the caller is more than the station's manager.
	if more && access.Role(pageOnly) && !access.Covers(authz.Row{Division: row.DivisionCode}) {
		return fault.Forbidden.New("站长可以修改地址、开放时间、电话和特色；名称、类型、驻站代表由街道或区人大修改")
	}
	return nil
}

func (s *Service) change(ctx context.Context, tx *database.Tx, dir *division.Directory, old *db.Station, b UpdateBody) error {
	if b.DivisionCode != nil {
		if err := place(ctx, dir, *b.DivisionCode); err != nil {
			return err
		}
	}
	u := tx.Station.Update().Where(rowstation.ID(old.ID), rowstation.Version(b.Version)).AddVersion(1).
		SetNillableName(b.Name).SetNillableDivisionCode(b.DivisionCode).SetNillableAddress(b.Address).
		SetNillableOpeningHours(b.OpeningHours).SetNillablePhone(b.Phone).SetNillableFeature(b.Feature)
	if b.Kind != nil {
		u.SetKind(rowstation.Kind(*b.Kind))
	}
	if b.Position != nil {
		u.SetLat(b.Position.Lat).SetLng(b.Position.Lng)
	}
	if b.Closed != nil && *b.Closed {
		u.SetDeletedAt(s.d.Clock.Now())
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("update station: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("资料已被他人修改，请刷新后再改").Fact("version", old.Version)
	}
	if b.DeputyIDs != nil {
		return serve(ctx, tx, old.ID, *b.DeputyIDs)
	}
	return nil
}
