package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// PartnerKey is an api key under which another system speaks to a tenant. The key itself is shown once and not kept.
type PartnerKey struct{ ent.Schema }

// Mixin of PartnerKey.
func (PartnerKey) Mixin() []ent.Mixin { return versioned() }

// Fields of PartnerKey.
func (PartnerKey) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").MaxRuneLen(80),
		field.String("prefix").MaxRuneLen(16).Comment("the first characters, so that people can tell keys apart"),
		field.String("hash").MaxRuneLen(64).Comment("SHA-256 of the key, hex; the key has 256 random bits"),
		field.JSON("scopes", []string{}).Default([]string{}),
		field.Bool("may_publish").Default(false).Comment("the partner obtains the reporters' consent to publication"),
		field.Int("daily_limit").Default(500),
		field.UUID("partner_id", uuid.UUID{}).Optional().Nillable().Comment("whose updates it may post"),
		field.UUID("created_by", uuid.UUID{}),
		field.Time("last_used_at").Optional().Nillable(),
		field.Time("expires_at").Optional().Nillable(),
		field.Time("revoked_at").Optional().Nillable(),
	}
}

// Indexes of PartnerKey.
func (PartnerKey) Indexes() []ent.Index {
	return []ent.Index{index.Fields("tenant_id", "hash").Unique()}
}

// Partner is another system a tenant exchanges matters or messages with: an Open311 endpoint, a work-order
// platform, or a receiver of webhooks.
type Partner struct{ ent.Schema }

// Mixin of Partner.
func (Partner) Mixin() []ent.Mixin { return keptVersioned() }

// Fields of Partner.
func (Partner) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("open311", "workorder", "webhook").Immutable(),
		field.String("name").MaxRuneLen(80),
		field.Enum("channel").Values("http", "file").Default("http"),
		field.String("url").MaxRuneLen(500).Default(""),
		field.String("jurisdiction").MaxRuneLen(120).Default(""),
		field.Bytes("secret_sealed").Optional().Nillable(),
		field.Bytes("previous_sealed").Optional().Nillable().Comment("the secret before, which signs too until previous_until"),
		field.Time("previous_until").Optional().Nillable(),
		field.JSON("events", []string{}).Default([]string{}).Comment("webhooks: the event types sent; empty means all"),
		field.JSON("categories", map[string]string{}).Default(map[string]string{}).Comment("our category → the partner's code; only these are pushed"),
		field.JSON("statuses", map[string]string{}).Default(map[string]string{}).Comment("the partner's status → open, closed or returned"),
		field.String("division_code").MaxRuneLen(15).Default("").Comment("only matters in this division are pushed"),
		field.String("push_at").MaxRuneLen(20).Default("").Comment("the state in which a matter is pushed; empty pushes none"),
		field.Bool("pull").Default(false),
		field.Bool("active").Default(true),
		field.Time("pulled_until").Optional().Nillable(),
		field.Time("last_ok_at").Optional().Nillable(),
		field.String("last_error").MaxRuneLen(300).Default(""),
		field.Int("failures").Default(0),
	}
}

// Indexes of Partner.
func (Partner) Indexes() []ent.Index { return []ent.Index{index.Fields("tenant_id", "active", "kind")} }

// PartnerLink ties a report to the matter of the same thing at a partner's.
type PartnerLink struct{ ent.Schema }

// Mixin of PartnerLink.
func (PartnerLink) Mixin() []ent.Mixin { return versioned() }

// Fields of PartnerLink.
func (PartnerLink) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("partner_id", uuid.UUID{}),
		field.UUID("report_id", uuid.UUID{}),
		field.String("number").MaxRuneLen(24),
		field.Enum("direction").Values("sent", "received"),
		field.String("remote_id").MaxRuneLen(120).Default("").Comment("service_request_id or 工单号"),
		field.String("token").MaxRuneLen(120).Default("").Comment("stands for remote_id until the partner gives one"),
		field.Enum("state").Values("waiting", "sent", "failed", "returned", "closed").Default("waiting"),
		field.String("remote_status").MaxRuneLen(60).Default("").Comment("the partner's own word"),
		field.Time("remote_at").Optional().Nillable(),
		field.Time("sent_at").Optional().Nillable(),
		field.Int("attempts").Default(0),
		field.String("last_error").MaxRuneLen(300).Default(""),
	}
}

// Indexes of PartnerLink.
func (PartnerLink) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "partner_id", "report_id").Unique(),
		index.Fields("tenant_id", "partner_id", "remote_id"),
		index.Fields("tenant_id", "report_id"),
		index.Fields("tenant_id", "partner_id", "state", "id"),
	}
}

// PartnerMessage is one word about a linked matter, in either direction.
type PartnerMessage struct{ ent.Schema }

// Mixin of PartnerMessage.
func (PartnerMessage) Mixin() []ent.Mixin { return versioned() }

// Fields of PartnerMessage.
func (PartnerMessage) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("partner_id", uuid.UUID{}),
		field.UUID("link_id", uuid.UUID{}),
		field.UUID("report_id", uuid.UUID{}),
		field.Enum("direction").Values("sent", "received"),
		field.String("key").MaxRuneLen(120).Comment("the partner's update id, or our event's: once per partner and direction"),
		field.String("action").MaxRuneLen(20).Default("").Comment("work orders: 派单, 退单, 办结, 回访"),
		field.String("status").MaxRuneLen(60).Default(""),
		field.String("text").MaxRuneLen(2000).Default(""),
		field.Enum("state").Values("waiting", "done", "failed").Default("waiting"),
		field.Int("attempts").Default(0),
		field.String("last_error").MaxRuneLen(300).Default(""),
		field.Time("at"),
	}
}

// Indexes of PartnerMessage.
func (PartnerMessage) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "partner_id", "direction", "key").Unique(),
		index.Fields("tenant_id", "link_id", "id"),
		index.Fields("tenant_id", "report_id"),
	}
}

// PartnerDelivery is one webhook message and what became of it. Its payload never holds personal data.
type PartnerDelivery struct{ ent.Schema }

// Mixin of PartnerDelivery.
func (PartnerDelivery) Mixin() []ent.Mixin { return versioned() }

// Fields of PartnerDelivery.
func (PartnerDelivery) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("partner_id", uuid.UUID{}),
		field.String("message_id").MaxRuneLen(60).Comment("webhook-id: the same however often it is sent"),
		field.String("event").MaxRuneLen(60),
		field.Bytes("payload"),
		field.Enum("state").Values("waiting", "delivered", "failed").Default("waiting"),
		field.Int("attempts").Default(0),
		field.Time("delivered_at").Optional().Nillable(),
		field.JSON("log", []DeliveryAttempt{}).Default([]DeliveryAttempt{}),
	}
}

// Indexes of PartnerDelivery.
func (PartnerDelivery) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("tenant_id", "partner_id", "id"),
		index.Fields("tenant_id", "created_at"),
	}
}

// DeliveryAttempt is one try to hand over a message.
type DeliveryAttempt struct {
	At     time.Time `json:"at"`
	Status int       `json:"status,omitempty" doc:"HTTP 状态；没有接通为空"`
	TookMS int       `json:"took_ms"`
	Error  string    `json:"error,omitempty"`
}
