package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/internal/audit"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
)

// Object says where a variant of a photo stands. It is made by Locate inside a transaction and opened by Fetch after
// it, so that no transaction waits for a store.
type Object struct {
	ref         objects.Ref
	photoID     string
	contentType string
	variant     Variant
}

// reasonRunes is the least a reason for opening an original says.
const reasonRunes = 4

// Locate finds a variant of a photo that the caller was found to be allowed to see. An original needs a reason and
// writes its audit line in tx, which therefore must be one that writes; if the commit fails, nothing may be sent.
// Faults: Withdrawn for removed copies, fault.Invalid naming reason.
func (s *Service) Locate(ctx context.Context, tx *database.Tx, p *db.Photo, variant Variant, reason string) (Object, error) {
	out := Object{photoID: p.ID.String(), contentType: string(picture.JPEG), variant: variant}
	out.ref = objects.Ref{Area: objects.Evidence, Tenant: p.TenantID}
	switch variant {
	case Original:
		reason = strings.TrimSpace(reason)
		if utf8.RuneCountInString(reason) < reasonRunes {
			return Object{}, fault.Invalid.New("查看原始照片须说明理由",
				fault.Field{Name: "reason", Message: fmt.Sprintf("请写明查看原始照片的理由，不少于 %d 个字", reasonRunes)})
		}
		err := audit.Write(ctx, tx, audit.Line{
			Action: "photo.original", SubjectKind: "photo", SubjectID: p.ID.String(), Reason: reason,
			Facts: map[string]any{"report_id": p.SubjectID.String(), "sha256": p.Sha256},
		})
		if err != nil {
			return Object{}, fmt.Errorf("evidence: open original: %w", err)
		}
		out.ref.Key, out.ref.Version, out.contentType = p.OriginalKey, p.OriginalVersion, p.ContentType
		return out, nil
	case Medium:
		out.ref.Key, out.ref.Version = p.MediumKey, p.MediumVersion
	default:
		out.ref.Key, out.ref.Version = p.ThumbKey, p.ThumbVersion
	}
	if p.Kind != photo.KindPhoto {
		return Object{}, fault.NotFound.New("视频和录音没有缩略图，请说明理由后打开原件")
	}
	if p.CopiesRemovedAt != nil {
		return Object{}, Withdrawn.New("照片已按反映人的要求撤下")
	}
	return out, nil
}

// Content is an opened variant. Body must be closed; Send does it.
type Content struct {
	Body        io.ReadCloser
	Size        int64
	Type        string
	Disposition string
	ETag        string
	Cache       string
}

// Fetch opens what Locate found. The store being away is fault.Unavailable.
func (s *Service) Fetch(ctx context.Context, o Object) (*Content, error) {
	object, err := s.Store.Get(ctx, o.ref)
	if errors.Is(err, objects.ErrNotFound) {
		s.Log.ErrorContext(ctx, "a photo's object is not in the store", "photo", o.photoID, "variant", string(o.variant))
		return nil, Withdrawn.New("照片已不在存储中")
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: read photo: %w", err)
	}
	c := &Content{
		Body: object, Size: object.Size, Type: o.contentType,
		ETag: `"` + o.ref.Version + `"`, Disposition: "inline", Cache: "private, max-age=600",
	}
	if o.variant == Original {
		// The bytes as somebody sent them: saved, never shown by a browser in our name, and kept by no cache.
		c.Disposition = `attachment; filename="` + o.photoID + Extension(o.contentType) + `"`
		c.Cache = "no-store"
	}
	return c, nil
}

var extension = map[string]string{
	string(picture.JPEG): ".jpg", string(picture.PNG): ".png", string(picture.WebP): ".webp", string(picture.HEIC): ".heic",
	"video/mp4": ".mp4", "video/quicktime": ".mov", "video/3gpp": ".3gp", "video/webm": ".webm", "video/x-matroska": ".mkv",
	"audio/mp4": ".m4a", "audio/3gpp": ".3gp", "audio/webm": ".weba", "audio/x-matroska": ".mka", "audio/ogg": ".ogg",
	"audio/wav": ".wav", "audio/amr": ".amr", "audio/mpeg": ".mp3", "audio/aac": ".aac",
}

// Extension is the usual ending of a file of a media type that is taken as evidence, with its dot; empty for others.
func Extension(contentType string) string { return extension[contentType] }

// PhotoView is a photo or a recording on the wire. The URLs are signed, work without a token and end soon; they are
// empty when the copies were taken down, and for recordings, which are opened as originals only.
type PhotoView struct {
	ID           string        `json:"id"`
	Role         string        `json:"role" enum:"before,inspection,progress,after,proof"`
	Kind         string        `json:"kind" enum:"photo,video,audio" doc:"a video or recording has no copies: it is opened as an original, with a reason, and is never public"`
	DurationMS   int           `json:"duration_ms,omitempty" doc:"of a video or recording, in milliseconds"`
	ContentType  string        `json:"content_type" doc:"of the original"`
	Size         int64         `json:"size" doc:"bytes of the original"`
	Width        int           `json:"width" doc:"pixels, upright"`
	Height       int           `json:"height"`
	SHA256       string        `json:"sha256" doc:"of the original"`
	CreatedAt    time.Time     `json:"created_at"`
	TakenAt      *time.Time    `json:"taken_at,omitempty" doc:"as claimed by the file"`
	Position     *PositionView `json:"position,omitempty" doc:"as claimed by the file"`
	ThumbURL     string        `json:"thumb_url,omitempty"`
	MediumURL    string        `json:"medium_url,omitempty"`
	URLsExpireAt *time.Time    `json:"urls_expire_at,omitempty"`
	Withdrawn    bool          `json:"withdrawn,omitempty" doc:"the public copies were taken down"`
	Redacted     bool          `json:"redacted,omitempty" doc:"parts of the copies are covered; the original is not"`
	Regions      []Region      `json:"regions,omitempty" doc:"what is covered, for those who work on the report"`
}

// PositionView is a place in WGS-84.
type PositionView struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// Views turns photos into their wire form with signed URLs. What a photo claims about time and place is for those who
// work on the report; use PublicViews for everybody else.
func (s *Service) Views(ctx context.Context, photos []*db.Photo) []PhotoView {
	out := s.PublicViews(ctx, photos)
	for i, p := range photos {
		out[i].TakenAt, out[i].SHA256, out[i].Regions = p.CapturedAt, p.Sha256, fractions(p)
		if p.ClaimedLat != nil && p.ClaimedLng != nil {
			out[i].Position = &PositionView{Lat: *p.ClaimedLat, Lng: *p.ClaimedLng}
		}
	}
	return out
}

// PublicViews is Views without what the file claims about itself.
func (s *Service) PublicViews(ctx context.Context, photos []*db.Photo) []PhotoView {
	out := make([]PhotoView, len(photos))
	until := s.Clock.Now().Add(urlLife)
	for i, p := range photos {
		out[i] = PhotoView{
			ID: p.ID.String(), Role: string(p.Role), Kind: string(p.Kind), DurationMS: p.DurationMs, ContentType: p.ContentType, Size: p.Size,
			Width: p.Width, Height: p.Height, CreatedAt: p.CreatedAt, Withdrawn: p.CopiesRemovedAt != nil,
			Redacted: p.RedactedAt != nil,
		}
		if p.CopiesRemovedAt != nil || p.Kind != photo.KindPhoto {
			continue
		}
		ref := objects.Ref{Area: objects.Evidence, Tenant: p.TenantID}
		ref.Key, ref.Version = p.ThumbKey, p.ThumbVersion
		out[i].ThumbURL = s.signed(ctx, ref)
		ref.Key, ref.Version = p.MediumKey, p.MediumVersion
		out[i].MediumURL = s.signed(ctx, ref)
		out[i].URLsExpireAt = &until
	}
	return out
}

// fractions are a photo's covered regions as they came.
func fractions(p *db.Photo) []Region {
	var out []Region
	w, h := float64(p.Width), float64(p.Height)
	for _, r := range p.Redactions {
		out = append(out, Region{X: float64(r[0]) / w, Y: float64(r[1]) / h, Width: float64(r[2]) / w, Height: float64(r[3]) / h})
	}
	return out
}

// signed is empty when the URL cannot be made, as in a background job that no client's address is known to: the
// photo can still be read through the report's route.
func (s *Service) signed(ctx context.Context, ref objects.Ref) string {
	u, err := s.Store.PresignGet(ctx, ref, string(picture.JPEG), urlLife)
	if err != nil {
		s.Log.DebugContext(ctx, "no signed URL", "error", err)
		return ""
	}
	return u
}
