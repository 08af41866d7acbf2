package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

// ErrSealed is returned by Open for anything this ring cannot open: a foreign key, other associated
// data, a changed or cut value. It does not say which, because that would help only an attacker.
var ErrSealed = errors.New("crypto: the value cannot be opened")

// formatAESGCM is the first byte of a sealed value. Another algorithm takes another byte, so values of
// both can live in one column while a table is re-sealed.
const formatAESGCM = 1

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
	out[0], out[1] = formatAESGCM, byte(len(s.fieldCurrent))
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
	if !ok {
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
	if len(sealed) < 2 || sealed[0] != formatAESGCM {
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

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
