package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost of one argon2id hash: the second recommended setting of the OWASP cheat sheet (19 MiB, 2 passes).
// A stored hash names its own cost, so raising these leaves old hashes readable; NeedsRehash finds them.
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonThreads   = 1
	argonSalt      = 16
	argonKey       = 32
)

// hashing bounds how many hashes run at once, so that a burst of sign-ins cannot take all memory.
var hashing = make(chan struct{}, max(2, runtime.NumCPU()))

// HashPassword returns the PHC string ($argon2id$…) of the password after NFKC.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("auth: salt: %w", err)
	}
	key, err := derive(ctx, password, salt, argonPasses, argonMemoryKiB, argonThreads, argonKey)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemoryKiB, argonPasses, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// VerifyPassword says whether the password belongs to the hash. A hash it cannot read is an error, not
// a no.
func VerifyPassword(ctx context.Context, hash, password string) (bool, error) {
	h, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	got, err := derive(ctx, password, h.salt, h.passes, h.memory, h.threads, uint32(len(h.key))) //nolint:gosec // parseHash bounds it
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, h.key) == 1, nil
}

// NeedsRehash says whether the hash was made at another cost than today's.
func NeedsRehash(hash string) bool {
	h, err := parseHash(hash)
	return err != nil || h.memory != argonMemoryKiB || h.passes != argonPasses || h.threads != argonThreads
}

// decoyHash belongs to no password anybody knows. Verifying against it makes an unknown user name cost
// as much time as a wrong password.
const decoyHash = "$argon2id$v=19$m=19456,t=2,p=1$Y2lyY3VtZmVyZW5jZTE$7Gv3mKxS1bXyYF2oG0m1hJ1n5Q0r8tZpVw9uKc4eLdA"

// SpendVerification takes the time of one verification and tells nothing.
func SpendVerification(ctx context.Context, password string) error {
	_, err := VerifyPassword(ctx, decoyHash, password)
	return err
}

func derive(ctx context.Context, password string, salt []byte, passes, memory uint32, threads uint8, size uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("auth: password: %w", ctx.Err())
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, passes, memory, threads, size), nil
}

type argonHash struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

var errHash = errors.New("auth: the stored password hash is not readable")

func parseHash(s string) (argonHash, error) {
	var h argonHash
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errHash
	}
	var err error
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil {
		return h, errHash
	}
	// A row cannot make one sign-in cost more than 256 MiB and 16 passes.
	if h.memory < 8 || h.memory > 256*1024 || h.passes < 1 || h.passes > 16 || h.threads < 1 || h.threads > 8 {
		return h, errHash
	}
	if h.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil || len(h.salt) < 8 || len(h.salt) > 64 {
		return h, errHash
	}
	if h.key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil || len(h.key) < 16 || len(h.key) > 64 {
		return h, errHash
	}
	return h, nil
}
