package oversight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/deputy"
	"huying/ent/db/deputyseat"
	"huying/ent/db/station"
	"huying/internal/division"
	"huying/internal/platform/database"
)

func (s *Service) idle(ctx context.Context, in *IdleInput) (*IdleOutput, error) {
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	out := &IdleOutput{}
	out.Body.Since = s.d.Clock.Now().AddDate(0, 0, -in.Days)
	out.Body.Deputies, out.Body.Stations = []IdleDeputy{}, []IdleStation{}
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		if err := idleDeputies(ctx, tx, r, out); err != nil {
			return fmt.Errorf("idle deputies: %w", err)
		}
		if err := idleStations(ctx, tx, r, out); err != nil {
			return fmt.Errorf("idle stations: %w", err)
		}
		return nil
	})
	return out, err
}

// since is the condition on a table's tenants and on when its rows were made.
func (r reach) since(at time.Time) (string, []any) {
	where, args := reach{tenants: r.tenants}.where()
	return where + " AND r.created_at >= ?", append(args, at)
}

func idleDeputies(ctx context.Context, tx *database.Tx, r reach, out *IdleOutput) error {
	where, args := r.since(out.Body.Since)
	offered, answered, err := tally(ctx, tx, `SELECT r.deputy_id, count(*), sum(CASE WHEN r.state IN ('accepted', 'joined', 'declined') THEN 1 ELSE 0 END)
		FROM report_offers r WHERE `+where+` GROUP BY r.deputy_id`, args)
	if err != nil {
		return err
	}
	seats, err := tx.DeputySeat.Query().Where(deputyseat.EndedAtIsNil()).All(ctx)
	if err != nil {
		return err
	}
	inOffice := map[uuid.UUID]bool{}
	for _, seat := range seats {
		inOffice[seat.DeputyID] = inOffice[seat.DeputyID] || r.elects(seat.Constituency)
	}
	rows, err := tx.Deputy.Query().Order(deputy.ByID()).All(ctx)
	if err != nil {
		return err
	}
	for _, d := range rows {
		if !inOffice[d.ID] || d.DeletedAt != nil {
			continue
		}
		out.Body.Of++
		if answered[d.ID] == 0 && d.LiveReports == 0 {
			out.Body.Deputies = append(out.Body.Deputies, IdleDeputy{ID: d.ID, Name: d.Name, Tenant: d.TenantID, Offered: offered[d.ID]})
		}
	}
	return nil
}

// elects says whether a constituency and the division looked at have ground in common.
func (r reach) elects(constituency []string) bool {
	return len(r.at.Code) <= 6 || slices.ContainsFunc(constituency, func(code string) bool {
		return division.Within(code, r.at.Code) || division.Within(r.at.Code, code)
	})
}

func idleStations(ctx context.Context, tx *database.Tx, r reach, out *IdleOutput) error {
	where, args := r.since(out.Body.Since)
	taken, _, err := tally(ctx, tx, "SELECT r.station_id, count(*), 0 FROM reports r WHERE "+where+" AND r.station_id IS NOT NULL GROUP BY r.station_id", args)
	if err != nil {
		return err
	}
	rows, err := tx.Station.Query().Where(r.inside(station.FieldDivisionCode)).Order(station.ByID()).All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if taken[row.ID] == 0 && row.DeletedAt == nil {
			out.Body.Stations = append(out.Body.Stations, IdleStation{ID: row.ID, Name: row.Name, Tenant: row.TenantID, DivisionName: r.dir.FullName(row.DivisionCode)})
		}
	}
	return nil
}

// tally reads two numbers by id.
func tally(ctx context.Context, tx *database.Tx, query string, args []any) (first, second map[uuid.UUID]int, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, nil, err
	}
	first, second = map[uuid.UUID]int{}, map[uuid.UUID]int{}
	for rows.Next() {
		var id uuid.UUID
		var a, b int
		if err := rows.Scan(&id, &a, &b); err != nil {
			return nil, nil, errors.Join(err, rows.Close())
		}
		first[id], second[id] = a, b
	}
	return first, second, errors.Join(rows.Err(), rows.Close())
}
