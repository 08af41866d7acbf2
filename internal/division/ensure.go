package division

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"huying/ent/db"
	"huying/ent/db/category"
	"huying/ent/db/categorycode"
	entdivision "huying/ent/db/division"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// batch is how many rows one INSERT carries: below SQLite's 32,766 parameters with the widest row.
const batch = 500

// EnsureReference fills each reference table that is empty with the shipped rows and adds shipped tenants
// that are missing; what is there is left alone. On PostgreSQL the connection must be the owner's. It
// takes well under two seconds on SQLite.
func EnsureReference(ctx context.Context, d *database.DB) error {
	ref, err := readShipped()
	if err != nil {
		return err
	}
	return d.Do(ctx, tenancy.Reference(), func(ctx context.Context, tx *database.Tx) error {
		for _, fill := range []func(context.Context, *database.Tx, reference) error{
			fillDivisions, fillCategories, fillQuestions, fillCalendar, fillTenants,
		} {
			if err := fill(ctx, tx, ref); err != nil {
				return err
			}
		}
		return nil
	})
}

func fillDivisions(ctx context.Context, tx *database.Tx, ref reference) error {
	if n, err := tx.Division.Query().Count(ctx); err != nil || n > 0 {
		return wrap("count divisions", err)
	}
	from, err := parseDay(shippedFrom)
	if err != nil {
		return err
	}
	p, bad := planDivisions(nil, ref.divisions, ImportOptions{Effective: from})
	if len(bad) > 0 {
		return fmt.Errorf("shipped divisions: %w", bad[0])
	}
	return createDivisions(ctx, tx, p.create)
}

func createDivisions(ctx context.Context, tx *database.Tx, list []change) error {
	for part := range slices.Chunk(list, batch) {
		rows := make([]*db.DivisionCreate, len(part))
		for i, d := range part {
			c := tx.Division.Create().SetCode(d.Code).SetName(d.Name).SetParentCode(d.ParentCode).
				SetLevel(entdivision.Level(d.Level)).SetValidFrom(d.ValidFrom).SetNillableValidTo(d.ValidTo).
				SetSuccessors(d.Successors).SetPopulation(d.Population)
			if kind, ok := StreetKindOf(d.Code); ok && d.Level == LevelStreet {
				c.SetKind(string(kind))
			}
			rows[i] = c
		}
		if err := tx.Division.CreateBulk(rows...).Exec(ctx); err != nil {
			return fmt.Errorf("write divisions: %w", err)
		}
	}
	return nil
}

func fillCategories(ctx context.Context, tx *database.Tx, ref reference) error {
	if n, err := tx.Category.Query().Count(ctx); err != nil || n > 0 {
		return wrap("count categories", err)
	}
	owner := map[StandardCode]string{}
	rows := make([]*db.CategoryCreate, len(ref.categories))
	for i, c := range ref.categories {
		for _, code := range c.Codes {
			owner[code] = c.Key
		}
		rows[i] = tx.Category.Create().SetCode(c.Key).SetName(c.Name).SetIcon(c.Icon).SetHint(c.Hint).SetPosition(c.Position).
			SetVerifyFirst(c.VerifyFirst).SetClockClass(category.ClockClass(c.ClockClass)).
			SetPrivateDefault(c.PrivateDefault).SetDangerHint(c.DangerHint).SetProfessions(c.Professions)
	}
	if err := tx.Category.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("write categories: %w", err)
	}
	codes := make([]*db.CategoryCodeCreate, len(ref.standard))
	for i, s := range ref.standard {
		codes[i] = tx.CategoryCode.Create().SetKind(categorycode.Kind(s.Kind)).SetCode(s.Code).SetName(s.Name).SetGroup(s.Group).
			SetStandardRef(s.StandardRef)
		if key := owner[s]; key != "" {
			codes[i].SetCategory(key)
		} else {
			codes[i].SetCategory("other")
		}
	}
	return wrap("write standard codes", tx.CategoryCode.CreateBulk(codes...).Exec(ctx))
}

func fillCalendar(ctx context.Context, tx *database.Tx, ref reference) error {
	if n, err := tx.CalendarYear.Query().Count(ctx); err != nil || n > 0 {
		return wrap("count calendar years", err)
	}
	if err := writeCalendar(ctx, tx, ref.days, ref.years, shippedSource); err != nil {
		return err
	}
	return nil
}

func writeCalendar(ctx context.Context, tx *database.Tx, days []calendarDay, years []int, source string) error {
	rows := make([]*db.CalendarDayCreate, len(days))
	for i, d := range days {
		rows[i] = tx.CalendarDay.Create().SetDay(d.day).SetWorking(d.working).SetName(d.name).SetSource(source)
	}
	if err := tx.CalendarDay.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("write calendar days: %w", err)
	}
	for _, y := range years {
		if err := tx.CalendarYear.Create().SetYear(y).SetSource(source).Exec(ctx); err != nil {
			return fmt.Errorf("write calendar year %s: %w", strconv.Itoa(y), err)
		}
	}
	return nil
}

func fillTenants(ctx context.Context, tx *database.Tx, ref reference) error {
	stored, err := tx.Tenant.Query().All(ctx)
	if err != nil {
		return fmt.Errorf("read tenants: %w", err)
	}
	var rows []*db.TenantCreate
	for _, t := range ref.tenants {
		if slices.ContainsFunc(stored, func(s *db.Tenant) bool { return s.Code == t.Code }) {
			continue
		}
		clocks, settings, err := settingsColumns(t.Settings)
		if err != nil {
			return err
		}
		rows = append(rows, tx.Tenant.Create().SetCode(t.Code).SetDivisionCode(t.DivisionCode).SetName(t.Name).
			SetBrandName(t.BrandName).SetColor(t.Color).SetModules(t.Modules).SetHosts(t.Hosts).SetReserved(t.Reserved).
			SetOpen(t.Open).SetClocks(clocks).SetSettings(settings))
	}
	return wrap("write tenants", tx.Tenant.CreateBulk(rows...).Exec(ctx))
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
