package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/pkg/xattr"
)

const (
	// attributePrefix begins the names of attributes a user may set, the only ones the store uses.
	attributePrefix = "user."
	// paxAttribute is how tar carries them.
	paxAttribute = "SCHILY.xattr."
	// versionAttribute holds the version of an object, as an attribute or as a file beside.
	versionAttribute = "version-id"
	// besideDir holds attributes on file systems that have none.
	besideDir = "attributes"
	// coarse is more than the step of any file system's clock.
	coarse = 2 * time.Second
)

// storeDirs are what an archive takes of the store's folder: not its lock, its socket or its own keys, which are made
// anew.
var storeDirs = []string{"buckets", "versions", besideDir}

// Writer writes one archive: Objects, Database, Objects again, Close.
type Writer struct {
	out      *tar.Writer
	now      func() time.Time
	digest   *digest
	since    time.Time
	beside   bool
	versions map[version]struct{}
}

// version stands for the id of an object's version; a store may hold millions.
type version [16]byte

func versionOf(id string) (v version) {
	sum := sha256.Sum256([]byte(id))
	copy(v[:], sum[:])
	return v
}

// NewWriter writes to w. Now is the machine's clock, the one that file systems stamp with.
func NewWriter(w io.Writer, now func() time.Time) *Writer {
	return &Writer{out: tar.NewWriter(w), now: now, digest: newDigest(), versions: map[version]struct{}{}}
}

// Has reports whether an object of this version is in the archive.
func (w *Writer) Has(id string) bool {
	_, ok := w.versions[versionOf(id)]
	return ok
}

// Database adds the file of a snapshot.
func (w *Writer) Database(ctx context.Context, file string) error {
	return w.add(ctx, file, databaseName)
}

// Objects adds what is in the store's folder; a second call adds only what changed since the first began.
func (w *Writer) Objects(ctx context.Context, dir string) error {
	began := w.now()
	for _, sub := range storeDirs {
		root := filepath.Join(dir, sub)
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // gone between its folder being read and now
			}
			if err != nil {
				return err
			}
			if passing(entry.Name()) {
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			rel, err := filepath.Rel(dir, file)
			if err != nil {
				return err
			}
			w.beside = w.beside || sub == besideDir && !entry.IsDir()
			return w.add(ctx, file, path.Join(objectsName, filepath.ToSlash(rel)))
		})
		if err != nil {
			return fmt.Errorf("backup: objects: %w", err)
		}
	}
	w.since = began
	return nil
}

// passing names what the store writes before an object is whole.
func passing(name string) bool { return strings.Contains(name, ".sgwtmp") }

// add archives one file or folder as it is when it is opened. One that vanished meanwhile is left out.
func (w *Writer) add(ctx context.Context, file, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := os.Open(file) //nolint:gosec // below the installation's own folders
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil
	}
	if name != databaseName && changed(info).Before(w.since.Add(-coarse)) {
		return nil
	}
	attributes, err := readAttributes(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return w.write(f, info, name, attributes)
}

func (w *Writer) write(f *os.File, info fs.FileInfo, name string, attributes map[string]string) error {
	header := &tar.Header{
		Format: tar.FormatPAX, Name: name, Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(),
		Typeflag: tar.TypeReg, Size: info.Size(), PAXRecords: map[string]string{},
	}
	for key, value := range attributes {
		header.PAXRecords[paxAttribute+key] = value
	}
	if id := attributes[attributePrefix+versionAttribute]; id != "" {
		w.versions[versionOf(id)] = struct{}{}
	}
	if info.IsDir() {
		header.Typeflag, header.Name, header.Size = tar.TypeDir, name+"/", 0
		return w.out.WriteHeader(header)
	}
	if err := w.out.WriteHeader(header); err != nil {
		return err
	}
	sum := sha256.New()
	var id bytes.Buffer
	into := io.MultiWriter(w.out, sum)
	if path.Base(name) == versionAttribute {
		into = io.MultiWriter(w.out, sum, &id)
	}
	// An object is never changed in place, so a file that ends early or late is not one, or was damaged.
	if n, err := io.Copy(into, f); err != nil || n != info.Size() {
		return fmt.Errorf("%s: %d of %d bytes: %w", name, n, info.Size(), errors.Join(err, errors.New("the file changed while it was read")))
	}
	if id.Len() > 0 {
		w.versions[versionOf(id.String())] = struct{}{}
	}
	w.digest.add(name, info.Size(), sum.Sum(nil))
	return nil
}

// Close completes the manifest, adds it and ends the archive; it answers what was written.
func (w *Writer) Close(m Manifest) (Manifest, error) {
	m.Format, m.Attributes = format, "extended"
	if w.beside {
		m.Attributes = "beside"
	}
	m.Files, m.Bytes, m.Digest = w.digest.files, w.digest.bytes, w.digest.String()
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, fmt.Errorf("backup: manifest: %w", err)
	}
	err = w.out.WriteHeader(&tar.Header{Format: tar.FormatPAX, Name: manifestName, Mode: 0o600, Size: int64(len(text)), ModTime: m.MadeAt})
	if err == nil {
		_, err = w.out.Write(text)
	}
	if err = errors.Join(err, w.out.Close()); err != nil {
		return m, fmt.Errorf("backup: manifest: %w", err)
	}
	return m, nil
}

func readAttributes(f *os.File) (map[string]string, error) {
	names, err := xattr.FList(f)
	if errors.Is(err, xattr.ENOATTR) || unsupported(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, name := range names {
		if !strings.HasPrefix(name, attributePrefix) {
			continue
		}
		value, err := xattr.FGet(f, name)
		if errors.Is(err, xattr.ENOATTR) {
			continue // taken away between the list and now
		}
		if err != nil {
			return nil, err
		}
		out[name] = string(value)
	}
	return out, nil
}
