package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// ReportFollower is somebody who met the same problem ("me too") and hears its
// public steps and its result.
type ReportFollower struct{ ent.Schema }

// Mixin of ReportFollower.
func (ReportFollower) Mixin() []ent.Mixin { return appendOnly() }

// Fields of ReportFollower.
func (ReportFollower) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("report_id", uuid.UUID{}),
		field.UUID("person_id", uuid.UUID{}),
		field.UUID("merged_report_id", uuid.UUID{}).Optional().Nillable().Comment("row 6: the own report that was merged"),
	}
}

// Indexes of ReportFollower.
func (ReportFollower) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "report_id", "person_id").Unique(),
		index.Fields("tenant_id", "person_id"),
	}
}

// Supervision is a letter that asks a unit to explain itself (row 41), and its answer.
type Supervision struct{ ent.Schema }

// Mixin of Supervision.
func (Supervision) Mixin() []ent.Mixin { return versioned() }

// Fields of Supervision.
func (Supervision) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("report_id", uuid.UUID{}),
		field.UUID("unit_id", uuid.UUID{}).Optional().Nillable().Comment("who has to answer; none while no unit holds it"),
		field.String("letter").MaxRuneLen(4000),
		field.Int("rung").Default(0).Comment("the rung that asked for it; 0: a person did"),
		field.UUID("drafted_by", uuid.UUID{}).Optional().Nillable(),
		field.UUID("signed_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("signed_at"),
		field.Time("due_at"),
		field.Enum("state").Values("open", "answered").Default("open"),
		field.String("answer").MaxRuneLen(4000).Default(""),
		field.UUID("answered_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("answered_at").Optional().Nillable(),
	}
}

// Indexes of Supervision.
func (Supervision) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "report_id"),
		index.Fields("tenant_id", "state", "due_at"),
	}
}

// ReportTransfer is one side of a cross-district transfer (row 40): each of the
// sender, the receiver and, when they disagree, the city holds a row of its own
// with the same transfer_id.
type ReportTransfer struct{ ent.Schema }

// Mixin of ReportTransfer.
func (ReportTransfer) Mixin() []ent.Mixin { return versioned() }

// Fields of ReportTransfer.
func (ReportTransfer) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("transfer_id", uuid.UUID{}),
		field.Enum("side").Values("sender", "receiver", "city"),
		field.String("from_tenant").MaxRuneLen(6),
		field.String("to_tenant").MaxRuneLen(6),
		field.UUID("report_id", uuid.UUID{}).Comment("the sender's report"),
		field.String("report_number").MaxRuneLen(24),
		field.String("to_division").MaxRuneLen(15).Default(""),
		field.String("category").MaxRuneLen(40),
		field.String("title").MaxRuneLen(160).Default(""),
		field.String("description").MaxRuneLen(4000).Default("").Comment("what the receiver needs in order to decide; names nobody"),
		field.String("reason").MaxRuneLen(1000),
		field.UUID("asked_by", uuid.UUID{}).Optional().Nillable(),
		field.Enum("state").Values("asked", "agreed", "disagreed", "ordered", "refused", "cancelled", "done").Default("asked"),
		field.Time("due_at").Comment("until when this side has to decide"),
		field.UUID("decided_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("decided_at").Optional().Nillable(),
		field.String("decision_reason").MaxRuneLen(1000).Default(""),
		field.UUID("new_report_id", uuid.UUID{}).Optional().Nillable(),
		field.String("new_number").MaxRuneLen(24).Default(""),
	}
}

// Indexes of ReportTransfer.
func (ReportTransfer) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "transfer_id", "side").Unique(),
		index.Fields("tenant_id", "state", "due_at"),
		index.Fields("tenant_id", "report_id"),
	}
}

// CrowdAlert says that many different people met one problem in a short time.
type CrowdAlert struct{ ent.Schema }

// Mixin of CrowdAlert.
func (CrowdAlert) Mixin() []ent.Mixin { return versioned() }

// Fields of CrowdAlert.
func (CrowdAlert) Fields() []ent.Field {
	return []ent.Field{
		field.String("place_key").MaxRuneLen(60).Comment("place:<id>, or cell:<lat>:<lng>, or division:<code>"),
		field.UUID("place_id", uuid.UUID{}).Optional().Nillable(),
		field.String("place_name").MaxRuneLen(160).Default(""),
		field.String("division_code").MaxRuneLen(15),
		field.Int("people").Comment("different people within the window"),
		field.Time("first_at"),
		field.Time("last_at"),
		field.UUID("seen_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("seen_at").Optional().Nillable(),
		field.String("note").MaxRuneLen(1000).Default(""),
	}
}

// Indexes of CrowdAlert.
func (CrowdAlert) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "place_key", "last_at"),
		index.Fields("tenant_id", "last_at"),
	}
}

// ClassProposal proposes that repeated reports are one matter (举一反三): found by
// recurrence of a thread or a place, decided by a person.
type ClassProposal struct{ ent.Schema }

// Mixin of ClassProposal.
func (ClassProposal) Mixin() []ent.Mixin { return versioned() }

// Fields of ClassProposal.
func (ClassProposal) Fields() []ent.Field {
	return []ent.Field{
		field.String("class_key").MaxRuneLen(80).Comment("what recurs: thread:<id>"),
		field.String("category").MaxRuneLen(40),
		field.String("division_code").MaxRuneLen(15),
		field.UUID("place_id", uuid.UUID{}).Optional().Nillable(),
		field.String("reason").MaxRuneLen(300),
		field.Int("count"),
		field.JSON("report_ids", []uuid.UUID{}).Default([]uuid.UUID{}),
		field.Enum("state").Values("proposed", "taken", "dismissed").Default("proposed"),
		field.UUID("decided_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("decided_at").Optional().Nillable(),
		field.String("decision_reason").MaxRuneLen(500).Default(""),
	}
}

// Indexes of ClassProposal.
func (ClassProposal) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "class_key").Unique(),
		index.Fields("tenant_id", "state", "id"),
	}
}

// TextTemplate is a ready text an office or a unit fills in.
type TextTemplate struct{ ent.Schema }

// Mixin of TextTemplate.
func (TextTemplate) Mixin() []ent.Mixin { return versioned() }

// Fields of TextTemplate.
func (TextTemplate) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("reply", "return_reason", "reject_reason", "extend_reason", "pause_reason", "question", "carry_over_reason"),
		field.String("category").MaxRuneLen(40).Default("").Comment("empty: any"),
		field.UUID("unit_id", uuid.UUID{}).Optional().Nillable().Comment("whose it is; none: the whole tenant's"),
		field.String("title").MaxRuneLen(60),
		field.String("body").MaxRuneLen(2000),
		field.Int("position").Default(0),
		field.Bool("active").Default(true),
	}
}

// Indexes of TextTemplate.
func (TextTemplate) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "kind", "category")}
}

// SenderBlock keeps an abusive sender from submitting for a time; it is
// proposed, signed by another, and reviewed on request.
type SenderBlock struct{ ent.Schema }

// Mixin of SenderBlock.
func (SenderBlock) Mixin() []ent.Mixin { return versioned() }

// Fields of SenderBlock.
func (SenderBlock) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.UUID("report_id", uuid.UUID{}).Optional().Nillable().Comment("the report that showed the abuse"),
		field.String("reason").MaxRuneLen(500),
		field.Enum("state").Values("proposed", "active", "refused", "lifted").Default("proposed"),
		field.UUID("proposed_by", uuid.UUID{}),
		field.UUID("approved_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("blocked_until"),
		field.String("review_request").MaxRuneLen(1000).Default(""),
		field.Time("review_asked_at").Optional().Nillable(),
		field.UUID("reviewed_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("reviewed_at").Optional().Nillable(),
		field.String("review_outcome").MaxRuneLen(500).Default(""),
	}
}

// Indexes of SenderBlock.
func (SenderBlock) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "person_id", "state"),
		index.Fields("tenant_id", "state", "id"),
	}
}
