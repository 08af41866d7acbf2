package identity

import (
	"net/http"

	"huying/internal/platform/web"
)

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	s.mountSignIn(srv)
	s.mountMe(srv)
	s.mountGrants(srv)
}

func (s *Service) mountSignIn(srv *web.Server) {
	const tag = "登录"
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/auth/sms-codes", Permission: "session.code", Tag: tag, Tenant: web.None, Body: web.JSON,
		Status: http.StatusAccepted, Summary: "获取短信验证码",
		Detail: "无论号码是否已知，答复都一样。每个号码10分钟5条、每天20条；超出时不再发送，答复不变。同一地址或设备过于频繁时为 429。",
	}, s.postCode)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/auth/sms-sessions", Permission: "session.sms", Tag: tag, Tenant: web.None, Body: web.JSON,
		Summary: "用短信验证码登录（群众、代表）",
		Detail:  "验证码5分钟内有效，最多试5次，只能成功一次。号码半年以上没有使用时为 409 step_up_needed：填写以往的受理编号，或作为新机主重新开始。",
	}, s.postSMSSession)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/auth/sessions", Permission: "session.password", Tag: tag, Tenant: web.None, Body: web.JSON,
		Summary: "用户名和密码登录（工作人员、代表）",
		Detail:  "启用动态口令后，缺少口令时为 401 totp_needed。连续5次不对锁定15分钟。",
	}, s.postSession)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/auth/refresh", Permission: "session.refresh", Tag: tag, Tenant: web.None, Body: web.JSON,
		Summary: "更换登录凭证", Detail: "更换凭证只能用一次；重复使用旧的，这台设备立即退出登录。",
	}, s.postRefresh)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/auth/session", Permission: "session.end", Tag: tag, Tenant: web.None,
		Status: http.StatusNoContent, Summary: "退出登录", WhilePasswordExpired: true,
	}, s.deleteSession)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/.well-known/jwks.json", Root: true, Permission: web.Public, Tag: tag, Tenant: web.None,
		Summary: "验证访问凭证的公钥（JWKS）",
	}, s.getJWKS)
}

func (s *Service) mountMe(srv *web.Server) {
	const tag = "本人"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me", Permission: "me.read", Tag: tag, Tenant: web.Optional,
		Summary: "本人资料、授权与权限", WhilePasswordExpired: true,
	}, s.getMe)
	web.Op(srv, web.Route{
		Method: http.MethodPatch, Path: "/me", Permission: "me.update", Tag: tag, Tenant: web.Optional, Body: web.JSON,
		Summary: "修改本人的称呼",
	}, s.patchMe)
	web.Op(srv, web.Route{
		Method: http.MethodPatch, Path: "/me/password", Permission: "me.password", Tag: tag, Tenant: web.None, Body: web.JSON,
		Status: http.StatusNoContent, Summary: "修改本人密码", Detail: "其他设备随即退出登录。", WhilePasswordExpired: true,
	}, s.patchPassword)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/me/totp", Permission: "me.totp", Tag: tag, Tenant: web.None, Body: web.NoBody,
		Summary: "获取动态口令密钥",
	}, s.postTOTP)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/me/totp/confirm", Permission: "me.totp", Tag: tag, Tenant: web.None, Body: web.JSON,
		Summary: "启用动态口令并获取恢复码",
	}, s.confirmTOTP)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/me/totp/disable", Permission: "me.totp", Tag: tag, Tenant: web.None, Body: web.JSON,
		Status: http.StatusNoContent, Summary: "停用动态口令",
	}, s.disableTOTP)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/auth/second-factor", Permission: "me.totp", Tag: tag, Tenant: web.None, Body: web.JSON,
		Status: http.StatusNoContent, Summary: "本次登录补做二次验证",
	}, s.postSecondFactor)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/me/sessions", Permission: "session.list", Tag: tag, Tenant: web.None,
		Summary: "已登录的设备，最近使用的在前",
	}, s.getSessions)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/me/sessions/{id}", Permission: "session.revoke", Tag: tag, Tenant: web.None,
		Status: http.StatusNoContent, Summary: "让一台设备退出登录",
	}, s.deleteOneSession)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/me/sessions", Permission: "session.revoke", Tag: tag, Tenant: web.None,
		Status: http.StatusNoContent, Summary: "让全部设备退出登录",
	}, s.deleteSessions)
}

func (s *Service) mountGrants(srv *web.Server) {
	const tag = "授权"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/grants", Permission: "grant.list", Tag: tag,
		Summary: "本辖区内的授权，最新在前",
	}, s.getGrants)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/grants", Permission: "grant.create", Tag: tag, Body: web.JSON,
		Status: http.StatusCreated, Summary: "授予角色", Detail: "不能授予自己；只能授予自己可以给的角色，且只在自己的辖区内。对方须刷新登录，新权限立即生效。",
	}, s.postGrant)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/grants/{id}", Permission: "grant.revoke", Tag: tag,
		Status: http.StatusNoContent, Summary: "收回角色", Detail: "立即生效。",
	}, s.deleteGrant)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/accounts/{id}/reset", Permission: "account.reset", Tag: tag, Body: web.JSON,
		Status: http.StatusNoContent, Summary: "重置账号密码", Detail: "只能重置自己可以收回其全部角色的人；其全部设备随即退出登录，登录后须先修改密码。",
	}, s.postReset)
}
