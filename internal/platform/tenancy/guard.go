package tenancy

import (
	"context"
	"fmt"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"

	"huying/ent/db"
	"huying/ent/db/intercept"
)

const tenantColumn = "tenant_id"

// class says which wall a type stands behind.
type class uint8

const (
	tenanted  class = iota // the default: a new type is walled until somebody says otherwise
	reference              // everyone reads; only the owner writes
	identity               // only through the door
	outgoing               // written from a tenant, read through the door or by its person
)

// globals is the short list of types without tenant_id. Everything else is a tenant's.
var globals = map[string]class{
	db.TypeTenant:           reference,
	db.TypeDivision:         reference,
	db.TypeDivisionBoundary: reference,
	db.TypeCategory:         reference,
	db.TypeCategoryCode:     reference,
	db.TypeCalendarDay:      reference,
	db.TypeCalendarYear:     reference,

	db.TypePerson:     identity,
	db.TypeCredential: identity,
	db.TypeSession:    identity,
	db.TypeSmsCode:    identity,
	db.TypeRateLimit:  identity,
	db.TypeGrant:      identity,

	db.TypeSmsAnswer:        identity,
	db.TypeNoticePreference: identity,
	db.TypeConsentRecord:    identity,
	db.TypeRightsRequest:    identity,

	db.TypePersonReport: outgoing,
	db.TypeNotice:       outgoing,
	db.TypeSmsMessage:   outgoing,
}

// GlobalTypes lists the ent types that carry no tenant_id, for the attack suite.
func GlobalTypes() []string {
	out := make([]string, 0, len(globals))
	for name := range globals {
		out = append(out, name)
	}
	return out
}

// Guard registers the wall on the client. Every client made by platform/database has it.
func Guard(c *db.Client) {
	c.Intercept(intercept.TraverseFunc(guardRead))
	c.Use(guardWrite)
}

func guardRead(ctx context.Context, q intercept.Query) error {
	s, err := From(ctx)
	if err != nil {
		return fmt.Errorf("%w: read of %s", err, q.Type())
	}
	switch globals[q.Type()] {
	case reference:
		return nil
	case identity:
		return mustBeDoor(s, q.Type())
	case outgoing:
		return guardOutgoingRead(s, q)
	default:
		return guardTenantedRead(s, q)
	}
}

func mustBeDoor(s Scope, name string) error {
	if s.kind != KindDoor {
		return fmt.Errorf("%w: %s is behind the identity door", ErrForbidden, name)
	}
	return nil
}

func guardOutgoingRead(s Scope, q intercept.Query) error {
	if s.kind == KindPerson && (q.Type() == db.TypePersonReport || q.Type() == db.TypeNotice) {
		q.WhereP(sql.FieldEQ("person_id", s.person))
		return nil
	}
	return mustBeDoor(s, q.Type())
}

func guardTenantedRead(s Scope, q intercept.Query) error {
	switch ts := s.Tenants(); len(ts) {
	case 0:
		return fmt.Errorf("%w: %s needs a tenant", ErrForbidden, q.Type())
	case 1:
		q.WhereP(sql.FieldEQ(tenantColumn, ts[0]))
	default:
		q.WhereP(sql.FieldIn(tenantColumn, ts...))
	}
	return nil
}

// tenantMutation is what ent generates for a type with tenant_id.
type tenantMutation interface {
	SetTenantID(string)
	TenantID() (string, bool)
	WhereP(...func(*sql.Selector))
}

// taggedMutation is what ent generates for a global type with a plain tenant column.
type taggedMutation interface {
	Tenant() (string, bool)
}

func guardWrite(next ent.Mutator) ent.Mutator {
	return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
		s, err := From(ctx)
		if err != nil {
			return nil, fmt.Errorf("%w: write of %s", err, m.Type())
		}
		if err := allowWrite(s, m); err != nil {
			return nil, err
		}
		return next.Mutate(ctx, m)
	})
}

func allowWrite(s Scope, m ent.Mutation) error {
	switch globals[m.Type()] {
	case reference:
		return allowReferenceWrite(s, m)
	case identity:
		return mustBeDoor(s, m.Type())
	case outgoing:
		return allowOutgoingWrite(s, m)
	default:
		return fenceTenanted(s, m)
	}
}

// allowReferenceWrite lets a tenant change its own row of tenants and nothing else.
func allowReferenceWrite(s Scope, m ent.Mutation) error {
	if s.kind == KindReference {
		return nil
	}
	own, ok := m.(*db.TenantMutation)
	if s.kind == KindTenant && ok && m.Op().Is(ent.OpUpdate) {
		own.WhereP(sql.FieldEQ("code", s.tenant))
		return nil
	}
	return fmt.Errorf("%w: %s is reference data", ErrForbidden, m.Type())
}

func allowOutgoingWrite(s Scope, m ent.Mutation) error {
	if s.kind == KindDoor {
		return nil
	}
	tagged, ok := m.(taggedMutation)
	if s.kind == KindTenant && ok && m.Op().Is(ent.OpCreate) {
		if code, set := tagged.Tenant(); set && code == s.tenant {
			return nil
		}
		return fmt.Errorf("%w: %s", ErrWrongTenant, m.Type())
	}
	return fmt.Errorf("%w: %s is behind the identity door", ErrForbidden, m.Type())
}

func fenceTenanted(s Scope, m ent.Mutation) error {
	tm, ok := m.(tenantMutation)
	if !ok {
		return fmt.Errorf("%w: %s has no tenant_id and is on no list", ErrForbidden, m.Type())
	}
	if s.tenant == "" {
		return fmt.Errorf("%w: %s cannot be written from this scope", ErrForbidden, m.Type())
	}
	if m.Op().Is(ent.OpCreate) {
		if code, set := tm.TenantID(); set && code != s.tenant {
			return fmt.Errorf("%w: %s", ErrWrongTenant, m.Type())
		}
		tm.SetTenantID(s.tenant)
		return nil
	}
	if m.Op().Is(ent.OpUpdateOne | ent.OpDeleteOne) {
		return fmt.Errorf("%w: %s: update and delete by predicate, with the version", ErrForbidden, m.Type())
	}
	tm.WhereP(sql.FieldEQ(tenantColumn, s.tenant))
	return nil
}
