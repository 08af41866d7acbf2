package crypto

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// Material is a key ring as it is stored: JSON, keys in base64. It is a secret as a whole.
type Material struct {
	Field   KeySet            `json:"field"`
	Blind   KeySet            `json:"blind"`
	Signing []SigningMaterial `json:"signing"`
}

// KeySet is several keys of one purpose; Current is the one that new values use.
type KeySet struct {
	Current string            `json:"current"`
	Keys    map[string][]byte `json:"keys"`
	// Ciphers says what a field key is for, by its id; AES256GCM where it says nothing.
	Ciphers map[string]string `json:"ciphers,omitempty"`
}

// SigningMaterial is a SigningKey as it is stored.
type SigningMaterial struct {
	ID            string    `json:"id"`
	Seed          []byte    `json:"seed"`
	SignsFrom     time.Time `json:"signs_from"`
	VerifiesUntil time.Time `json:"verifies_until,omitzero"`
}

// Format keeps a stray %v of the material from printing keys.
func (Material) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("crypto.Material{redacted}")) }

// Rotation overlaps: a new signing key is published for SigningLead before it signs, and the old one
// verifies for SigningTail after that, longer than any access token lives (15 minutes).
const (
	SigningLead = 10 * time.Minute
	SigningTail = 20 * time.Minute
)

// Generate makes a fresh ring's material; its signing key signs at once.
func Generate(now time.Time) (Material, error) {
	keys := make([][]byte, 3)
	for i := range keys {
		keys[i] = make([]byte, 32)
		if _, err := rand.Read(keys[i]); err != nil {
			return Material{}, fmt.Errorf("crypto: random: %w", err)
		}
	}
	id := keyID(now)
	return Material{
		Field:   KeySet{Current: id, Keys: map[string][]byte{id: keys[0]}},
		Blind:   KeySet{Current: id, Keys: map[string][]byte{id: keys[1]}},
		Signing: []SigningMaterial{{ID: id, Seed: keys[2], SignsFrom: now.UTC().Truncate(time.Second)}},
	}, nil
}

// RotateField adds a field key for a cipher and makes it current; older keys, whatever they are for, stay for reading.
func (m Material) RotateField(now time.Time, cipher string) (Material, error) {
	c, known := ciphers[cipher]
	if !known {
		return Material{}, fmt.Errorf("crypto: cipher %q is not known", cipher)
	}
	fresh, err := Generate(now)
	if err != nil {
		return Material{}, err
	}
	id := fresh.Field.Current
	if _, taken := m.Field.Keys[id]; taken {
		return Material{}, fmt.Errorf("crypto: a field key %q exists already", id)
	}
	keys, named := map[string][]byte{id: fresh.Field.Keys[id][:c.size]}, map[string]string{}
	if cipher != AES256GCM {
		named[id] = cipher
	}
	maps.Copy(keys, m.Field.Keys)
	maps.Copy(named, m.Field.Ciphers)
	m.Field = KeySet{Current: id, Keys: keys, Ciphers: named}
	return m, nil
}

// RotateSigning adds a signing key that signs after SigningLead, lets the earlier ones verify for
// SigningTail beyond that, and drops those whose time is over.
func (m Material) RotateSigning(now time.Time) (Material, error) {
	fresh, err := Generate(now)
	if err != nil {
		return Material{}, err
	}
	next := fresh.Signing[0]
	next.SignsFrom = next.SignsFrom.Add(SigningLead)
	kept := make([]SigningMaterial, 0, len(m.Signing)+1)
	for _, sk := range m.Signing {
		if sk.ID == next.ID {
			return Material{}, fmt.Errorf("crypto: a signing key %q exists already", next.ID)
		}
		if !sk.VerifiesUntil.IsZero() && !sk.VerifiesUntil.After(now) {
			continue
		}
		if sk.VerifiesUntil.IsZero() {
			sk.VerifiesUntil = next.SignsFrom.Add(SigningTail)
		}
		kept = append(kept, sk)
	}
	m.Signing = append(kept, next)
	return m, nil
}

// Parse reads a ring's material from JSON.
func Parse(data []byte) (Material, error) {
	var m Material
	if err := json.Unmarshal(data, &m); err != nil {
		// The decoder's own message may quote a piece of the key material.
		return Material{}, errors.New("crypto: the key ring is not valid JSON")
	}
	return m, nil
}

// Read reads the material in a file. A file that others than its owner and group may read is refused.
func Read(path string) (Material, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Material{}, fmt.Errorf("crypto: key ring: %w", err)
	}
	if info.Mode().Perm()&0o027 != 0 {
		return Material{}, fmt.Errorf("crypto: key ring %s: mode %04o is too open, chmod 600 it", path, info.Mode().Perm())
	}
	data, err := os.ReadFile(path) //nolint:gosec // the path is the operator's own configuration
	if err != nil {
		return Material{}, fmt.Errorf("crypto: key ring: %w", err)
	}
	return Parse(data)
}

// ReadOrCreate reads the material in path and, when there is none, generates it there with mode 0600.
// Two processes that start at once end up with the same ring.
func ReadOrCreate(path string, now time.Time) (Material, error) {
	m, err := Read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return m, err
	}
	if m, err = Generate(now); err != nil {
		return Material{}, err
	}
	if err = os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Material{}, fmt.Errorf("crypto: key ring: %w", err)
	}
	tmp, err := writeTemporary(path, m)
	if err != nil {
		return Material{}, err
	}
	defer func() { _ = os.Remove(tmp) }()
	// Link fails when the name exists, so the first of two writers wins and nobody reads half a file.
	if err = os.Link(tmp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return Material{}, fmt.Errorf("crypto: key ring: %w", err)
	}
	return Read(path)
}

// Write replaces the ring stored in path in one step, with mode 0600.
func Write(path string, m Material) error {
	if _, err := m.state(); err != nil {
		return err
	}
	tmp, err := writeTemporary(path, m)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		_ = os.Remove(tmp)
		return fmt.Errorf("crypto: key ring: %w", err)
	}
	return nil
}

func writeTemporary(path string, m Material) (string, error) {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return "", fmt.Errorf("crypto: key ring: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // CreateTemp makes mode 0600
	if err != nil {
		return "", fmt.Errorf("crypto: key ring: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("crypto: key ring: %w", err)
	}
	return f.Name(), nil
}

func keyID(now time.Time) string { return "k" + now.UTC().Format("20060102-150405") }
