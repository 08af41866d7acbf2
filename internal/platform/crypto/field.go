package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm4"
)

// ErrSealed is returned by Open for anything this ring cannot open: a foreign key, other associated
// data, a changed or cut value. It does not say which, because that would help only an attacker.
var ErrSealed = errors.New("crypto: the value cannot be opened")

// Ciphers that a field key may be for. Each key is for one of them, so a ring holds both while a table is sealed anew.
const (
	AES256GCM = "aes-256-gcm"
	// SM4GCM is SM4 of GB/T 32907 in Galois/Counter Mode, for installations that need national algorithms.
	SM4GCM = "sm4-gcm"
)

// cipherOf is what a field key's cipher needs: the first byte of what it seals, and the length of its keys.
type cipherOf struct {
	format byte
	size   int
	block  func(key []byte) (cipher.Block, error)
}

var ciphers = map[string]cipherOf{
	AES256GCM: {1, 32, aes.NewCipher},
	SM4GCM:    {2, 16, sm4.NewCipher},
}

// fieldKey is a key ready for use.
type fieldKey struct {
	cipher.AEAD
	format byte
}

// maxKeyID bounds a key id so that its length fits the one byte it is stored in.
const maxKeyID = 32

// Seal encrypts plain under the current field key. aad names the place of the value
// ("people.phone:" + row id) and has to be given again to Open.
// The layout is format, length of key id, key id, 12-byte nonce, ciphertext with 16-byte tag.
func (k *Keyring) Seal(aad string, plain []byte) ([]byte, error) {
	s := k.state.Load()
	aead, ok := s.field[s.fieldCurrent]
	if !ok {
		return nil, fmt.Errorf("crypto: no current field key")
	}
	head := len(s.fieldCurrent) + 2
	out := make([]byte, head+aead.NonceSize(), head+aead.NonceSize()+len(plain)+aead.Overhead())
	out[0], out[1] = aead.format, byte(len(s.fieldCurrent))
	copy(out[2:], s.fieldCurrent)
	nonce := out[head : head+aead.NonceSize()]
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("crypto: nonce: %w", err)
	}
	return aead.Seal(out, nonce, plain, bound(out[:head], aad)), nil //nolint:gosec // the nonce was filled with random bytes above
}

// Open decrypts what Seal made with the same associated data, under whichever key of the ring it names.
func (k *Keyring) Open(aad string, sealed []byte) ([]byte, error) {
	id, err := KeyOf(sealed)
	if err != nil {
		return nil, err
	}
	aead, ok := k.state.Load().field[id]
	if !ok || aead.format != sealed[0] {
		return nil, ErrSealed
	}
	head := 2 + len(id)
	if len(sealed) < head+aead.NonceSize()+aead.Overhead() {
		return nil, ErrSealed
	}
	plain, err := aead.Open(nil, sealed[head:head+aead.NonceSize()], sealed[head+aead.NonceSize():], bound(sealed[:head], aad))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// KeyOf tells which field key a sealed value names.
func KeyOf(sealed []byte) (string, error) {
	if len(sealed) < 2 {
		return "", ErrSealed
	}
	n := int(sealed[1])
	if n == 0 || n > maxKeyID || len(sealed) < 2+n {
		return "", ErrSealed
	}
	return string(sealed[2 : 2+n]), nil
}

// Stale says whether a value was sealed under an older key and should be sealed again when its row is
// next written.
func (k *Keyring) Stale(sealed []byte) bool {
	id, err := KeyOf(sealed)
	return err != nil || id != k.state.Load().fieldCurrent
}

// bound joins the header to the caller's associated data, so that the key id cannot be exchanged.
func bound(head []byte, aad string) []byte {
	out := make([]byte, 0, len(head)+len(aad))
	return append(append(out, head...), aad...)
}

func newFieldKey(name string, key []byte) (fieldKey, error) {
	if name == "" {
		name = AES256GCM
	}
	c, known := ciphers[name]
	if !known {
		return fieldKey{}, fmt.Errorf("cipher %q is not known", name)
	}
	if len(key) != c.size {
		return fieldKey{}, fmt.Errorf("%d bytes are needed for %s, %d given", c.size, name, len(key))
	}
	block, err := c.block(key)
	if err != nil {
		return fieldKey{}, err
	}
	aead, err := cipher.NewGCM(block)
	return fieldKey{aead, c.format}, err
}
