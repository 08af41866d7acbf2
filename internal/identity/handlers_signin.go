package identity

import (
	"context"
	"net/http"

	"huying/internal/platform/auth"
	"huying/internal/platform/telemetry"
)

// metaOf is where a request comes from, for routes that have no caller yet.
func metaOf(ctx context.Context, userAgent string) auth.Meta {
	o := telemetry.OriginOf(ctx)
	return auth.Meta{Address: o.Address, Device: o.Device, UserAgent: userAgent}
}

func (s *Service) postCode(ctx context.Context, in *codeInput) (*codeOutput, error) {
	wait, err := s.RequestCode(ctx, in.Body.Phone, metaOf(ctx, ""))
	if err != nil {
		return nil, err
	}
	out := &codeOutput{}
	out.Body.ExpiresIn, out.Body.ResendAfter = int(codeLife.Seconds()), int(wait.Seconds())
	return out, nil
}

func (s *Service) postSMSSession(ctx context.Context, in *smsSessionInput) (*sessionOutput, error) {
	i, err := s.SignInByCode(ctx, CodeSignIn{
		Phone: in.Body.Phone, Code: in.Body.Code, ReportNumber: in.Body.ReportNumber, StartFresh: in.Body.StartFresh,
	}, metaOf(ctx, in.UserAgent))
	if err != nil {
		return nil, err
	}
	return s.viewTokens(i, in.Body.Cookie), nil
}

func (s *Service) postSession(ctx context.Context, in *passwordSessionInput) (*sessionOutput, error) {
	i, err := s.SignInByPassword(ctx, PasswordSignIn{
		Username: in.Body.Username, Password: in.Body.Password, Code: in.Body.TOTP,
	}, metaOf(ctx, in.UserAgent))
	if err != nil {
		return nil, err
	}
	return s.viewTokens(i, in.Body.Cookie), nil
}

// postRefresh takes the token from the body, else from the cookie, and answers the same way.
func (s *Service) postRefresh(ctx context.Context, in *refreshInput) (*sessionOutput, error) {
	token, cookie := in.Cookie, true
	if in.Body != nil && in.Body.RefreshToken != "" {
		token, cookie = in.Body.RefreshToken, false
	}
	if token == "" {
		return nil, signedOut("请先登录")
	}
	i, err := s.Refresh(ctx, token)
	if err != nil {
		return nil, err
	}
	return s.viewTokens(i, cookie), nil
}

func (s *Service) deleteSession(ctx context.Context, _ *struct{}) (*endOutput, error) {
	c := auth.From(ctx)
	if err := s.SignOut(ctx, c.PersonID, c.SessionID); err != nil {
		return nil, err
	}
	return &endOutput{SetCookie: []http.Cookie{s.clearedCookie()}}, nil
}

func (s *Service) getJWKS(context.Context, *struct{}) (*jwksOutput, error) {
	out := &jwksOutput{CacheControl: "public, max-age=300"}
	out.Body.Keys = s.d.Tokens.JWKS()
	return out, nil
}
