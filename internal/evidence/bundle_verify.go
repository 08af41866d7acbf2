package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// manifestMost bounds what is read of a bundle's own lists.
const manifestMost = 4 << 20

// ErrBundle means that a bundle is not what was made.
var ErrBundle = errors.New("bundle does not hold")

// VerifyBundle checks every file of a bundle against its sums, and that nothing was added or taken away, and returns
// its manifest. It trusts nothing in the bundle but the sums themselves; those are compared with a copy kept elsewhere.
func VerifyBundle(r io.ReaderAt, size int64) (*Manifest, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	files := map[string]*zip.File{}
	for _, f := range z.File {
		if files[f.Name] != nil {
			return nil, fmt.Errorf("%w: %q is in it twice", ErrBundle, f.Name)
		}
		files[f.Name] = f
	}
	list, err := small(files[bundleSums], bundleSums)
	if err != nil {
		return nil, err
	}
	seen := map[string]string{bundleSums: ""}
	for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			return nil, fmt.Errorf("%w: %s: bad line %q", ErrBundle, bundleSums, lines.Text())
		}
		if err := checkSum(files[name], name, sum); err != nil {
			return nil, err
		}
		seen[name] = sum
	}
	for name := range files {
		if _, listed := seen[name]; !listed {
			return nil, fmt.Errorf("%w: %q was added", ErrBundle, name)
		}
	}
	return agree(files, seen)
}

// agree holds the manifest against the sums.
func agree(files map[string]*zip.File, sums map[string]string) (*Manifest, error) {
	raw, err := small(files[bundleManifest], bundleManifest)
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil || m.Format != bundleFormat {
		return nil, fmt.Errorf("%w: %s cannot be read", ErrBundle, bundleManifest)
	}
	if sums[bundleManifest] == "" {
		return nil, fmt.Errorf("%w: %s is not in %s", ErrBundle, bundleManifest, bundleSums)
	}
	for _, f := range m.Files {
		if f.SHA256 != sums[f.Name] { // both are empty for what the manifest says is missing
			return nil, fmt.Errorf("%w: %q differs from the manifest", ErrBundle, f.Name)
		}
	}
	return &m, nil
}

func checkSum(f *zip.File, name, want string) error {
	if f == nil {
		return fmt.Errorf("%w: %q is missing", ErrBundle, name)
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %q: %w", ErrBundle, name, err)
	}
	defer func() { _ = r.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, r); err != nil { //nolint:gosec // hashed, never held
		return fmt.Errorf("%w: %q: %w", ErrBundle, name, err)
	}
	if hex.EncodeToString(hash.Sum(nil)) != want {
		return fmt.Errorf("%w: %q was changed", ErrBundle, name)
	}
	return nil
}

func small(f *zip.File, name string) ([]byte, error) {
	if f == nil {
		return nil, fmt.Errorf("%w: %q is missing", ErrBundle, name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %w", ErrBundle, name, err)
	}
	defer func() { _ = r.Close() }()
	raw, err := io.ReadAll(io.LimitReader(r, manifestMost))
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %w", ErrBundle, name, err)
	}
	return raw, nil
}
