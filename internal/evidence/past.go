package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"huying/ent/db"
	"huying/ent/db/upload"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// pastBatch is how many rows one INSERT carries; storing is how many photos are sent to the store at once.
const (
	pastBatch = 400
	storing   = 6
)

// Developed is a photograph examined once, with its public copies, that can be kept many times.
type Developed struct {
	content []byte
	sum     string
	picture *picture.Picture
}

// Develop examines a photograph as an upload is examined.
func (s *Service) Develop(ctx context.Context, content []byte) (*Developed, error) {
	p, err := s.room.Examine(ctx, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, atField(err, "photo")
	}
	if p.Sealed {
		return nil, needsCopy("photo", 0)
	}
	sum := sha256.Sum256(content)
	return &Developed{content, hex.EncodeToString(sum[:]), p}, nil
}

// PastPhoto is a photograph that belongs to a report which already happened.
type PastPhoto struct {
	*Developed
	// ID is the upload's, chosen by the caller.
	ID                 uuid.UUID
	ReportID, PersonID uuid.UUID
	Role               Role
	Position           int
	At                 time.Time
}

// KeepPast stores photographs of past reports: objects first, under retention, then the rows, so that no
// row ever points at nothing. The reports are in the database already. With shared set, photographs of the same content
// share the objects of the first of them.
func (s *Service) KeepPast(ctx context.Context, tenant string, photos []PastPhoto, shared bool) error {
	if err := s.Store.EnsureTenant(ctx, tenant); err != nil {
		return fmt.Errorf("evidence: keep past photos: %w", err)
	}
	rows := make([]*db.Upload, len(photos))
	first := map[*Developed]int{}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(storing)
	for i, p := range photos {
		if _, seen := first[p.Developed]; shared && seen {
			continue
		}
		first[p.Developed] = i
		group.Go(func() (err error) {
			rows[i], err = s.keepOne(gctx, tenant, p)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("evidence: keep past photos: %w", err)
	}
	for i, p := range photos {
		if rows[i] == nil {
			rows[i] = p.sharing(rows[first[p.Developed]], s.TicketLife)
		}
	}
	return s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		at := 0
		for part := range slices.Chunk(rows, pastBatch) {
			if err := s.writePast(ctx, tx, part, photos[at:at+len(part)]); err != nil {
				return err
			}
			at += len(part)
		}
		return nil
	})
}

// sharing is the upload of a photograph whose objects are those of another.
func (p PastPhoto) sharing(u *db.Upload, life time.Duration) *db.Upload {
	own := *u
	own.ID, own.PersonID, own.StagingKey = p.ID, p.PersonID, p.ID.String()
	own.CreatedAt, own.CapturedAt, own.ExpiresAt = p.At, &p.At, p.At.Add(life)
	return &own
}

func (s *Service) keepOne(ctx context.Context, tenant string, p PastPhoto) (*db.Upload, error) {
	u := &db.Upload{
		ID: p.ID, TenantID: tenant, PersonID: p.PersonID, FileName: "photo.jpg", ContentType: string(p.picture.Format),
		Size: int64(len(p.content)), Sha256: p.sum, State: upload.StateAttached, Width: p.picture.Width, Height: p.picture.Height,
		Phash: p.picture.PHash, Kind: upload.KindPhoto, Decodable: true,
		StagingKey: p.ID.String(), ExpiresAt: p.At.Add(s.TicketLife), CapturedAt: &p.At, CreatedAt: p.At, UpdatedAt: s.Clock.Now(),
	}
	keep := objects.Retention{Until: s.keepUntil(tenant).Until}
	original := originalOf(u)
	version, err := s.Store.Put(ctx, original, bytes.NewReader(p.content),
		objects.Upload{Size: u.Size, SHA256: u.Sha256, ContentType: u.ContentType, Keep: &keep})
	if err != nil {
		return nil, err
	}
	u.OriginalKey, u.OriginalVersion = original.Key, version
	medium, err := s.storeCopy(ctx, copyOf(u, Medium), p.picture.Medium)
	if err != nil {
		return nil, err
	}
	thumb, err := s.storeCopy(ctx, copyOf(u, Thumb), p.picture.Thumb)
	u.MediumKey, u.MediumVersion, u.ThumbKey, u.ThumbVersion = medium.Key, medium.Version, thumb.Key, thumb.Version
	return u, err
}

func (s *Service) writePast(ctx context.Context, tx *database.Tx, uploads []*db.Upload, photos []PastPhoto) error {
	rows := make([]*db.UploadCreate, len(uploads))
	attached := make([]*db.PhotoCreate, len(uploads))
	for i, u := range uploads {
		rows[i] = tx.Upload.Create().SetID(u.ID).SetCreatedAt(u.CreatedAt).SetUpdatedAt(u.CreatedAt).SetPersonID(u.PersonID).
			SetFileName(u.FileName).SetContentType(u.ContentType).SetSize(u.Size).SetSha256(u.Sha256).SetState(u.State).
			SetStagingKey(u.StagingKey).SetOriginalKey(u.OriginalKey).SetOriginalVersion(u.OriginalVersion).
			SetMediumKey(u.MediumKey).SetMediumVersion(u.MediumVersion).SetThumbKey(u.ThumbKey).SetThumbVersion(u.ThumbVersion).
			SetWidth(u.Width).SetHeight(u.Height).SetPhash(u.Phash).SetNillableCapturedAt(u.CapturedAt).SetExpiresAt(u.ExpiresAt)
		p := photos[i]
		attached[i] = s.newPhoto(tx, Attachment{ReportID: p.ReportID, Role: p.Role, PersonID: p.PersonID}, u, p.Position).
			SetCreatedAt(p.At).SetUpdatedAt(p.At)
	}
	if err := tx.Upload.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("evidence: write past uploads: %w", err)
	}
	if err := tx.Photo.CreateBulk(attached...).Exec(ctx); err != nil {
		return fmt.Errorf("evidence: write past photos: %w", err)
	}
	return nil
}
