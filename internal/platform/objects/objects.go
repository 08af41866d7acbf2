package objects

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/minio/minio-go/v7"
)

// copyThreshold is the largest object S3 copies in one request.
const copyThreshold = 5 << 30

// Info is what the store knows about one version of an object.
type Info struct {
	Version     string
	Size        int64
	ContentType string
	Modified    time.Time
}

// Retention keeps a version from being changed or removed until a day. Governance can be lifted by the store's owner,
// which the orphan sweep uses; Compliance by nobody.
type Retention struct {
	Compliance bool
	Until      time.Time
}

func (r Retention) mode() minio.RetentionMode {
	if r.Compliance {
		return minio.Compliance
	}
	return minio.Governance
}

// Upload describes bytes on their way in. SHA256 is lower-case hex; the store itself refuses other bytes.
type Upload struct {
	Size        int64
	SHA256      string
	ContentType string
	// Keep, when set, puts the new version under retention at once.
	Keep *Retention
}

// Put writes one object and returns its version.
func (s *Store) Put(ctx context.Context, ref Ref, body io.ReadSeeker, up Upload) (string, error) {
	if err := ref.check(); err != nil {
		return "", err
	}
	sum, err := checksum(up.SHA256)
	if err != nil {
		return "", err
	}
	opts := minio.PutObjectOptions{
		ContentType:  up.ContentType,
		UserMetadata: map[string]string{"X-Amz-Checksum-Sha256": sum},
		// The signature carries the hash we know. Hashing chunk by chunk instead would declare an encoding that the
		// embedded store keeps and sends to browsers.
		DisableContentSha256: true,
	}
	if up.Keep != nil {
		opts.Mode, opts.RetainUntilDate = up.Keep.mode(), up.Keep.Until.UTC()
	}
	var version string
	err = s.call(ctx, "put", func(ctx context.Context) error {
		info, err := s.client.PutObject(ctx, ref.bucket(), ref.Key, body, up.Size, "", up.SHA256, opts)
		version = info.VersionID
		return err
	})
	return version, err
}

// Object is an open object. Close must be called.
type Object struct {
	Info
	io.ReadCloser
}

// Get opens one version for reading. The body must be read within the store's operation timeout.
func (s *Store) Get(ctx context.Context, ref Ref) (*Object, error) {
	if err := ref.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.OpTimeout)
	var out *Object
	err := s.call(ctx, "get", func(context.Context) error {
		// The outer context, because the body outlives this call.
		body, info, _, err := s.client.GetObject(ctx, ref.bucket(), ref.Key, minio.GetObjectOptions{VersionID: ref.Version})
		if err != nil {
			return err
		}
		out = &Object{Info: viewInfo(info, ref.Version), ReadCloser: &reading{ReadCloser: body, cancel: cancel}}
		return nil
	})
	if err != nil {
		cancel()
	}
	return out, err
}

// reading turns a body that is cut short into the same fault as a store that does not answer.
type reading struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = classify("read", err)
	}
	return n, err
}

func (r *reading) Close() error {
	defer r.cancel()
	return r.ReadCloser.Close()
}

// Stat asks for one version (or the newest) without its bytes.
func (s *Store) Stat(ctx context.Context, ref Ref) (Info, error) {
	if err := ref.check(); err != nil {
		return Info{}, err
	}
	var out Info
	err := s.call(ctx, "stat", func(ctx context.Context) error {
		info, err := s.client.StatObject(ctx, ref.bucket(), ref.Key, minio.StatObjectOptions{VersionID: ref.Version})
		out = viewInfo(info, ref.Version)
		return err
	})
	return out, err
}

func viewInfo(info minio.ObjectInfo, asked string) Info {
	version := info.VersionID
	if version == "" {
		version = asked
	}
	return Info{Version: version, Size: info.Size, ContentType: info.ContentType, Modified: info.LastModified.UTC()}
}

// Lock copies one version inside the store to a new key under retention and returns the new version.
func (s *Store) Lock(ctx context.Context, from, to Ref, size int64, contentType string, keep Retention) (string, error) {
	if err := errors.Join(from.check(), to.check()); err != nil {
		return "", err
	}
	if from.Version == "" {
		return "", fmt.Errorf("objects: lock %s: a copy under retention needs a pinned version", from.Key)
	}
	if size > copyThreshold {
		return "", fmt.Errorf("objects: lock %s: %d bytes is more than one copy may carry", from.Key, size)
	}
	var version string
	err := s.call(ctx, "lock", func(ctx context.Context) error {
		info, err := s.client.Client.CopyObject(ctx,
			minio.CopyDestOptions{
				Bucket: to.bucket(), Object: to.Key, Mode: keep.mode(), RetainUntilDate: keep.Until.UTC(),
				ReplaceMetadata: true, ContentType: contentType,
			},
			minio.CopySrcOptions{Bucket: from.bucket(), Object: from.Key, VersionID: from.Version})
		version = info.VersionID
		return err
	})
	return version, err
}

// Retain raises the retention of one version. It can make a version stay longer or turn governance into compliance.
func (s *Store) Retain(ctx context.Context, ref Ref, keep Retention) error {
	if err := ref.check(); err != nil {
		return err
	}
	mode, until := keep.mode(), keep.Until.UTC()
	return s.call(ctx, "retain", func(ctx context.Context) error {
		return s.client.PutObjectRetention(ctx, ref.bucket(), ref.Key, minio.PutObjectRetentionOptions{
			Mode: &mode, RetainUntilDate: &until, VersionID: ref.Version, GovernanceBypass: true,
		})
	})
}

// Remove deletes one version for good, past governance retention. A version that is not there is no error.
func (s *Store) Remove(ctx context.Context, ref Ref) error {
	if err := ref.check(); err != nil {
		return err
	}
	if ref.Version == "" {
		return fmt.Errorf("objects: remove %s: without a version only a marker would be added", ref.Key)
	}
	err := s.call(ctx, "remove", func(ctx context.Context) error {
		return s.client.RemoveObject(ctx, ref.bucket(), ref.Key,
			minio.RemoveObjectOptions{VersionID: ref.Version, GovernanceBypass: ref.Area == Evidence})
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Stored is one version found by Versions.
type Stored struct {
	Ref
	Size     int64
	Modified time.Time
	Marker   bool
}

// Versions lists every version and delete marker below a prefix and gives each to visit until it returns an error.
func (s *Store) Versions(ctx context.Context, area Area, tenant, prefix string, visit func(Stored) error) error {
	if !tenantForm.MatchString(tenant) {
		return fmt.Errorf("objects: %q is not a tenant", tenant)
	}
	if !s.gate.allow() {
		return unavailable(errors.New("objects: list: not tried, the store is away"))
	}
	list, stop := context.WithCancel(ctx)
	defer stop()
	opts := minio.ListObjectsOptions{Prefix: prefix, Recursive: true, WithVersions: true}
	for info := range s.client.ListObjectsIter(list, bucketName(area, tenant), opts) {
		if info.Err != nil {
			err := classify("list", info.Err)
			s.gate.record(err)
			if errors.Is(err, ErrNotFound) {
				return nil // the tenant never stored anything
			}
			return err
		}
		found := Stored{
			Ref:  Ref{Area: area, Tenant: tenant, Key: info.Key, Version: info.VersionID},
			Size: info.Size, Modified: info.LastModified.UTC(), Marker: info.IsDeleteMarker,
		}
		if err := visit(found); err != nil {
			return err
		}
	}
	s.gate.record(nil)
	return ctx.Err()
}

// RemoveAll removes every version below a prefix and returns how many there were.
func (s *Store) RemoveAll(ctx context.Context, area Area, tenant, prefix string) (int, error) {
	var found []Ref
	err := s.Versions(ctx, area, tenant, prefix, func(v Stored) error {
		found = append(found, v.Ref)
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, ref := range found {
		if err := s.Remove(ctx, ref); err != nil {
			return i, err
		}
	}
	return len(found), nil
}

// checksum turns lower-case hex into the base64 of the S3 header.
func checksum(sha256Hex string) (string, error) {
	raw, err := hex.DecodeString(sha256Hex)
	if err != nil || len(raw) != 32 {
		return "", fmt.Errorf("objects: %q is not a SHA-256 in hex", sha256Hex)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}
