package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/credential"
	"huying/ent/db/person"
	"huying/ent/db/session"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

var (
	errCodeMissing = errors.New("identity: a second factor is needed")
	errCodeWrong   = errors.New("identity: the second factor is wrong")
)

// secondFactor checks a one-time or recovery code and uses it up. It returns false without a code when
// no second factor is set up, else errCodeMissing or errCodeWrong.
func (s *Service) secondFactor(ctx context.Context, tx *database.Tx, cred *db.Credential, code string) (bool, error) {
	if !cred.TotpConfirmed {
		return false, nil
	}
	if code == "" {
		return false, errCodeMissing
	}
	if ok, err := s.useTOTP(ctx, tx, cred, code); ok || err != nil {
		return ok, err
	}
	ok, err := s.useRecovery(ctx, tx, cred, code)
	if err == nil && !ok {
		err = errCodeWrong
	}
	return ok, err
}

// useTOTP accepts a code once: the row keeps the last step, and of two that show the same code at once
// only one raises it.
func (s *Service) useTOTP(ctx context.Context, tx *database.Tx, cred *db.Credential, code string) (bool, error) {
	secret, err := s.openSecret(cred)
	if err != nil {
		return false, err
	}
	step, ok := auth.VerifyTOTP(secret, code, s.now(), cred.TotpLastStep)
	if !ok {
		return false, nil
	}
	n, err := tx.Credential.Update().Where(credential.ID(cred.ID), credential.TotpLastStepLT(step)).
		SetTotpLastStep(step).AddVersion(1).Save(ctx)
	if err != nil {
		return false, fmt.Errorf("one-time code: %w", err)
	}
	return n == 1, nil
}

func (s *Service) useRecovery(ctx context.Context, tx *database.Tx, cred *db.Credential, code string) (bool, error) {
	folded, ok := auth.FoldRecoveryCode(code)
	if !ok {
		return false, nil
	}
	i := slices.IndexFunc(cred.RecoveryHashes, func(h string) bool { return s.d.Keys.SameBlind(h, recoveryDomain(cred.ID), folded) })
	if i < 0 {
		return false, nil
	}
	left := slices.Delete(slices.Clone(cred.RecoveryHashes), i, i+1)
	n, err := tx.Credential.Update().Where(credential.ID(cred.ID), credential.Version(cred.Version)).
		SetRecoveryHashes(left).AddVersion(1).Save(ctx)
	if err != nil {
		return false, fmt.Errorf("recovery code: %w", err)
	}
	return n == 1, nil
}

func recoveryDomain(credentialID uuid.UUID) string { return "recovery:" + credentialID.String() }

func secretAAD(id uuid.UUID) string { return "credentials.totp:" + id.String() }

func (s *Service) openSecret(cred *db.Credential) (string, error) {
	if cred.TotpSealed == nil || len(*cred.TotpSealed) == 0 {
		return "", errCodeWrong
	}
	plain, err := s.d.Keys.Open(secretAAD(cred.ID), *cred.TotpSealed)
	if err != nil {
		return "", fmt.Errorf("one-time secret: %w", err)
	}
	return string(plain), nil
}

// StartTOTP makes a new secret for the caller and returns it with the address for an authenticator
// app. It counts only after ConfirmTOTP. A factor that is set up already is replaced only from a
// session that proved it: TOTPState.
func (s *Service) StartTOTP(ctx context.Context, caller *auth.Caller) (secret, uri string, err error) {
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		cred, err := s.ensureCredential(ctx, tx, caller.PersonID)
		if err != nil {
			return err
		}
		if cred.TotpConfirmed {
			return TOTPState.New("动态口令已启用；如需更换，请先停用")
		}
		label, err := s.label(ctx, tx, cred)
		if err != nil {
			return err
		}
		if secret, uri, err = auth.NewTOTP("呼应", label); err != nil {
			return err
		}
		sealed, err := s.d.Keys.Seal(secretAAD(cred.ID), []byte(secret))
		if err != nil {
			return err
		}
		return tx.Credential.Update().Where(credential.ID(cred.ID)).SetTotpSealed(sealed).SetTotpLastStep(0).AddVersion(1).Exec(ctx)
	})
	return secret, uri, wrapOrNil("start totp", err)
}

// ensureCredential finds the person's credential or makes one without a user name, for a deputy who
// signs in by SMS.
func (s *Service) ensureCredential(ctx context.Context, tx *database.Tx, personID uuid.UUID) (*db.Credential, error) {
	cred, err := tx.Credential.Query().Where(credential.PersonID(personID)).Only(ctx)
	if !database.IsNotFound(err) {
		return cred, err
	}
	return tx.Credential.Create().SetPersonID(personID).SetCreatedAt(s.now()).Save(ctx)
}

// label is how the account is called in the authenticator app.
func (s *Service) label(ctx context.Context, tx *database.Tx, cred *db.Credential) (string, error) {
	if cred.Username != nil {
		return *cred.Username, nil
	}
	p, err := tx.Person.Query().Where(person.ID(cred.PersonID)).Only(ctx)
	if err != nil {
		return "", err
	}
	phone, err := s.openPhone(p)
	return MaskPhone(phone), err
}

// ConfirmTOTP proves that the app shows the right codes, switches the second factor on, marks this
// session as having proved it, and returns the recovery codes, which are shown this once.
func (s *Service) ConfirmTOTP(ctx context.Context, caller *auth.Caller, code string) ([]string, error) {
	codes, err := auth.NewRecoveryCodes()
	if err != nil {
		return nil, err
	}
	err = s.withCode(ctx, caller, func(ctx context.Context, tx *database.Tx, acc *account) error {
		if acc.cred.TotpConfirmed || acc.cred.TotpSealed == nil || len(*acc.cred.TotpSealed) == 0 {
			return TOTPState.New("请先获取新的动态口令密钥")
		}
		ok, err := s.useTOTP(ctx, tx, acc.cred, code)
		if err != nil {
			return err
		}
		if !ok {
			return errCodeWrong
		}
		hashes := make([]string, len(codes))
		for i, c := range codes {
			folded, _ := auth.FoldRecoveryCode(c)
			hashes[i] = s.d.Keys.Blind(recoveryDomain(acc.cred.ID), folded)
		}
		err = tx.Credential.Update().Where(credential.ID(acc.cred.ID)).SetTotpConfirmed(true).SetRecoveryHashes(hashes).AddVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		if err := s.markSecondFactor(ctx, tx, caller.SessionID); err != nil {
			return err
		}
		return acc.note(ctx, tx, "me.totp-on")
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// ProveSecondFactor marks the caller's session as having proved the second factor.
func (s *Service) ProveSecondFactor(ctx context.Context, caller *auth.Caller, code string) error {
	return s.withCode(ctx, caller, func(ctx context.Context, tx *database.Tx, acc *account) error {
		if !acc.cred.TotpConfirmed {
			return TOTPState.New("尚未启用动态口令")
		}
		if _, err := s.secondFactor(ctx, tx, acc.cred, code); err != nil {
			return err
		}
		return s.markSecondFactor(ctx, tx, caller.SessionID)
	})
}

// StopTOTP switches the second factor off, against a code, and takes the mark from all sessions.
func (s *Service) StopTOTP(ctx context.Context, caller *auth.Caller, code string) error {
	return s.withCode(ctx, caller, func(ctx context.Context, tx *database.Tx, acc *account) error {
		if !acc.cred.TotpConfirmed {
			return TOTPState.New("尚未启用动态口令")
		}
		if _, err := s.secondFactor(ctx, tx, acc.cred, code); err != nil {
			return err
		}
		err := tx.Credential.Update().Where(credential.ID(acc.cred.ID)).SetTotpConfirmed(false).ClearTotpSealed().
			SetRecoveryHashes([]string{}).AddVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		if err := tx.Session.Update().Where(session.PersonID(caller.PersonID)).SetSecondFactor(false).AddVersion(1).Exec(ctx); err != nil {
			return err
		}
		return acc.note(ctx, tx, "me.totp-off")
	})
}

func (s *Service) markSecondFactor(ctx context.Context, tx *database.Tx, sessionID uuid.UUID) error {
	return tx.Session.Update().Where(session.ID(sessionID)).SetSecondFactor(true).AddVersion(1).Exec(ctx)
}

// withCode runs a step that a code guards. Each try is counted, durably, before the code is looked at;
// five wrong ones lock the step for fifteen minutes.
func (s *Service) withCode(ctx context.Context, caller *auth.Caller, step func(context.Context, *database.Tx, *account) error) error {
	key := "totp:" + caller.PersonID.String()
	var acc *account
	var wait time.Duration
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		cred, err := tx.Credential.Query().Where(credential.PersonID(caller.PersonID)).Only(ctx)
		if database.IsNotFound(err) {
			return TOTPState.New("尚未启用动态口令")
		}
		if err != nil {
			return err
		}
		if acc, err = s.accountOf(ctx, tx, cred); err != nil {
			return err
		}
		wait, err = try(ctx, tx, key, signInTries, lockTime, s.now())
		return err
	})
	if err != nil {
		return wrapTechnical("second factor", err)
	}
	if wait > 0 {
		return locked(wait)
	}
	err = s.d.DB.Do(ctx, tenancy.DoorFor(acc.tenant), func(ctx context.Context, tx *database.Tx) error {
		if err := step(ctx, tx, acc); err != nil {
			return err
		}
		return forgiven(ctx, tx, key)
	})
	if errors.Is(err, errCodeWrong) || errors.Is(err, errCodeMissing) {
		return CredentialsWrong.New("动态口令不对，请核对后再试")
	}
	return wrapOrNil("second factor", err)
}
