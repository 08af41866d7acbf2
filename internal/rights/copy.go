package rights

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/rightsrequest"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// CopyArgs is the job that makes a copy of a person's own data.
type CopyArgs struct {
	Request uuid.UUID `json:"request"`
}

// Kind names the job.
func (CopyArgs) Kind() string { return "rights_copy" }

const (
	// copyTime is how long making one may take.
	copyTime = 10 * time.Minute
	// maxPhotoBytes bounds the photos that go along; what is beyond stays reachable in the product.
	maxPhotoBytes = 500 << 20
)

// copier works CopyArgs.
type copier struct {
	river.WorkerDefaults[CopyArgs]
	s *Service
}

// Timeout leaves room for photos.
func (*copier) Timeout(*river.Job[CopyArgs]) time.Duration { return copyTime }

// Work makes the copy; after the last try the request says that it failed.
func (w *copier) Work(ctx context.Context, j *river.Job[CopyArgs]) error {
	err := w.s.makeCopy(ctx, j.Args.Request)
	if err != nil && j.Attempt >= j.MaxAttempts {
		_, moveErr := w.s.move(ctx, j.Args.Request, openStates, func(u *db.RightsRequestUpdate) {
			u.SetState(rightsrequest.StateFailed).SetError("copy_failed").SetEndedAt(w.s.now())
		})
		return errors.Join(err, moveErr)
	}
	return err
}

func (s *Service) request(ctx context.Context, id uuid.UUID) (row *db.RightsRequest, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		row, err = tx.RightsRequest.Query().Where(rightsrequest.ID(id)).Only(ctx)
		return err
	})
	if database.IsNotFound(err) {
		return nil, fault.NotFound.New("没有这个申请")
	}
	return row, err
}

func (s *Service) makeCopy(ctx context.Context, id uuid.UUID) error {
	r, err := s.request(ctx, id)
	if err != nil {
		return err
	}
	moved, err := s.move(ctx, id, openStates, func(u *db.RightsRequestUpdate) { u.SetState(rightsrequest.StateRunning) })
	if err != nil || !moved {
		return err
	}
	p, there, err := s.d.People.Known(ctx, r.PersonID)
	if err != nil || !there {
		return err
	}
	file, err := os.CreateTemp("", "huying-copy-*.zip")
	if err != nil {
		return fmt.Errorf("rights: copy: %w", err)
	}
	defer func() { _, _ = file.Close(), os.Remove(file.Name()) }()
	counts, err := s.pack(ctx, file, p)
	if err != nil {
		return fmt.Errorf("rights: copy: %w", err)
	}
	ref, err := s.keepCopy(ctx, file, r.ID)
	if err != nil {
		return err
	}
	_, err = s.move(ctx, id, openStates, func(u *db.RightsRequestUpdate) {
		u.SetState(rightsrequest.StateReady).SetObjectTenant(ref.Tenant).SetObjectKey(ref.Key).SetObjectVersion(ref.Version).
			SetExpiresAt(s.now().Add(copyLife)).SetEndedAt(s.now()).SetOutcome(counts)
	})
	return err
}

// pack writes the copy: a page that explains it, one JSON file per section, the own photos as they were sent.
func (s *Service) pack(ctx context.Context, to io.Writer, p Person) (Counts, error) {
	out := zip.NewWriter(to)
	sections := []string{}
	counts := Counts{}
	var photos []*db.Photo
	for _, h := range s.holdings() {
		parts, err := h.Copy(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, part := range parts {
			text, err := json.MarshalIndent(part.Content, "", "  ")
			if err != nil {
				return nil, err
			}
			name := fmt.Sprintf("%02d-%s.json", len(sections)+1, part.Section)
			if err := s.put(out, name, text); err != nil {
				return nil, err
			}
			sections, photos = append(sections, name), append(photos, part.Photos...)
		}
	}
	left := int64(maxPhotoBytes)
	for _, photo := range photos {
		if left -= photo.Size; left < 0 {
			counts["photos_left_out"]++
			continue
		}
		if err := s.packPhoto(ctx, out, photo); err != nil {
			return nil, err
		}
		counts["photos"]++
	}
	counts["sections"] = len(sections)
	readme := "这是您在本平台的个人信息副本（《个人信息保护法》第四十五条）。\n" +
		"每个 .json 文件是一类信息，可用记事本打开；“照片”文件夹里是您提交的原始照片、视频和录音。\n" +
		"里面有您的姓名和电话，请妥善保管。\n制作时间：" + s.now().Format(time.RFC3339) + "\n"
	if err := s.put(out, "请先看这里.txt", []byte(readme)); err != nil {
		return nil, err
	}
	return counts, out.Close()
}

func (s *Service) put(out *zip.Writer, name string, text []byte) error {
	w, err := out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.now()})
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

func (s *Service) packPhoto(ctx context.Context, out *zip.Writer, p *db.Photo) error {
	object, err := s.d.Store.Get(ctx, objects.Ref{Area: objects.Evidence, Tenant: p.TenantID, Key: p.OriginalKey, Version: p.OriginalVersion})
	if errors.Is(err, objects.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = object.Close() }()
	w, err := out.CreateHeader(&zip.FileHeader{Name: "照片/" + p.ID.String() + evidence.Extension(p.ContentType), Method: zip.Store, Modified: p.CreatedAt})
	if err == nil {
		_, err = io.Copy(w, object)
	}
	return err
}

// keepCopy puts the finished file into the city's bucket, without lock, so that it can be removed in time. The name is
// the request's, so a second try replaces the first.
func (s *Service) keepCopy(ctx context.Context, file *os.File, id uuid.UUID) (objects.Ref, error) {
	ref := objects.Ref{Area: objects.Evidence, Tenant: tenancy.CityTenant, Key: "copies/" + id.String() + "/copy.zip"}
	if err := s.d.Store.EnsureTenant(ctx, ref.Tenant); err != nil {
		return ref, fmt.Errorf("rights: copy: %w", err)
	}
	if _, err := s.d.Store.RemoveAll(ctx, ref.Area, ref.Tenant, "copies/"+id.String()+"/"); err != nil {
		return ref, fmt.Errorf("rights: copy: %w", err)
	}
	sum := sha256.New()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return ref, err
	}
	size, err := io.Copy(sum, file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return ref, fmt.Errorf("rights: copy: %w", err)
	}
	version, err := s.d.Store.Put(ctx, ref, file,
		objects.Upload{Size: size, SHA256: hex.EncodeToString(sum.Sum(nil)), ContentType: "application/zip"})
	if err != nil {
		return ref, fmt.Errorf("rights: keep copy: %w", err)
	}
	return ref.At(version), nil
}

// OpenCopy opens the person's own copy for reading. Anybody else's is fault.NotFound, as one that never was; one that is
// not ready or whose days are over is ExportGone.
func (s *Service) OpenCopy(ctx context.Context, person, id uuid.UUID) (*objects.Object, error) {
	r, err := s.request(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.PersonID != person || r.Kind != rightsrequest.KindExport {
		return nil, fault.NotFound.New("没有这个申请")
	}
	if r.State != rightsrequest.StateReady || r.ExpiresAt == nil || !r.ExpiresAt.After(s.now()) {
		return nil, ExportGone.New("还没有做好，或已过7天。需要时请重新申请")
	}
	return s.d.Store.Get(ctx, refOf(r))
}

func refOf(r *db.RightsRequest) objects.Ref {
	return objects.Ref{Area: objects.Evidence, Tenant: r.ObjectTenant, Key: r.ObjectKey, Version: r.ObjectVersion}
}

// removeCopy removes the file of a request, if it has one, and closes the request.
func (s *Service) removeCopy(ctx context.Context, r *db.RightsRequest) error {
	if r.ObjectKey == "" {
		return nil
	}
	if _, err := s.d.Store.RemoveAll(ctx, objects.Evidence, r.ObjectTenant, "copies/"+r.ID.String()+"/"); err != nil {
		return fmt.Errorf("rights: remove copy: %w", err)
	}
	_, err := s.move(ctx, r.ID, []rightsrequest.State{rightsrequest.StateReady}, func(u *db.RightsRequestUpdate) {
		u.SetState(rightsrequest.StateDone).SetObjectKey("").SetObjectVersion("").SetObjectTenant("")
	})
	return err
}

// RemoveOldCopies removes the copies whose days are over.
func (s *Service) RemoveOldCopies(ctx context.Context) error {
	var rows []*db.RightsRequest
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) (err error) {
		rows, err = tx.RightsRequest.Query().
			Where(rightsrequest.StateEQ(rightsrequest.StateReady), rightsrequest.ExpiresAtLTE(s.now())).Limit(eraseBatch).All(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("rights: old copies: %w", err)
	}
	for _, r := range rows {
		if err := s.removeCopy(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
