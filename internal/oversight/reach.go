package oversight

import (
	"context"
	"slices"
	"time"

	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/platform/authz"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// cityDivision is the whole city; the parent of every district.
const cityDivision = "3702"

// reach is what one read of the boards may see.
type reach struct {
	dir     *division.Directory
	tenants []string
	// city says that the read crosses tenants.
	city bool
	// at is the division that is looked at.
	at division.Division
}

// reachOf settles what the caller may look at: nothing but what lies in the caller's own grants. A read by the city has its
// audit line committed before anything is answered.
func (s *Service) reachOf(ctx context.Context, code string) (reach, error) {
	access, tenant := authz.AccessFrom(ctx), web.TenantOf(ctx)
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return reach{}, err
	}
	r := reach{dir: dir, city: access.Widest() == authz.ScopeAll, tenants: []string{tenant}}
	roots := access.Divisions()
	switch {
	case r.city && tenant == tenancy.CityTenant:
		roots, r.tenants = []string{cityDivision}, nil
		for _, t := range dir.Tenants() {
			r.tenants = append(r.tenants, t.Code)
		}
	case access.Reaches(authz.ScopeTenant):
		roots = []string{tenant}
	}
	if len(roots) == 0 {
		return reach{}, fault.Forbidden.New("没有可以查看的辖区")
	}
	if code == "" {
		code = roots[0]
	}
	if !slices.ContainsFunc(roots, func(root string) bool { return division.Within(code, root) }) {
		return reach{}, fault.Forbidden.New("只能查看本辖区的数据")
	}
	var known bool
	if r.at, known = dir.Division(code); !known || len(code) > communityLength {
		return reach{}, invalid("division_code", "没有这个区划，或不到社区一级")
	}
	if len(code) >= 6 {
		if r.tenants = []string{code[:6]}; !slices.ContainsFunc(dir.Tenants(), func(t division.Tenant) bool { return t.Code == code[:6] }) {
			return reach{}, invalid("division_code", "该区市没有开通")
		}
	}
	if r.city {
		err = s.d.CityAudit.CrossTenantRead(ctx, r.tenants, access.Permission())
	}
	return r, err
}

// counted are the cells' divisions that make up the division looked at.
func (r reach) counted() []string {
	if len(r.at.Code) < 6 {
		return r.tenants
	}
	return []string{r.at.Code}
}

// parts are the divisions directly below that are counted apart.
func (r reach) parts() []division.Division {
	switch {
	case len(r.at.Code) >= communityLength:
		return nil
	case len(r.at.Code) >= 6:
		return r.dir.Children(r.at.Code)
	}
	out := make([]division.Division, 0, len(r.tenants))
	for _, t := range r.tenants {
		if d, known := r.dir.Division(t); known {
			out = append(out, d)
		}
	}
	return out
}

// settings are the tenant's own, or the house's where several are looked at.
func (r reach) settings() division.Settings {
	if len(r.tenants) == 1 {
		if t, known := r.dir.Tenant(r.tenants[0]); known {
			return t.Settings
		}
	}
	return division.DefaultSettings()
}

// residents is how many people live in a division by its latest count; 0 when unknown.
func residents(d division.Division) int {
	last := ""
	for year := range d.Population {
		last = max(last, year)
	}
	return d.Population[last]
}

// PeriodInput are the first and the last day of a figure, both included.
type PeriodInput struct {
	From string `query:"from" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" doc:"第一天；不填为最近30天"`
	To   string `query:"to" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" doc:"最后一天（含）；不填为今天"`
}

// DivisionInput names the division that is looked at.
type DivisionInput struct {
	DivisionCode string `query:"division_code" pattern:"^([0-9]{4,12})?$" doc:"区划代码；不填为本人辖区"`
}

// longestPeriod bounds what one figure covers.
const longestPeriod = 366

// usualPeriod is how many days a figure covers when nobody says.
const usualPeriod = 30

// span is a period in whole days of the tenants' zone: from its first day up to, and without, the day after its last.
type span struct{ first, after time.Time }

// days is how many there are.
func (p span) days() int { return int(p.after.Sub(p.first) / (24 * time.Hour)) }

// before is the period of the same length that ends where this one begins.
func (p span) before() span {
	return span{p.first.AddDate(0, 0, -p.days()), p.first}
}

func (p span) from() int { return dayOf(p.first) }
func (p span) to() int   { return dayOf(p.after.Add(-time.Hour)) }

// span reads the period. It fails with invalid_input naming the field.
func (in PeriodInput) span(now time.Time) (span, error) {
	today := midnight(now)
	p := span{after: today.AddDate(0, 0, 1)}
	for _, field := range []struct {
		name, text string
		set        func(time.Time)
	}{
		{"to", in.To, func(t time.Time) { p.after = t.AddDate(0, 0, 1) }},
		{"from", in.From, func(t time.Time) { p.first = t }},
	} {
		if field.text == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, field.text, deadline.Zone)
		if err != nil {
			return span{}, invalid(field.name, "没有这一天")
		}
		field.set(t)
	}
	if p.first.IsZero() {
		p.first = p.after.AddDate(0, 0, -usualPeriod)
	}
	switch {
	case !p.first.Before(p.after):
		return span{}, invalid("from", "第一天不能晚于最后一天")
	case p.days() > longestPeriod:
		return span{}, invalid("from", "一次最多查看366天")
	case p.first.Year() < 2000 || p.after.Year() > 2100:
		return span{}, invalid("from", "年份有误")
	}
	return p, nil
}

// midnight is the beginning of an instant's day in the tenants' zone.
func midnight(t time.Time) time.Time {
	y, m, d := t.In(deadline.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, deadline.Zone)
}

func invalid(field, message string) error {
	return fault.Invalid.New(message, fault.Field{Name: field, Message: message})
}
