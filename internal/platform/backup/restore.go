package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pkg/xattr"
)

// ErrDamaged is returned for an archive that is cut, altered or not one of ours.
var ErrDamaged = errors.New("the archive is damaged or incomplete")

// manifestMax bounds the last entry.
const manifestMax = 16 << 20

// Target is where an installation is laid back.
type Target struct{ Database, Objects string }

// Vacant refuses a target that holds an installation already.
func (t Target) Vacant() error {
	for _, name := range []string{t.Database, t.Objects} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		if info.IsDir() {
			if entries, err := os.ReadDir(name); err == nil && len(entries) == 0 {
				continue
			}
		}
		return fmt.Errorf("restore: %s is there already; move the old installation away first, nothing is overwritten", name)
	}
	return nil
}

// Restore lays the archive beside the target, checks it to its end and only then moves it into place. Accept looks at
// the manifest before that and may refuse.
func Restore(r io.Reader, t Target, accept func(Manifest) error) (m Manifest, err error) {
	if err := t.Vacant(); err != nil {
		return m, err
	}
	aside := Target{Database: t.Database + ".restoring", Objects: t.Objects + ".restoring"}
	if err := aside.remove(); err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, aside.remove()) }()
	for _, dir := range []string{filepath.Dir(t.Database), aside.Objects} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return m, fmt.Errorf("restore: %w", err)
		}
	}
	if m, err = aside.unpack(tar.NewReader(r)); err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	if m.Attributes == "beside" && xattr.Set(aside.Objects, attributePrefix+"huying-test", []byte("1")) == nil {
		return m, errors.New("restore: the store kept its attributes in files beside, because its file system had none; restore onto one like it")
	}
	if err := accept(m); err != nil {
		return m, err
	}
	syscall.Sync() // everything is on the disk before a name says so
	return m, aside.moveTo(t)
}

func (t Target) remove() error {
	return errors.Join(os.RemoveAll(t.Objects), os.RemoveAll(t.Database))
}

// moveTo puts the rows last: where they are, everything is.
func (t Target) moveTo(to Target) error {
	if err := os.Remove(to.Objects); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.Rename(t.Objects, to.Objects); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := os.Rename(t.Database, to.Database); err != nil {
		return errors.Join(fmt.Errorf("restore: %w", err), os.Rename(to.Objects, t.Objects))
	}
	return nil
}

// unpack reads to the end of the archive and compares its digest with the manifest's.
func (t Target) unpack(in *tar.Reader) (m Manifest, err error) {
	sums := newDigest()
	var complete bool
	for {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if complete {
			return m, fmt.Errorf("%w: something stands behind the manifest", ErrDamaged)
		}
		if header.Name == manifestName {
			complete = true
			if err := json.NewDecoder(io.LimitReader(in, manifestMax)).Decode(&m); err != nil {
				return m, fmt.Errorf("%w: manifest: %w", ErrDamaged, err)
			}
			continue
		}
		if err := t.lay(in, header, sums); err != nil {
			return m, fmt.Errorf("%s: %w", header.Name, err)
		}
	}
	switch {
	case !complete:
		return m, fmt.Errorf("%w: it ends without a manifest", ErrDamaged)
	case m.Format != format:
		return m, fmt.Errorf("the archive has format %d, this program reads %d", m.Format, format)
	case m.Digest != sums.String() || m.Files != sums.files:
		return m, fmt.Errorf("%w: its files are not those that were written", ErrDamaged)
	}
	if _, err := os.Stat(t.Database); err != nil {
		return m, fmt.Errorf("%w: it holds no database", ErrDamaged)
	}
	return m, nil
}

// place is where an entry goes; a name that climbs out of the installation has none.
func (t Target) place(name string) (string, error) {
	name = strings.TrimSuffix(name, "/")
	if name == databaseName {
		return t.Database, nil
	}
	below, ok := strings.CutPrefix(name, objectsName+"/")
	if !ok || !filepath.IsLocal(below) {
		return "", fmt.Errorf("%w: no name of ours", ErrDamaged)
	}
	return filepath.Join(t.Objects, filepath.FromSlash(below)), nil
}

// lay writes one entry with its attributes. A later entry of the same name replaces the earlier one.
func (t Target) lay(in io.Reader, header *tar.Header, sums *digest) error {
	file, err := t.place(header.Name)
	if err != nil {
		return err
	}
	flags := os.O_RDONLY
	switch header.Typeflag {
	case tar.TypeDir:
		err = os.MkdirAll(file, 0o700)
	case tar.TypeReg:
		err = os.MkdirAll(filepath.Dir(file), 0o700)
		flags = os.O_CREATE | os.O_TRUNC | os.O_RDWR
	default:
		err = fmt.Errorf("%w: neither a file nor a folder", ErrDamaged)
	}
	if err != nil {
		return err
	}
	if flags != os.O_RDONLY {
		// Anew, so that no attribute of an earlier entry stays.
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	f, err := os.OpenFile(file, flags, 0o600) //nolint:gosec // place keeps it inside the target
	if err != nil {
		return err
	}
	if flags != os.O_RDONLY {
		err = fill(f, in, header, sums)
	}
	return errors.Join(err, writeAttributes(f, header), f.Close())
}

func fill(f *os.File, in io.Reader, header *tar.Header, sums *digest) error {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), in)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	sums.add(header.Name, n, sum.Sum(nil))
	return os.Chtimes(f.Name(), header.ModTime, header.ModTime)
}

func writeAttributes(f *os.File, header *tar.Header) error {
	for key, value := range header.PAXRecords {
		name, ok := strings.CutPrefix(key, paxAttribute)
		if !ok {
			continue
		}
		if !strings.HasPrefix(name, attributePrefix) {
			return fmt.Errorf("%w: attribute %q", ErrDamaged, name)
		}
		if err := xattr.FSet(f, name, []byte(value)); err != nil {
			if unsupported(err) {
				return errors.New("this file system keeps no extended attributes, which the archive has; restore onto one that does (ext4, XFS, Btrfs)")
			}
			return err
		}
	}
	return nil
}
