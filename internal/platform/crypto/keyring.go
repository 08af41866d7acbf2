package crypto

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"sort"
	"sync/atomic"
	"time"
)

// Keyring holds the keys of one installation. It is safe for concurrent use; Replace exchanges all
// keys at once, so a running process picks up a rotation without a restart.
type Keyring struct{ state atomic.Pointer[state] }

type state struct {
	fieldCurrent string
	field        map[string]fieldKey
	blind        [][]byte // current first
	signing      []SigningKey
}

// SigningKey is one Ed25519 key of the access tokens.
type SigningKey struct {
	ID      string
	Private ed25519.PrivateKey
	// SignsFrom is when tokens begin to be signed with it. It is published in the JWKS before that, so
	// that every verifier knows it in time.
	SignsFrom time.Time
	// VerifiesUntil is when tokens signed with it stop being accepted; zero means never.
	VerifiesUntil time.Time
}

// Public returns the key's verifying half.
func (s SigningKey) Public() ed25519.PublicKey { return s.Private.Public().(ed25519.PublicKey) }

// SigningKeys returns all signing keys of the ring, oldest first.
func (k *Keyring) SigningKeys() []SigningKey { return k.state.Load().signing }

// New builds a ring from its material. All faults of the material are reported together.
func New(m Material) (*Keyring, error) {
	k := &Keyring{}
	if err := k.Replace(m); err != nil {
		return nil, err
	}
	return k, nil
}

// Replace exchanges the ring's keys for those of m, or leaves them as they are and returns why.
func (k *Keyring) Replace(m Material) error {
	s, err := m.state()
	if err != nil {
		return err
	}
	k.state.Store(s)
	return nil
}

func (m Material) state() (*state, error) {
	s := &state{fieldCurrent: m.Field.Current, field: map[string]fieldKey{}}
	var errs []error
	for id, key := range m.Field.Keys {
		if id == "" || len(id) > maxKeyID {
			errs = append(errs, fmt.Errorf("field key id %q: 1 to %d bytes are allowed", id, maxKeyID))
			continue
		}
		aead, err := newFieldKey(m.Field.Ciphers[id], key)
		if err != nil {
			errs = append(errs, fmt.Errorf("field key %q: %w", id, err))
			continue
		}
		s.field[id] = aead
	}
	if _, ok := m.Field.Keys[m.Field.Current]; !ok {
		errs = append(errs, fmt.Errorf("field key %q is named as current and is not in the ring", m.Field.Current))
	}
	blinds, err := m.Blind.ordered()
	if err != nil {
		errs = append(errs, err)
	}
	s.blind = blinds
	seen := map[string]bool{}
	for _, sk := range m.Signing {
		if sk.ID == "" || seen[sk.ID] {
			errs = append(errs, fmt.Errorf("signing key id %q is empty or used twice", sk.ID))
			continue
		}
		seen[sk.ID] = true
		if len(sk.Seed) != ed25519.SeedSize {
			errs = append(errs, fmt.Errorf("signing key %q: %d bytes are needed, %d given", sk.ID, ed25519.SeedSize, len(sk.Seed)))
			continue
		}
		s.signing = append(s.signing, SigningKey{
			ID: sk.ID, Private: ed25519.NewKeyFromSeed(sk.Seed), SignsFrom: sk.SignsFrom, VerifiesUntil: sk.VerifiesUntil,
		})
	}
	if len(m.Signing) == 0 {
		errs = append(errs, errors.New("no signing key"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("crypto: key ring: %w", err)
	}
	sort.SliceStable(s.signing, func(i, j int) bool { return s.signing[i].SignsFrom.Before(s.signing[j].SignsFrom) })
	return s, nil
}

// ordered returns the set's keys, the current one first.
func (k KeySet) ordered() ([][]byte, error) {
	current, ok := k.Keys[k.Current]
	if !ok {
		return nil, fmt.Errorf("blind key %q is named as current and is not in the ring", k.Current)
	}
	out := [][]byte{current}
	ids := make([]string, 0, len(k.Keys))
	for id := range k.Keys {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var errs []error
	for _, id := range ids {
		if len(k.Keys[id]) < 32 {
			errs = append(errs, fmt.Errorf("blind key %q: at least 32 bytes are needed, %d given", id, len(k.Keys[id])))
		}
		if id != k.Current {
			out = append(out, k.Keys[id])
		}
	}
	return out, errors.Join(errs...)
}

// Watch reads the ring stored in path again whenever the file has changed, until ctx ends. A file that
// cannot be used is reported to failed and the keys stay as they are.
func (k *Keyring) Watch(ctx context.Context, path string, every time.Duration, failed func(error)) {
	var seen time.Time
	if info, err := os.Stat(path); err == nil {
		seen = info.ModTime()
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		info, err := os.Stat(path)
		if err == nil && info.ModTime().Equal(seen) {
			continue
		}
		var m Material
		if err == nil {
			m, err = Read(path)
		}
		if err == nil {
			err = k.Replace(m)
		}
		if err != nil {
			failed(fmt.Errorf("crypto: key ring not reloaded: %w", err))
			continue
		}
		seen = info.ModTime()
	}
}
