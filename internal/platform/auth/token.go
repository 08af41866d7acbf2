package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"huying/internal/platform/clock"
	"huying/internal/platform/crypto"
)

// ErrToken is returned for every access token that is not accepted. The reason is wrapped for the log;
// a client only ever learns that it is not signed in.
var ErrToken = errors.New("auth: the access token is not accepted")

const (
	// MaxTokenLifetime bounds an access token's life; what it says must not outlive a revocation long
	// even for a verifier that only reads the JWKS.
	MaxTokenLifetime = 15 * time.Minute
	maxTokenBytes    = 2048
	tokenType        = "at+jwt"
)

// Claims is what an access token says. Version is the person's grant version when it was issued; a
// token with an older version than the person's row is void.
type Claims struct {
	PersonID     uuid.UUID
	SessionID    uuid.UUID
	Kind         string
	Version      int64
	SecondFactor bool
	IssuedAt     time.Time
	ExpiresAt    time.Time
}

// KeySource hands out the signing keys of the moment; *crypto.Keyring is one.
type KeySource interface {
	SigningKeys() []crypto.SigningKey
}

// TokenOptions configures Tokens. Lifetime is at most MaxTokenLifetime.
type TokenOptions struct {
	Issuer   string
	Audience string
	Lifetime time.Duration
	Keys     KeySource
	Clock    clock.Clock
}

// Tokens issues and verifies access tokens.
type Tokens struct {
	opt   TokenOptions
	cache *verifiedCache
}

// NewTokens checks the options and returns the issuer and verifier of access tokens.
func NewTokens(opt TokenOptions) (*Tokens, error) {
	var errs []error
	if opt.Issuer == "" || opt.Audience == "" {
		errs = append(errs, errors.New("issuer and audience are needed"))
	}
	if opt.Lifetime <= 0 || opt.Lifetime > MaxTokenLifetime {
		errs = append(errs, fmt.Errorf("lifetime %s is not within 0 to %s", opt.Lifetime, MaxTokenLifetime))
	}
	if opt.Keys == nil || opt.Clock == nil {
		errs = append(errs, errors.New("keys and clock are needed"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("auth: tokens: %w", err)
	}
	return &Tokens{opt: opt, cache: newVerifiedCache(4096)}, nil
}

// Lifetime is how long an issued token lives.
func (t *Tokens) Lifetime() time.Duration { return t.opt.Lifetime }

type wireClaims struct {
	jwt.RegisteredClaims
	Session      string `json:"sid"`
	Kind         string `json:"knd"`
	Version      int64  `json:"gv"`
	SecondFactor bool   `json:"mfa,omitempty"`
}

// Issue signs a token for c. IssuedAt and ExpiresAt of c are ignored and set from the clock.
func (t *Tokens) Issue(c Claims) (string, time.Time, error) {
	now := t.opt.Clock.Now()
	key, err := signingKey(t.opt.Keys.SigningKeys(), now)
	if err != nil {
		return "", time.Time{}, err
	}
	expires := now.Add(t.opt.Lifetime)
	tok := jwt.NewWithClaims(jwt.SigningMethodEdDSA, wireClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: t.opt.Issuer, Audience: jwt.ClaimStrings{t.opt.Audience}, Subject: c.PersonID.String(),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
			ID: uuid.NewString(),
		},
		Session: c.SessionID.String(), Kind: c.Kind, Version: c.Version, SecondFactor: c.SecondFactor,
	})
	tok.Header["kid"], tok.Header["typ"] = key.ID, tokenType
	signed, err := tok.SignedString(key.Private)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("auth: sign: %w", err)
	}
	return signed, expires, nil
}

// Verify returns what an acceptable token says, else an error that is ErrToken. A token seen before
// costs one hash and a map read; its expiry and its key's end are looked at every time.
func (t *Tokens) Verify(token string) (Claims, error) {
	if len(token) > maxTokenBytes {
		return Claims{}, fmt.Errorf("%w: longer than %d bytes", ErrToken, maxTokenBytes)
	}
	now := t.opt.Clock.Now()
	keys := t.opt.Keys.SigningKeys()
	sum := sha256.Sum256([]byte(token))
	if hit, ok := t.cache.get(sum); ok {
		if _, err := verifyingKey(keys, hit.kid, now); err != nil {
			return Claims{}, err
		}
		if !now.Before(hit.claims.ExpiresAt) || now.Before(hit.claims.IssuedAt) {
			return Claims{}, fmt.Errorf("%w: outside its time", ErrToken)
		}
		return hit.claims, nil
	}
	claims, kid, err := t.parse(token, keys, now)
	if err != nil {
		return Claims{}, err
	}
	t.cache.put(sum, verified{claims: claims, kid: kid})
	return claims, nil
}

func (t *Tokens) parse(token string, keys []crypto.SigningKey, now time.Time) (Claims, string, error) {
	var kid string
	var wire wireClaims
	_, err := jwt.ParseWithClaims(token, &wire, func(tok *jwt.Token) (any, error) {
		for name := range tok.Header {
			// jwk, jku, x5u, x5c carry a key of the sender's choice; crit asks for rules we do not know.
			if !slices.Contains([]string{"alg", "kid", "typ"}, name) {
				return nil, fmt.Errorf("header %q is not allowed", name)
			}
		}
		if typ, _ := tok.Header["typ"].(string); typ != tokenType {
			return nil, errors.New("not an access token")
		}
		kid, _ = tok.Header["kid"].(string)
		key, err := verifyingKey(keys, kid, now)
		if err != nil {
			return nil, err
		}
		return key.Public(), nil
	},
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(t.opt.Issuer), jwt.WithAudience(t.opt.Audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil {
		return Claims{}, "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	c, err := wire.claims()
	if err != nil {
		return Claims{}, "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	return c, kid, nil
}

func (w wireClaims) claims() (Claims, error) {
	person, err := uuid.Parse(w.Subject)
	if err != nil {
		return Claims{}, errors.New("sub is not an id")
	}
	session, err := uuid.Parse(w.Session)
	if err != nil {
		return Claims{}, errors.New("sid is not an id")
	}
	if w.Kind != KindCitizen && w.Kind != KindDeputy && w.Kind != KindStaff {
		return Claims{}, errors.New("knd is unknown")
	}
	if w.IssuedAt == nil || w.ExpiresAt.Sub(w.IssuedAt.Time) > MaxTokenLifetime {
		return Claims{}, errors.New("lives longer than allowed")
	}
	return Claims{
		PersonID: person, SessionID: session, Kind: w.Kind, Version: w.Version, SecondFactor: w.SecondFactor,
		IssuedAt: w.IssuedAt.UTC(), ExpiresAt: w.ExpiresAt.UTC(),
	}, nil
}

// signingKey picks the newest key whose time has come.
func signingKey(keys []crypto.SigningKey, now time.Time) (crypto.SigningKey, error) {
	for _, k := range slices.Backward(keys) {
		if !now.Before(k.SignsFrom) && (k.VerifiesUntil.IsZero() || now.Before(k.VerifiesUntil)) {
			return k, nil
		}
	}
	return crypto.SigningKey{}, errors.New("auth: no signing key is valid now")
}

func verifyingKey(keys []crypto.SigningKey, kid string, now time.Time) (crypto.SigningKey, error) {
	for _, k := range keys {
		if k.ID == kid && (k.VerifiesUntil.IsZero() || now.Before(k.VerifiesUntil)) {
			return k, nil
		}
	}
	return crypto.SigningKey{}, fmt.Errorf("%w: its key is not in the ring", ErrToken)
}

// JWK is one public key as RFC 8037 writes it.
type JWK struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	KeyID     string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
}

// JWKS lists the public keys that verify tokens now or will soon.
func (t *Tokens) JWKS() []JWK {
	now := t.opt.Clock.Now()
	out := []JWK{}
	for _, k := range t.opt.Keys.SigningKeys() {
		if !k.VerifiesUntil.IsZero() && !now.Before(k.VerifiesUntil) {
			continue
		}
		out = append(out, JWK{
			KeyType: "OKP", Curve: "Ed25519", X: base64.RawURLEncoding.EncodeToString(k.Public()),
			KeyID: k.ID, Use: "sig", Algorithm: "EdDSA",
		})
	}
	return out
}
