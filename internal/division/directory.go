package division

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Division is one version of a node of the tree. ValidTo nil means it is still valid.
type Division struct {
	Code, Name string
	Level      Level
	ParentCode string
	ValidFrom  time.Time
	ValidTo    *time.Time
	// Successors are the codes that took over when it was merged or split.
	Successors []string
	// Population is the number of residents by year.
	Population map[string]int
	// Centre is where the division roughly lies, when known.
	Centre *Point
}

// Open says whether the division is valid today and later, as far as is known.
func (d Division) Open() bool { return d.ValidTo == nil }

// Category is one plain word a citizen chooses, with what it means for the clocks.
type Category struct {
	Key, Name, Icon, Hint       string
	ClockClass                  ClockClass
	VerifyFirst, PrivateDefault bool
	DangerHint                  bool
	Professions                 []string
	Codes                       []StandardCode
	// Questions are asked when the category is chosen, in this order.
	Questions []Asked
	Position  int
}

// StandardCode is an entry of the national table of components (部件) and matters (事项).
type StandardCode struct{ Kind, Code, Name, Group, StandardRef string }

// Tenant is a district congress as everybody may see it, with its settings.
type Tenant struct {
	Code, DivisionCode, Name, BrandName, Color string
	Modules, Hosts                             []string
	Open, Reserved                             bool
	Settings                                   Settings
	Version                                    int
}

// Directory is one immutable reading of all global reference rows. Its methods are pure look-ups; a
// caller keeps one for the length of a request.
type Directory struct {
	divisions  map[string][]Division // versions of a code, oldest first
	children   map[string][]string
	categories []Category
	byKey      map[string]int
	tenants    []Tenant
	calendar   Calendar
	shapes     []*Shape // deepest level first
}

func newDirectory(versions []Division, categories []Category, tenants []Tenant, cal Calendar, shapes []*Shape) *Directory {
	d := &Directory{
		divisions: make(map[string][]Division, len(versions)), children: map[string][]string{},
		categories: categories, byKey: make(map[string]int, len(categories)), tenants: tenants, calendar: cal, shapes: shapes,
	}
	slices.SortFunc(versions, func(a, b Division) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), a.ValidFrom.Compare(b.ValidFrom))
	})
	for _, v := range versions {
		if len(d.divisions[v.Code]) == 0 {
			d.children[v.ParentCode] = append(d.children[v.ParentCode], v.Code)
		}
		d.divisions[v.Code] = append(d.divisions[v.Code], v)
	}
	slices.SortFunc(d.categories, func(a, b Category) int { return cmp.Compare(a.Position, b.Position) })
	for i, c := range d.categories {
		d.byKey[c.Key] = i
	}
	slices.SortFunc(d.tenants, func(a, b Tenant) int { return strings.Compare(a.Code, b.Code) })
	slices.SortFunc(d.shapes, func(a, b *Shape) int {
		return cmp.Or(cmp.Compare(len(b.Code), len(a.Code)), strings.Compare(a.Code, b.Code))
	})
	return d
}

// Division gives the latest version of a code, closed ones included, so that old records stay readable.
func (d *Directory) Division(code string) (Division, bool) {
	v := d.divisions[code]
	if len(v) == 0 {
		return Division{}, false
	}
	return v[len(v)-1], true
}

// DivisionAt gives the version of a code that was valid at t, or the nearest one when none was.
func (d *Directory) DivisionAt(code string, t time.Time) (Division, bool) {
	versions := d.divisions[code]
	if len(versions) == 0 {
		return Division{}, false
	}
	for i := len(versions) - 1; i > 0; i-- {
		if !t.Before(versions[i].ValidFrom) {
			return versions[i], true
		}
	}
	return versions[0], true
}

// Versions gives every version of a code, oldest first.
func (d *Directory) Versions(code string) []Division { return slices.Clone(d.divisions[code]) }

// Children gives the open divisions directly below a code, in order of code.
func (d *Directory) Children(parent string) []Division {
	codes := d.children[parent]
	out := make([]Division, 0, len(codes))
	for _, c := range codes {
		if v, _ := d.Division(c); v.Open() {
			out = append(out, v)
		}
	}
	return out
}

// Ancestors gives the divisions above a code, the city first, the division itself left out.
func (d *Directory) Ancestors(code string) []Division {
	var out []Division
	for p := ParentOf(code); p != ""; p = ParentOf(p) {
		if v, ok := d.Division(p); ok {
			out = append(out, v)
		}
	}
	slices.Reverse(out)
	return out
}

// FullName joins the names from the district down: 市南区香港中路街道福州南路社区; "" when unknown.
func (d *Directory) FullName(code string) string {
	self, ok := d.Division(code)
	if !ok {
		return ""
	}
	var b strings.Builder
	for _, a := range d.Ancestors(code) {
		if a.Level != LevelCity {
			b.WriteString(a.Name)
		}
	}
	b.WriteString(self.Name)
	return b.String()
}

// StreetOf gives the street-level division a code lies in, itself included.
func (d *Directory) StreetOf(code string) (Division, bool) {
	if len(code) < 9 {
		return Division{}, false
	}
	return d.Division(code[:9])
}

// Descendants gives the open divisions of one level below a prefix, in order of code.
func (d *Directory) Descendants(prefix string, level Level) []Division {
	var out []Division
	for _, c := range d.Children(prefix) {
		if c.Level == level {
			out = append(out, c)
		} else {
			out = append(out, d.Descendants(c.Code, level)...)
		}
	}
	return out
}

// Tenants gives the open district congresses in order of code, never the reserved one of the city.
func (d *Directory) Tenants() []Tenant {
	out := make([]Tenant, 0, len(d.tenants))
	for _, t := range d.tenants {
		if t.Open && !t.Reserved {
			out = append(out, t)
		}
	}
	return out
}

// Tenant finds a tenant by code, the city's reserved one included.
func (d *Directory) Tenant(code string) (Tenant, bool) {
	for _, t := range d.tenants {
		if t.Code == code {
			return t, true
		}
	}
	return Tenant{}, false
}

// TenantByHost finds the tenant a host name (without port, any case) is mapped to.
func (d *Directory) TenantByHost(host string) (Tenant, bool) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, t := range d.tenants {
		if host != "" && slices.Contains(t.Hosts, host) {
			return t, true
		}
	}
	return Tenant{}, false
}

// Category finds a plain category by key.
func (d *Directory) Category(key string) (Category, bool) {
	i, ok := d.byKey[key]
	if !ok {
		return Category{}, false
	}
	return d.categories[i], true
}

// Categories gives the plain words in the order they are shown.
func (d *Directory) Categories() []Category { return slices.Clone(d.categories) }

// HasModule says whether a tenant has a module open. One that is not known has none.
func (d *Directory) HasModule(tenant, module string) bool {
	t, _ := d.Tenant(tenant)
	return slices.Contains(t.Modules, module)
}

// CategoriesOf gives the plain words that a tenant has open, each as that tenant treats it; without a tenant, all.
func (d *Directory) CategoriesOf(tenant string) []Category {
	t, _ := d.Tenant(tenant)
	out := make([]Category, 0, len(d.categories))
	for _, c := range d.categories {
		if own := t.Settings.Categories[c.Key]; !own.Off {
			out = append(out, own.with(c))
		}
	}
	return out
}

// CalendarOf gives the official calendar with a tenant's own days.
func (d *Directory) CalendarOf(tenant string) Calendar {
	t, _ := d.Tenant(tenant)
	return d.calendar.with(t.Settings.LocalDays)
}

// Calendar gives the official calendar as far as it was imported.
func (d *Directory) Calendar() Calendar { return d.calendar }

// Locate gives the deepest imported boundary that contains the point.
func (d *Directory) Locate(p Point) (code string, found bool) {
	for _, s := range d.shapes {
		if s.Contains(p) {
			return s.Code, true
		}
	}
	return "", false
}

// cities gives the open cities, the tops of the tree, in order of code.
func (d *Directory) cities() []Division {
	var out []Division
	for parent, codes := range d.children {
		if len(parent) != 2 {
			continue
		}
		for _, c := range codes {
			if v, _ := d.Division(c); v.Open() {
				out = append(out, v)
			}
		}
	}
	slices.SortFunc(out, func(a, b Division) int { return strings.Compare(a.Code, b.Code) })
	return out
}
