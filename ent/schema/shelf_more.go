package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// FollowUp is a call-back (回访) about a finished subject.
type FollowUp struct{ ent.Schema }

// Mixin of FollowUp.
func (FollowUp) Mixin() []ent.Mixin { return appendOnly() }

// Fields of FollowUp.
func (FollowUp) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_kind").MaxRuneLen(20),
		field.UUID("subject_id", uuid.UUID{}),
		field.UUID("thread_id", uuid.UUID{}),
		field.Int("round").Default(1),
		field.UUID("caller_id", uuid.UUID{}),
		field.Bool("reached").Comment("false: nobody answered; such a call is no valid follow-up"),
		field.Bool("contacted").Default(false).Comment("the unit had been in touch"),
		field.Bool("solved").Default(false),
		field.Int("satisfied").Default(0).Comment("1 satisfied, 2 basically, 3 not, 0 not said"),
		field.String("note").MaxRuneLen(1000).Default(""),
		field.Time("at"),
	}
}

// Indexes of FollowUp.
func (FollowUp) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "subject_id"),
		index.Fields("tenant_id", "at"),
	}
}

// RateExclusion keeps a subject out of the rates, with its reason (row 43).
type RateExclusion struct{ ent.Schema }

// Mixin of RateExclusion.
func (RateExclusion) Mixin() []ent.Mixin { return appendOnly() }

// Fields of RateExclusion.
func (RateExclusion) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_kind").MaxRuneLen(20),
		field.UUID("subject_id", uuid.UUID{}),
		field.Enum("kind").Values("out_of_scope", "legal_route", "carried_over", "approved"),
		field.String("reason").MaxRuneLen(500),
		field.UUID("proposed_by", uuid.UUID{}).Optional().Nillable(),
		field.UUID("approved_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("at"),
	}
}

// Indexes of RateExclusion.
func (RateExclusion) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "subject_id"),
		index.Fields("tenant_id", "at"),
	}
}

// ScreenWord is a word that sends a text to a screener; it never refuses one.
type ScreenWord struct{ ent.Schema }

// Mixin of ScreenWord.
func (ScreenWord) Mixin() []ent.Mixin { return versioned() }

// Fields of ScreenWord.
func (ScreenWord) Fields() []ent.Field {
	return []ent.Field{
		field.String("word").MaxRuneLen(60),
		field.String("list").MaxRuneLen(40).Default("").Comment("the list it belongs to, e.g. 辱骂"),
		field.Bool("active").Default(true),
	}
}

// Indexes of ScreenWord.
func (ScreenWord) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "word").Unique()}
}

// ScreenItem is a text or photo that waits for a screener, with the reasons.
type ScreenItem struct{ ent.Schema }

// Mixin of ScreenItem.
func (ScreenItem) Mixin() []ent.Mixin { return versioned() }

// Fields of ScreenItem.
func (ScreenItem) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_kind").MaxRuneLen(20),
		field.UUID("subject_id", uuid.UUID{}),
		field.String("field").MaxRuneLen(30).Comment("description, reply, photo …"),
		field.String("division_code").MaxRuneLen(15).Default(""),
		field.JSON("hits", []ScreenHit{}).Default([]ScreenHit{}),
		field.Enum("state").Values("waiting", "passed", "redacted", "hidden").Default("waiting"),
		field.UUID("decided_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("decided_at").Optional().Nillable(),
		field.String("note").MaxRuneLen(500).Default(""),
	}
}

// Indexes of ScreenItem.
func (ScreenItem) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "state", "id"),
		index.Fields("tenant_id", "subject_id"),
	}
}

// ScreenHit is why a text was sent to a screener.
type ScreenHit struct {
	// Kind is word, id_number, phone, plate, bank_card or consent.
	Kind string `json:"kind"`
	List string `json:"list,omitempty"`
	// Start and Length are in characters (runes) of the text.
	Start  int `json:"start"`
	Length int `json:"length"`
}

// RetentionRun is one run of a retention job, dry or real, and what it counted.
type RetentionRun struct{ ent.Schema }

// Mixin of RetentionRun.
func (RetentionRun) Mixin() []ent.Mixin { return appendOnly() }

// Fields of RetentionRun.
func (RetentionRun) Fields() []ent.Field {
	return []ent.Field{
		field.Bool("dry"),
		field.UUID("run_by", uuid.UUID{}).Optional().Nillable().Comment("none: the timer"),
		field.Time("at"),
		field.JSON("counts", map[string]int{}).Default(map[string]int{}).Comment("by kind: reports, photos, originals, kept_by_lock …"),
		field.String("error").MaxRuneLen(300).Default(""),
	}
}

// Indexes of RetentionRun.
func (RetentionRun) Indexes() []ent.Index { return []ent.Index{index.Fields("tenant_id", "id")} }
