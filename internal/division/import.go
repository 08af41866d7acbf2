package division

import (
	"context"
	"fmt"
	"io"
	"time"

	"huying/ent/db/calendarday"
	"huying/ent/db/calendaryear"
	entdivision "huying/ent/db/division"
	"huying/ent/db/divisionboundary"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

func parseDay(s string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("day %q: %w", s, err)
	}
	return t.UTC(), nil
}

// ImportDivisions takes in a divisions file (see ReadDivisions). Row errors are in the result and nothing
// is written while there is one; a file that cannot be read at all fails with import_rejected. The same
// file twice changes nothing the second time.
func (s *Service) ImportDivisions(ctx context.Context, src io.Reader, o ImportOptions) (ImportResult, error) {
	rows, bad, err := ReadDivisions(src)
	if err != nil {
		return ImportResult{}, err
	}
	if o.Effective.IsZero() {
		o.Effective = startOfDay(s.clock.Now()).UTC()
	}
	res := ImportResult{Rows: len(rows), DryRun: o.DryRun, Errors: bad}
	err = s.importing(ctx, o.DryRun, func(ctx context.Context, tx *database.Tx) error {
		versions, err := loadDivisions(ctx, tx)
		if err != nil {
			return err
		}
		latest := make(map[string]Division, len(versions))
		for _, v := range versions {
			if old, ok := latest[v.Code]; !ok || v.ValidFrom.After(old.ValidFrom) {
				latest[v.Code] = v
			}
		}
		p, bad := planDivisions(latest, rows, o)
		res.Errors = append(res.Errors, bad...)
		res.Created, res.Updated, res.Closed, res.Unchanged = len(p.create), len(p.update), len(p.close), p.unchanged
		if o.DryRun || len(res.Errors) > 0 {
			return nil
		}
		for _, c := range append(p.update, p.close...) {
			if err := updateDivision(ctx, tx, c); err != nil {
				return err
			}
		}
		return createDivisions(ctx, tx, p.create)
	})
	return res, err
}

func updateDivision(ctx context.Context, tx *database.Tx, c change) error {
	u := tx.Division.Update().Where(entdivision.Code(c.Code), entdivision.ValidFrom(c.storedFrom)).
		SetName(c.Name).SetValidFrom(c.ValidFrom).SetSuccessors(c.Successors).SetPopulation(c.Population)
	if c.ValidTo == nil {
		u.ClearValidTo()
	} else {
		u.SetValidTo(*c.ValidTo)
	}
	n, err := u.Save(ctx)
	if err == nil && n != 1 {
		err = fmt.Errorf("%d rows matched", n)
	}
	return wrap("update division "+c.Code, err)
}

// importing opens the transaction an import needs: a reading one for a dry run, which works with any role;
// writing reference rows needs the owner's connection on PostgreSQL.
func (s *Service) importing(ctx context.Context, dryRun bool, fn func(context.Context, *database.Tx) error) error {
	if dryRun {
		return s.db.View(ctx, tenancy.Reference(), fn)
	}
	defer s.forget()
	return s.db.Do(ctx, tenancy.Reference(), fn)
}

// ImportBoundaries takes in the customer's boundaries (GeoJSON, WGS-84) keyed by division code; a boundary
// already stored for a code is replaced. source is kept beside each one, because boundaries are licensed.
func (s *Service) ImportBoundaries(ctx context.Context, src io.Reader, source string, dryRun bool) (ImportResult, error) {
	shapes, bad, err := ReadBoundaries(src)
	if err != nil {
		return ImportResult{}, err
	}
	if source == "" {
		return ImportResult{}, fault.Invalid.New("请写明边界数据的来源。", fault.Field{Name: "source", Message: "不能为空"})
	}
	res := ImportResult{Rows: len(shapes), DryRun: dryRun, Errors: bad}
	err = s.importing(ctx, dryRun, func(ctx context.Context, tx *database.Tx) error {
		known, err := tx.Division.Query().Select(entdivision.FieldCode).Strings(ctx)
		if err != nil {
			return fmt.Errorf("read division codes: %w", err)
		}
		codes := make(map[string]bool, len(known))
		for _, c := range known {
			codes[c] = true
		}
		for _, shape := range shapes {
			if !codes[shape.Code] {
				res.Errors = append(res.Errors, RowError{shape.ordinal, "code", fmt.Sprintf("没有区划 %s。", shape.Code)})
			}
		}
		if dryRun || len(res.Errors) > 0 {
			return nil
		}
		for _, shape := range shapes {
			n, err := tx.DivisionBoundary.Delete().Where(divisionboundary.DivisionCode(shape.Code)).Exec(ctx)
			if err != nil {
				return fmt.Errorf("replace boundary %s: %w", shape.Code, err)
			}
			res.Updated += n
			res.Created += 1 - n
			if err := tx.DivisionBoundary.Create().SetDivisionCode(shape.Code).SetPolygons(shape.polygons).SetSource(source).
				SetMinLat(shape.minLat).SetMaxLat(shape.maxLat).SetMinLng(shape.minLng).SetMaxLng(shape.maxLng).Exec(ctx); err != nil {
				return fmt.Errorf("write boundary %s: %w", shape.Code, err)
			}
		}
		return nil
	})
	return res, err
}

// ImportCalendar takes in the official arrangement of whole years; a year already stored is replaced.
// Deadlines counted provisionally are recomputed by whoever keeps them.
func (s *Service) ImportCalendar(ctx context.Context, src io.Reader, source string, dryRun bool) (ImportResult, error) {
	days, years, bad, err := readCalendar(src)
	if err != nil {
		return ImportResult{}, err
	}
	res := ImportResult{Rows: len(days), DryRun: dryRun, Errors: bad}
	if dryRun || len(bad) > 0 {
		return res, nil
	}
	err = s.importing(ctx, false, func(ctx context.Context, tx *database.Tx) error {
		for _, y := range years {
			from, to := fmt.Sprintf("%d-01-01", y), fmt.Sprintf("%d-12-31", y)
			n, err := tx.CalendarDay.Delete().Where(calendarday.DayGTE(from), calendarday.DayLTE(to)).Exec(ctx)
			if err != nil {
				return fmt.Errorf("replace calendar of %d: %w", y, err)
			}
			res.Updated += n
			if _, err := tx.CalendarYear.Delete().Where(calendaryear.Year(y)).Exec(ctx); err != nil {
				return fmt.Errorf("replace calendar year %d: %w", y, err)
			}
		}
		res.Created = len(days)
		return writeCalendar(ctx, tx, days, years, source)
	})
	return res, err
}
