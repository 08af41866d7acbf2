package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// AuditLine is one thing somebody did or looked at. Its fields are immutable in
// code; a sealer, in SQL that PostgreSQL allows once per line, fills the seal
// (seq, prev_hash, hash), which chains the lines of a tenant.
type AuditLine struct{ ent.Schema }

// Mixin of AuditLine. There is no updated_at: a line is not updated.
func (AuditLine) Mixin() []ent.Mixin { return []ent.Mixin{Tenanted{}} }

// Fields of AuditLine.
func (AuditLine) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.Time("created_at").Default(now).Immutable(),
		field.UUID("actor_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.String("actor_kind").MaxRuneLen(20).Default("").Immutable(),
		field.String("actor_role").MaxRuneLen(40).Default("").Immutable(),
		field.String("actor_tenant").MaxRuneLen(6).Default("").Immutable(),
		field.String("address").MaxRuneLen(64).Default("").Immutable(),
		field.String("request_id").MaxRuneLen(64).Default("").Immutable(),
		field.String("action").MaxRuneLen(60).Immutable(),
		field.String("subject_kind").MaxRuneLen(30).Default("").Immutable(),
		field.String("subject_id").MaxRuneLen(64).Default("").Immutable(),
		field.String("reason").MaxRuneLen(500).Default("").Immutable(),
		field.JSON("facts", map[string]any{}).Optional().Immutable(),
		field.Int64("seq").Optional().Nillable().Immutable().Comment("place in the tenant's chain, from 1; null until sealed"),
		field.String("prev_hash").MaxRuneLen(80).Default("").Immutable(),
		field.String("hash").MaxRuneLen(80).Default("").Immutable().Comment("algorithm:hex"),
	}
}

// Indexes of AuditLine.
func (AuditLine) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "subject_kind", "subject_id"),
		index.Fields("tenant_id", "actor_id"),
		index.Fields("tenant_id", "action", "id"),
		// Two partial indexes: the chain, and what the sealer has yet to take, in its order.
		index.Fields("tenant_id", "seq").Unique().Annotations(entsql.IndexWhere("seq IS NOT NULL")),
		index.Fields("tenant_id", "id").Annotations(entsql.IndexWhere("seq IS NULL")),
	}
}

// AuditHead is the end of a tenant's chain. Copied to where this system's
// administrators cannot reach, it shows whether the chain was rewritten.
type AuditHead struct{ ent.Schema }

// Mixin of AuditHead.
func (AuditHead) Mixin() []ent.Mixin { return appendOnly() }

// Fields of AuditHead.
func (AuditHead) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("seq").Default(0).NonNegative(),
		field.String("hash").MaxRuneLen(80).Default(""),
		field.Time("sealed_at").Optional().Nillable(),
	}
}

// Indexes of AuditHead.
func (AuditHead) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id").Unique()}
}
