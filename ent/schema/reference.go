package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Tenant is one district congress (区市人大); 370200 is the city's own.
type Tenant struct{ ent.Schema }

// Mixin of Tenant.
func (Tenant) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of Tenant.
func (Tenant) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").MaxRuneLen(6).Match(tenantCode).Unique().Immutable(),
		field.String("division_code").MaxRuneLen(15),
		field.String("name").MaxRuneLen(80),
		field.String("brand_name").MaxRuneLen(80).Default(""),
		field.String("color").MaxRuneLen(9).Default("#b3261e"),
		field.String("logo_key").MaxRuneLen(200).Default(""),
		field.JSON("hosts", []string{}).Default([]string{}),
		field.JSON("modules", []string{}).Default([]string{}),
		field.JSON("clocks", map[string]any{}).Default(map[string]any{}).Comment("overrides of clock values, by clock kind"),
		field.JSON("settings", map[string]any{}).Default(map[string]any{}),
		field.Bool("reserved").Default(false),
		field.Bool("open").Default(true),
	}
}

// Division is one version of a node of the territory (区划).
type Division struct{ ent.Schema }

// Mixin of Division.
func (Division) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of Division.
func (Division) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").MaxRuneLen(15).NotEmpty(),
		field.String("parent_code").MaxRuneLen(15).Default(""),
		field.Enum("level").Values("province", "city", "district", "street", "community", "grid"),
		field.String("kind").MaxRuneLen(20).Default("").Comment("subdistrict, town, township, zone, community, village"),
		field.String("name").MaxRuneLen(120),
		field.String("short_name").MaxRuneLen(120).Default(""),
		field.Time("valid_from"),
		field.Time("valid_to").Optional().Nillable(),
		field.JSON("successors", []string{}).Optional().Comment("codes that took over when it was merged or split"),
		field.JSON("population", map[string]int{}).Optional().Comment("residents by year"),
		field.Float("lat").Optional().Nillable(),
		field.Float("lng").Optional().Nillable(),
	}
}

// Indexes of Division.
func (Division) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("code", "valid_from").Unique(),
		index.Fields("parent_code", "code"),
	}
}

// DivisionBoundary is a polygon set of a division in WGS-84, supplied by the customer.
type DivisionBoundary struct{ ent.Schema }

// Mixin of DivisionBoundary.
func (DivisionBoundary) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of DivisionBoundary.
func (DivisionBoundary) Fields() []ent.Field {
	return []ent.Field{
		field.String("division_code").MaxRuneLen(15).Unique(),
		field.Float("min_lat"), field.Float("max_lat"),
		field.Float("min_lng"), field.Float("max_lng"),
		field.JSON("polygons", [][][][2]float64{}).Comment("polygons → rings → [lng, lat]"),
		field.String("source").MaxRuneLen(200).Default(""),
	}
}

// Category is one plain word a citizen chooses.
type Category struct{ ent.Schema }

// Mixin of Category.
func (Category) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of Category.
func (Category) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").MaxRuneLen(40).Unique(),
		field.String("name").MaxRuneLen(40),
		field.String("icon").MaxRuneLen(40).Default(""),
		field.String("hint").MaxRuneLen(200).Default(""),
		field.Int("position").Default(0),
		field.Bool("verify_first").Default(true),
		field.Enum("clock_class").Values("urgent", "utility", "ordinary", "complex").Default("ordinary"),
		field.Bool("private_default").Default(false),
		field.Bool("danger_hint").Default(false),
		field.JSON("professions", []string{}).Optional().Comment("deputies' professions that fit, for matching"),
		field.JSON("questions", []Question{}).Optional().Comment("asked when this category is chosen"),
		field.Bool("active").Default(true),
	}
}

// Question is one thing a category asks the reporter, e.g. where the noise comes from.
type Question struct {
	Key      string   `json:"key"`
	Label    string   `json:"label"`
	Choices  []Choice `json:"choices,omitempty"`
	Required bool     `json:"required,omitempty"`
	// Source says that the answer chooses the line of the dispatch catalogue.
	Source bool `json:"source,omitempty"`
}

// Choice is one ready answer to a question.
type Choice struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// CategoryCode ties a standard code (部件/事项) to a plain category.
type CategoryCode struct{ ent.Schema }

// Mixin of CategoryCode.
func (CategoryCode) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of CategoryCode.
func (CategoryCode) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("component", "matter"),
		field.String("code").MaxRuneLen(5),
		field.String("name").MaxRuneLen(120),
		field.String("group").MaxRuneLen(80),
		field.String("standard_ref").MaxRuneLen(60),
		field.String("category").MaxRuneLen(40).Default("other"),
	}
}

// Indexes of CategoryCode.
func (CategoryCode) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "code", "standard_ref").Unique(), index.Fields("category")}
}

// CalendarDay is a day that differs from the plain week: a holiday or a make-up working day (调休).
type CalendarDay struct{ ent.Schema }

// Mixin of CalendarDay.
func (CalendarDay) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of CalendarDay.
func (CalendarDay) Fields() []ent.Field {
	return []ent.Field{
		field.String("day").MaxRuneLen(10).Unique().Comment("2026-10-01, local date"),
		field.Bool("working"),
		field.String("name").MaxRuneLen(40).Default(""),
		field.String("source").MaxRuneLen(120).Default(""),
	}
}

// CalendarYear is a year whose official holidays were announced and imported.
type CalendarYear struct{ ent.Schema }

// Mixin of CalendarYear.
func (CalendarYear) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of CalendarYear.
func (CalendarYear) Fields() []ent.Field {
	return []ent.Field{
		field.Int("year").Unique().Range(1949, 2200),
		field.String("source").MaxRuneLen(120).Default(""),
	}
}
