package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/internal/platform/auth"
)

func TestPasswordHash(t *testing.T) {
	ctx := t.Context()
	h, err := auth.HashPassword(ctx, "海边的旧码头 17")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h, "$argon2id$v=19$m=19456,t=2,p=1$") || auth.NeedsRehash(h) {
		t.Fatalf("hash %q", h)
	}
	for password, want := range map[string]bool{
		"海边的旧码头 17": true,
		"海边的旧码头 １７": true, // the same keys through a Chinese input method
		"海边的旧码头 18": false,
		"":          false,
	} {
		if ok, err := auth.VerifyPassword(ctx, h, password); err != nil || ok != want {
			t.Errorf("%q: %v, %v", password, ok, err)
		}
	}
	if again, _ := auth.HashPassword(ctx, "海边的旧码头 17"); again == h {
		t.Error("no salt")
	}
	for _, bad := range []string{"", "x", "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		if ok, err := auth.VerifyPassword(ctx, bad, "x"); ok || err == nil {
			t.Errorf("unreadable hash %q: %v, %v", bad, ok, err)
		}
	}
	if err := auth.SpendVerification(ctx, "anything"); err != nil {
		t.Errorf("the decoy hash is not readable: %v", err)
	}
}

func TestPasswordRules(t *testing.T) {
	for password, want := range map[string]error{
		"Huying-demo-2026":         nil,
		"correct-fish-lamp-77":     nil,
		"海边的旧码头有三只猫":               nil,
		"short-1":                  auth.ErrPasswordShort,
		"九个汉字不够长的口":                auth.ErrPasswordShort,
		strings.Repeat("aB3-", 33): auth.ErrPasswordLong,
		"with\nnewline-here":       auth.ErrPasswordChars,
		"bad-\xff-utf8-text":       auth.ErrPasswordChars,
		"x370202.staff!9":          auth.ErrPasswordName,
		"My-370202.STAFF":          auth.ErrPasswordName,
		"Password1234!":            auth.ErrPasswordCommon,
		"P@ssw0rd!!2026":           auth.ErrPasswordCommon,
		"qingdao123456":            auth.ErrPasswordCommon,
		"QingdaoQingdao":           auth.ErrPasswordCommon,
		"woaini1314520":            auth.ErrPasswordCommon,
		"1234567890":               auth.ErrPasswordCommon,
		"qwertyuiop":               auth.ErrPasswordCommon,
		"abcd1234qwer":             auth.ErrPasswordCommon,
		"0987654321abcd":           auth.ErrPasswordCommon,
		"aaaaaaaaaaaa":             auth.ErrPasswordCommon,
		"ababababababab":           auth.ErrPasswordCommon,
		"1qaz2wsx3edc":             auth.ErrPasswordCommon,
	} {
		if got := auth.PasswordFault(password, "370202.staff"); !errors.Is(got, want) {
			t.Errorf("%q: got %v, want %v", password, got, want)
		}
	}
}

func TestTOTP(t *testing.T) {
	// RFC 6238 appendix B, SHA-1, the last six digits; the secret is "12345678901234567890".
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for unix, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		if step, ok := auth.VerifyTOTP(secret, code, time.Unix(unix, 0), 0); !ok || step != unix/30 {
			t.Errorf("at %d: %d, %v", unix, step, ok)
		}
	}
	now := time.Unix(1111111111, 0)
	step, ok := auth.VerifyTOTP(secret, "050 471", now, 0)
	if !ok {
		t.Fatal("a space between the halves is refused")
	}
	if _, ok := auth.VerifyTOTP(secret, "050471", now, step); ok {
		t.Error("the same code was accepted twice")
	}
	if _, ok := auth.VerifyTOTP(secret, "081804", now, step); ok {
		t.Error("an older code was accepted after a newer one")
	}
	if _, ok := auth.VerifyTOTP(secret, "050471", now.Add(30*time.Second), 0); !ok {
		t.Error("one step of clock difference is not forgiven")
	}
	if _, ok := auth.VerifyTOTP(secret, "050471", now.Add(61*time.Second), 0); ok {
		t.Error("two steps are forgiven")
	}
	for _, bad := range []string{"", "05047", "0504711", "abcdef", "０５０４７１"} {
		if _, ok := auth.VerifyTOTP(secret, bad, now, 0); ok {
			t.Errorf("%q accepted", bad)
		}
	}
	if _, ok := auth.VerifyTOTP("not base32!", "050471", now, 0); ok {
		t.Error("accepted with an unreadable secret")
	}
	fresh, uri, err := auth.NewTOTP("呼应", "370202.staff")
	if err != nil || len(fresh) != 32 || !strings.HasPrefix(uri, "otpauth://totp/") {
		t.Errorf("%q %q %v", fresh, uri, err)
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, err := auth.NewRecoveryCodes()
	if err != nil || len(codes) != auth.RecoveryCodes {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	seen := map[string]bool{}
	for _, c := range codes {
		folded, ok := auth.FoldRecoveryCode(" " + strings.ToUpper(c))
		if !ok || len(c) != 11 || seen[folded] {
			t.Errorf("code %q folds to %q", c, folded)
		}
		seen[folded] = true
	}
	if f, ok := auth.FoldRecoveryCode("OIL12-abcde"); !ok || f != "01112abcde" {
		t.Errorf("misread letters: %q %v", f, ok)
	}
	rapid.Check(t, func(rt *rapid.T) {
		if f, ok := auth.FoldRecoveryCode(rapid.String().Draw(rt, "typed")); ok && len(f) != 10 {
			rt.Fatal("wrong length accepted")
		}
	})
}
