package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/emmansun/gmsm/sm3"
)

// Algorithm is the hash function of a seal.
type Algorithm string

// The algorithms that a chain may be sealed with.
const (
	SHA256 Algorithm = "sha256" // FIPS 180-4
	SM3    Algorithm = "sm3"    // GB/T 32905-2016
)

// ParseAlgorithm reads the configured name.
func ParseAlgorithm(name string) (Algorithm, error) {
	if a := Algorithm(name); a == SHA256 || a == SM3 {
		return a, nil
	}
	return "", fmt.Errorf("audit: %q is neither sha256 nor sm3", name)
}

// algorithmOf says what a stored hash was made with; empty when it is of no known form.
func algorithmOf(hash string) Algorithm {
	name, _, _ := strings.Cut(hash, ":")
	a, err := ParseAlgorithm(name)
	if err != nil {
		return ""
	}
	return a
}

// seal is the stored form of the digest of data.
func (a Algorithm) seal(data []byte) string {
	var sum [32]byte
	if a == SM3 {
		sum = sm3.Sum(data)
	} else {
		sum = sha256.Sum256(data)
	}
	return string(a) + ":" + hex.EncodeToString(sum[:])
}
