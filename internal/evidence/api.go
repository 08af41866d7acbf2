package evidence

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
)

type ticketRequest struct {
	FileName    string     `json:"file_name,omitempty" maxLength:"200" doc:"shown to staff; never believed"`
	ContentType string     `json:"content_type" maxLength:"80" example:"image/jpeg"`
	Size        int64      `json:"size" doc:"bytes; at most 10 MB a photo, 50 MB a video or recording of at most 60 seconds" example:"2483712"`
	SHA256      string     `json:"sha256" maxLength:"64" doc:"of the whole file, hex"`
	CompanionOf *uuid.UUID `json:"companion_of,omitempty" doc:"the upload of the HEIC photo that this JPEG was converted from; a report then names the HEIC's upload alone"`
}

type ticketView struct {
	UploadID  string            `json:"upload_id"`
	Method    string            `json:"method" enum:"PUT"`
	URL       string            `json:"url" doc:"PUT exactly the described bytes here"`
	Headers   map[string]string `json:"headers" doc:"send all of them; they are signed"`
	ExpiresAt time.Time         `json:"expires_at" doc:"until when the PUT may begin"`
}

func viewTicket(t Ticketed) ticketView {
	return ticketView{UploadID: t.UploadID.String(), Method: "PUT", URL: t.URL, Headers: t.Headers, ExpiresAt: t.ExpiresAt}
}

type uploadView struct {
	UploadID    string        `json:"upload_id"`
	State       string        `json:"state" enum:"ticketed,verified,attached,rejected"`
	FileName    string        `json:"file_name,omitempty"`
	Kind        string        `json:"kind" enum:"photo,video,audio" doc:"as found in the bytes once verified"`
	DurationMS  int           `json:"duration_ms,omitempty" doc:"of a video or recording, in milliseconds"`
	ContentType string        `json:"content_type" doc:"as found in the bytes once verified"`
	Size        int64         `json:"size"`
	SHA256      string        `json:"sha256"`
	Width       int           `json:"width,omitempty"`
	Height      int           `json:"height,omitempty"`
	TakenAt     *time.Time    `json:"taken_at,omitempty" doc:"as claimed by the file"`
	Position    *PositionView `json:"position,omitempty" doc:"as claimed by the file"`
	Decodable   bool          `json:"decodable" doc:"false: kept as it came; a photo then needs a JPEG companion to be shown, a video or recording nothing"`
	RejectCode  string        `json:"reject_code,omitempty" doc:"why the bytes are not evidence"`
	ExpiresAt   time.Time     `json:"expires_at" doc:"until when it can be attached"`
}

func viewUpload(u *db.Upload) uploadView {
	v := uploadView{
		UploadID: u.ID.String(), State: string(u.State), Kind: string(u.Kind), DurationMS: u.DurationMs, FileName: u.FileName, ContentType: u.ContentType, Size: u.Size,
		SHA256: u.Sha256, Width: u.Width, Height: u.Height, TakenAt: u.CapturedAt, RejectCode: u.RejectCode, Decodable: u.Decodable, ExpiresAt: u.ExpiresAt,
	}
	if u.ClaimedLat != nil && u.ClaimedLng != nil {
		v.Position = &PositionView{Lat: *u.ClaimedLat, Lng: *u.ClaimedLng}
	}
	return v
}
