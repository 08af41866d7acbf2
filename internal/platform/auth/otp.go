package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// RFC 6238 with what every authenticator app assumes: SHA-1, 6 digits, 30 seconds; one step of clock
// difference either way is forgiven.
const (
	otpPeriod = 30
	otpSkew   = 1
)

// NewTOTP makes a secret for one account and the otpauth:// address an authenticator app reads.
func NewTOTP(issuer, account string) (secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: issuer, AccountName: account, Period: otpPeriod, SecretSize: 20, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", "", fmt.Errorf("auth: totp: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// VerifyTOTP says whether code is right at now and has not been used: lastStep is the step of the last
// accepted code (0 for none), and only a later one is accepted. The caller stores the returned step,
// conditionally on it still being greater than the stored one.
func VerifyTOTP(secret, code string, now time.Time, lastStep int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	current := now.Unix() / otpPeriod
	for s := current - otpSkew; s <= current+otpSkew; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(max(s, 0)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > lastStep {
			return s, true
		}
	}
	return 0, false
}

// RecoveryCodes is how many recovery codes are handed out at a time.
const RecoveryCodes = 10

// crockford leaves out letters that are misread on paper.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewRecoveryCodes makes RecoveryCodes single-use codes of 50 random bits, written xxxxx-xxxxx.
func NewRecoveryCodes() ([]string, error) {
	out := make([]string, RecoveryCodes)
	for i := range out {
		raw := make([]byte, 7)
		if _, err := rand.Read(raw); err != nil {
			return nil, fmt.Errorf("auth: recovery codes: %w", err)
		}
		s := crockford.EncodeToString(raw)
		out[i] = s[:5] + "-" + s[5:10]
	}
	return out, nil
}

// FoldRecoveryCode brings what a person typed to the form that was hashed: lower case, no dash or
// space, o as 0, i and l as 1. ok is false for what cannot be a recovery code.
func FoldRecoveryCode(typed string) (folded string, ok bool) {
	folded = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(strings.TrimSpace(typed)))
	return folded, len(folded) == 10
}
