package evidence

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"huying/ent/db"
	"huying/internal/evidence/picture"
	"huying/internal/platform/objects"
)

// The names of a bundle's own files, and the version of its form.
const (
	bundleFormat   = "huying-evidence-bundle-1"
	bundleManifest = "manifest.json"
	bundleSums     = "MANIFEST.sha256"
)

// Bundle is what goes into the file of a report: texts that the room made, and the photos.
type Bundle struct {
	Number string
	By     string // the role of who asked; the person stands in the audit
	Reason string
	Texts  []BundleText
	Photos []*db.Photo
	// AuditSeq and AuditHash are the head of the audit chain when the bundle was made.
	AuditSeq  int64
	AuditHash string
}

// BundleText is a small file by name.
type BundleText struct {
	Name    string
	Content []byte
}

// Manifest is manifest.json: what the bundle holds and what it could not hold.
type Manifest struct {
	Format    string         `json:"format"`
	Number    string         `json:"number"`
	MadeAt    time.Time      `json:"made_at"`
	MadeBy    string         `json:"made_by"`
	Reason    string         `json:"reason"`
	AuditHead ManifestHead   `json:"audit_head"`
	Complete  bool           `json:"complete"`
	Files     []ManifestFile `json:"files"`
}

// ManifestHead is the end of the audit chain the extract belongs to.
type ManifestHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// ManifestFile is one file. Problem says in plain words why a file is not in the bundle or is not what was recorded.
type ManifestFile struct {
	Name        string        `json:"name"`
	SHA256      string        `json:"sha256,omitempty"`
	Recorded    string        `json:"recorded_sha256,omitempty"`
	Size        int64         `json:"size"`
	ContentType string        `json:"content_type"`
	PhotoID     string        `json:"photo_id,omitempty"`
	Role        string        `json:"role,omitempty"`
	Variant     string        `json:"variant,omitempty"`
	Redacted    bool          `json:"redacted,omitempty"`
	CapturedAt  *time.Time    `json:"captured_at_claimed,omitempty"`
	ReceivedAt  *time.Time    `json:"received_at,omitempty"`
	Position    *PositionView `json:"position_claimed,omitempty"`
	LockMode    string        `json:"lock_mode,omitempty"`
	RetainUntil *time.Time    `json:"retain_until,omitempty"`
	Problem     string        `json:"problem,omitempty"`
}

// bundler writes one bundle.
type bundler struct {
	*Service
	zip  *zip.Writer
	made Manifest
	sums bytes.Buffer
}

// WriteBundle streams a bundle as ZIP: one file at a time passes through a temporary file, nothing is held in memory.
// A photo that the store has lost is told in the manifest and leaves the rest whole; only w can fail it.
func (s *Service) WriteBundle(ctx context.Context, w io.Writer, in Bundle) error {
	b := &bundler{Service: s, zip: zip.NewWriter(w), made: Manifest{
		Format: bundleFormat, Number: in.Number, MadeAt: s.Clock.Now().UTC(), MadeBy: in.By, Reason: in.Reason, Complete: true,
		AuditHead: ManifestHead{in.AuditSeq, in.AuditHash}, Files: []ManifestFile{},
	}}
	for i, p := range in.Photos {
		for _, v := range []Variant{Original, Medium} {
			if err := b.photo(ctx, i+1, p, v); err != nil {
				return err
			}
		}
	}
	for _, t := range in.Texts {
		if err := b.text(t.Name, t.Content, true); err != nil {
			return err
		}
	}
	manifest, err := json.MarshalIndent(b.made, "", "  ")
	if err != nil {
		return fmt.Errorf("evidence: bundle: %w", err)
	}
	if err := b.text(bundleManifest, append(manifest, '\n'), false); err != nil {
		return err
	}
	if err := b.text(bundleSums, bytes.Clone(b.sums.Bytes()), false); err != nil {
		return err
	}
	if err := b.zip.Close(); err != nil {
		return fmt.Errorf("evidence: bundle: %w", err)
	}
	return nil
}

func (b *bundler) text(name string, content []byte, listed bool) error {
	sum := sha256.Sum256(content)
	f := ManifestFile{Name: name, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)), ContentType: "text/plain; charset=utf-8"}
	if strings.HasSuffix(name, ".json") {
		f.ContentType = "application/json"
	}
	if listed {
		b.made.Files = append(b.made.Files, f)
	}
	return b.put(f, bytes.NewReader(content))
}

// put writes one file; its bytes are compressed only where that helps.
func (b *bundler) put(f ManifestFile, r io.Reader) error {
	head := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: b.made.MadeAt}
	if f.PhotoID != "" {
		head.Method = zip.Store
	}
	w, err := b.zip.CreateHeader(head)
	if err == nil {
		_, err = io.Copy(w, r)
	}
	if err != nil {
		return fmt.Errorf("evidence: bundle: %w", err)
	}
	fmt.Fprintf(&b.sums, "%s  %s\n", f.SHA256, f.Name)
	return nil
}

func (b *bundler) photo(ctx context.Context, n int, p *db.Photo, v Variant) error {
	f := ManifestFile{
		Name: fmt.Sprintf("photos/%02d-%s-%s", n, p.Role, v), ContentType: string(picture.JPEG), PhotoID: p.ID.String(),
		Role: string(p.Role), Variant: string(v), ReceivedAt: &p.CreatedAt,
	}
	ref := objects.Ref{Area: objects.Evidence, Tenant: p.TenantID, Key: p.MediumKey, Version: p.MediumVersion}
	gone := p.CopiesRemovedAt != nil
	if v == Original {
		ref.Key, ref.Version, f.ContentType, f.Recorded = p.OriginalKey, p.OriginalVersion, p.ContentType, p.Sha256
		f.CapturedAt, f.LockMode, f.RetainUntil = p.CapturedAt, p.LockMode, p.RetainUntil
		if p.ClaimedLat != nil && p.ClaimedLng != nil {
			f.Position = &PositionView{Lat: *p.ClaimedLat, Lng: *p.ClaimedLng}
		}
		gone = p.OriginalRemovedAt != nil
	} else {
		if p.MediumKey == "" {
			return nil
		}
		f.Redacted = p.RedactedAt != nil
	}
	f.Name += Extension(f.ContentType)
	if gone {
		return b.missing(f, map[Variant]string{Original: "原件已按期删除", Medium: "公开版已撤下"}[v])
	}
	file, problem := b.bring(ctx, ref)
	if problem != "" {
		return b.missing(f, problem)
	}
	defer file.discard()
	f.SHA256, f.Size = file.sum, file.size
	if f.Recorded != "" && f.Recorded != f.SHA256 {
		f.Problem, b.made.Complete = "内容与收到时登记的校验值不符", false
	}
	b.made.Files = append(b.made.Files, f)
	return b.put(f, file)
}

func (b *bundler) missing(f ManifestFile, problem string) error {
	f.Problem, b.made.Complete = problem, false
	b.made.Files = append(b.made.Files, f)
	return nil
}

// bring fetches an object whole before its name is written, so that a store that fails midway leaves no torn file.
func (b *bundler) bring(ctx context.Context, ref objects.Ref) (*spooled, string) {
	object, err := b.Store.Get(ctx, ref)
	if errors.Is(err, objects.ErrNotFound) {
		b.Log.ErrorContext(ctx, "an object of a bundle is not in the store", "key", ref.Key)
		return nil, "存储中没有这个文件"
	}
	if err == nil {
		defer func() { _ = object.Close() }()
		var file *spooled
		if file, err = b.spool(object, object.Size); err == nil {
			if _, err = file.Seek(0, io.SeekStart); err == nil {
				return file, ""
			}
			file.discard()
		}
	}
	b.Log.WarnContext(ctx, "an object of a bundle could not be read", "key", ref.Key, "error", err)
	return nil, "存储暂时读不出这个文件，请稍后重新导出"
}
