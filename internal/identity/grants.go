package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/grant"
	"huying/ent/db/person"
	"huying/ent/db/predicate"
	"huying/ent/db/session"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// roleDeputy makes its holder a deputy, who may use both doors.
const roleDeputy = "deputy"

// Grant gives a person a role without asking who gives it: for imports, the command line and the demo.
// A grant the person holds already is returned as it is. A shape or separation that the policy forbids
// is GrantRefused.
func (s *Service) Grant(ctx context.Context, personID uuid.UUID, g authz.Grant) (uuid.UUID, error) {
	if err := s.d.Index.CheckShape(g); err != nil {
		return uuid.Nil, grantFault(err)
	}
	var id uuid.UUID
	err := s.d.DB.Do(ctx, tenancy.DoorFor(g.Tenant), func(ctx context.Context, tx *database.Tx) error {
		// Asked first without the lock: repeating an import must sign nobody out.
		held, err := readGrants(ctx, tx, personID)
		if err != nil {
			return err
		}
		if id = idOf(held, g); id != uuid.Nil {
			return nil
		}
		if held, err = s.lockGrants(ctx, tx, personID); err != nil {
			return err
		}
		if err = s.d.Index.CheckApart(at(held, s.now()), g); err != nil {
			return grantFault(err)
		}
		id, err = s.give(ctx, tx, personID, g, uuid.Nil, nil)
		return err
	})
	return id, wrapOrNil("grant", err)
}

func idOf(held []liveGrant, g authz.Grant) uuid.UUID {
	for _, h := range held {
		if h.grant == g {
			return h.id
		}
	}
	return uuid.Nil
}

// lockGrants raises the person's version, which takes the row's lock for the rest of the transaction,
// and returns the grants held. Two changes of one person's grants are thus made one after the other,
// and so are a change and a sign-in.
func (s *Service) lockGrants(ctx context.Context, tx *database.Tx, personID uuid.UUID) ([]liveGrant, error) {
	n, err := tx.Person.Update().Where(person.ID(personID)).AddGrantVersion(1).AddVersion(1).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("person: %w", err)
	}
	if n == 0 {
		return nil, fault.NotFound.New("没有这个人")
	}
	err = tx.Session.Update().Where(session.PersonID(personID), session.RevokedAtIsNil()).AddGrantVersion(1).AddVersion(1).Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return readGrants(ctx, tx, personID)
}

// give writes the grant and its audit line; lockGrants comes before it.
func (s *Service) give(ctx context.Context, tx *database.Tx, to uuid.UUID, g authz.Grant, by uuid.UUID, until *time.Time) (uuid.UUID, error) {
	c := tx.Grant.Create().SetPersonID(to).SetTenant(g.Tenant).SetRole(g.Role).SetDivisionCode(g.Division).
		SetNillableUnitID(orNull(g.UnitID)).SetNillableStationID(orNull(g.StationID)).SetNillableDeputyID(orNull(g.DeputyID)).
		SetNillableGrantedBy(orNull(by)).SetNillableValidTo(until).SetCreatedAt(s.now())
	row, err := c.Save(ctx)
	if err != nil {
		return uuid.Nil, fmt.Errorf("grant: %w", err)
	}
	if g.Role == roleDeputy {
		err = tx.Person.Update().Where(person.ID(to), person.KindEQ(auth.KindCitizen)).SetKind(auth.KindDeputy).AddVersion(1).Exec(ctx)
		if err != nil {
			return uuid.Nil, fmt.Errorf("grant: %w", err)
		}
	}
	return row.ID, audit.Write(ctx, tx, grantLine("grant.create", row))
}

func grantLine(action string, row *db.Grant) audit.Line {
	return audit.Line{
		Action: action, SubjectKind: "person", SubjectID: row.PersonID.String(),
		Facts: map[string]any{"grant_id": row.ID.String(), "role": row.Role, "division_code": row.DivisionCode},
	}
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// Revoke takes a grant away without asking who takes it: for imports and the command line. A grant that
// does not exist or has been revoked is fault.NotFound.
func (s *Service) Revoke(ctx context.Context, grantID uuid.UUID) error {
	row, err := s.grantRow(ctx, grantID)
	if err != nil {
		return err
	}
	return s.revoke(ctx, row, func([]liveGrant) error { return nil })
}

// grantRow finds a live grant.
func (s *Service) grantRow(ctx context.Context, id uuid.UUID) (*db.Grant, error) {
	var row *db.Grant
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		var err error
		row, err = tx.Grant.Query().Where(grant.ID(id), grant.RevokedAtIsNil()).Only(ctx)
		if database.IsNotFound(err) {
			return noGrant()
		}
		return err
	})
	return row, wrapOrNil("grant", err)
}

func noGrant() error { return fault.NotFound.New("没有这项授权") }

// revoke takes a grant away when allowed says nothing against it.
func (s *Service) revoke(ctx context.Context, row *db.Grant, allowed func(held []liveGrant) error) error {
	err := s.d.DB.Do(ctx, tenancy.DoorFor(row.Tenant), func(ctx context.Context, tx *database.Tx) error {
		held, err := s.lockGrants(ctx, tx, row.PersonID)
		if err != nil {
			return err
		}
		if err := allowed(held); err != nil {
			return err
		}
		n, err := tx.Grant.Update().Where(grant.ID(row.ID), grant.RevokedAtIsNil()).SetRevokedAt(s.now()).AddVersion(1).Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return noGrant()
		}
		return audit.Write(ctx, tx, grantLine("grant.revoke", row))
	})
	return wrapOrNil("revoke", err)
}

// GrantBy gives a person a role on the word of the caller in ctx, under the policy's rule: nobody
// oneself, only roles the caller may give, only inside the caller's own subtree, separated roles.
func (s *Service) GrantBy(ctx context.Context, to uuid.UUID, g authz.Grant, until *time.Time) (uuid.UUID, error) {
	caller := auth.From(ctx)
	if until != nil && !until.After(s.now()) {
		return uuid.Nil, fault.Invalid.New("请检查截止时间", fault.Field{Name: "valid_to", Message: "应在将来"})
	}
	var id uuid.UUID
	err := s.d.DB.Do(ctx, tenancy.DoorFor(g.Tenant), func(ctx context.Context, tx *database.Tx) error {
		held, err := s.lockGrants(ctx, tx, to)
		if err != nil {
			return err
		}
		giver := authz.Holder{PersonID: caller.PersonID, Grants: caller.Grants}
		if err := s.d.Index.CheckGrant(giver, authz.Holder{PersonID: to, Grants: at(held, s.now())}, g); err != nil {
			return grantFault(err)
		}
		id, err = s.give(ctx, tx, to, g, caller.PersonID, until)
		return err
	})
	return id, wrapOrNil("grant", err)
}

// RevokeBy takes a grant of tenant away on the word of the caller in ctx, under the same rule. A grant
// of another tenant is answered like one that never was.
func (s *Service) RevokeBy(ctx context.Context, tenant string, grantID uuid.UUID) error {
	caller := auth.From(ctx)
	row, err := s.grantRow(ctx, grantID)
	if err != nil {
		return err
	}
	if row.Tenant != tenant {
		return noGrant()
	}
	return s.revoke(ctx, row, func([]liveGrant) error {
		err := s.d.Index.CheckRevoke(authz.Holder{PersonID: caller.PersonID, Grants: caller.Grants}, row.PersonID, grantOf(row))
		if err != nil {
			return grantFault(err)
		}
		return nil
	})
}

func grantFault(err error) error {
	for target, say := range map[error]string{
		authz.ErrSelf:      "不能给自己授予或收回角色",
		authz.ErrRole:      "您不能授予或收回这个角色",
		authz.ErrSubtree:   "只能在自己的辖区内授予或收回",
		authz.ErrApart:     "此人已有的角色与这个角色必须分开",
		authz.ErrDuplicate: "此人已有这项授权",
	} {
		if errors.Is(err, target) {
			if errors.Is(err, authz.ErrDuplicate) {
				return fault.Conflict.With(err, say)
			}
			return GrantRefused.With(err, say)
		}
	}
	return fault.Invalid.With(err, "角色与区划不相符，或缺少单位、联络站、代表", fault.Field{Name: "role", Message: "请核对角色、区划及所属单位"})
}

// GrantsOf returns a person's grants that run now.
func (s *Service) GrantsOf(ctx context.Context, personID uuid.UUID) ([]authz.Grant, error) {
	var out []authz.Grant
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		live, err := readGrants(ctx, tx, personID)
		out = at(live, s.now())
		return err
	})
	return out, wrapOrNil("grants", err)
}

// PeopleWith returns who holds a role in a tenant now: at a division inside prefix, or at one that
// contains it ("who is responsible for 370202001"). An empty prefix asks for the whole tenant.
func (s *Service) PeopleWith(ctx context.Context, tenant, role, prefix string) ([]uuid.UUID, error) {
	return s.peopleWhere(ctx, grant.Tenant(tenant), grant.Role(role), func(sel *sql.Selector) {
		if prefix == "" {
			return
		}
		within := []*sql.Predicate{sql.HasPrefix(sel.C(grant.FieldDivisionCode), prefix)}
		for n := 1; n < len(prefix); n++ {
			within = append(within, sql.EQ(sel.C(grant.FieldDivisionCode), prefix[:n]))
		}
		sel.Where(sql.Or(within...))
	})
}

// PeopleOfUnit returns who holds a role in a handling unit now.
func (s *Service) PeopleOfUnit(ctx context.Context, tenant, role string, unitID uuid.UUID) ([]uuid.UUID, error) {
	return s.peopleWhere(ctx, grant.Tenant(tenant), grant.Role(role), grant.UnitID(unitID))
}

func (s *Service) peopleWhere(ctx context.Context, where ...predicate.Grant) ([]uuid.UUID, error) {
	out := []uuid.UUID{}
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Grant.Query().Where(where...).
			Where(grant.RevokedAtIsNil(), grant.Or(grant.ValidToIsNil(), grant.ValidToGT(s.now()))).
			Order(db.Asc(grant.FieldID)).All(ctx)
		seen := map[uuid.UUID]bool{}
		for _, r := range rows {
			if !seen[r.PersonID] {
				seen[r.PersonID] = true
				out = append(out, r.PersonID)
			}
		}
		return err
	})
	return out, wrapOrNil("people", err)
}
