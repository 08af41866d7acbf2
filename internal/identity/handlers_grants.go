package identity

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/grant"
	"huying/ent/db/person"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

func (s *Service) getGrants(ctx context.Context, in *grantsInput) (*grantsOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	var rows []*db.Grant
	var names map[uuid.UUID]string
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Grant.Query().Where(grant.Tenant(web.TenantOf(ctx)), grant.RevokedAtIsNil(), within(authz.AccessFrom(ctx))).
			Order(grant.ByID(sql.OrderDesc())).Limit(in.Limit + 1)
		if in.PersonID != uuid.Nil {
			q.Where(grant.PersonID(in.PersonID))
		}
		if in.Role != "" {
			q.Where(grant.Role(in.Role))
		}
		if start.ID != uuid.Nil {
			q.Where(grant.IDLT(start.ID))
		}
		var err error
		if rows, err = q.All(ctx); err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(rows))
		for i, r := range rows {
			ids[i] = r.PersonID
		}
		names, err = s.namesOf(ctx, tx, ids)
		return err
	})
	if err != nil {
		return nil, wrapTechnical("list grants", err)
	}
	next := ""
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
	}
	items := make([]grantView, len(rows))
	for i, r := range rows {
		items[i] = s.viewGrantRow(r, names[r.PersonID])
	}
	return &grantsOutput{Body: web.NewPage(items, next)}, nil
}

// within keeps a list inside the subtree the access reaches.
func within(a authz.Access) func(*sql.Selector) {
	return func(sel *sql.Selector) {
		if a.Reaches(authz.ScopeTenant) {
			return
		}
		parts := []*sql.Predicate{sql.False()}
		for _, prefix := range a.Divisions() {
			parts = append(parts, sql.HasPrefix(sel.C(grant.FieldDivisionCode), prefix))
		}
		for _, unit := range a.UnitIDs() {
			parts = append(parts, sql.EQ(sel.C(grant.FieldUnitID), unit))
		}
		sel.Where(sql.Or(parts...))
	}
}

func (s *Service) postGrant(ctx context.Context, in *grantInput) (*grantOutput, error) {
	g := authz.Grant{
		Role: in.Body.Role, Tenant: web.TenantOf(ctx), Division: in.Body.DivisionCode,
		UnitID: in.Body.UnitID, StationID: in.Body.StationID, DeputyID: in.Body.DeputyID,
	}
	to, err := s.receiver(ctx, in, g)
	if err != nil {
		return nil, err
	}
	id, err := s.GrantBy(ctx, to, g, in.Body.ValidTo)
	if err != nil {
		return nil, err
	}
	out := &grantOutput{}
	out.Body.ID = id
	return out, nil
}

// receiver finds who is to get the grant. A number nobody holds becomes a person only after the rule
// has allowed the grant, so that a refused one leaves nothing behind.
func (s *Service) receiver(ctx context.Context, in *grantInput, g authz.Grant) (uuid.UUID, error) {
	b := in.Body
	given := 0
	for _, is := range []bool{b.PersonID != uuid.Nil, b.Username != "", b.Phone != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return uuid.Nil, fault.Invalid.New("请说明授予谁", fault.Field{Name: "person_id", Message: "与 username、phone 三者填一"})
	}
	switch {
	case b.Username != "":
		return s.ByUsername(ctx, b.Username)
	case b.Phone != "":
		caller := auth.From(ctx)
		giver := authz.Holder{PersonID: caller.PersonID, Grants: caller.Grants}
		if err := s.d.Index.CheckGrant(giver, authz.Holder{PersonID: uuid.New()}, g); err != nil {
			return uuid.Nil, grantFault(err)
		}
		return s.EnsurePerson(ctx, b.Phone, "")
	}
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		found, err := tx.Person.Query().Where(person.ID(b.PersonID)).Exist(ctx)
		if err == nil && !found {
			err = fault.NotFound.New("没有这个人")
		}
		return err
	})
	return b.PersonID, wrapOrNil("receiver", err)
}

func (s *Service) deleteGrant(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, s.RevokeBy(ctx, web.TenantOf(ctx), in.ID)
}

func (s *Service) postReset(ctx context.Context, in *resetInput) (*struct{}, error) {
	return nil, s.ResetBy(ctx, web.TenantOf(ctx), in.ID, Reset{Password: in.Body.Password, SecondFactor: in.Body.SecondFactor})
}
