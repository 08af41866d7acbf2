package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Person is anybody who signs in. The one door to it is internal/identity.
type Person struct{ ent.Schema }

// Mixin of Person.
func (Person) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of Person.
func (Person) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("citizen", "deputy", "staff").Default("citizen"),
		field.String("name").MaxRuneLen(60).Default(""),
		field.Bytes("phone_sealed").Optional().Nillable(),
		field.String("phone_index").MaxRuneLen(64).Optional().Nillable().Unique().Comment("blind index, HMAC-SHA256"),
		field.Int("grant_version").Default(1),
		field.Time("last_seen_at").Optional().Nillable(),
		field.Time("closed_at").Optional().Nillable().Comment("its number went to somebody else"),
	}
}

// Credential is a staff member's or deputy's password and second factor.
type Credential struct{ ent.Schema }

// Mixin of Credential.
func (Credential) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of Credential.
func (Credential) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}).Unique(),
		field.String("username").MaxRuneLen(60).Optional().Nillable().Unique().Comment("null: only a second factor"),
		field.String("password_hash").MaxRuneLen(200).Default("").Sensitive(),
		field.JSON("password_history", []string{}).Optional().Sensitive(),
		field.Bool("must_change").Default(false),
		field.Bytes("totp_sealed").Optional().Nillable().Sensitive(),
		field.Bool("totp_confirmed").Default(false),
		field.Int64("totp_last_step").Default(0),
		field.JSON("recovery_hashes", []string{}).Optional().Sensitive(),
		field.Time("password_changed_at").Optional().Nillable(),
	}
}

// Session is one signed-in device: a family of rotating refresh tokens.
type Session struct{ ent.Schema }

// Mixin of Session.
func (Session) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of Session.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("kind").MaxRuneLen(10).Default("citizen"),
		field.Int("grant_version").Default(1).Comment("the person's, copied so that a request reads one row"),
		field.Int("generation").Default(1).Comment("of the one refresh token that is still good"),
		field.Bool("second_factor").Default(false),
		field.Bool("must_change").Default(false).Comment("nothing but a new password is open"),
		field.String("device").MaxRuneLen(200).Default(""),
		field.String("address").MaxRuneLen(64).Default(""),
		field.Time("last_used_at"),
		field.Time("expires_at"),
		field.Time("revoked_at").Optional().Nillable(),
		field.String("revoked_reason").MaxRuneLen(40).Default(""),
	}
}

// Indexes of Session.
func (Session) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "revoked_at")}
}

// SmsCode is a one-time sign-in code, hashed.
type SmsCode struct{ ent.Schema }

// Mixin of SmsCode.
func (SmsCode) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of SmsCode.
func (SmsCode) Fields() []ent.Field {
	return []ent.Field{
		field.String("phone_index").MaxRuneLen(64),
		field.String("code_hash").MaxRuneLen(64).Sensitive(),
		field.Int("tries").Default(0),
		field.Time("expires_at"),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Indexes of SmsCode.
func (SmsCode) Indexes() []ent.Index { return []ent.Index{index.Fields("phone_index", "created_at")} }

// RateLimit is one counter of one window, so that quotas survive a restart.
type RateLimit struct{ ent.Schema }

// Mixin of RateLimit.
func (RateLimit) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of RateLimit.
func (RateLimit) Fields() []ent.Field {
	return []ent.Field{
		field.String("key").MaxRuneLen(120),
		field.Time("window_start"),
		field.Int("count").Default(0),
		field.Time("expires_at"),
	}
}

// Indexes of RateLimit.
func (RateLimit) Indexes() []ent.Index {
	return []ent.Index{index.Fields("key", "window_start").Unique(), index.Fields("expires_at")}
}

// Grant gives a person a role over a division prefix in one tenant.
type Grant struct{ ent.Schema }

// Mixin of Grant.
func (Grant) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of Grant.
func (Grant) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("tenant").MaxRuneLen(6).Match(tenantCode),
		field.String("role").MaxRuneLen(40),
		field.String("division_code").MaxRuneLen(15),
		field.UUID("unit_id", uuid.UUID{}).Optional().Nillable(),
		field.UUID("station_id", uuid.UUID{}).Optional().Nillable(),
		field.UUID("deputy_id", uuid.UUID{}).Optional().Nillable(),
		field.UUID("granted_by", uuid.UUID{}).Optional().Nillable(),
		field.Time("valid_to").Optional().Nillable(),
		field.Time("revoked_at").Optional().Nillable(),
	}
}

// Indexes of Grant.
func (Grant) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "revoked_at"),
		index.Fields("tenant", "role", "division_code"),
		index.Fields("tenant", "unit_id"),
	}
}

// PersonReport is a person's own index of reports across tenants ("mine").
type PersonReport struct{ ent.Schema }

// Mixin of PersonReport.
func (PersonReport) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of PersonReport.
func (PersonReport) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("tenant").MaxRuneLen(6).Match(tenantCode),
		field.UUID("report_id", uuid.UUID{}),
		field.Enum("relation").Values("reporter", "follower").Default("reporter"),
	}
}

// Indexes of PersonReport.
func (PersonReport) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "report_id").Unique()}
}

// SmsMessage is a message handed, or to be handed, to an SMS gateway.
type SmsMessage struct{ ent.Schema }

// Mixin of SmsMessage.
func (SmsMessage) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of SmsMessage.
func (SmsMessage) Fields() []ent.Field {
	return []ent.Field{
		field.String("tenant").MaxRuneLen(6).Default(""),
		field.UUID("person_id", uuid.UUID{}).Optional().Nillable().Comment("whose number is looked up when it is sent"),
		field.Bytes("phone_sealed").Optional().Nillable().Comment("a number that belongs to nobody yet"),
		field.String("template").MaxRuneLen(60),
		field.Bytes("params_sealed"),
		field.Enum("status").Values("queued", "sent", "failed").Default("queued"),
		field.String("gateway_id").MaxRuneLen(80).Default(""),
		field.String("error").MaxRuneLen(200).Default(""),
		field.Time("sent_at").Optional().Nillable(),
		field.Time("not_before").Optional().Nillable().Comment("the person's quiet hours"),
		field.Int("attempts").Default(0),
		field.String("dedupe_key").MaxRuneLen(120).Optional().Nillable().Unique().Comment("the same thing is told once"),
		field.String("subject_kind").MaxRuneLen(20).Default("").Comment("what an answering message is about"),
		field.UUID("subject_id", uuid.UUID{}).Optional().Nillable(),
		field.Time("answer_until").Optional().Nillable().Comment("until when an answer 1, 2 or 3 counts"),
		field.Time("delivered_at").Optional().Nillable().Comment("as the gateway's receipt says"),
	}
}

// Indexes of SmsMessage.
func (SmsMessage) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "answer_until"),
		index.Fields("subject_id"),
		index.Fields("gateway_id"),
	}
}

// SmsAnswer is a message that came back through the gateway.
type SmsAnswer struct{ ent.Schema }

// Mixin of SmsAnswer.
func (SmsAnswer) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of SmsAnswer.
func (SmsAnswer) Fields() []ent.Field {
	return []ent.Field{
		field.String("gateway_id").MaxRuneLen(80).Unique().Comment("the gateway's own id, so that a repeat changes nothing"),
		field.String("phone_index").MaxRuneLen(64),
		field.UUID("message_id", uuid.UUID{}).Optional().Nillable().Comment("the message it answers"),
		field.Bytes("text_sealed"),
		field.String("outcome").MaxRuneLen(40).Default("").Comment("rated, too_late, not_understood, …"),
		field.Time("received_at"),
	}
}

// NoticePreference is how a person wants to be told.
type NoticePreference struct{ ent.Schema }

// Mixin of NoticePreference.
func (NoticePreference) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of NoticePreference.
func (NoticePreference) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}).Unique(),
		field.JSON("muted", []string{}).Default([]string{}).Comment("groups of notices not sent by SMS; the inbox keeps them"),
		field.Bool("sms").Default(true),
		field.Int("quiet_from").Default(21 * 60).Comment("minute of the local day"),
		field.Int("quiet_to").Default(8 * 60),
		field.Bool("digest").Default(true).Comment("deputies: one message a day instead of many"),
		field.Int("digest_minute").Default(8 * 60).Comment("minute of the local day, 8 to 20 o'clock"),
		field.Time("last_digest_at").Optional().Nillable(),
		field.Bool("large_type").Default(false),
	}
}

// ConsentRecord is one consent a person gave or withdrew (个人信息保护法 §§14–15, 23, 25, 29).
type ConsentRecord struct{ ent.Schema }

// Mixin of ConsentRecord.
func (ConsentRecord) Mixin() []ent.Mixin { return []ent.Mixin{Base{}} }

// Fields of ConsentRecord.
func (ConsentRecord) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.String("purpose").MaxRuneLen(40).Comment("publish_text, publish_photo, follow_up_call, …"),
		field.String("notice_version").MaxRuneLen(20).Comment("the text that was shown"),
		field.String("tenant").MaxRuneLen(6).Default(""),
		field.UUID("subject_id", uuid.UUID{}).Optional().Nillable().Comment("the report it is about, if one"),
		field.Bool("given"),
		field.String("channel").MaxRuneLen(20).Default("app"),
		field.Time("at"),
	}
}

// Indexes of ConsentRecord.
func (ConsentRecord) Indexes() []ent.Index {
	return []ent.Index{index.Fields("person_id", "purpose", "at")}
}

// RightsRequest is a person's request for a copy of, or the end of, the own data (个人信息保护法 §§45, 47).
type RightsRequest struct{ ent.Schema }

// Mixin of RightsRequest.
func (RightsRequest) Mixin() []ent.Mixin { return []ent.Mixin{Base{}, Versioned{}} }

// Fields of RightsRequest.
func (RightsRequest) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("person_id", uuid.UUID{}),
		field.Enum("kind").Values("export", "erase"),
		field.Enum("state").Values("requested", "running", "ready", "done", "failed", "cancelled").Default("requested"),
		field.Time("not_before").Comment("erasure waits, so that it can be taken back"),
		field.String("object_tenant").MaxRuneLen(6).Default(""),
		field.String("object_key").MaxRuneLen(200).Default(""),
		field.String("object_version").MaxRuneLen(80).Default(""),
		field.Time("expires_at").Optional().Nillable(),
		field.JSON("outcome", map[string]int{}).Optional().Comment("what was counted: reports, photos, kept_by_law, …"),
		field.String("error").MaxRuneLen(200).Default(""),
		field.Time("ended_at").Optional().Nillable(),
	}
}

// Indexes of RightsRequest.
func (RightsRequest) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("person_id", "id"),
		index.Fields("state", "not_before"),
	}
}
