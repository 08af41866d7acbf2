package auth_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"huying/internal/platform/auth"
	"huying/internal/platform/clock"
	"huying/internal/platform/crypto"
)

var start = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

type bench struct {
	tokens   *auth.Tokens
	clock    *clock.Fake
	ring     *crypto.Keyring
	material crypto.Material
}

func newBench(t testing.TB) *bench {
	t.Helper()
	m, err := crypto.Generate(start)
	if err != nil {
		t.Fatal(err)
	}
	k, err := crypto.New(m)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(start)
	tokens, err := auth.NewTokens(auth.TokenOptions{Issuer: "huying", Audience: "huying-api", Lifetime: 15 * time.Minute, Keys: k, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	return &bench{tokens: tokens, clock: c, ring: k, material: m}
}

func (b *bench) issue(t testing.TB) string {
	t.Helper()
	s, _, err := b.tokens.Issue(auth.Claims{PersonID: uuid.New(), SessionID: uuid.New(), Kind: auth.KindStaff, Version: 3, SecondFactor: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// forge signs what a good token says after change has altered it.
func (b *bench) forge(t *testing.T, method jwt.SigningMethod, key any, change func(header, claims map[string]any)) string {
	t.Helper()
	claims := jwt.MapClaims{
		"iss": "huying", "aud": "huying-api", "sub": uuid.NewString(), "sid": uuid.NewString(), "knd": "staff", "gv": 1,
		"iat": start.Unix(), "exp": start.Add(10 * time.Minute).Unix(),
	}
	tok := jwt.NewWithClaims(method, claims)
	tok.Header["kid"], tok.Header["typ"] = b.ring.SigningKeys()[0].ID, "at+jwt"
	if change != nil {
		change(tok.Header, claims)
	}
	s, err := tok.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTokenAttacks(t *testing.T) {
	b := newBench(t)
	key := b.ring.SigningKeys()[0]
	public := key.Public()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	pemKey := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	_, foreign, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, v any) func(h, c map[string]any) { return func(_, c map[string]any) { c[name] = v } }
	head := func(name string, v any) func(h, c map[string]any) { return func(h, _ map[string]any) { h[name] = v } }
	drop := func(name string) func(h, c map[string]any) { return func(_, c map[string]any) { delete(c, name) } }
	good := b.forge(t, jwt.SigningMethodEdDSA, key.Private, nil)
	parts := strings.Split(good, ".")
	attacks := map[string]string{
		"alg none":                      b.forge(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"alg None in capitals":          unsigned(t, parts, "None"),
		"HS256 with the public key":     b.forge(t, jwt.SigningMethodHS256, []byte(public), nil),
		"HS256 with the PEM key":        b.forge(t, jwt.SigningMethodHS256, pemKey, nil),
		"HS512 with the public key":     b.forge(t, jwt.SigningMethodHS512, []byte(public), nil),
		"signed by a foreign key":       b.forge(t, jwt.SigningMethodEdDSA, foreign, nil),
		"foreign kid":                   b.forge(t, jwt.SigningMethodEdDSA, foreign, head("kid", "other")),
		"kid missing":                   b.forge(t, jwt.SigningMethodEdDSA, key.Private, func(h, _ map[string]any) { delete(h, "kid") }),
		"kid is a number":               b.forge(t, jwt.SigningMethodEdDSA, key.Private, head("kid", 1)),
		"kid is a path":                 b.forge(t, jwt.SigningMethodEdDSA, key.Private, head("kid", "../../dev/null")),
		"brings its own jwk":            b.forge(t, jwt.SigningMethodEdDSA, foreign, head("jwk", map[string]string{"kty": "OKP"})),
		"brings a jku":                  b.forge(t, jwt.SigningMethodEdDSA, key.Private, head("jku", "https://example.org/keys")),
		"critical header":               b.forge(t, jwt.SigningMethodEdDSA, key.Private, head("crit", []string{"x"})),
		"another type of token":         b.forge(t, jwt.SigningMethodEdDSA, key.Private, head("typ", "JWT")),
		"expired":                       b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("exp", start.Unix())),
		"no expiry":                     b.forge(t, jwt.SigningMethodEdDSA, key.Private, drop("exp")),
		"not yet valid":                 b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("nbf", start.Add(time.Minute).Unix())),
		"issued in the future":          b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("iat", start.Add(time.Minute).Unix())),
		"no issue time":                 b.forge(t, jwt.SigningMethodEdDSA, key.Private, drop("iat")),
		"lives for a day":               b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("exp", start.Add(24*time.Hour).Unix())),
		"other issuer":                  b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("iss", "elsewhere")),
		"no issuer":                     b.forge(t, jwt.SigningMethodEdDSA, key.Private, drop("iss")),
		"other audience":                b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("aud", "another-api")),
		"no audience":                   b.forge(t, jwt.SigningMethodEdDSA, key.Private, drop("aud")),
		"subject is not an id":          b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("sub", "admin")),
		"session is not an id":          b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("sid", "")),
		"unknown kind":                  b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("knd", "root")),
		"version is text":               b.forge(t, jwt.SigningMethodEdDSA, key.Private, set("gv", "9")),
		"claims exchanged":              parts[0] + "." + strings.Split(b.issue(t), ".")[1] + "." + parts[2],
		"signature dropped":             parts[0] + "." + parts[1] + ".",
		"signature missing":             parts[0] + "." + parts[1],
		"a fourth part":                 good + ".x",
		"padding after the signature":   good + "==",
		"loose last bits":               loosened(good),
		"empty":                         "",
		"only dots":                     "..",
		"longer than any token of ours": good + strings.Repeat("A", 4096),
	}
	if _, err := b.tokens.Verify(good); err != nil {
		t.Fatalf("the unaltered token is refused, so the table proves nothing: %v", err)
	}
	for name, token := range attacks {
		t.Run(name+" is refused", func(t *testing.T) {
			for range 2 { // the second time through the cache
				if _, err := b.tokens.Verify(token); !errors.Is(err, auth.ErrToken) {
					t.Fatalf("got %v", err)
				}
			}
		})
	}
}

func unsigned(t *testing.T, parts []string, alg string) string {
	t.Helper()
	head, err := json.Marshal(map[string]string{"alg": alg, "typ": "at+jwt"})
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(head) + "." + parts[1] + "."
}

// loosened changes the two unused bits of the signature's last character: the same bytes in lax base64.
func loosened(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + string(alphabet[last|1])
}

func TestTokenLife(t *testing.T) {
	t.Run("a token says what was issued, from the cache too", func(t *testing.T) {
		b := newBench(t)
		want := auth.Claims{PersonID: uuid.New(), SessionID: uuid.New(), Kind: auth.KindCitizen, Version: 7}
		s, expires, err := b.tokens.Issue(want)
		if err != nil {
			t.Fatal(err)
		}
		want.IssuedAt, want.ExpiresAt = start, expires
		for range 2 {
			if got, err := b.tokens.Verify(s); err != nil || got != want {
				t.Fatalf("got %+v, %v", got, err)
			}
		}
	})
	t.Run("a cached token still expires", func(t *testing.T) {
		b := newBench(t)
		s := b.issue(t)
		if _, err := b.tokens.Verify(s); err != nil {
			t.Fatal(err)
		}
		b.clock.Advance(15 * time.Minute)
		if _, err := b.tokens.Verify(s); !errors.Is(err, auth.ErrToken) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("rotation overlaps: both keys verify, then only the new one", func(t *testing.T) {
		b := newBench(t)
		if _, err := b.material.RotateSigning(b.clock.Now()); err == nil {
			t.Fatal("a key id was used twice")
		}
		b.clock.Advance(time.Minute)
		next, err := b.material.RotateSigning(b.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err = b.ring.Replace(next); err != nil {
			t.Fatal(err)
		}
		if n := len(b.tokens.JWKS()); n != 2 {
			t.Fatalf("%d keys are published", n)
		}
		b.clock.Advance(crypto.SigningLead - time.Second)
		old := b.issue(t)
		b.clock.Advance(time.Second)
		fresh := b.issue(t)
		if head(t, old)["kid"] == head(t, fresh)["kid"] {
			t.Fatal("the new key does not sign")
		}
		for _, s := range []string{old, fresh} {
			if _, err := b.tokens.Verify(s); err != nil {
				t.Fatal(err)
			}
		}
		b.clock.Advance(14 * time.Minute)
		if _, err := b.tokens.Verify(old); err != nil {
			t.Fatalf("within the overlap: %v", err)
		}
		b.clock.Advance(crypto.SigningTail - 14*time.Minute)
		if keys := b.tokens.JWKS(); len(keys) != 1 || keys[0].KeyID != head(t, fresh)["kid"] {
			t.Fatalf("published: %v", keys)
		}
	})
	t.Run("a key taken out of the ring ends even cached tokens", func(t *testing.T) {
		b := newBench(t)
		s := b.issue(t)
		if _, err := b.tokens.Verify(s); err != nil {
			t.Fatal(err)
		}
		other, err := crypto.Generate(start.Add(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		other.Field, other.Blind = b.material.Field, b.material.Blind
		if err := b.ring.Replace(other); err != nil {
			t.Fatal(err)
		}
		if _, err := b.tokens.Verify(s); !errors.Is(err, auth.ErrToken) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("more tokens than the cache holds are all still right", func(t *testing.T) {
		b := newBench(t)
		first := b.issue(t)
		for i := range 9000 {
			s := first
			if i%500 != 0 {
				s = b.issue(t)
			}
			if _, err := b.tokens.Verify(s); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("a longer life than fifteen minutes cannot be configured", func(t *testing.T) {
		b := newBench(t)
		if _, err := auth.NewTokens(auth.TokenOptions{Issuer: "a", Audience: "b", Lifetime: time.Hour, Keys: b.ring, Clock: b.clock}); err == nil {
			t.Fatal("accepted")
		}
	})
}

func head(t *testing.T, token string) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	if err != nil {
		t.Fatal(err)
	}
	var h map[string]any
	if err := json.Unmarshal(raw, &h); err != nil {
		t.Fatal(err)
	}
	return h
}

func FuzzVerify(f *testing.F) {
	b := newBench(f)
	good := b.issue(f)
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := b.tokens.Verify(token); err == nil && token != good {
			t.Fatalf("accepted %q", token)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	bench := newBench(b)
	s := bench.issue(b)
	for b.Loop() {
		if _, err := bench.tokens.Verify(s); err != nil {
			b.Fatal(err)
		}
	}
}
