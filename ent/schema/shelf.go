package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Deadline is one clock as a row; the sweeper takes due ones.
type Deadline struct{ ent.Schema }

// Mixin of Deadline.
func (Deadline) Mixin() []ent.Mixin { return versioned() }

// Fields of Deadline.
func (Deadline) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_kind").MaxRuneLen(20),
		field.UUID("subject_id", uuid.UUID{}),
		field.String("kind").MaxRuneLen(30),
		field.String("owner_kind").MaxRuneLen(20).Default(""),
		field.UUID("owner_id", uuid.UUID{}).Optional().Nillable(),
		field.Int("amount").Default(0),
		field.String("unit").MaxRuneLen(4).Default("h").Comment("min, h, d natural; wh, wd working"),
		field.Time("started_at"),
		field.Time("due_at"),
		field.Time("first_due_at").Comment("the promise as first made"),
		field.Bool("provisional").Default(false),
		field.Time("stopped_at").Optional().Nillable(),
		field.String("stop_reason").MaxRuneLen(40).Default(""),
		field.Time("paused_at").Optional().Nillable(),
		field.Time("resume_at").Optional().Nillable(),
		field.Time("fired_at").Optional().Nillable(),
		field.Time("next_check_at").Optional().Nillable().Comment("when the sweeper must look; null when stopped"),
		field.Int("rung").Default(0).Comment("last rung told, in percent of the clock"),
		field.String("ladder").MaxRuneLen(20).Default("").Comment("which rungs this clock has; empty: none but its end"),
		field.Int("round").Default(1),
		field.String("pause_reason").MaxRuneLen(200).Default(""),
		field.Int("pauses").Default(0),
		field.Time("extended_at").Optional().Nillable(),
	}
}

// Indexes of Deadline.
func (Deadline) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "next_check_at"),
		index.Fields("tenant_id", "subject_kind", "subject_id"),
		index.Fields("tenant_id", "kind", "due_at"),
	}
}

// Upload is a ticket for a file on its way to becoming evidence.
type Upload struct{ ent.Schema }

// Mixin of Upload.
func (Upload) Mixin() []ent.Mixin { return versioned() }

// Fields of Upload.
func (Upload) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("file_name").MaxRuneLen(200).Default(""),
		field.String("content_type").MaxRuneLen(80),
		field.Int64("size"),
		field.String("sha256").MaxRuneLen(64),
		field.Enum("state").Values("ticketed", "verified", "attached", "rejected", "expired").Default("ticketed"),
		field.String("staging_key").MaxRuneLen(200),
		field.String("staging_version").MaxRuneLen(80).Default(""),
		field.String("original_key").MaxRuneLen(200).Default(""),
		field.String("original_version").MaxRuneLen(80).Default(""),
		field.String("medium_key").MaxRuneLen(200).Default(""),
		field.String("medium_version").MaxRuneLen(80).Default(""),
		field.String("thumb_key").MaxRuneLen(200).Default(""),
		field.String("thumb_version").MaxRuneLen(80).Default(""),
		field.Int("width").Default(0),
		field.Int("height").Default(0),
		field.Time("captured_at").Optional().Nillable().Comment("as claimed by the file"),
		field.Float("claimed_lat").Optional().Nillable(),
		field.Float("claimed_lng").Optional().Nillable(),
		field.String("reject_code").MaxRuneLen(40).Default(""),
		field.Time("expires_at"),
		field.Enum("kind").Values("photo", "video", "audio").Default("photo"),
		field.Int("duration_ms").Default(0),
		field.Bool("decodable").Default(true).Comment("false: kept and hashed, but no copy could be made of it here"),
		field.UUID("companion_of", uuid.UUID{}).Optional().Nillable().Comment("the upload this is a converted copy of"),
		field.Int64("phash").Default(0).Comment("perceptual hash, 64 bits; 0: none"),
	}
}

// Indexes of Upload.
func (Upload) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "state", "expires_at"),
		index.Fields("tenant_id", "person_id", "state"), // how many tickets a person holds
	}
}

// Photo is a piece of evidence attached to a report.
type Photo struct{ ent.Schema }

// Mixin of Photo.
func (Photo) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of Photo.
func (Photo) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_kind").MaxRuneLen(20).Default("report"),
		field.UUID("subject_id", uuid.UUID{}),
		field.UUID("upload_id", uuid.UUID{}),
		field.UUID("person_id", uuid.UUID{}),
		field.Enum("role").Values("before", "inspection", "progress", "after", "proof").Default("before"),
		field.Int("position").Default(0),
		field.String("content_type").MaxRuneLen(80),
		field.Int64("size"),
		field.String("sha256").MaxRuneLen(64),
		field.Int("width").Default(0),
		field.Int("height").Default(0),
		field.String("original_key").MaxRuneLen(200),
		field.String("original_version").MaxRuneLen(80).Default(""),
		field.String("medium_key").MaxRuneLen(200).Default(""),
		field.String("medium_version").MaxRuneLen(80).Default(""),
		field.String("thumb_key").MaxRuneLen(200).Default(""),
		field.String("thumb_version").MaxRuneLen(80).Default(""),
		field.Time("captured_at").Optional().Nillable(),
		field.Float("claimed_lat").Optional().Nillable(),
		field.Float("claimed_lng").Optional().Nillable(),
		field.Bool("published").Default(false),
		field.Time("copies_removed_at").Optional().Nillable().Comment("since then only the original is left"),
		field.Enum("kind").Values("photo", "video", "audio").Default("photo"),
		field.Int("duration_ms").Default(0),
		field.Bool("decodable").Default(true),
		field.UUID("companion_of", uuid.UUID{}).Optional().Nillable().Comment("the upload this is a converted copy of"),
		field.Int64("phash").Default(0).Comment("perceptual hash, 64 bits; 0: none"),
		field.JSON("redactions", [][4]int{}).Optional().Comment("burnt-in regions in the original's pixels: x, y, width, height"),
		field.Time("redacted_at").Optional().Nillable(),
		field.UUID("redacted_by", uuid.UUID{}).Optional().Nillable(),
		field.String("lock_mode").MaxRuneLen(12).Default("").Comment("GOVERNANCE, COMPLIANCE or none"),
		field.Time("retain_until").Optional().Nillable().Comment("until when the store refuses to remove the original"),
		field.Time("original_removed_at").Optional().Nillable(),
	}
}

// Edges of Photo.
func (Photo) Edges() []ent.Edge { return nil }

// Indexes of Photo.
func (Photo) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "subject_kind", "subject_id", "position"),
		index.Fields("tenant_id", "upload_id").Unique(),
	}
}

// Assignment is a unit's part in handling a subject.
type Assignment struct{ ent.Schema }

// Mixin of Assignment.
func (Assignment) Mixin() []ent.Mixin { return versioned() }

// Fields of Assignment.
func (Assignment) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_kind").MaxRuneLen(20),
		field.UUID("subject_id", uuid.UUID{}),
		field.UUID("unit_id", uuid.UUID{}),
		field.Enum("part").Values("lead", "assisting", "separate").Default("lead"),
		field.Enum("state").Values("assigned", "taken", "returned", "replied", "ended").Default("assigned"),
		field.Int("round").Default(1),
		field.UUID("assigned_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("assigned_at"),
		field.Time("taken_at").Optional().Nillable(),
		field.Time("contacted_at").Optional().Nillable(),
		field.Time("replied_at").Optional().Nillable(),
		field.String("note").MaxRuneLen(2000).Default(""),
		field.UUID("handler_id", uuid.UUID{}).Optional().Nillable().Comment("who in the unit does it"),
		field.String("return_reason").MaxRuneLen(500).Default(""),
		field.UUID("proposed_unit_id", uuid.UUID{}).Optional().Nillable().Comment("row 17: who the returning unit thinks is responsible"),
		field.Time("returned_at").Optional().Nillable(),
		field.String("opinion").MaxRuneLen(2000).Default("").Comment("row 19: an assisting unit's, for the lead unit"),
		field.Time("opinion_at").Optional().Nillable(),
		field.Time("due_at").Optional().Nillable().Comment("an assisting unit's own time"),
	}
}

// Indexes of Assignment.
func (Assignment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "unit_id", "state", "subject_id"),
		index.Fields("tenant_id", "unit_id", "subject_id"), // all a unit ever worked on, newest first
		index.Fields("tenant_id", "subject_kind", "subject_id"),
	}
}

// Rating is one citizen's judgement of an answer.
type Rating struct{ ent.Schema }

// Mixin of Rating.
func (Rating) Mixin() []ent.Mixin { return appendOnly() }

// Fields of Rating.
func (Rating) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_kind").MaxRuneLen(20),
		field.UUID("subject_id", uuid.UUID{}),
		field.UUID("thread_id", uuid.UUID{}),
		field.Int("round").Default(1),
		field.UUID("person_id", uuid.UUID{}),
		field.Int("result").Comment("1 satisfied, 2 basically, 3 not"),
		field.Int("attitude").Optional().Nillable(),
		field.String("comment").MaxRuneLen(1000).Default(""),
		field.String("channel").MaxRuneLen(20).Default("app"),
	}
}

// Indexes of Rating.
func (Rating) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "subject_id", "round", "person_id").Unique(),
		index.Fields("tenant_id", "created_at"),
	}
}

// Notice is a line in somebody's inbox. It belongs to its person, who reads it
// whatever the tenant it came from.
type Notice struct{ ent.Schema }

// Mixin of Notice.
func (Notice) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of Notice.
func (Notice) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("tenant").MaxRuneLen(6).Match(tenantCode),
		field.String("template").MaxRuneLen(60),
		field.JSON("params", map[string]string{}),
		field.String("subject_kind").MaxRuneLen(20).Default(""),
		field.UUID("subject_id", uuid.UUID{}).Optional().Nillable(),
		field.Time("read_at").Optional().Nillable(),
		field.Time("digest_at").Optional().Nillable().Comment("when it was, or is to be, told in a digest"),
	}
}

// Indexes of Notice.
func (Notice) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "id"),
		index.Fields("subject_id"), // erasing a report's traces
	}
}

// IdempotencyKey remembers the answer to a create for 24 hours.
type IdempotencyKey struct{ ent.Schema }

// Mixin of IdempotencyKey.
func (IdempotencyKey) Mixin() []ent.Mixin { return appendOnly() }

// Fields of IdempotencyKey.
func (IdempotencyKey) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("route").MaxRuneLen(80),
		field.String("key").MaxRuneLen(128),
		field.String("body_hash").MaxRuneLen(64),
		field.UUID("result_id", uuid.UUID{}).Optional().Nillable(),
		field.Bytes("answer").Optional().Nillable(),
		field.Time("expires_at"),
	}
}

// Indexes of IdempotencyKey.
func (IdempotencyKey) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "person_id", "route", "key").Unique(),
		index.Fields("tenant_id", "expires_at"),
	}
}

// NumberSequence hands out readable numbers per tenant, kind and year.
type NumberSequence struct{ ent.Schema }

// Mixin of NumberSequence.
func (NumberSequence) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Tenanted{}} }

// Fields of NumberSequence.
func (NumberSequence) Fields() []ent.Field {
	return []ent.Field{
		field.String("kind").MaxRuneLen(20),
		field.Int("year"),
		field.Int64("last").Default(0),
	}
}

// Indexes of NumberSequence.
func (NumberSequence) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "kind", "year").Unique()}
}
