package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// SupervisionNotice is a letter of a congress that a unit or a district has to
// answer: about one matter, a class of them, or the city's topic of a month.
// One from the city stands in its tenant and in the district's, under one id.
type SupervisionNotice struct{ ent.Schema }

// Mixin of SupervisionNotice.
func (SupervisionNotice) Mixin() []ent.Mixin { return versioned() }

// Fields of SupervisionNotice.
func (SupervisionNotice) Fields() []ent.Field {
	return []ent.Field{
		field.String("from_tenant").MaxRuneLen(6).Comment("whose congress wrote it"),
		field.String("to_tenant").MaxRuneLen(6).Comment("where it has to be answered"),
		field.UUID("unit_id", uuid.UUID{}).Optional().Nillable().Comment("who answers; none: the district's congress"),
		field.String("unit_name").MaxRuneLen(80).Default(""),
		field.Enum("kind").Values("letter", "class", "topic"),
		field.UUID("class_id", uuid.UUID{}).Optional().Nillable().Comment("the class proposal that was taken up"),
		field.String("topic_month").MaxRuneLen(7).Default("").Comment("yyyy-mm, of a topic"),
		field.String("reference").MaxRuneLen(40).Default("").Comment("the office's own registry number"),
		field.String("title").MaxRuneLen(80),
		field.String("letter").MaxRuneLen(4000),
		field.JSON("asks", []string{}).Default([]string{}).Comment("what the answer has to say, one by one"),
		field.Int("days").Comment("working days that each answer is given"),
		field.Enum("state").Values("draft", "refused", "open", "answered", "accepted").Default("draft"),
		field.Int("round").Default(1).Comment("how often an answer was asked for"),
		field.Int("rung").Default(0).Comment("the highest rung its clocks ever told; it never falls"),
		field.UUID("drafted_by", uuid.UUID{}),
		field.UUID("signed_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("signed_at").Optional().Nillable(),
		field.Time("due_at").Optional().Nillable(),
		field.Time("answered_at").Optional().Nillable(),
		field.Time("closed_at").Optional().Nillable(),
		field.String("result").MaxRuneLen(1000).Default("").Comment("what every reporter of its matters was told at the end"),
	}
}

// Indexes of SupervisionNotice.
func (SupervisionNotice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "state", "due_at"),
		index.Fields("tenant_id", "unit_id", "state"),
		index.Fields("tenant_id", "class_id"),
	}
}

// SupervisionStep is one thing that happened to a notice. Nothing takes it away.
type SupervisionStep struct{ ent.Schema }

// Mixin of SupervisionStep.
func (SupervisionStep) Mixin() []ent.Mixin { return appendOnly() }

// Fields of SupervisionStep.
func (SupervisionStep) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("notice_id", uuid.UUID{}),
		field.String("action").MaxRuneLen(20),
		field.String("by_tenant").MaxRuneLen(6),
		field.UUID("by", uuid.UUID{}).Optional().Nillable().Comment("none: the timer"),
		field.Time("at"),
		field.Int("round"),
		field.String("text").MaxRuneLen(4000).Default(""),
		field.JSON("data", map[string]any{}).Optional(),
	}
}

// Indexes of SupervisionStep.
func (SupervisionStep) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "notice_id")}
}

// SupervisionMatter is a report that a notice is about.
type SupervisionMatter struct{ ent.Schema }

// Mixin of SupervisionMatter.
func (SupervisionMatter) Mixin() []ent.Mixin { return appendOnly() }

// Fields of SupervisionMatter.
func (SupervisionMatter) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("notice_id", uuid.UUID{}),
		field.UUID("report_id", uuid.UUID{}),
		field.String("number").MaxRuneLen(24),
	}
}

// Indexes of SupervisionMatter.
func (SupervisionMatter) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "notice_id", "report_id").Unique(),
		index.Fields("tenant_id", "report_id"),
	}
}

// BoardNote says on the boards what happened in a division at a time, so that a
// peak is read with its reason.
type BoardNote struct{ ent.Schema }

// Mixin of BoardNote.
func (BoardNote) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of BoardNote.
func (BoardNote) Fields() []ent.Field {
	return []ent.Field{
		field.String("division_code").MaxRuneLen(12).Comment("4 digits: the whole city"),
		field.String("category").MaxRuneLen(40).Default("").Comment("empty: all"),
		field.Int("first_day").Comment("yyyymmdd"),
		field.Int("last_day").Comment("yyyymmdd, included"),
		field.String("text").MaxRuneLen(120),
		field.UUID("written_by", uuid.UUID{}),
	}
}

// Indexes of BoardNote.
func (BoardNote) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "first_day", "last_day")}
}
