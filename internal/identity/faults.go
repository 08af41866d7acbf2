package identity

import (
	"time"

	"huying/internal/platform/fault"
)

// Failures of signing in.
var (
	// CodeWrong: the SMS code is wrong, used, expired, or tried too often. Which of these is not told.
	CodeWrong = fault.Define("code_wrong", 401, "验证码不对或已失效")
	// StepUpNeeded: the number was silent for long. Facts: ways, a list of "report_number",
	// "start_fresh".
	StepUpNeeded = fault.Define("step_up_needed", 409, "请确认您是原来的机主")
	// PasswordDoor: this account signs in with user name and password.
	PasswordDoor = fault.Define("password_sign_in_needed", 403, "请用用户名和密码登录")
	// CredentialsWrong: unknown user name, wrong password or wrong one-time code.
	CredentialsWrong = fault.Define("credentials_wrong", 401, "用户名、密码或动态口令不对")
	// TOTPNeeded: the password is right and a one-time code is still needed.
	TOTPNeeded = fault.Define("totp_needed", 401, "请输入动态口令")
	// Locked: too many failures; RetryAfter says until when.
	Locked = fault.Define("sign_in_locked", 429, "尝试次数过多，已暂时锁定")
	// RefreshReused: a refresh token was shown twice; its session has been ended.
	RefreshReused = fault.Define("refresh_reused", 401, "登录凭证被重复使用，已退出登录")
	// TOTPState: the second factor is not in the state this step needs.
	TOTPState = fault.Define("totp_state", 409, "动态口令状态不符")
	// GrantRefused: the rule of granting says no.
	GrantRefused = fault.Define("grant_refused", 403, "不能授予或收回此角色")
)

func signedOut(detail string) *fault.Error { return fault.Unauthenticated.New(detail) }

func phoneFault(name string) *fault.Error {
	return fault.Invalid.New("请填写手机号码", fault.Field{Name: name, Message: "请填写11位中国大陆手机号码"})
}

func locked(wait time.Duration) *fault.Error {
	return Locked.New("尝试次数过多，请15分钟后再试").After(max(wait, time.Second))
}
