package evidence

import (
	"context"
	"time"

	"huying/ent/db/upload"
	"huying/internal/evidence/clip"
	"huying/internal/evidence/picture"
)

// judged is what an upload was found to be. Of a recording, only claims of its picture are filled.
type judged struct {
	*picture.Picture
	kind        upload.Kind
	contentType string
	duration    time.Duration
}

// examine decides by the bytes alone, whatever they were announced as.
func (s *Service) examine(ctx context.Context, file *spooled) (*judged, error) {
	recording, err := clip.Is(file)
	if err != nil {
		return nil, err
	}
	if !recording {
		p, err := s.room.Examine(ctx, file, file.size)
		if err != nil {
			return nil, err
		}
		return &judged{Picture: p, kind: upload.KindPhoto, contentType: string(p.Format)}, nil
	}
	c, err := clip.Examine(file, file.size)
	if err != nil {
		return nil, err
	}
	return &judged{
		Picture: &picture.Picture{Sealed: true, Claims: picture.Claims{CapturedAt: c.Recorded}},
		kind:    upload.Kind(c.Kind), contentType: c.Format, duration: c.Duration,
	}, nil
}

// mostBytes is how large an upload of a kind may be.
func mostBytes(kind upload.Kind) int64 {
	if kind == upload.KindPhoto {
		return MaxPhotoBytes
	}
	return MaxClipBytes
}
