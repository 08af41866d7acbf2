package audit

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/telemetry"
)

// Kinds of actor beside those of auth: nobody signed in, and the product itself.
const (
	KindVisitor = "visitor"
	KindSystem  = "system"
)

// Line is what a caller says about one act. The actor, the address and the request id are taken from
// the context; the tenant is the one that the transaction may write.
type Line struct {
	// Action is what was done, in the words of the permissions ("report.reveal").
	Action string
	// SubjectKind and SubjectID name what it was done to ("report", its id).
	SubjectKind string
	SubjectID   string
	// Reason is what the actor gave as the reason, where one is asked for. Numbers of people in it are masked.
	Reason string
	// Facts are further particulars. They hold no secret and nobody's name; numbers of people in them are masked.
	Facts map[string]any
	// Actor overrides who acted, for the moments before a caller is known, such as signing in.
	Actor *Actor
}

// Actor is who acted.
type Actor struct {
	PersonID uuid.UUID
	Kind     string
	Role     string
	// Tenant is where the actor's role comes from; empty for citizens and the system.
	Tenant string
}

// Write adds the line in the transaction of tx.
func Write(ctx context.Context, tx *database.Tx, l Line) error {
	a := actorOf(ctx, l)
	origin := telemetry.OriginOf(ctx)
	c := tx.AuditLine.Create().
		SetActorKind(a.Kind).SetActorRole(a.Role).SetActorTenant(a.Tenant).
		SetAddress(clip(origin.Address, 64)).SetRequestID(clip(origin.RequestID, 64)).
		SetAction(l.Action).SetSubjectKind(l.SubjectKind).SetSubjectID(l.SubjectID).
		SetReason(clip(masked(l.Reason), 500)).SetFacts(maskedFacts(l.Facts))
	if a.PersonID != uuid.Nil {
		c.SetActorID(a.PersonID)
	}
	if err := c.Exec(ctx); err != nil {
		return fmt.Errorf("audit: %s: %w", l.Action, err)
	}
	return nil
}

func actorOf(ctx context.Context, l Line) Actor {
	if l.Actor != nil {
		return *l.Actor
	}
	caller := auth.From(ctx)
	if caller == nil {
		if telemetry.RequestID(ctx) == "" {
			return Actor{Kind: KindSystem, Role: KindSystem}
		}
		return Actor{Kind: KindVisitor, Role: KindVisitor}
	}
	a := Actor{PersonID: caller.PersonID, Kind: caller.Kind}
	a.Role, a.Tenant = roleOf(caller, authz.AccessFrom(ctx))
	return a
}

// roleOf picks the role under which the caller acts: the first that gives the permission of the
// request, or the first the caller holds.
func roleOf(caller *auth.Caller, access authz.Access) (role, tenant string) {
	for _, g := range caller.Grants {
		if g.Role != authz.RoleCitizen && access.Role(g.Role) {
			return g.Role, g.Tenant
		}
	}
	for _, g := range caller.Grants {
		if g.Role != authz.RoleCitizen && !access.OK() {
			return g.Role, g.Tenant
		}
	}
	return authz.RoleCitizen, ""
}

// clip cuts s to at most n bytes without splitting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
