package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// ReportTerm is one searchable term of a report: an inverted table that is
// asked by equality only, so it works alike on every engine and under row-level
// security. Its id is the report's; the key is (tenant_id, term, id), so that
// one walk along it gives a term's reports newest first.
type ReportTerm struct{ ent.Schema }

// Mixin of ReportTerm. A term has no times of its own: it is written and goes
// with its report.
func (ReportTerm) Mixin() []ent.Mixin { return []ent.Mixin{Tenanted{}} }

// Fields of ReportTerm.
func (ReportTerm) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable().Comment("of the report"),
		field.String("term").MaxRuneLen(40).Immutable(),
	}
}

// Indexes of ReportTerm.
func (ReportTerm) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "id")}
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
