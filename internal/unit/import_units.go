package unit

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/handlingunit"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/sheet"
	"huying/internal/platform/tenancy"
)

// ImportUnits reads a table of units into the tenant. Nothing is written on a dry run, nor when a
// line is wrong, unless o.Partial says that the right lines may go in without the wrong ones. A
// unit is found by its code and brought up to date; the same table twice changes nothing more.
func (s *Service) ImportUnits(ctx context.Context, tenant string, src io.Reader, o sheet.Options) (sheet.Result, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return sheet.Result{}, err
	}
	table, err := sheet.Read(src)
	if err != nil {
		return sheet.Result{}, err
	}
	records, errs := table.Bind(unitColumns())
	var result sheet.Result
	run := func(ctx context.Context, tx *database.Tx) error {
		known, err := unitsByCode(ctx, tx)
		if err != nil {
			return err
		}
		good, more := checkUnits(dir, tenant, records, known)
		errs := append(errs, more...)
		result = sheet.Result{Rows: len(table.Rows), Valid: len(good), DryRun: o.DryRun, Errors: sheet.Sorted(errs)}
		for _, r := range good {
			if known[r.Get("code")] != nil {
				result.Updated++
			} else {
				result.Created++
			}
		}
		if o.DryRun || len(errs) > 0 && !o.Partial || len(good) == 0 {
			return nil
		}
		result.Applied = true
		return s.writeUnits(ctx, tx, tenant, good, known, result)
	}
	if o.DryRun {
		err = s.d.DB.View(ctx, tenancy.Tenant(tenant), run)
	} else {
		err = s.d.DB.Do(ctx, tenancy.Tenant(tenant), run)
	}
	if err != nil {
		return sheet.Result{}, err
	}
	return result, nil
}

func unitsByCode(ctx context.Context, tx *database.Tx) (map[string]*db.HandlingUnit, error) {
	rows, err := tx.HandlingUnit.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("units: %w", err)
	}
	known := make(map[string]*db.HandlingUnit, len(rows))
	for _, row := range rows {
		known[row.Code] = row
	}
	return known, nil
}

// checkUnits gives the lines that may be written. A line whose parent is a wrong line is wrong too.
func checkUnits(dir *division.Directory, tenant string, records []sheet.Record, known map[string]*db.HandlingUnit) ([]sheet.Record, []sheet.RowError) {
	var errs []sheet.RowError
	lines := map[string]sheet.Record{}
	good := make([]sheet.Record, 0, len(records))
	for _, r := range records {
		before := len(errs)
		if first, twice := lines[r.Get("code")]; twice {
			errs = append(errs, r.Wrong("code", "与第 %d 行的编码相同", first.Row))
		}
		if !ownDivision(dir, tenant, r.Get("division_code")) {
			errs = append(errs, r.Wrong("division_code", "本区市没有这个区划"))
		}
		if len(errs) == before {
			lines[r.Get("code")] = r
			good = append(good, r)
		}
	}
	byID := make(map[uuid.UUID]string, len(known))
	for code, row := range known {
		byID[row.ID] = code
	}
	for changed := true; changed; {
		changed = false
		kept := good[:0]
		for _, r := range good {
			if problem := badParent(r, lines, known, byID); problem != "" {
				errs = append(errs, r.Wrong("parent_code", "%s", problem))
				delete(lines, r.Get("code"))
				changed = true
				continue
			}
			kept = append(kept, r)
		}
		good = kept
	}
	return good, errs
}

// badParent follows the parents as they will stand after the import.
func badParent(r sheet.Record, lines map[string]sheet.Record, known map[string]*db.HandlingUnit, byID map[uuid.UUID]string) string {
	parentOf := func(code string) (string, bool) {
		if line, ok := lines[code]; ok {
			return line.Get("parent_code"), true
		}
		row, ok := known[code]
		if !ok {
			return "", false
		}
		if row.ParentID == nil {
			return "", true
		}
		return byID[*row.ParentID], true
	}
	at := r.Get("parent_code")
	if at == "" {
		return ""
	}
	if _, ok := parentOf(at); !ok {
		return "没有这个上级单位，或它所在的行有错误"
	}
	for steps := 0; at != ""; steps++ {
		if at == r.Get("code") || steps > len(lines)+len(known) {
			return "单位不能成为自己的上级"
		}
		at, _ = parentOf(at)
	}
	return ""
}

func (s *Service) writeUnits(ctx context.Context, tx *database.Tx, tenant string, good []sheet.Record, known map[string]*db.HandlingUnit, result sheet.Result) error {
	ids := map[string]uuid.UUID{}
	for code, row := range known {
		ids[code] = row.ID
	}
	for _, r := range good {
		id, err := s.putUnit(ctx, tx, r, known[r.Get("code")])
		if err != nil {
			return err
		}
		ids[r.Get("code")] = id
	}
	// Parents come second, so that a department may stand above its unit in the table.
	for _, r := range good {
		u := tx.HandlingUnit.Update().Where(handlingunit.ID(ids[r.Get("code")]))
		if parent := r.Get("parent_code"); parent != "" {
			u.SetParentID(ids[parent])
		} else {
			u.ClearParentID()
		}
		if _, err := u.Save(ctx); err != nil {
			return fmt.Errorf("parent of unit: %w", err)
		}
	}
	return audit.Write(ctx, tx, audit.Line{Action: "unit.import", SubjectKind: "tenant", SubjectID: tenant, Facts: map[string]any{
		"rows": result.Rows, "created": result.Created, "updated": result.Updated,
	}})
}

func (s *Service) putUnit(ctx context.Context, tx *database.Tx, r sheet.Record, old *db.HandlingUnit) (uuid.UUID, error) {
	kind, level := r.Get("kind"), r.Get("level")
	if kind == "" {
		kind = string(handlingunit.DefaultKind)
	}
	if level == "" {
		level = string(handlingunit.DefaultLevel)
	}
	active := r.Get("active") != "false"
	if old != nil {
		_, err := tx.HandlingUnit.Update().Where(handlingunit.ID(old.ID)).AddVersion(1).ClearDeletedAt().SetName(r.Get("name")).
			SetKind(handlingunit.Kind(kind)).SetLevel(handlingunit.Level(level)).SetDivisionCode(r.Get("division_code")).
			SetHeadName(r.Get("head_name")).SetPhone(r.Get("phone")).SetActive(active).Save(ctx)
		if err != nil {
			return uuid.Nil, fmt.Errorf("update unit: %w", err)
		}
		return old.ID, nil
	}
	row, err := tx.HandlingUnit.Create().SetCreatedAt(s.d.Clock.Now()).SetCode(r.Get("code")).SetName(r.Get("name")).
		SetKind(handlingunit.Kind(kind)).SetLevel(handlingunit.Level(level)).SetDivisionCode(r.Get("division_code")).
		SetHeadName(r.Get("head_name")).SetPhone(r.Get("phone")).SetActive(active).Save(ctx)
	if err != nil {
		return uuid.Nil, fmt.Errorf("create unit: %w", err)
	}
	return row.ID, nil
}
