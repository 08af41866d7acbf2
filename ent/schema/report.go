package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Report is a photographed problem (随手拍) and where it stands.
type Report struct{ ent.Schema }

// Mixin of Report.
func (Report) Mixin() []ent.Mixin { return versioned() }

// Fields of Report: what was reported, and what becomes of it.
func (Report) Fields() []ent.Field { return append(reportedFields(), lifeFields()...) }

func reportedFields() []ent.Field {
	return []ent.Field{
		field.String("number").MaxRuneLen(24).Immutable(),
		field.UUID("thread_id", uuid.UUID{}),
		field.Int("round").Default(1),
		field.Enum("state").Values("submitted", "open", "accepted", "verified", "dispatched", "handling", "replied",
			"resolved", "closed", "reopened", "rejected", "merged", "carried_over", "suggested", "transferred", "withdrawn").
			Default("submitted"),
		field.Enum("close_reason").Values("none", "rated", "unrated", "legal_route", "explained").Default("none"),
		field.String("category").MaxRuneLen(40),
		field.String("clock_class").MaxRuneLen(20).Default("ordinary"),
		field.Bool("verify_first").Default(true),
		field.String("title").MaxRuneLen(160).Default(""),
		field.String("description").MaxRuneLen(4000),
		field.String("division_code").MaxRuneLen(15),
		field.String("street_code").MaxRuneLen(9).Default("").Comment("first nine digits of division_code: equality gives a street newest first, a range could not"),
		field.String("community_code").MaxRuneLen(12).Default("").Comment("first twelve digits of division_code"),
		field.UUID("place_id", uuid.UUID{}).Optional().Nillable(),
		field.String("address").MaxRuneLen(400).Default(""),
		field.Float("lat").Optional().Nillable(),
		field.Float("lng").Optional().Nillable(),
		field.Float("accuracy_m").Optional().Nillable(),
		field.Int("cell_lat").Optional().Nillable().Comment("floor(lat × 1000)"),
		field.Int("cell_lng").Optional().Nillable().Comment("floor(lng × 1000)"),
		field.Int("tile").Optional().Nillable().Comment("square of a fiftieth of a degree, for what is newest on a map"),
		field.Float("source_lat").Optional().Nillable(),
		field.Float("source_lng").Optional().Nillable(),
		field.Time("occurs_from").Optional().Nillable(),
		field.Time("occurs_to").Optional().Nillable(),
		field.Enum("source").Values("citizen", "station", "hotline", "family", "partner").Default("citizen"),
		field.UUID("reporter_id", uuid.UUID{}).Comment("a bare id; people are behind internal/identity"),
		field.UUID("partner_key_id", uuid.UUID{}).Optional().Nillable().Comment("the api key it came in under"),
		field.Bytes("on_behalf_sealed").Optional().Nillable(),
		field.Enum("identity_level").Values("hidden_public", "hidden_all", "no_phone").Default("hidden_public"),
		field.Enum("visibility").Values("public", "private").Default("private"),
		field.Time("published_at").Optional().Nillable(),
		field.Bool("danger").Default(false),
		field.Bool("in_legal_process").Default(false),
		field.String("respondent").MaxRuneLen(160).Default(""),
		field.String("respondent_key").MaxRuneLen(160).Default(""),
		field.UUID("preferred_deputy_id", uuid.UUID{}).Optional().Nillable(),
		field.UUID("station_id", uuid.UUID{}).Optional().Nillable(),
		field.String("owner_kind").MaxRuneLen(20).Default("office").Comment("office, district, deputy, unit, coordinator, citizen, none"),
		field.UUID("owner_id", uuid.UUID{}).Optional().Nillable(),
		field.String("owner_label").MaxRuneLen(400).Default("").Comment("public name of the owner, so that lists need no second look"),
		field.UUID("lead_deputy_id", uuid.UUID{}).Optional().Nillable(),
		field.UUID("lead_unit_id", uuid.UUID{}).Optional().Nillable(),
		field.Time("promised_at").Optional().Nillable().Comment("the promise the citizen was told"),
		field.Time("due_at").Optional().Nillable().Comment("earliest running clock, for overdue lists"),
		field.Time("closed_at").Optional().Nillable(),
		field.Int("follower_count").Default(0),
		field.Time("detached_at").Optional().Nillable().Comment("when the reporter withdrew and the case runs on ex officio"),
		field.Bool("desk_check").Default(false).Comment("verified on paper because nobody went in time"),
	}
}

func lifeFields() []ent.Field {
	return []ent.Field{
		field.JSON("answers", map[string]string{}).Optional().Comment("to the category's questions, by key"),
		field.UUID("master_id", uuid.UUID{}).Optional().Nillable().Comment("row 6: the report this one was merged into"),
		field.String("state_before_merge").MaxRuneLen(20).Default("").Comment("row 6: where unmerge returns to"),
		field.UUID("split_from_id", uuid.UUID{}).Optional().Nillable().Comment("row 7: the report this one was split from"),
		field.UUID("follows_id", uuid.UUID{}).Optional().Nillable().Comment("the ended report this new one takes up again"),
		field.String("came_from_tenant").MaxRuneLen(6).Default("").Comment("row 40: the sending district"),
		field.UUID("came_from_id", uuid.UUID{}).Optional().Nillable(),
		field.String("came_from_number").MaxRuneLen(24).Default(""),
		field.String("went_to_tenant").MaxRuneLen(6).Default("").Comment("row 40: the receiving district"),
		field.UUID("went_to_id", uuid.UUID{}).Optional().Nillable(),
		field.String("went_to_number").MaxRuneLen(24).Default(""),
		field.Time("appealed_at").Optional().Nillable().Comment("row 4: once"),
		field.Time("referred_up_at").Optional().Nillable().Comment("row 13: once"),
		field.Time("extended_at").Optional().Nillable().Comment("row 22: once in a round"),
		field.Time("paused_until").Optional().Nillable().Comment("row 23"),
		field.Time("carried_over_at").Optional().Nillable().Comment("row 24; cleared by restart"),
		field.Time("review_at").Optional().Nillable().Comment("row 24: next review of the carry-over"),
		field.Bool("return_disputed").Default(false).Comment("row 17: the coordinator has to rule"),
		field.Int("returns").Default(0).Comment("row 18: a second return is ruled jointly and binds"),
		field.Int("rung").Default(0).Comment("highest rung reached on the unit's clock, in percent of it"),
		field.Bool("supervised").Default(false).Comment("row 41: a supervision letter is open"),
		field.Bool("false_closing").Default(false).Comment("row 35: a follow-up found it closed but not solved"),
		field.Time("excluded_at").Optional().Nillable().Comment("row 43: not in the rates"),
		field.String("public_title").MaxRuneLen(160).Default("").Comment("what the public reads where a screener masked something"),
		field.String("public_description").MaxRuneLen(4000).Default(""),
		field.Time("anonymised_at").Optional().Nillable().Comment("since then nothing in it points to a person"),
	}
}

// Edges of Report.
func (Report) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("events", ReportEvent.Type),
		edge.To("offers", ReportOffer.Type),
		edge.To("deputies", ReportDeputy.Type),
		edge.To("recusals", ReportRecusal.Type),
	}
}

// Indexes of Report: newest first is the id, a UUIDv7.
func (Report) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "number").Unique(),
		index.Fields("tenant_id", "state", "id"),
		index.Fields("tenant_id", "street_code", "id"),
		index.Fields("tenant_id", "community_code", "id"),
		index.Fields("tenant_id", "tile", "id"),
		index.Fields("tenant_id", "category", "id"),
		index.Fields("tenant_id", "lead_unit_id", "id"),
		index.Fields("tenant_id", "lead_deputy_id", "id"),
		index.Fields("tenant_id", "reporter_id", "id"),
		index.Fields("tenant_id", "due_at"),
		index.Fields("tenant_id", "owner_kind", "street_code", "id"),
		index.Fields("tenant_id", "cell_lat", "cell_lng"),
		index.Fields("tenant_id", "thread_id"),
		index.Fields("tenant_id", "place_id", "id"),
		index.Fields("tenant_id", "partner_key_id", "id"),
		index.Fields("tenant_id", "visibility", "created_at"), // what the public may know of a time
		index.Fields("tenant_id", "master_id", "id"),
		index.Fields("tenant_id", "state", "closed_at"), // retention takes the oldest first
	}
}

// ReportEvent is one step in a report's life; append-only.
type ReportEvent struct{ ent.Schema }

// Mixin of ReportEvent.
func (ReportEvent) Mixin() []ent.Mixin { return appendOnly() }

// Fields of ReportEvent.
func (ReportEvent) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("report_id", uuid.UUID{}),
		field.Int("row").Default(0).Comment("row of the state table"),
		field.String("action").MaxRuneLen(40),
		field.String("from_state").MaxRuneLen(20).Default(""),
		field.String("to_state").MaxRuneLen(20),
		field.Int("round").Default(1),
		field.UUID("actor_id", uuid.UUID{}).Optional().Nillable(),
		field.String("actor_part").MaxRuneLen(20).Default("").Comment("C, D, SO, … of the state table"),
		field.String("actor_label").MaxRuneLen(400).Default("").Comment("public name of who acted"),
		field.String("public_text").MaxRuneLen(6000).Default(""),
		field.String("internal_note").MaxRuneLen(4000).Default(""),
		field.JSON("data", map[string]any{}).Optional(),
		field.Time("at"),
	}
}

// Edges of ReportEvent.
func (ReportEvent) Edges() []ent.Edge {
	return []ent.Edge{edge.From("report", Report.Type).Ref("events").Field("report_id").Unique().Required()}
}

// Indexes of ReportEvent.
func (ReportEvent) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "report_id", "id"),
		index.Fields("tenant_id", "at"), // what partners ask for: what happened since
	}
}

// ReportOffer is a report offered to a deputy, with why.
type ReportOffer struct{ ent.Schema }

// Mixin of ReportOffer.
func (ReportOffer) Mixin() []ent.Mixin { return versioned() }

// Fields of ReportOffer.
func (ReportOffer) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("report_id", uuid.UUID{}),
		field.UUID("deputy_id", uuid.UUID{}),
		field.UUID("person_id", uuid.UUID{}),
		field.Enum("state").Values("offered", "accepted", "joined", "declined", "lapsed", "taken_by_other").Default("offered"),
		field.Int("score").Default(0),
		field.JSON("reasons", []string{}).Default([]string{}),
		field.Time("answered_at").Optional().Nillable(),
	}
}

// Edges of ReportOffer.
func (ReportOffer) Edges() []ent.Edge {
	return []ent.Edge{edge.From("report", Report.Type).Ref("offers").Field("report_id").Unique().Required()}
}

// Indexes of ReportOffer.
func (ReportOffer) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "report_id", "deputy_id").Unique(),
		index.Fields("tenant_id", "person_id", "state", "report_id"),
	}
}

// ReportDeputy is a deputy's part in a report: one leads, up to two join.
type ReportDeputy struct{ ent.Schema }

// Mixin of ReportDeputy.
func (ReportDeputy) Mixin() []ent.Mixin { return versioned() }

// Fields of ReportDeputy.
func (ReportDeputy) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("report_id", uuid.UUID{}),
		field.UUID("deputy_id", uuid.UUID{}),
		field.UUID("person_id", uuid.UUID{}),
		field.Enum("part").Values("lead", "joined").Default("lead"),
		field.Time("ended_at").Optional().Nillable(),
		field.String("ended_reason").MaxRuneLen(40).Default("").Comment("released, handed_over, recused, changed, mandate_ended, leave"),
	}
}

// Edges of ReportDeputy.
func (ReportDeputy) Edges() []ent.Edge {
	return []ent.Edge{edge.From("report", Report.Type).Ref("deputies").Field("report_id").Unique().Required()}
}

// Indexes of ReportDeputy.
func (ReportDeputy) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "report_id", "deputy_id").Unique(),
		index.Fields("tenant_id", "person_id", "report_id"),
	}
}

// ReportRecusal hides one report from one person, whatever that person's grants.
type ReportRecusal struct{ ent.Schema }

// Mixin of ReportRecusal.
func (ReportRecusal) Mixin() []ent.Mixin { return appendOnly() }

// Fields of ReportRecusal.
func (ReportRecusal) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("report_id", uuid.UUID{}),
		field.UUID("person_id", uuid.UUID{}),
		field.String("reason").MaxRuneLen(300).Default(""),
	}
}

// Edges of ReportRecusal.
func (ReportRecusal) Edges() []ent.Edge {
	return []ent.Edge{edge.From("report", Report.Type).Ref("recusals").Field("report_id").Unique().Required()}
}

// Indexes of ReportRecusal.
func (ReportRecusal) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "person_id", "report_id").Unique()}
}
