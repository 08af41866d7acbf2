package identity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/person"
	"huying/internal/audit"
	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// enrolBatch is how many rows one INSERT carries, below SQLite's parameter limit.
const enrolBatch = 500

// Enrolment is a new person with everything needed to work: number, account and grants.
type Enrolment struct {
	// ID is chosen by the caller, so that rows which name the person can be prepared beforehand.
	ID         uuid.UUID
	Kind, Name string
	Phone      string
	// Username and PasswordHash open the staff door; empty for citizens.
	Username, PasswordHash string
	Grants                 []authz.Grant
	// Since is when the person was first, SeenAt when last, known; zero means now.
	Since, SeenAt time.Time
}

// Enrol writes many new people of one tenant in one transaction: for filling an empty installation. The
// grants follow the policy's shape and separation and leave their audit lines; a number or user name that
// exists already fails the whole call with fault.Conflict.
func (s *Service) Enrol(ctx context.Context, tenant string, list []Enrolment) error {
	for _, e := range list {
		var held []authz.Grant
		for _, g := range e.Grants {
			if err := s.d.Index.CheckShape(g); err != nil {
				return grantFault(err)
			}
			if err := s.d.Index.CheckApart(held, g); err != nil {
				return grantFault(err)
			}
			if g.Tenant != tenant {
				return fmt.Errorf("identity: enrol in %s: a grant in %s", tenant, g.Tenant)
			}
			held = append(held, g)
		}
	}
	err := s.d.DB.Do(ctx, tenancy.DoorFor(tenant), func(ctx context.Context, tx *database.Tx) error {
		for part := range slices.Chunk(list, enrolBatch) {
			if err := s.enrolPart(ctx, tx, part); err != nil {
				return err
			}
		}
		return nil
	})
	if database.IsUnique(err) {
		return fault.Conflict.With(err, "有手机号码或用户名已经登记过")
	}
	return wrapOrNil("enrol", err)
}

func (s *Service) enrolPart(ctx context.Context, tx *database.Tx, part []Enrolment) error {
	people := make([]*db.PersonCreate, len(part))
	var credentials []*db.CredentialCreate
	var grants []*db.GrantCreate
	for i, e := range part {
		since, seen := orNow(e.Since, s.now()), orNow(e.SeenAt, s.now())
		c := tx.Person.Create().SetID(e.ID).SetKind(person.Kind(kindOf(e))).SetName(e.Name).SetCreatedAt(since).SetLastSeenAt(seen)
		if e.Phone != "" {
			phone, err := ParsePhone(e.Phone)
			if err != nil {
				return phoneFault("phone")
			}
			sealed, err := s.d.Keys.Seal(notify.PersonPhoneAAD(e.ID), []byte(phone))
			if err != nil {
				return fmt.Errorf("seal: %w", err)
			}
			c.SetPhoneSealed(sealed).SetPhoneIndex(s.phoneIndex(phone))
		}
		people[i] = c
		if e.Username != "" {
			credentials = append(credentials, tx.Credential.Create().SetPersonID(e.ID).SetUsername(foldUsername(e.Username)).
				SetPasswordHash(e.PasswordHash).SetPasswordChangedAt(s.now()).SetCreatedAt(since))
		}
		for _, g := range e.Grants {
			grants = append(grants, tx.Grant.Create().SetPersonID(e.ID).SetTenant(g.Tenant).SetRole(g.Role).SetDivisionCode(g.Division).
				SetNillableUnitID(orNull(g.UnitID)).SetNillableStationID(orNull(g.StationID)).SetNillableDeputyID(orNull(g.DeputyID)).
				SetCreatedAt(since))
		}
	}
	if err := tx.Person.CreateBulk(people...).Exec(ctx); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	if err := tx.Credential.CreateBulk(credentials...).Exec(ctx); err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	rows, err := tx.Grant.CreateBulk(grants...).Save(ctx)
	if err != nil {
		return fmt.Errorf("grants: %w", err)
	}
	for _, row := range rows {
		if err := audit.Write(ctx, tx, grantLine("grant.create", row)); err != nil {
			return err
		}
	}
	return nil
}

func kindOf(e Enrolment) string {
	if e.Kind == "" {
		return auth.KindCitizen
	}
	return e.Kind
}

func orNow(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t
}
