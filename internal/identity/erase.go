package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/credential"
	"huying/ent/db/grant"
	"huying/ent/db/person"
	"huying/ent/db/personreport"
	"huying/ent/db/session"
	"huying/ent/db/smscode"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Known is what identifies a person in texts and tables, for the one who erases. It is never shown and never logged.
type Known struct {
	Name, Phone string
	// Indexes are the blind indexes of the number, under every key of the ring.
	Indexes []string
	// Closed says that the person was ended already; then the rest is empty.
	Closed bool
}

// Known returns what identifies a person. Somebody unknown is closed.
func (s *Service) Known(ctx context.Context, id uuid.UUID) (k Known, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		p, err := tx.Person.Query().Where(person.ID(id)).Only(ctx)
		if database.IsNotFound(err) {
			k.Closed = true
			return nil
		}
		if err != nil {
			return err
		}
		k.Name, k.Closed = p.Name, p.ClosedAt != nil && p.Name == ""
		if k.Phone, err = s.openPhone(p); err == nil && k.Phone != "" {
			k.Indexes = s.d.Keys.BlindAll("person.phone", k.Phone)
		}
		return err
	})
	return k, wrapOrNil("known", err)
}

// HoldsGrants says whether a person holds a role now.
func (s *Service) HoldsGrants(ctx context.Context, id uuid.UUID) (held bool, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		held, err = tx.Grant.Query().Where(grant.PersonID(id), grant.RevokedAtIsNil(),
			grant.Or(grant.ValidToIsNil(), grant.ValidToGT(s.now()))).Exist(ctx)
		return err
	})
	return held, wrapOrNil("holds grants", err)
}

// Close ends a person: name, number, sign-in data, sessions, codes and the index of reports go; the row itself stays,
// because audit lines and grants of old name its id. The number's next holder starts empty. It returns how many
// sessions there were.
func (s *Service) Close(ctx context.Context, id uuid.UUID, known Known) (sessions int, err error) {
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Session.Delete().Where(session.PersonID(id)).Exec(ctx)
		if err != nil {
			return err
		}
		sessions = n
		if _, err := tx.Credential.Delete().Where(credential.PersonID(id)).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.SmsCode.Delete().Where(smscode.PhoneIndexIn(known.Indexes...)).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.PersonReport.Delete().Where(personreport.PersonID(id)).Exec(ctx); err != nil {
			return err
		}
		return tx.Person.Update().Where(person.ID(id)).AddVersion(1).SetName("").ClearPhoneIndex().ClearPhoneSealed().
			ClearLastSeenAt().SetClosedAt(s.now()).AddGrantVersion(1).Exec(ctx)
	})
	return sessions, wrapOrNil("close", err)
}

// SignedOut ends a person's sessions before the erasure begins, so that nothing is added meanwhile.
func (s *Service) SignedOut(ctx context.Context, id uuid.UUID) error {
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		return s.endSessions(ctx, tx, id, "erased")
	})
	return wrapOrNil("sign out", err)
}

// ForgetReports takes reports out of every person's own index.
func (s *Service) ForgetReports(ctx context.Context, ids []uuid.UUID) error {
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.PersonReport.Delete().Where(personreport.ReportIDIn(ids...)).Exec(ctx)
		return err
	})
	return wrapOrNil("forget reports", err)
}

// Profile is what is kept about a person as such, for a copy of the own data.
type Profile struct {
	Name     string       `json:"name"`
	Phone    string       `json:"phone"`
	Kind     string       `json:"kind"`
	Since    time.Time    `json:"since"`
	LastSeen *time.Time   `json:"last_seen,omitempty"`
	Username string       `json:"username,omitempty"`
	Devices  []DeviceCopy `json:"devices"`
	Roles    []RoleCopy   `json:"roles"`
}

// DeviceCopy is one session in a copy of the own data.
type DeviceCopy struct {
	Device   string    `json:"device"`
	Address  string    `json:"address"`
	LastUsed time.Time `json:"last_used"`
}

// RoleCopy is one grant, past or present, in a copy of the own data.
type RoleCopy struct {
	Tenant   string     `json:"tenant"`
	Role     string     `json:"role"`
	Division string     `json:"division_code"`
	From     time.Time  `json:"from"`
	Ended    *time.Time `json:"ended,omitempty"`
}

// ProfileOf copies what is kept about a person as such.
func (s *Service) ProfileOf(ctx context.Context, id uuid.UUID) (p Profile, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.Person.Query().Where(person.ID(id)).Only(ctx)
		if err != nil {
			return err
		}
		if p.Phone, err = s.openPhone(row); err != nil {
			return err
		}
		p.Name, p.Kind, p.Since, p.LastSeen = row.Name, string(row.Kind), row.CreatedAt.UTC(), row.LastSeenAt
		cred, err := tx.Credential.Query().Where(credential.PersonID(id)).Only(ctx)
		if err != nil && !database.IsNotFound(err) {
			return err
		}
		if cred != nil && cred.Username != nil {
			p.Username = *cred.Username
		}
		return copyAccess(ctx, tx, id, &p)
	})
	return p, wrapOrNil("profile", err)
}

func copyAccess(ctx context.Context, tx *database.Tx, id uuid.UUID, p *Profile) error {
	var sessions []*db.Session
	sessions, err := tx.Session.Query().Where(session.PersonID(id)).Order(session.ByID()).All(ctx)
	if err != nil {
		return err
	}
	p.Devices, p.Roles = []DeviceCopy{}, []RoleCopy{}
	for _, x := range sessions {
		p.Devices = append(p.Devices, DeviceCopy{Device: x.Device, Address: x.Address, LastUsed: x.LastUsedAt.UTC()})
	}
	grants, err := tx.Grant.Query().Where(grant.PersonID(id)).Order(grant.ByID()).All(ctx)
	for _, g := range grants {
		p.Roles = append(p.Roles, RoleCopy{Tenant: g.Tenant, Role: g.Role, Division: g.DivisionCode, From: g.CreatedAt.UTC(), Ended: g.RevokedAt})
	}
	return err
}

// ProveNumber lets a person prove again that the number is theirs, with a fresh code sent to it as for signing in. A
// session with a second factor needs none. Faults: CodeWrong, fault.TooMany.
func (s *Service) ProveNumber(ctx context.Context, caller *auth.Caller, code string, meta auth.Meta) error {
	if caller.SecondFactor {
		return nil
	}
	known, err := s.Known(ctx, caller.PersonID)
	if err != nil {
		return err
	}
	row, err := s.tryCode(ctx, known.Phone, code, meta)
	if err != nil {
		return err
	}
	used := 0
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		used, err = tx.SmsCode.Update().Where(smscode.ID(row.ID), smscode.UsedAtIsNil()).SetUsedAt(s.now()).Save(ctx)
		return err
	})
	if err == nil && used == 0 {
		return CodeWrong.New("请重新获取验证码")
	}
	return wrapOrNil("prove number", err)
}
