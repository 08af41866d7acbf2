package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Congress is a people's congress (人大) whose deputies appear in the tenant.
type Congress struct{ ent.Schema }

// Mixin of Congress.
func (Congress) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of Congress.
func (Congress) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("level").Values("national", "provincial", "city", "district", "town"),
		field.String("division_code").MaxRuneLen(15),
		field.String("name").MaxRuneLen(120),
		field.Int("term").Comment("届"),
		field.Time("term_from").Optional().Nillable(),
		field.Time("term_to").Optional().Nillable(),
	}
}

// Edges of Congress.
func (Congress) Edges() []ent.Edge { return []ent.Edge{edge.To("seats", DeputySeat.Type)} }

// Indexes of Congress.
func (Congress) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "level", "division_code", "term").Unique()}
}

// Deputy is a people's congress deputy (人大代表) who lives or serves in the tenant.
type Deputy struct{ ent.Schema }

// Mixin of Deputy.
func (Deputy) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of Deputy.
func (Deputy) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("name").MaxRuneLen(60),
		field.String("gender").MaxRuneLen(10).Default(""),
		field.String("home_division").MaxRuneLen(15),
		field.Float("lat").Optional().Nillable(),
		field.Float("lng").Optional().Nillable(),
		field.String("profession").MaxRuneLen(60).Default(""),
		field.String("employer").MaxRuneLen(120).Default(""),
		field.String("photo_key").MaxRuneLen(200).Default(""),
		field.String("introduction").MaxRuneLen(1000).Default(""),
		field.Bool("takes_reports").Default(true),
		field.Time("leave_from").Optional().Nillable(),
		field.Time("leave_until").Optional().Nillable(),
		field.UUID("leave_substitute_id", uuid.UUID{}).Optional().Nillable().Comment("the deputy who takes open reports meanwhile"),
		field.Int("live_reports").Default(0).Comment("accepted and not yet ended, kept by the report room"),
	}
}

// Edges of Deputy.
func (Deputy) Edges() []ent.Edge {
	return []ent.Edge{edge.To("seats", DeputySeat.Type), edge.To("stations", StationDeputy.Type)}
}

// Indexes of Deputy.
func (Deputy) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "person_id").Unique(),
		index.Fields("tenant_id", "home_division"),
	}
}

// DeputySeat is one mandate of a deputy; a deputy may hold seats at two levels.
type DeputySeat struct{ ent.Schema }

// Mixin of DeputySeat.
func (DeputySeat) Mixin() []ent.Mixin { return versioned() }

// Fields of DeputySeat.
func (DeputySeat) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("deputy_id", uuid.UUID{}),
		field.UUID("congress_id", uuid.UUID{}),
		field.Enum("level").Values("national", "provincial", "city", "district", "town"),
		field.Int("term"),
		field.String("electing_unit").MaxRuneLen(120).Default(""),
		field.JSON("constituency", []string{}).Default([]string{}).Comment("division prefixes of the constituency"),
		field.Time("ended_at").Optional().Nillable(),
	}
}

// Edges of DeputySeat.
func (DeputySeat) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("deputy", Deputy.Type).Ref("seats").Field("deputy_id").Unique().Required(),
		edge.From("congress", Congress.Type).Ref("seats").Field("congress_id").Unique().Required(),
	}
}

// Indexes of DeputySeat.
func (DeputySeat) Indexes() []ent.Index { return []ent.Index{index.Fields("tenant_id", "deputy_id")} }

// Station is a liaison station (代表之家 / 联络站 / 联络点).
type Station struct{ ent.Schema }

// Mixin of Station.
func (Station) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of Station.
func (Station) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").MaxRuneLen(120),
		field.Enum("kind").Values("comprehensive", "professional", "online", "legislative", "mediation").Default("comprehensive"),
		field.String("division_code").MaxRuneLen(15),
		field.String("address").MaxRuneLen(200).Default(""),
		field.Float("lat").Optional().Nillable(),
		field.Float("lng").Optional().Nillable(),
		field.String("opening_hours").MaxRuneLen(200).Default(""),
		field.String("phone").MaxRuneLen(20).Default("").Comment("the station's public number"),
		field.String("feature").MaxRuneLen(200).Default(""),
	}
}

// Edges of Station.
func (Station) Edges() []ent.Edge { return []ent.Edge{edge.To("deputies", StationDeputy.Type)} }

// Indexes of Station.
func (Station) Indexes() []ent.Index { return []ent.Index{index.Fields("tenant_id", "division_code")} }

// StationDeputy says which deputy serves at which station (驻站).
type StationDeputy struct{ ent.Schema }

// Mixin of StationDeputy.
func (StationDeputy) Mixin() []ent.Mixin { return versioned() }

// Fields of StationDeputy.
func (StationDeputy) Fields() []ent.Field {
	return []ent.Field{field.UUID("station_id", uuid.UUID{}), field.UUID("deputy_id", uuid.UUID{})}
}

// Edges of StationDeputy.
func (StationDeputy) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("station", Station.Type).Ref("deputies").Field("station_id").Unique().Required(),
		edge.From("deputy", Deputy.Type).Ref("stations").Field("deputy_id").Unique().Required(),
	}
}

// Indexes of StationDeputy.
func (StationDeputy) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "station_id", "deputy_id").Unique(),
		index.Fields("tenant_id", "deputy_id"),
	}
}

// HandlingUnit is a body that handles problems (承办单位); one with a parent is its department.
type HandlingUnit struct{ ent.Schema }

// Mixin of HandlingUnit.
func (HandlingUnit) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of HandlingUnit.
func (HandlingUnit) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").MaxRuneLen(40).Comment("short stable name inside the tenant, used by imports"),
		field.String("name").MaxRuneLen(120),
		field.Enum("kind").Values("administrative", "enterprise", "vertical", "zone", "village").Default("administrative"),
		field.Enum("level").Values("city", "district", "subdistrict", "community").Default("district"),
		field.String("division_code").MaxRuneLen(15),
		field.UUID("parent_id", uuid.UUID{}).Optional().Nillable(),
		field.String("head_name").MaxRuneLen(60).Default(""),
		field.UUID("head_person_id", uuid.UUID{}).Optional().Nillable(),
		field.String("phone").MaxRuneLen(20).Default("").Comment("the unit's public number"),
		field.Bool("active").Default(true),
	}
}

// Edges of HandlingUnit.
func (HandlingUnit) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("departments", HandlingUnit.Type).From("parent").Field("parent_id").Unique(),
		edge.To("rules", DispatchRule.Type),
	}
}

// Indexes of HandlingUnit.
func (HandlingUnit) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "code").Unique(),
		index.Fields("tenant_id", "division_code"),
	}
}

// DispatchRule is a line of the dispatch catalogue (派单目录).
type DispatchRule struct{ ent.Schema }

// Mixin of DispatchRule.
func (DispatchRule) Mixin() []ent.Mixin { return versioned() }

// Fields of DispatchRule.
func (DispatchRule) Fields() []ent.Field {
	return []ent.Field{
		field.String("category").MaxRuneLen(40),
		field.String("division_code").MaxRuneLen(15).Comment("prefix the rule covers"),
		field.UUID("unit_id", uuid.UUID{}),
		field.Bool("is_default").Default(false),
		field.String("source").MaxRuneLen(40).Default("").Comment("what makes it, e.g. the kind of noise; empty: any"),
		field.Bool("listed").Default(false).Comment("row 15: may go straight to the village's or residents' committee"),
		field.UUID("handler_id", uuid.UUID{}).Optional().Nillable().Comment("default assignment inside the unit"),
		field.Bool("active").Default(true),
		field.String("note").MaxRuneLen(300).Default(""),
	}
}

// Edges of DispatchRule.
func (DispatchRule) Edges() []ent.Edge {
	return []ent.Edge{edge.From("unit", HandlingUnit.Type).Ref("rules").Field("unit_id").Unique().Required()}
}

// Indexes of DispatchRule.
func (DispatchRule) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "category", "division_code", "source", "unit_id").Unique()}
}

// Place is a compound, road or park people know by name.
type Place struct{ ent.Schema }

// Mixin of Place.
func (Place) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of Place.
func (Place) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("compound", "road", "park", "building", "other").Default("compound"),
		field.String("name").MaxRuneLen(120),
		field.JSON("aliases", []string{}).Default([]string{}),
		field.String("division_code").MaxRuneLen(15),
		field.String("address").MaxRuneLen(200).Default(""),
		field.Float("lat").Optional().Nillable(),
		field.Float("lng").Optional().Nillable(),
	}
}

// Edges of Place.
func (Place) Edges() []ent.Edge { return []ent.Edge{edge.To("terms", PlaceTerm.Type)} }

// Indexes of Place.
func (Place) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "division_code", "name")}
}

// PlaceTerm is one searchable piece of a place's name or alias. Searching asks
// for equality only, so that it reaches an index under row-level security too.
type PlaceTerm struct{ ent.Schema }

// Mixin of PlaceTerm.
func (PlaceTerm) Mixin() []ent.Mixin { return appendOnly() }

// Fields of PlaceTerm.
func (PlaceTerm) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("place_id", uuid.UUID{}),
		field.String("term").MaxRuneLen(40),
	}
}

// Edges of PlaceTerm.
func (PlaceTerm) Edges() []ent.Edge {
	return []ent.Edge{edge.From("place", Place.Type).Ref("terms").Field("place_id").Unique().Required()}
}

// Indexes of PlaceTerm.
func (PlaceTerm) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "term", "place_id").Unique(),
		index.Fields("tenant_id", "place_id"),
	}
}

// Recusal ties a person to a body whose matters that person must not see.
type Recusal struct{ ent.Schema }

// Mixin of Recusal.
func (Recusal) Mixin() []ent.Mixin { return versioned() }

// Fields of Recusal.
func (Recusal) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.Enum("subject_kind").Values("respondent", "unit", "place", "report"),
		field.String("subject_key").MaxRuneLen(160).Comment("normalised name, or id"),
		field.String("reason").MaxRuneLen(300).Default(""),
		field.Time("ended_at").Optional().Nillable(),
	}
}

// Indexes of Recusal.
func (Recusal) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "person_id"),
		index.Fields("tenant_id", "subject_kind", "subject_key"),
	}
}

// DeskPreference is how one person keeps the desk in one tenant: filters, columns, own phrases.
type DeskPreference struct{ ent.Schema }

// Mixin of DeskPreference.
func (DeskPreference) Mixin() []ent.Mixin { return versioned() }

// Fields of DeskPreference.
func (DeskPreference) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.JSON("filters", []DeskFilter{}).Default([]DeskFilter{}),
		field.JSON("columns", []string{}).Default([]string{}).Comment("of the worklist; none: the usual ones"),
		field.JSON("phrases", map[string][]string{}).Default(map[string][]string{}).Comment("by action.field, newest first"),
	}
}

// Indexes of DeskPreference.
func (DeskPreference) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "person_id").Unique()}
}

// DeskFilter is a kept question to the worklist: a view, and the filters on it.
type DeskFilter struct {
	Name  string            `json:"name"`
	View  string            `json:"view"`
	Query map[string]string `json:"query"`
}
