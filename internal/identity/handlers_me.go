package identity

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/credential"
	"huying/ent/db/person"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

func (s *Service) getMe(ctx context.Context, _ *struct{}) (*meOutput, error) {
	v, err := s.me(ctx, auth.From(ctx), web.TenantOf(ctx))
	if err != nil {
		return nil, err
	}
	return &meOutput{Body: v}, nil
}

func (s *Service) me(ctx context.Context, c *auth.Caller, tenant string) (meView, error) {
	v := meView{
		ID: c.PersonID, Kind: c.Kind, Tenant: tenant, Grants: []grantView{},
		Permissions: s.d.Index.Permissions(c.Grants, tenant), SecondFactor: c.SecondFactor, MustChangePassword: c.MustChangePassword,
	}
	for _, g := range c.AllGrants {
		if g.Role != authz.RoleCitizen {
			v.Grants = append(v.Grants, s.viewGrant(g))
		}
	}
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		p, err := tx.Person.Query().Where(person.ID(c.PersonID)).Only(ctx)
		if err != nil {
			return err
		}
		v.Name = p.Name
		phone, err := s.openPhone(p)
		if err != nil {
			return err
		}
		if phone != "" {
			v.Phone = MaskPhone(phone)
		}
		cred, err := tx.Credential.Query().Where(credential.PersonID(c.PersonID)).Only(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if cred.Username != nil {
			v.Username = *cred.Username
		}
		v.TOTPEnabled, v.RecoveryCodesLeft = cred.TotpConfirmed, len(cred.RecoveryHashes)
		return nil
	})
	return v, wrapOrNil("me", err)
}

// patchMe lets citizens say how to be addressed; staff and deputies are called what they are.
func (s *Service) patchMe(ctx context.Context, in *meInput) (*meOutput, error) {
	c := auth.From(ctx)
	if c.Kind != auth.KindCitizen {
		return nil, fault.Forbidden.New("工作人员和代表的姓名由所在单位登记")
	}
	name := strings.Join(strings.Fields(in.Body.Name), " ")
	if name == "" {
		return nil, fault.Invalid.New("请填写称呼", fault.Field{Name: "name", Message: "不能为空"})
	}
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		return tx.Person.Update().Where(person.ID(c.PersonID)).SetName(name).AddVersion(1).Exec(ctx)
	})
	if err != nil {
		return nil, wrapTechnical("name", err)
	}
	return s.getMe(ctx, nil)
}

func (s *Service) patchPassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	return nil, s.ChangePassword(ctx, auth.From(ctx), in.Body.CurrentPassword, in.Body.NewPassword)
}

func (s *Service) postTOTP(ctx context.Context, _ *struct{}) (*totpOutput, error) {
	secret, uri, err := s.StartTOTP(ctx, auth.From(ctx))
	if err != nil {
		return nil, err
	}
	out := &totpOutput{}
	out.Body.Secret, out.Body.URI = secret, uri
	return out, nil
}

func (s *Service) confirmTOTP(ctx context.Context, in *totpCodeInput) (*recoveryOutput, error) {
	codes, err := s.ConfirmTOTP(ctx, auth.From(ctx), in.Body.Code)
	if err != nil {
		return nil, err
	}
	out := &recoveryOutput{}
	out.Body.RecoveryCodes = codes
	return out, nil
}

func (s *Service) disableTOTP(ctx context.Context, in *totpCodeInput) (*struct{}, error) {
	return nil, s.StopTOTP(ctx, auth.From(ctx), in.Body.Code)
}

func (s *Service) postSecondFactor(ctx context.Context, in *totpCodeInput) (*struct{}, error) {
	return nil, s.ProveSecondFactor(ctx, auth.From(ctx), in.Body.Code)
}

func (s *Service) getSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	c := auth.From(ctx)
	rows, err := s.Sessions(ctx, c.PersonID)
	if err != nil {
		return nil, err
	}
	items := make([]sessionView, len(rows))
	for i, r := range rows {
		items[i] = viewSession(r, c.SessionID)
	}
	return &sessionsOutput{Body: web.NewPage(items, "")}, nil
}

func (s *Service) deleteOneSession(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, s.SignOut(ctx, auth.From(ctx).PersonID, in.ID)
}

func (s *Service) deleteSessions(ctx context.Context, _ *struct{}) (*endOutput, error) {
	if err := s.SignOutEverywhere(ctx, auth.From(ctx).PersonID); err != nil {
		return nil, err
	}
	out := &endOutput{}
	out.SetCookie = append(out.SetCookie, s.clearedCookie())
	return out, nil
}

// nameOf returns the plain names of people, for lists that administrators of grants see.
func (s *Service) namesOf(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	out := make(map[uuid.UUID]string, len(ids))
	people, err := tx.Person.Query().Where(person.IDIn(ids...)).All(ctx)
	for _, p := range people {
		out[p.ID] = p.Name
	}
	return out, err
}
