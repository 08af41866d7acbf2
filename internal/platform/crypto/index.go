package crypto

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// Blind returns the keyed digest under which a sealed value is found again: 43 characters of URL-safe
// base64, equal for equal (domain, value) and useless without the key. The domain keeps the same value
// in two columns from being recognised as the same.
func (k *Keyring) Blind(domain, value string) string {
	s := k.state.Load()
	return blind(s.blind[0], domain, value)
}

// BlindAll returns the digests of value under the current blind key and every older one, current
// first. A look-up asks for all of them; a row found under an older one is written again with Blind.
func (k *Keyring) BlindAll(domain, value string) []string {
	s := k.state.Load()
	out := make([]string, len(s.blind))
	for i, key := range s.blind {
		out[i] = blind(key, domain, value)
	}
	return out
}

// SameBlind compares in constant time whether digest is Blind(domain, value) under any key of the ring.
func (k *Keyring) SameBlind(digest, domain, value string) bool {
	same := false
	for _, d := range k.BlindAll(domain, value) {
		if hmac.Equal([]byte(d), []byte(digest)) {
			same = true
		}
	}
	return same
}

func blind(key []byte, domain, value string) string {
	m := hmac.New(sha256.New, key)
	// The length byte keeps ("ab","c") and ("a","bc") apart.
	m.Write([]byte{byte(len(domain) >> 8), byte(len(domain))})
	m.Write([]byte(domain))
	m.Write([]byte(value))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}
