package division

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"huying/ent/db"
	"huying/internal/platform/database"
)

// load reads all global reference rows.
func load(ctx context.Context, tx *database.Tx) (*Directory, error) {
	versions, err := loadDivisions(ctx, tx)
	if err != nil {
		return nil, err
	}
	categories, err := loadCategories(ctx, tx)
	if err != nil {
		return nil, err
	}
	tenants, err := tx.Tenant.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read tenants: %w", err)
	}
	var list []Tenant
	for _, t := range tenants {
		seen, err := asTenant(t)
		if err != nil {
			return nil, err
		}
		list = append(list, seen)
	}
	cal, err := loadCalendar(ctx, tx)
	if err != nil {
		return nil, err
	}
	shapes, err := loadShapes(ctx, tx)
	if err != nil {
		return nil, err
	}
	return newDirectory(versions, categories, list, cal, shapes), nil
}

func loadDivisions(ctx context.Context, tx *database.Tx) ([]Division, error) {
	rows, err := tx.Division.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read divisions: %w", err)
	}
	out := make([]Division, len(rows))
	for i, r := range rows {
		out[i] = asDivision(r)
	}
	return out, nil
}

func asDivision(r *db.Division) Division {
	d := Division{
		Code: r.Code, Name: r.Name, Level: Level(r.Level), ParentCode: r.ParentCode, ValidFrom: r.ValidFrom.UTC(),
		Successors: r.Successors, Population: r.Population,
	}
	if r.ValidTo != nil {
		end := r.ValidTo.UTC()
		d.ValidTo = &end
	}
	if r.Lat != nil && r.Lng != nil {
		d.Centre = &Point{*r.Lat, *r.Lng}
	}
	return d
}

func loadCategories(ctx context.Context, tx *database.Tx) ([]Category, error) {
	rows, err := tx.Category.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read categories: %w", err)
	}
	codes, err := tx.CategoryCode.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read standard codes: %w", err)
	}
	byCategory := map[string][]StandardCode{}
	for _, c := range codes {
		byCategory[c.Category] = append(byCategory[c.Category], StandardCode{string(c.Kind), c.Code, c.Name, c.Group, c.StandardRef})
	}
	var out []Category
	for _, r := range rows {
		if !r.Active {
			continue
		}
		out = append(out, Category{
			Key: r.Code, Name: r.Name, Icon: r.Icon, Hint: r.Hint, ClockClass: ClockClass(r.ClockClass),
			VerifyFirst: r.VerifyFirst, PrivateDefault: r.PrivateDefault, DangerHint: r.DangerHint,
			Professions: r.Professions, Codes: byCategory[r.Code], Position: r.Position, Questions: asQuestions(r.Questions),
		})
	}
	return out, nil
}

// asTenant reads a tenant's settings over the defaults, so that a setting added later has its value.
func asTenant(t *db.Tenant) (Tenant, error) {
	s := DefaultSettings()
	raw, err := json.Marshal(t.Settings)
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		return Tenant{}, fmt.Errorf("settings of tenant %s: %w", t.Code, err)
	}
	s.Clocks = make(map[string]string, len(t.Clocks))
	for k, v := range t.Clocks {
		if span, ok := v.(string); ok {
			s.Clocks[k] = span
		}
	}
	s.Look = storedLook(s.Look, t)
	return Tenant{
		Code: t.Code, DivisionCode: t.DivisionCode, Name: t.Name, BrandName: t.BrandName, Color: t.Color,
		Modules: t.Modules, Hosts: t.Hosts, Open: t.Open, Reserved: t.Reserved, Settings: s, Version: t.Version,
	}, nil
}

// storedLook completes what the settings column holds with the columns of their own: name, colour and modules.
func storedLook(l Look, t *db.Tenant) Look {
	brand := Brand{Name: t.BrandName, Color: t.Color}
	if l.Brand != nil {
		brand.Logo = l.Brand.Logo
	}
	l.Brand, l.Modules = &brand, t.Modules
	empty := Look{Modules: []string{}, Categories: map[string]CategorySetting{}, LocalDays: []LocalDay{}, SMSOff: []string{}}
	return l.keeping(empty)
}

// settingsColumns splits settings into the two stored columns; name, colour and modules have columns of their own.
func settingsColumns(s Settings) (clocks, settings map[string]any, err error) {
	clocks = make(map[string]any, len(s.Clocks))
	for k, v := range s.Clocks {
		clocks[k] = v
	}
	raw, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(raw, &settings)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("store settings: %w", err)
	}
	for _, own := range []string{"clocks", "modules", "brand"} {
		delete(settings, own)
	}
	if s.Brand != nil && s.Brand.Logo != "" {
		settings["brand"] = map[string]any{"logo": s.Brand.Logo}
	}
	return clocks, settings, nil
}

func loadCalendar(ctx context.Context, tx *database.Tx) (Calendar, error) {
	years, err := tx.CalendarYear.Query().All(ctx)
	if err != nil {
		return Calendar{}, fmt.Errorf("read calendar years: %w", err)
	}
	days, err := tx.CalendarDay.Query().All(ctx)
	if err != nil {
		return Calendar{}, fmt.Errorf("read calendar days: %w", err)
	}
	exceptions := make(map[string]bool, len(days))
	for _, d := range days {
		exceptions[d.Day] = d.Working
	}
	known := map[int]bool{}
	for _, y := range years {
		known[y.Year] = true
	}
	return NewCalendar(exceptions, horizon(known)), nil
}

// horizon is the last day of the latest announced year. Years are imported in order; a gap before it only
// concerns the past.
func horizon(known map[int]bool) time.Time {
	if len(known) == 0 {
		return time.Time{}
	}
	last := slices.Max(slices.Collect(maps.Keys(known)))
	return time.Date(last, 12, 31, 0, 0, 0, 0, zone)
}

func loadShapes(ctx context.Context, tx *database.Tx) ([]*Shape, error) {
	rows, err := tx.DivisionBoundary.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read boundaries: %w", err)
	}
	out := make([]*Shape, 0, len(rows))
	for _, r := range rows {
		s, err := newShape(r.DivisionCode, r.Polygons)
		if err != nil {
			return nil, fmt.Errorf("stored boundary of %s: %w", r.DivisionCode, err)
		}
		out = append(out, s)
	}
	return out, nil
}
