package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// RollupDelta is what one step of a report adds to the counters of the boards.
// It is written in the step's transaction and only ever taken away by the
// transaction that folds it into the cells.
type RollupDelta struct{ ent.Schema }

// Mixin of RollupDelta.
func (RollupDelta) Mixin() []ent.Mixin { return appendOnly() }

// Fields of RollupDelta.
func (RollupDelta) Fields() []ent.Field {
	return []ent.Field{
		field.String("division_code").MaxLen(12),
		field.String("category").MaxLen(40),
		field.Int("day").Comment("yyyymmdd in the tenant's zone; 0: stands for no day"),
		field.Text("counts").Comment("JSON object of measure and number"),
	}
}

// RollupCell holds the folded counters of a division, a category and a time.
type RollupCell struct{ ent.Schema }

// Mixin of RollupCell.
func (RollupCell) Mixin() []ent.Mixin { return appendOnly() }

// Fields of RollupCell.
func (RollupCell) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("grain").Values("day", "month", "ever"),
		field.String("division_code").MaxLen(12).Comment("6, 9 or 12 digits"),
		field.String("category").MaxLen(40).Comment("empty: all of them"),
		field.Int("day").Comment("yyyymmdd, yyyymm, or 0"),
		field.Text("counts").Comment("JSON object of measure and number"),
	}
}

// Indexes of RollupCell.
func (RollupCell) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "grain", "category", "division_code", "day").Unique()}
}

// RollupFold is the one row of a tenant that whoever folds holds.
type RollupFold struct{ ent.Schema }

// Mixin of RollupFold.
func (RollupFold) Mixin() []ent.Mixin { return appendOnly() }

// Fields of RollupFold.
func (RollupFold) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("folded").Default(0).Comment("how many deltas went into the cells since they were last rebuilt"),
		field.Time("folded_at").Optional().Nillable(),
		field.Time("rebuilt_at").Optional().Nillable(),
	}
}

// Indexes of RollupFold.
func (RollupFold) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id").Unique()}
}
