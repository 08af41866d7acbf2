package identity

import (
	"context"

	"github.com/google/uuid"

	"huying/ent/db/credential"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Reset is what an administrator does for somebody who is locked out.
type Reset struct {
	// Password is the new first password, which its owner has to change.
	Password string
	// SecondFactor switches the second factor off, for a lost phone with lost recovery codes.
	SecondFactor bool
}

// ResetBy resets an account of the tenant on the word of the caller in ctx: only of people all of whose
// grants the caller may take away, so nobody gets at an account above, beside or outside his own
// subtree. All its sessions end. Anybody else's account is fault.NotFound.
func (s *Service) ResetBy(ctx context.Context, tenant string, personID uuid.UUID, r Reset) error {
	caller := auth.From(ctx)
	acc, err := s.resettable(ctx, caller, tenant, personID)
	if err != nil {
		return err
	}
	if err := passwordFault("password", r.Password, *acc.cred.Username); err != nil {
		return err
	}
	hash, err := auth.HashPassword(ctx, r.Password)
	if err != nil {
		return err
	}
	err = s.d.DB.Do(ctx, tenancy.DoorFor(tenant), func(ctx context.Context, tx *database.Tx) error {
		u := tx.Credential.Update().Where(credential.ID(acc.cred.ID), credential.Version(acc.cred.Version)).AddVersion(1).
			SetPasswordHash(hash).SetMustChange(true).SetPasswordChangedAt(s.now())
		if r.SecondFactor {
			u.SetTotpConfirmed(false).ClearTotpSealed().SetRecoveryHashes([]string{})
		}
		n, err := u.Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.VersionConflict.New("此账号刚刚有变动，请再试一次")
		}
		if err := forgiven(ctx, tx, s.failureKey(*acc.cred.Username)); err != nil {
			return err
		}
		if err := s.endSessions(ctx, tx, personID, "reset"); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{
			Action: "account.reset", SubjectKind: "person", SubjectID: personID.String(),
			Facts: map[string]any{"second_factor": r.SecondFactor},
		})
	})
	return wrapOrNil("reset", err)
}

// resettable finds the account and asks the rule.
func (s *Service) resettable(ctx context.Context, caller *auth.Caller, tenant string, personID uuid.UUID) (*account, error) {
	var acc *account
	var held []liveGrant
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		cred, err := tx.Credential.Query().Where(credential.PersonID(personID), credential.UsernameNotNil()).Only(ctx)
		if database.IsNotFound(err) {
			return noAccount()
		}
		if err != nil {
			return err
		}
		if acc, err = s.accountOf(ctx, tx, cred); err != nil {
			return err
		}
		held, err = readGrants(ctx, tx, personID)
		return err
	})
	if err != nil {
		return nil, wrapTechnical("reset", err)
	}
	here := false
	for _, g := range held {
		here = here || g.grant.Tenant == tenant
	}
	if !here {
		return nil, noAccount()
	}
	giver := authz.Holder{PersonID: caller.PersonID, Grants: caller.Grants}
	for _, g := range held {
		if err := s.d.Index.CheckRevoke(giver, personID, g.grant); err != nil {
			return nil, grantFault(err)
		}
	}
	return acc, nil
}

func noAccount() error { return fault.NotFound.New("没有这个账号") }
