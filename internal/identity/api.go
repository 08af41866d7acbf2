package identity

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/web"
)

type codeInput struct {
	Body struct {
		Phone string `json:"phone" minLength:"1" maxLength:"30" doc:"中国大陆手机号码"`
	}
}

type codeOutput struct {
	Body struct {
		ExpiresIn   int `json:"expires_in" doc:"验证码有效秒数"`
		ResendAfter int `json:"resend_after" doc:"多少秒后可以再次获取"`
	}
}

type smsSessionInput struct {
	UserAgent string `header:"User-Agent" hidden:"true"`

	Body struct {
		Phone        string `json:"phone" minLength:"1" maxLength:"30"`
		Code         string `json:"code" minLength:"1" maxLength:"12" doc:"短信验证码"`
		ReportNumber string `json:"report_number,omitempty" maxLength:"40" doc:"号码久未使用时，用以往的受理编号证明仍是本人"`
		StartFresh   bool   `json:"start_fresh,omitempty" doc:"号码久未使用时，作为新机主重新开始"`
		Cookie       bool   `json:"cookie,omitempty" doc:"浏览器：更换凭证只放在 HttpOnly Cookie 里，不在答复中返回"`
	}
}

type passwordSessionInput struct {
	UserAgent string `header:"User-Agent" hidden:"true"`

	Body struct {
		Username string `json:"username" minLength:"1" maxLength:"60"`
		Password string `json:"password" minLength:"1" maxLength:"512"`
		TOTP     string `json:"totp,omitempty" maxLength:"20" doc:"动态口令，或一个恢复码"`
		Cookie   bool   `json:"cookie,omitempty" doc:"浏览器：更换凭证只放在 HttpOnly Cookie 里，不在答复中返回"`
	}
}

type refreshInput struct {
	Cookie string `cookie:"huying_refresh"`
	Body   *struct {
		RefreshToken string `json:"refresh_token,omitempty" maxLength:"200" doc:"不填则取 Cookie 里的"`
	}
}

type sessionOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      tokenView
}

// tokenView is what signing in or refreshing answers.
type tokenView struct {
	AccessToken        string    `json:"access_token" doc:"放在 Authorization: Bearer 里；只存于内存"`
	RefreshToken       string    `json:"refresh_token,omitempty" doc:"只能用一次；选择 Cookie 时没有"`
	TokenType          string    `json:"token_type" enum:"Bearer"`
	ExpiresIn          int       `json:"expires_in" doc:"访问凭证的有效秒数"`
	PersonID           uuid.UUID `json:"person_id"`
	Kind               string    `json:"kind" enum:"citizen,deputy,staff"`
	SecondFactor       bool      `json:"second_factor" doc:"本次登录是否已通过二次验证"`
	MustChangePassword bool      `json:"must_change_password"`
}

type endOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// cookieName is the refresh token's cookie; it is sent to the two routes below cookiePath alone.
const (
	cookieName = "huying_refresh"
	cookiePath = web.Prefix + "/auth"
)

// viewTokens writes the tokens; with cookie the refresh token leaves the body for the cookie.
func (s *Service) viewTokens(i *Issued, cookie bool) *sessionOutput {
	out := &sessionOutput{Body: tokenView{
		AccessToken: i.AccessToken, RefreshToken: i.RefreshToken, TokenType: "Bearer", ExpiresIn: int(i.ExpiresIn.Seconds()),
		PersonID: i.PersonID, Kind: i.Kind, SecondFactor: i.SecondFactor, MustChangePassword: i.MustChange,
	}}
	if cookie {
		out.Body.RefreshToken = ""
		out.SetCookie = []http.Cookie{s.cookie(i.RefreshToken, i.RefreshExpires)}
	}
	return out
}

func (s *Service) cookie(value string, expires time.Time) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure is off in demo mode alone, which speaks plain HTTP on this machine
		Name: cookieName, Value: value, Path: cookiePath, Expires: expires,
		HttpOnly: true, Secure: !s.cfg.Demo, SameSite: http.SameSiteStrictMode,
	}
}

// clearedCookie makes the browser forget the refresh token.
func (s *Service) clearedCookie() http.Cookie {
	c := s.cookie("", time.Unix(1, 0)) //nolint:gosec // the flags are set where it is made
	c.MaxAge = -1
	return c
}

// grantView is one grant on the wire.
type grantView struct {
	ID           *uuid.UUID `json:"id,omitempty"`
	PersonID     *uuid.UUID `json:"person_id,omitempty"`
	PersonName   string     `json:"person_name,omitempty"`
	Role         string     `json:"role"`
	RoleName     string     `json:"role_name"`
	Tenant       string     `json:"tenant"`
	DivisionCode string     `json:"division_code"`
	UnitID       *uuid.UUID `json:"unit_id,omitempty"`
	StationID    *uuid.UUID `json:"station_id,omitempty"`
	DeputyID     *uuid.UUID `json:"deputy_id,omitempty"`
	GrantedBy    *uuid.UUID `json:"granted_by,omitempty"`
	ValidTo      *time.Time `json:"valid_to,omitempty"`
	CreatedAt    *time.Time `json:"created_at,omitempty"`
}

func (s *Service) viewGrant(g authz.Grant) grantView {
	return grantView{
		Role: g.Role, RoleName: s.roleName(g.Role), Tenant: g.Tenant, DivisionCode: g.Division,
		UnitID: orNull(g.UnitID), StationID: orNull(g.StationID), DeputyID: orNull(g.DeputyID),
	}
}

func (s *Service) viewGrantRow(r *db.Grant, name string) grantView {
	v := s.viewGrant(grantOf(r))
	at := r.CreatedAt.UTC()
	v.ID, v.PersonID, v.PersonName = &r.ID, &r.PersonID, name
	v.GrantedBy, v.ValidTo, v.CreatedAt = r.GrantedBy, r.ValidTo, &at
	return v
}

func (s *Service) roleName(key string) string {
	if r, ok := s.d.Index.Role(key); ok {
		return r.Title
	}
	return key
}

type meOutput struct {
	Body meView
}

// meView is the signed-in person on the wire; the number is masked even to its holder.
type meView struct {
	ID                 uuid.UUID   `json:"id"`
	Name               string      `json:"name"`
	Kind               string      `json:"kind" enum:"citizen,deputy,staff"`
	Username           string      `json:"username,omitempty"`
	Phone              string      `json:"phone,omitempty" doc:"隐去中间四位"`
	Tenant             string      `json:"tenant,omitempty" doc:"permissions 所说的区市"`
	Grants             []grantView `json:"grants"`
	Permissions        []string    `json:"permissions" doc:"在此区市可以做的事"`
	SecondFactor       bool        `json:"second_factor" doc:"本次登录是否已通过二次验证"`
	TOTPEnabled        bool        `json:"totp_enabled"`
	RecoveryCodesLeft  int         `json:"recovery_codes_left"`
	MustChangePassword bool        `json:"must_change_password"`
}

type meInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"20" doc:"称呼"`
	}
}

type passwordInput struct {
	Body struct {
		CurrentPassword string `json:"current_password" minLength:"1" maxLength:"512"`
		NewPassword     string `json:"new_password" minLength:"1" maxLength:"512" doc:"至少10个字符，不含用户名，不用常见密码"`
	}
}

type totpOutput struct {
	Body struct {
		Secret string `json:"secret" doc:"动态口令密钥，只显示这一次"`
		URI    string `json:"uri" doc:"验证器应用识别的 otpauth 地址"`
	}
}

type totpCodeInput struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"20" doc:"动态口令，或一个恢复码"`
	}
}

type recoveryOutput struct {
	Body struct {
		RecoveryCodes []string `json:"recovery_codes" doc:"每个只能用一次，只显示这一次"`
	}
}

type sessionsOutput struct {
	Body web.Page[sessionView]
}

// sessionView is one signed-in device on the wire.
type sessionView struct {
	ID           uuid.UUID `json:"id"`
	Current      bool      `json:"current" doc:"就是这台"`
	Device       string    `json:"device"`
	Address      string    `json:"address"`
	SecondFactor bool      `json:"second_factor"`
	CreatedAt    time.Time `json:"created_at"`
	LastUsedAt   time.Time `json:"last_used_at"`
	ExpiresAt    time.Time `json:"expires_at"`
}

func viewSession(r *db.Session, current uuid.UUID) sessionView {
	return sessionView{
		ID: r.ID, Current: r.ID == current, Device: r.Device, Address: r.Address, SecondFactor: r.SecondFactor,
		CreatedAt: r.CreatedAt.UTC(), LastUsedAt: r.LastUsedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(),
	}
}

type idInput struct {
	ID uuid.UUID `path:"id" format:"uuid"`
}

type grantsInput struct {
	web.Paging
	PersonID uuid.UUID `query:"person_id" format:"uuid" doc:"只看此人的"`
	Role     string    `query:"role" maxLength:"40" doc:"只看此角色的"`
}

type grantsOutput struct {
	Body web.Page[grantView]
}

type grantInput struct {
	Body struct {
		PersonID     uuid.UUID  `json:"person_id,omitempty" format:"uuid" doc:"授予谁；与 username、phone 三者填一"`
		Username     string     `json:"username,omitempty" maxLength:"60"`
		Phone        string     `json:"phone,omitempty" maxLength:"30" doc:"还没有登录过的人也可以"`
		Role         string     `json:"role" minLength:"1" maxLength:"40"`
		DivisionCode string     `json:"division_code" minLength:"4" maxLength:"15"`
		UnitID       uuid.UUID  `json:"unit_id,omitempty" format:"uuid"`
		StationID    uuid.UUID  `json:"station_id,omitempty" format:"uuid"`
		DeputyID     uuid.UUID  `json:"deputy_id,omitempty" format:"uuid"`
		ValidTo      *time.Time `json:"valid_to,omitempty"`
	}
}

type grantOutput struct {
	Body struct {
		ID uuid.UUID `json:"id"`
	}
}

type jwksOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Keys []auth.JWK `json:"keys"`
	}
}

type resetInput struct {
	ID   uuid.UUID `path:"id" format:"uuid" doc:"人员编号"`
	Body struct {
		Password     string `json:"password" minLength:"1" maxLength:"512" doc:"新的初始密码；本人登录后必须修改"`
		SecondFactor bool   `json:"second_factor,omitempty" doc:"同时停用动态口令（手机与恢复码都已丢失时）"`
	}
}
