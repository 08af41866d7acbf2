// Package signature is how the product and an SMS gateway know each other's requests: HMAC-SHA256 with a shared
// secret over what the request is for, when it was made, a nonce and the digest of its body.
//
// The purpose is signed too, so that a request seen on one way cannot be sent on another. Requests older than the
// window are refused; within it a repeat changes nothing, because every message has an id of its own.
package signature

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// Headers of a signed request.
const (
	KeyHeader       = "X-Huying-Key"
	TimestampHeader = "X-Huying-Timestamp"
	NonceHeader     = "X-Huying-Nonce"
	Header          = "X-Huying-Signature"
)

// What a request is for.
const (
	Send     = "send"
	Receipts = "receipts"
	Answers  = "answers"
)

// Window is how far the two clocks may differ, with the time a request is on its way.
const Window = 5 * time.Minute

// Bounds of a nonce, which is hexadecimal.
const (
	nonceBytes = 16
	maxNonce   = 64
)

// version begins what is signed and the signature itself.
const version = "v1"

// ErrSignature is the one answer to a signature that does not hold, whatever is wrong with it.
var ErrSignature = errors.New("signature: does not hold")

// Key is what both sides share.
type Key struct {
	ID     string
	Secret []byte
}

// Sign sets the headers of a request for a purpose.
func (k Key) Sign(h http.Header, purpose string, now time.Time, body []byte) error {
	raw := make([]byte, nonceBytes)
	if _, err := rand.Read(raw); err != nil {
		return err
	}
	stamp, nonce := strconv.FormatInt(now.Unix(), 10), hex.EncodeToString(raw)
	h.Set(KeyHeader, k.ID)
	h.Set(TimestampHeader, stamp)
	h.Set(NonceHeader, nonce)
	h.Set(Header, version+"="+k.Of(purpose, stamp, nonce, body))
	return nil
}

// Of is the signature itself: hexadecimal HMAC-SHA256 over the lines "v1", purpose, timestamp in Unix seconds, nonce
// and the hexadecimal SHA-256 of the body, joined by line feeds.
func (k Key) Of(purpose, timestamp, nonce string, body []byte) string {
	sum := sha256.Sum256(body)
	m := hmac.New(sha256.New, k.Secret)
	m.Write([]byte(version + "\n" + purpose + "\n" + timestamp + "\n" + nonce + "\n" + hex.EncodeToString(sum[:])))
	return hex.EncodeToString(m.Sum(nil))
}

// Verify returns ErrSignature unless the request was signed with this key for this purpose within the window. get
// reads a header. The comparison takes the same time wherever the first difference is.
func (k Key) Verify(get func(name string) string, purpose string, now time.Time, body []byte) error {
	stamp, nonce := get(TimestampHeader), get(NonceHeader)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(k.Secret) == 0 || len(nonce) < nonceBytes || len(nonce) > maxNonce {
		return ErrSignature
	}
	if off := now.Unix() - seconds; off > int64(Window/time.Second) || off < -int64(Window/time.Second) {
		return ErrSignature
	}
	known := hmac.Equal([]byte(get(KeyHeader)), []byte(k.ID))
	if !hmac.Equal([]byte(get(Header)), []byte(version+"="+k.Of(purpose, stamp, nonce, body))) || !known {
		return ErrSignature
	}
	return nil
}
