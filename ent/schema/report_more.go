package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// ReportTerm is one searchable term of a report: an inverted table that is
// asked by equality only, newest first by the report's UUIDv7.
type ReportTerm struct{ ent.Schema }

// Mixin of ReportTerm.
func (ReportTerm) Mixin() []ent.Mixin { return appendOnly() }

// Fields of ReportTerm.
func (ReportTerm) Fields() []ent.Field {
	return []ent.Field{
		field.String("term").MaxRuneLen(40),
		field.UUID("report_id", uuid.UUID{}),
	}
}

// Indexes of ReportTerm.
func (ReportTerm) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "term", "report_id").Unique(),
		index.Fields("tenant_id", "report_id"),
	}
}

// ReportProposal is an action that waits for a second person's signature.
type ReportProposal struct{ ent.Schema }

// Mixin of ReportProposal.
func (ReportProposal) Mixin() []ent.Mixin { return versioned() }

// Fields of ReportProposal.
func (ReportProposal) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("report_id", uuid.UUID{}),
		field.String("action").MaxRuneLen(40),
		field.UUID("proposer_id", uuid.UUID{}),
		field.String("proposer_part").MaxRuneLen(20),
		field.UUID("unit_id", uuid.UUID{}).Optional().Nillable().Comment("the unit that proposes, so that its own head signs"),
		field.Bytes("body").Comment("the action's typed body as JSON"),
		field.Enum("state").Values("pending", "approved", "refused").Default("pending"),
		field.UUID("decided_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("decided_at").Optional().Nillable(),
		field.String("reason").MaxRuneLen(500).Default(""),
	}
}

// Indexes of ReportProposal.
func (ReportProposal) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "report_id", "state")}
}
