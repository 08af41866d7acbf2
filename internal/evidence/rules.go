package evidence

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/upload"
	"huying/internal/evidence/clip"
	"huying/internal/evidence/picture"
	"huying/internal/platform/fault"
)

const (
	// MaxPhotoBytes is the largest photo, 10 MB.
	MaxPhotoBytes = picture.MaxBytes
	// MaxClipBytes is the largest recording, 50 MB.
	MaxClipBytes = clip.MaxBytes
	// MaxPhotos is how many photos and recordings together one action may carry.
	MaxPhotos = 9
)

// Role is what a photo shows.
type Role string

// The roles of a photo.
const (
	Before     Role = "before"
	After      Role = "after"
	Inspection Role = "inspection"
	Progress   Role = "progress"
	Proof      Role = "proof"
)

// Variant is one of the forms a photo can be read in.
type Variant string

// The variants: two public copies and the bytes as they came.
const (
	Thumb    Variant = "thumb"
	Medium   Variant = "medium"
	Original Variant = "original"
)

// ParseVariant reads a variant from a path; anything else is fault.NotFound, as any unknown path is.
func ParseVariant(s string) (Variant, error) {
	switch v := Variant(s); v {
	case Thumb, Medium, Original:
		return v, nil
	}
	return "", fault.NotFound.New("照片没有这种规格")
}

// kind is what a client says that it is going to send.
func (w *Wanted) kind() upload.Kind {
	switch {
	case strings.HasPrefix(w.ContentType, "video/"):
		return upload.KindVideo
	case strings.HasPrefix(w.ContentType, "audio/"):
		return upload.KindAudio
	}
	return upload.KindPhoto
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// check refuses early what could never be verified. What the client says is believed only as far as it is a refusal.
func (w *Wanted) check() error {
	w.ContentType = strings.ToLower(strings.TrimSpace(w.ContentType))
	switch kind := w.ContentType; {
	case kind == "image/jpg", kind == "image/pjpeg":
		w.ContentType = string(picture.JPEG)
	case kind == string(picture.JPEG), kind == string(picture.PNG), kind == string(picture.WebP):
	case kind == "image/heif", kind == string(picture.HEIC):
		w.ContentType = string(picture.HEIC)
	case w.kind() != upload.KindPhoto:
	case kind == "image/avif":
		return picture.NotEvidence("AVIF 图片").Fault("content_type", 0)
	default:
		return picture.NotEvidence("别的文件").Fault("content_type", 0)
	}
	if w.CompanionOf != nil && w.ContentType != string(picture.JPEG) {
		return fault.Invalid.New("副本应为 JPG 照片", fault.Field{Name: "content_type", Message: "副本应为 image/jpeg"})
	}
	switch {
	case w.Size == 0:
		return picture.Refuse(picture.Empty, "文件是空的，请重新拍摄或选择照片").Fault("size", 0)
	case w.Size < 0:
		return fault.Invalid.New("文件大小有误", fault.Field{Name: "size", Message: "应为正整数，单位字节"})
	case w.kind() != upload.KindPhoto && w.Size > MaxClipBytes:
		return picture.Refuse(clip.TooHeavy, "视频或录音每段不超过 %d MB。请拍短一些，或把画质调到 720P", MaxClipBytes>>20).Fault("size", 0)
	case w.kind() == upload.KindPhoto && w.Size > MaxPhotoBytes:
		return picture.Refuse(picture.TooHeavy, "每张照片不超过 %d MB", MaxPhotoBytes>>20).Fault("size", 0)
	case !sha256Form.MatchString(w.SHA256):
		return fault.Invalid.New("校验值有误", fault.Field{Name: "sha256", Message: "应为 64 位小写十六进制的 SHA-256"})
	}
	return nil
}

// uploadField is the name by which requests carry tickets.
const uploadField = "upload_ids"

// notUsable is the one answer for every upload that may not be used, whatever the reason; which counts from 1.
func notUsable(which int) error {
	return NotUsable.New("有照片不能使用，请重新上传",
		fault.Field{Name: uploadField, Message: fmt.Sprintf("第 %d 张：编号无效、已过期或已经用过", which)})
}

// checkIDs refuses too many uploads and one given twice.
func checkIDs(ids []uuid.UUID) error {
	if len(ids) > MaxPhotos {
		return TooMany.New(fmt.Sprintf("一次最多 %d 张照片", MaxPhotos),
			fault.Field{Name: uploadField, Message: fmt.Sprintf("最多 %d 张，收到 %d 张", MaxPhotos, len(ids))})
	}
	seen := map[uuid.UUID]bool{}
	for i, id := range ids {
		if seen[id] {
			return NotUsable.New("同一张照片给了两次",
				fault.Field{Name: uploadField, Message: fmt.Sprintf("第 %d 张与前面的重复", i+1)})
		}
		seen[id] = true
	}
	return nil
}

// kindOf finds the kind a rejected upload was refused with.
func kindOf(code string) *fault.Kind {
	for _, k := range []*fault.Kind{
		picture.Unsupported, picture.Empty, picture.TooHeavy, picture.TooManyPixels, picture.Hidden,
		clip.TooLong, clip.TooHeavy, clip.Damaged,
	} {
		if k.Code == code {
			return k
		}
	}
	return picture.Damaged
}
