package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/credential"
	"huying/ent/db/person"
	"huying/ent/db/session"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// PasswordSignIn is what a person shows to come in with a password. Code is a one-time code or a
// recovery code, needed when a second factor is set up.
type PasswordSignIn struct {
	Username, Password, Code string
}

// account is a credential with its person, and the role and tenant its acts are audited under.
type account struct {
	cred         *db.Credential
	person       *db.Person
	role, tenant string
}

// SignInByPassword opens a session for staff and deputies. After five failures on a user name, known or
// not, that name is locked for fifteen minutes: Locked. Failures: CredentialsWrong, TOTPNeeded, Locked,
// fault.TooMany.
func (s *Service) SignInByPassword(ctx context.Context, in PasswordSignIn, meta auth.Meta) (*Issued, error) {
	username := foldUsername(in.Username)
	key := s.failureKey(username)
	acc, err := s.lookUp(ctx, username, key, meta)
	if err != nil {
		return nil, err
	}
	right := false
	if acc == nil || acc.cred.PasswordHash == "" {
		err = auth.SpendVerification(ctx, in.Password)
	} else {
		right, err = auth.VerifyPassword(ctx, acc.cred.PasswordHash, in.Password)
	}
	if err != nil {
		return nil, fmt.Errorf("identity: sign in: %w", err)
	}
	var out *Issued
	var refused error
	err = s.d.DB.Do(ctx, doorOf(acc), func(ctx context.Context, tx *database.Tx) error {
		if wait, err := try(ctx, tx, key, signInTries, lockTime, s.now()); err != nil || wait > 0 {
			refused = locked(wait)
			return err
		}
		if !right {
			refused = CredentialsWrong.New("请核对后再试；连续5次不对将锁定15分钟")
			return acc.note(ctx, tx, "session.refused")
		}
		second, err := s.secondFactor(ctx, tx, acc.cred, in.Code)
		if errors.Is(err, errCodeMissing) {
			refused = TOTPNeeded.New("请输入动态口令或恢复码")
			return untried(ctx, tx, key)
		}
		if errors.Is(err, errCodeWrong) {
			refused = CredentialsWrong.New("动态口令不对，请核对后再试")
			return acc.note(ctx, tx, "session.refused")
		}
		if err != nil {
			return err
		}
		out, err = s.signedIn(ctx, tx, key, acc, meta, second)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("identity: sign in: %w", err)
	}
	if refused != nil {
		return nil, refused
	}
	return s.issue(out)
}

func (s *Service) failureKey(username string) string {
	return "signin:" + s.d.Keys.Blind("username", username)
}

func doorOf(acc *account) tenancy.Scope {
	if acc == nil {
		return tenancy.Door()
	}
	return tenancy.DoorFor(acc.tenant)
}

// lookUp refuses an address or a name that tried too often and finds the account, or nil.
func (s *Service) lookUp(ctx context.Context, username, key string, meta auth.Meta) (*account, error) {
	var over, lock time.Duration
	var acc *account
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		var err error
		if over, err = take(ctx, tx, "signin.address:"+meta.Address, s.cfg.SignIns, s.now()); err != nil || over > 0 {
			return err
		}
		if lock, err = lockedFor(ctx, tx, key, signInTries, s.now()); err != nil || lock > 0 {
			return err
		}
		cred, err := tx.Credential.Query().Where(credential.Username(username)).Only(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		acc, err = s.accountOf(ctx, tx, cred)
		return err
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("identity: sign in: %w", err)
	case over > 0:
		return nil, fault.TooMany.New("登录过于频繁，请稍后再试").After(over)
	case lock > 0:
		return nil, locked(lock)
	}
	return acc, nil
}

// accountOf completes a credential; its acts are audited where its first grant is, or in the city's
// tenant when it holds none.
func (s *Service) accountOf(ctx context.Context, tx *database.Tx, cred *db.Credential) (*account, error) {
	p, err := tx.Person.Query().Where(person.ID(cred.PersonID)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("person: %w", err)
	}
	grants, err := readGrants(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	acc := &account{cred: cred, person: p, tenant: tenancy.CityTenant}
	if len(grants) > 0 {
		acc.role, acc.tenant = grants[0].grant.Role, grants[0].grant.Tenant
	}
	return acc, nil
}

func (s *Service) signedIn(ctx context.Context, tx *database.Tx, key string, acc *account, meta auth.Meta, second bool) (*Issued, error) {
	if err := forgiven(ctx, tx, key); err != nil {
		return nil, err
	}
	if err := acc.note(ctx, tx, "session.start"); err != nil {
		return nil, err
	}
	return s.open(ctx, tx, acc.person, meta, opening{secondFactor: second, mustChange: acc.cred.MustChange})
}

// note writes an audit line about the account's own doing; nothing for a user name nobody has.
func (a *account) note(ctx context.Context, tx *database.Tx, action string) error {
	if a == nil {
		return nil
	}
	return audit.Write(ctx, tx, audit.Line{
		Action: action, SubjectKind: "person", SubjectID: a.person.ID.String(),
		Actor: &audit.Actor{PersonID: a.person.ID, Kind: string(a.person.Kind), Role: a.role, Tenant: a.tenant},
	})
}

// ChangePassword gives the caller a new password, ends all the caller's other sessions and opens this
// one fully again. A wrong current password counts as a failed sign-in. Failures: CredentialsWrong,
// Locked, fault.Invalid naming "new_password".
func (s *Service) ChangePassword(ctx context.Context, caller *auth.Caller, current, next string) error {
	acc, err := s.ownAccount(ctx, caller.PersonID)
	if err != nil {
		return err
	}
	username := *acc.cred.Username
	key := s.failureKey(username)
	right, err := auth.VerifyPassword(ctx, acc.cred.PasswordHash, current)
	if err != nil {
		return fmt.Errorf("identity: change password: %w", err)
	}
	var hash string
	if right {
		if hash, err = s.newHash(ctx, acc.cred, username, next); err != nil {
			return err
		}
	}
	var refused error
	err = s.d.DB.Do(ctx, tenancy.DoorFor(acc.tenant), func(ctx context.Context, tx *database.Tx) error {
		if wait, err := try(ctx, tx, key, signInTries, lockTime, s.now()); err != nil || wait > 0 {
			refused = locked(wait)
			return err
		}
		if !right {
			refused = CredentialsWrong.New("当前密码不对", fault.Field{Name: "current_password", Message: "不对"})
			return acc.note(ctx, tx, "session.refused")
		}
		if err := forgiven(ctx, tx, key); err != nil {
			return err
		}
		return s.storePassword(ctx, tx, acc, caller.SessionID, hash)
	})
	if err != nil {
		return wrapTechnical("change password", err)
	}
	return refused
}

func (s *Service) ownAccount(ctx context.Context, personID uuid.UUID) (*account, error) {
	var acc *account
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		cred, err := tx.Credential.Query().Where(credential.PersonID(personID), credential.UsernameNotNil()).Only(ctx)
		if database.IsNotFound(err) {
			return fault.Conflict.New("此账号没有密码，用短信验证码登录")
		}
		if err != nil {
			return err
		}
		acc, err = s.accountOf(ctx, tx, cred)
		return err
	})
	return acc, wrapOrNil("account", err)
}

// newHash checks a new password against the rules and the last five and returns its hash.
func (s *Service) newHash(ctx context.Context, cred *db.Credential, username, next string) (string, error) {
	if err := passwordFault("new_password", next, username); err != nil {
		return "", err
	}
	for _, old := range append([]string{cred.PasswordHash}, cred.PasswordHistory...) {
		same, err := auth.VerifyPassword(ctx, old, next)
		if err != nil {
			return "", fmt.Errorf("identity: password history: %w", err)
		}
		if same {
			return "", fault.Invalid.New("请换一个密码",
				fault.Field{Name: "new_password", Message: fmt.Sprintf("不能与最近%d次用过的相同", historyDepth)})
		}
	}
	return auth.HashPassword(ctx, next)
}

func (s *Service) storePassword(ctx context.Context, tx *database.Tx, acc *account, keep uuid.UUID, hash string) error {
	// The present password counts as one of the five.
	history := append([]string{acc.cred.PasswordHash}, acc.cred.PasswordHistory...)
	history = history[:min(len(history), historyDepth-1)]
	n, err := tx.Credential.Update().Where(credential.ID(acc.cred.ID), credential.Version(acc.cred.Version)).AddVersion(1).
		SetPasswordHash(hash).SetPasswordHistory(history).SetMustChange(false).SetPasswordChangedAt(s.now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("store password: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("密码刚刚被改过，请重新登录")
	}
	if err := s.endSessions(ctx, tx, acc.person.ID, "password_changed", session.IDNEQ(keep)); err != nil {
		return err
	}
	if err := tx.Session.Update().Where(session.ID(keep)).SetMustChange(false).AddVersion(1).Exec(ctx); err != nil {
		return fmt.Errorf("store password: %w", err)
	}
	return acc.note(ctx, tx, "me.password")
}

// passwordFault words what is wrong with a new password.
func passwordFault(field, password, username string) error {
	var say string
	switch err := auth.PasswordFault(password, username); {
	case err == nil:
		return nil
	case errors.Is(err, auth.ErrPasswordShort):
		say = fmt.Sprintf("至少%d个字符", auth.MinPassword)
	case errors.Is(err, auth.ErrPasswordLong):
		say = fmt.Sprintf("最多%d个字符", auth.MaxPassword)
	case errors.Is(err, auth.ErrPasswordChars):
		say = "含有不能使用的字符"
	case errors.Is(err, auth.ErrPasswordName):
		say = "不能包含用户名"
	default:
		say = "太常见或太有规律，容易被猜到"
	}
	return fault.Invalid.New("请换一个密码", fault.Field{Name: field, Message: say})
}
