// Package schema declares every table of Huying. It imports nothing of ours:
// an enum of a room lives here as strings, its meaning in the room's rules.go.
package schema

import (
	"regexp"
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"
)

// tenantCode is the shape of a tenant: the six-digit code of its district.
var tenantCode = regexp.MustCompile(`^[0-9]{6}$`)

// newID makes a UUIDv7 (RFC 9562), so that ids sort by time of creation and
// "newest first" is a walk along the primary key.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// now is UTC cut to the microsecond, the precision both engines keep. Services
// set times from the injected clock; this default serves rows no rule looks at.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Base gives a row its id and its times.
type Base struct{ mixin.Schema }

// Fields of Base.
func (Base) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.Time("created_at").Default(now).Immutable(),
		field.Time("updated_at").Default(now).UpdateDefault(now),
	}
}

// Tenanted marks a row as owned by one tenant. The wall in platform/tenancy
// stamps and fences it; migrations make (tenant_id, id) its primary key.
type Tenanted struct{ mixin.Schema }

// Fields of Tenanted.
func (Tenanted) Fields() []ent.Field {
	return []ent.Field{
		field.String("tenant_id").MaxRuneLen(6).Match(tenantCode).Immutable(),
	}
}

// Versioned carries the number every update compares and raises.
type Versioned struct{ mixin.Schema }

// Fields of Versioned.
func (Versioned) Fields() []ent.Field {
	return []ent.Field{field.Int("version").Default(1).NonNegative()}
}

// SoftDeleted keeps a row readable for history after it left the lists.
type SoftDeleted struct{ mixin.Schema }

// Fields of SoftDeleted.
func (SoftDeleted) Fields() []ent.Field {
	return []ent.Field{field.Time("deleted_at").Optional().Nillable()}
}

// appendOnly are the mixins of a row that is written once.
func appendOnly() []ent.Mixin { return []ent.Mixin{Base{}, Tenanted{}} }

// versioned are the mixins of a tenant's row that changes.
func versioned() []ent.Mixin { return []ent.Mixin{Base{}, Tenanted{}, Versioned{}} }

// keptVersioned are the mixins of a row that changes and is never really removed.
func keptVersioned() []ent.Mixin {
	return []ent.Mixin{Base{}, Tenanted{}, Versioned{}, SoftDeleted{}}
}
