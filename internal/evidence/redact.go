package evidence

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/ent/db/upload"
	"huying/internal/audit"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

// MaxRegions is how many regions of one photo may be covered: above any crowd that a screener marks by hand.
const MaxRegions = 50

// Region is a part of the upright picture as the viewer sees it, in fractions of its width and height from the top
// left corner. A client that shows any copy at any size can give it without knowing the original's pixels.
type Region struct {
	X      float64 `json:"x" minimum:"0" maximum:"1" doc:"左边，占画面宽度的比例"`
	Y      float64 `json:"y" minimum:"0" maximum:"1" doc:"上边，占画面高度的比例"`
	Width  float64 `json:"width" minimum:"0" maximum:"1" doc:"宽，占画面宽度的比例"`
	Height float64 `json:"height" minimum:"0" maximum:"1" doc:"高，占画面高度的比例"`
}

// Redrawn are copies of a photo with regions covered, in the store but not yet the photo's.
type Redrawn struct {
	photo         *db.Photo
	regions       [][4]int
	medium, thumb objects.Ref
}

// pixels turns fractions into whole pixels of the upright original, never smaller than what was marked.
func pixels(regions []Region, width, height int) ([][4]int, error) {
	if len(regions) > MaxRegions {
		return nil, badRegion(fmt.Sprintf("一张照片最多遮挡 %d 处", MaxRegions))
	}
	out := make([][4]int, 0, len(regions))
	for i, r := range regions {
		for _, v := range []float64{r.X, r.Y, r.Width, r.Height} {
			if math.IsNaN(v) || v < 0 || v > 1 {
				return nil, badRegion(fmt.Sprintf("第 %d 处：数值应在 0 到 1 之间", i+1))
			}
		}
		if r.Width == 0 || r.Height == 0 || r.X >= 1 || r.Y >= 1 {
			return nil, badRegion(fmt.Sprintf("第 %d 处：没有面积，或在画面之外", i+1))
		}
		x0, y0 := int(r.X*float64(width)), int(r.Y*float64(height))
		x1 := min(width, int(math.Ceil((r.X+r.Width)*float64(width))))
		y1 := min(height, int(math.Ceil((r.Y+r.Height)*float64(height))))
		out = append(out, [4]int{x0, y0, x1 - x0, y1 - y0})
	}
	return out, nil
}

func badRegion(message string) error {
	return fault.Invalid.New(message, fault.Field{Name: "regions", Message: message})
}

// Redraw makes new public copies of a photo from its original, with the regions covered; none means that the photo is
// to be seen whole again. It talks to the store and decodes, so it comes before the transaction that calls Redact;
// what becomes of nothing is given to Discard. Faults: NotPicture, Withdrawn, OriginalGone, fault.Invalid naming regions.
func (s *Service) Redraw(ctx context.Context, p *db.Photo, regions []Region) (*Redrawn, error) {
	switch {
	case p.Kind != photo.KindPhoto:
		return nil, NotPicture.New("视频和录音从不公开，无需遮挡")
	case p.CopiesRemovedAt != nil:
		return nil, Withdrawn.New("照片的公开版已撤下，无需遮挡")
	}
	marked, err := pixels(regions, p.Width, p.Height)
	if err != nil {
		return nil, err
	}
	from, err := s.drawable(ctx, p)
	if err != nil {
		return nil, err
	}
	made, err := s.redraw(ctx, from, marked)
	if err != nil {
		return nil, err
	}
	out := &Redrawn{photo: p, regions: marked}
	at := objects.Ref{Area: objects.Evidence, Tenant: p.TenantID, Key: p.MediumKey}
	if out.medium, err = s.storeCopy(ctx, at, made.Medium); err != nil {
		return nil, err
	}
	at.Key = p.ThumbKey
	if out.thumb, err = s.storeCopy(ctx, at, made.Thumb); err != nil {
		s.discard(ctx, out.medium)
		return nil, err
	}
	return out, nil
}

// drawable is the stored file that a photo's copies are made of: its original, or the converted companion of one
// that cannot be opened here.
func (s *Service) drawable(ctx context.Context, p *db.Photo) (objects.Ref, error) {
	ref := objects.Ref{Area: objects.Evidence, Tenant: p.TenantID, Key: p.OriginalKey, Version: p.OriginalVersion}
	if p.OriginalRemovedAt != nil {
		return ref, OriginalGone.New("照片的原件已按期删除，不能再改动公开版")
	}
	if p.Decodable {
		return ref, nil
	}
	var companion *db.Upload
	err := s.DB.View(ctx, tenancy.Tenant(p.TenantID), func(ctx context.Context, tx *database.Tx) (err error) {
		companion, err = tx.Upload.Query().Where(upload.CompanionOf(p.UploadID), upload.StateEQ(upload.StateAttached)).First(ctx)
		return err
	})
	if err != nil {
		return ref, fmt.Errorf("evidence: find companion: %w", err)
	}
	ref.Key, ref.Version = companion.OriginalKey, companion.OriginalVersion
	return ref, nil
}

func (s *Service) redraw(ctx context.Context, from objects.Ref, marked [][4]int) (*picture.Picture, error) {
	object, err := s.Store.Get(ctx, from)
	if errors.Is(err, objects.ErrNotFound) {
		s.Log.ErrorContext(ctx, "a photo's original is not in the store", "key", from.Key)
		return nil, OriginalGone.New("照片的原件不在存储中，不能再改动公开版")
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: redraw: %w", err)
	}
	file, err := s.spool(object, MaxPhotoBytes)
	_ = object.Close()
	if err != nil {
		return nil, err
	}
	defer file.discard()
	covered := make([]image.Rectangle, len(marked))
	for i, m := range marked {
		covered[i] = image.Rect(m[0], m[1], m[0]+m[2], m[1]+m[3])
	}
	made, err := s.room.Redraw(ctx, file, file.size, covered)
	if err != nil {
		return nil, fmt.Errorf("evidence: redraw: %w", err)
	}
	return made, nil
}

// Redact makes redrawn copies the photo's, writes who did it and why, and has the copies they replace removed from the
// store for good. A photo that changed meanwhile is fault.VersionConflict.
func (s *Service) Redact(ctx context.Context, tx *database.Tx, made *Redrawn, by uuid.UUID, reason string) error {
	p, now := made.photo, s.Clock.Now()
	change := tx.Photo.Update().Where(photo.ID(p.ID), photo.Version(p.Version), photo.CopiesRemovedAtIsNil()).AddVersion(1).
		SetMediumVersion(made.medium.Version).SetThumbVersion(made.thumb.Version).SetUpdatedAt(now)
	if len(made.regions) > 0 {
		change.SetRedactions(made.regions).SetRedactedAt(now).SetRedactedBy(by)
	} else {
		change.ClearRedactions().ClearRedactedAt().ClearRedactedBy()
	}
	n, err := change.Save(ctx)
	if err != nil {
		return fmt.Errorf("evidence: redact: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("这张照片刚刚有变化，请刷新后再操作")
	}
	if err := s.rename(ctx, tx, made); err != nil {
		return err
	}
	err = audit.Write(ctx, tx, audit.Line{
		Action: "photo.redact", SubjectKind: "photo", SubjectID: p.ID.String(), Reason: reason,
		Facts: map[string]any{"report_id": p.SubjectID.String(), "regions": made.regions},
	})
	if err != nil {
		return fmt.Errorf("evidence: redact: %w", err)
	}
	return s.Jobs.Insert(ctx, tx, RemoveVersionsArgs{Tenant: p.TenantID, Objects: []StoredVersion{
		{Key: p.MediumKey, Version: p.MediumVersion}, {Key: p.ThumbKey, Version: p.ThumbVersion},
	}}, nil)
}

// rename tells the upload whose copies these are, so that both rows name the same versions.
func (s *Service) rename(ctx context.Context, tx *database.Tx, made *Redrawn) error {
	p := made.photo
	_, err := tx.Upload.Update().Where(upload.MediumKey(p.MediumKey), upload.Or(upload.ID(p.UploadID), upload.CompanionOf(p.UploadID))).
		AddVersion(1).SetMediumVersion(made.medium.Version).SetThumbVersion(made.thumb.Version).SetUpdatedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("evidence: redact: %w", err)
	}
	return nil
}

// Discard removes copies that were redrawn for a transaction that did not happen.
func (s *Service) Discard(ctx context.Context, made *Redrawn) {
	s.discard(context.WithoutCancel(ctx), made.medium, made.thumb)
}

func (s *Service) discard(ctx context.Context, refs ...objects.Ref) {
	for _, ref := range refs {
		if err := s.Store.Remove(ctx, ref); err != nil {
			s.Log.WarnContext(ctx, "an unused copy is left in the store", "key", ref.Key, "error", err)
		}
	}
}
