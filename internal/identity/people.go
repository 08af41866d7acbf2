package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/credential"
	"huying/ent/db/person"
	"huying/internal/audit"
	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

type newPerson struct {
	kind, name, phone string
}

func (s *Service) create(ctx context.Context, tx *database.Tx, n newPerson) (*db.Person, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("identity: id: %w", err)
	}
	c := tx.Person.Create().SetID(id).SetKind(person.Kind(n.kind)).SetName(n.name).SetCreatedAt(s.now())
	if n.phone != "" {
		sealed, err := s.d.Keys.Seal(notify.PersonPhoneAAD(id), []byte(n.phone))
		if err != nil {
			return nil, fmt.Errorf("identity: seal: %w", err)
		}
		c.SetPhoneSealed(sealed).SetPhoneIndex(s.phoneIndex(n.phone))
	}
	p, err := c.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("identity: new person: %w", err)
	}
	return p, nil
}

// byPhone returns the person who holds a number, or nil.
func (s *Service) byPhone(ctx context.Context, tx *database.Tx, phone string) (*db.Person, error) {
	p, err := tx.Person.Query().Where(person.PhoneIndexIn(s.d.Keys.BlindAll(notify.PersonPhoneIndex, phone)...)).First(ctx)
	if database.IsNotFound(err) {
		return nil, nil
	}
	return p, err
}

// EnsurePerson returns the person who holds a number, and makes a citizen of this name when nobody
// does. A known person's name is not changed. A malformed number is fault.Invalid naming "phone".
func (s *Service) EnsurePerson(ctx context.Context, typed, name string) (uuid.UUID, error) {
	phone, err := ParsePhone(typed)
	if err != nil {
		return uuid.Nil, phoneFault("phone")
	}
	for range 3 {
		var id uuid.UUID
		err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
			p, err := s.byPhone(ctx, tx, phone)
			if err == nil && p == nil {
				p, err = s.create(ctx, tx, newPerson{kind: auth.KindCitizen, name: name, phone: phone})
			}
			if err == nil {
				id = p.ID
			}
			return err
		})
		// A second one may have made the same person meanwhile; then it is found the next time.
		if !database.IsUnique(err) {
			return id, wrapOrNil("ensure person", err)
		}
	}
	return uuid.Nil, wrapTechnical("ensure person", err)
}

// PhoneHeld tells whether somebody holds this number. An import asks it before it makes an account: to
// hang a password of the importer's choosing on a known person would hand that person over.
func (s *Service) PhoneHeld(ctx context.Context, typed string) (bool, error) {
	phone, err := ParsePhone(typed)
	if err != nil {
		return false, phoneFault("phone")
	}
	held := false
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		p, err := s.byPhone(ctx, tx, phone)
		held = p != nil
		return err
	})
	return held, wrapOrNil("phone held", err)
}

// Holder gives who holds a number now; false when nobody does or it is no number. A new holder of a recycled number is a
// person of its own, so nothing of an earlier holder is found by it.
func (s *Service) Holder(ctx context.Context, typed string) (id uuid.UUID, found bool, err error) {
	phone, malformed := ParsePhone(typed)
	if malformed != nil {
		return uuid.Nil, false, nil
	}
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		p, err := s.byPhone(ctx, tx, phone)
		if p != nil {
			id, found = p.ID, true
		}
		return err
	})
	return id, found, wrapOrNil("holder of a number", err)
}

func wrapOrNil(at string, err error) error {
	if err == nil {
		return nil
	}
	return wrapTechnical(at, err)
}

// NewStaff is an account with a password. PasswordHash may be given instead of Password, so that many
// demo accounts share the cost of one hash.
type NewStaff struct {
	Username, Name, Phone  string
	Password, PasswordHash string
	// Kind is auth.KindStaff unless it says auth.KindDeputy.
	Kind string
	// MustChange opens nothing but a new password until there is one.
	MustChange bool
}

// AddStaff makes an account, or returns the person who has this user name already, unchanged. When a
// number is given and its holder has no user name yet, that person gets one: a deputy may use both
// doors. A weak password is fault.Invalid naming "password".
func (s *Service) AddStaff(ctx context.Context, n NewStaff) (uuid.UUID, error) {
	username := foldUsername(n.Username)
	if username == "" || len(username) > 60 {
		return uuid.Nil, fault.Invalid.New("请填写用户名", fault.Field{Name: "username", Message: "1至60个字符"})
	}
	if n.Kind == "" {
		n.Kind = auth.KindStaff
	}
	phone := ""
	if n.Phone != "" {
		var err error
		if phone, err = ParsePhone(n.Phone); err != nil {
			return uuid.Nil, phoneFault("phone")
		}
	}
	if id, err := s.ByUsername(ctx, username); err == nil || !fault.Is(err, fault.NotFound) {
		return id, err
	}
	hash := n.PasswordHash
	if hash == "" {
		if err := passwordFault("password", n.Password, username); err != nil {
			return uuid.Nil, err
		}
		var err error
		if hash, err = auth.HashPassword(ctx, n.Password); err != nil {
			return uuid.Nil, err
		}
	}
	var id uuid.UUID
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		var err error
		id, err = s.addStaff(ctx, tx, n, username, phone, hash)
		return err
	})
	if database.IsUnique(err) {
		return s.ByUsername(ctx, username)
	}
	return id, wrapOrNil("add staff", err)
}

func (s *Service) addStaff(ctx context.Context, tx *database.Tx, n NewStaff, username, phone, hash string) (uuid.UUID, error) {
	var p *db.Person
	var err error
	if phone != "" {
		if p, err = s.byPhone(ctx, tx, phone); err != nil {
			return uuid.Nil, err
		}
	}
	if p == nil {
		if p, err = s.create(ctx, tx, newPerson{kind: n.Kind, name: n.Name, phone: phone}); err != nil {
			return uuid.Nil, err
		}
	} else {
		if err := s.promote(ctx, tx, p, n); err != nil {
			return uuid.Nil, err
		}
	}
	//nolint:forbidigo // the Update of an upsert writes the row in conflict and re-reads nothing
	err = tx.Credential.Create().SetPersonID(p.ID).SetUsername(username).SetPasswordHash(hash).SetMustChange(n.MustChange).
		SetPasswordChangedAt(s.now()).SetCreatedAt(s.now()).
		OnConflictColumns(credential.FieldPersonID).
		Update(func(u *db.CredentialUpsert) {
			u.SetUsername(username).SetPasswordHash(hash).SetMustChange(n.MustChange)
		}).Exec(ctx)
	if err != nil {
		return uuid.Nil, fmt.Errorf("credential: %w", err)
	}
	return p.ID, nil
}

// promote lets the holder of a number have an account; one who has a user name keeps it.
func (s *Service) promote(ctx context.Context, tx *database.Tx, p *db.Person, n NewStaff) error {
	has, err := tx.Credential.Query().Where(credential.PersonID(p.ID), credential.UsernameNotNil()).Exist(ctx)
	if err != nil {
		return err
	}
	if has {
		return fault.Conflict.New("此手机号码的主人已有另一个用户名", fault.Field{Name: "phone", Message: "已有账号"})
	}
	kind := n.Kind
	if string(p.Kind) == auth.KindDeputy {
		kind = auth.KindDeputy
	}
	u := tx.Person.Update().Where(person.ID(p.ID)).AddVersion(1).SetKind(person.Kind(kind))
	if p.Name == "" {
		u.SetName(n.Name)
	}
	return u.Exec(ctx)
}

func foldUsername(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// ByUsername returns whose user name this is, or fault.NotFound.
func (s *Service) ByUsername(ctx context.Context, username string) (uuid.UUID, error) {
	var id uuid.UUID
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		c, err := tx.Credential.Query().Where(credential.Username(foldUsername(username))).Only(ctx)
		if database.IsNotFound(err) {
			return fault.NotFound.New("没有这个用户")
		}
		if err == nil {
			id = c.PersonID
		}
		return err
	})
	return id, wrapOrNil("by user name", err)
}

// Masked is what others may see of a person: "王**" and "138****5678", either empty when unknown.
type Masked struct{ Name, Phone string }

// Masked returns the masked name and number of each of the people that exist.
func (s *Service) Masked(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Masked, error) {
	out := make(map[uuid.UUID]Masked, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		people, err := tx.Person.Query().Where(person.IDIn(ids...)).All(ctx)
		if err != nil {
			return err
		}
		for _, p := range people {
			phone, err := s.openPhone(p)
			if err != nil {
				return err
			}
			m := Masked{Name: MaskName(p.Name)}
			if phone != "" {
				m.Phone = MaskPhone(phone)
			}
			out[p.ID] = m
		}
		return nil
	})
	return out, wrapOrNil("masked", err)
}

func (s *Service) openPhone(p *db.Person) (string, error) {
	if p.PhoneSealed == nil || len(*p.PhoneSealed) == 0 {
		return "", nil
	}
	plain, err := s.d.Keys.Open(notify.PersonPhoneAAD(p.ID), *p.PhoneSealed)
	if err != nil {
		return "", fmt.Errorf("number of %s: %w", p.ID, err)
	}
	return string(plain), nil
}

// Contact is a person's name and number in clear.
type Contact struct{ Name, Phone string }

// errNoCaller is a mistake of the program: unmasking is never anonymous.
var errNoCaller = errors.New("identity: unmasking needs a caller")

// Contact unmasks a person for the caller in ctx, who has to give a reason and have proved a second
// factor; whether the caller may ask at all is the room's to decide beforehand. The audit line in the
// tenant is committed with the read, before anything is returned.
func (s *Service) Contact(ctx context.Context, tenant string, personID uuid.UUID, reason string) (Contact, error) {
	return s.ContactAbout(ctx, tenant, personID, uuid.Nil, reason)
}

// ContactAbout is Contact with the report it is about, for the auditor to see whether the caller works on it.
func (s *Service) ContactAbout(ctx context.Context, tenant string, personID, reportID uuid.UUID, reason string) (Contact, error) {
	caller := auth.From(ctx)
	if caller == nil {
		return Contact{}, errNoCaller
	}
	if !caller.SecondFactor {
		return Contact{}, web.SecondFactorRequired.New("查看姓名和电话前请先完成二次验证（动态口令）")
	}
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n < minReason || n > maxReason {
		return Contact{}, fault.Invalid.New("请写明查看的理由",
			fault.Field{Name: "reason", Message: fmt.Sprintf("请写%d至%d个字", minReason, maxReason)})
	}
	var out Contact
	err := s.d.DB.Do(ctx, tenancy.DoorFor(tenant), func(ctx context.Context, tx *database.Tx) error {
		p, err := tx.Person.Query().Where(person.ID(personID)).Only(ctx)
		if database.IsNotFound(err) {
			return fault.NotFound.New("没有这个人")
		}
		if err != nil {
			return err
		}
		phone, err := s.openPhone(p)
		if err != nil {
			return err
		}
		// The reason stays in the audit trail for good, where nobody's name or number belongs.
		if p.Name != "" && strings.Contains(reason, p.Name) || phone != "" && strings.Contains(reason, phone) {
			return fault.Invalid.New("理由里请不要写姓名和电话", fault.Field{Name: "reason", Message: "写明为什么要联系即可，例如“办理中需约时间上门”"})
		}
		out = Contact{Name: p.Name, Phone: phone}
		line := audit.Line{Action: "person.reveal", SubjectKind: "person", SubjectID: personID.String(), Reason: reason}
		if reportID != uuid.Nil {
			line.Facts = map[string]any{"report_id": reportID.String()}
		}
		return audit.Write(ctx, tx, line)
	})
	if err != nil {
		return Contact{}, wrapTechnical("contact", err)
	}
	return out, nil
}
