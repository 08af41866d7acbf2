package evidence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"

	"huying/ent/db"
	"huying/ent/db/upload"
	"huying/internal/evidence/picture"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/jobs"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

const (
	// ticketLife is how long the signed URL may be used to begin an upload.
	ticketLife = 30 * time.Minute
	// orphanAge is how long an upload waits to be attached: a report begun on a weak network is still one in the evening.
	orphanAge = 24 * time.Hour
	// maxOpen is how many unattached uploads one person may hold in a tenant: at 10 MB each no way to fill a store, and
	// far above what a street office that enters a paper ledger needs in a day.
	maxOpen = 300
	// maxOpenClips is the same for recordings, each as heavy as five photos.
	maxOpenClips = 18
	// urlLife is how long a signed URL of a public copy works.
	urlLife = 10 * time.Minute
)

// Retention is how long an original cannot be removed. Compliance means by nobody, once it belongs to a report.
type Retention struct {
	Compliance bool
	Period     time.Duration
}

// DefaultRetention is three years, liftable by the store's owner.
var DefaultRetention = Retention{Period: 3 * 365 * 24 * time.Hour}

// The modes of a lock, as the store and photos' rows name them.
const (
	Governance = "GOVERNANCE"
	Compliant  = "COMPLIANCE"
)

// Deps are what the service needs. Zero values of the last four mean the defaults.
type Deps struct {
	DB    *database.DB
	Store *objects.Store
	Clock clock.Clock
	Jobs  *jobs.Queue
	Log   *slog.Logger
	// Tenants lists whom the periodic sweep visits.
	Tenants func(ctx context.Context) ([]string, error)
	// Retention of a tenant's originals.
	Retention func(tenant string) Retention
	// TempDir is where bytes are received into; the system's by default.
	TempDir               string
	TicketLife, OrphanAge time.Duration
}

// Service is the shelf's use cases.
type Service struct {
	Deps
	room    *picture.Darkroom
	judging singleflight.Group
}

// New connects the service and registers its workers with Jobs, which must not have been started.
func New(d Deps) *Service {
	if d.TicketLife <= 0 {
		d.TicketLife = ticketLife
	}
	if d.OrphanAge <= 0 {
		d.OrphanAge = orphanAge
	}
	if d.Retention == nil {
		d.Retention = func(string) Retention { return DefaultRetention }
	}
	if d.Log == nil {
		d.Log = slog.Default()
	}
	s := &Service{Deps: d, room: picture.NewDarkroom(picture.DefaultLimits)}
	s.registerJobs()
	return s
}

// Wanted is what a client says about the file it is going to send.
type Wanted struct {
	FileName    string
	ContentType string
	Size        int64
	SHA256      string // lower-case hex
	// CompanionOf is the upload of the HEIC photo that this JPEG is a converted copy of.
	CompanionOf *uuid.UUID
}

// Ticketed is a ticket: where to PUT exactly the bytes that were described.
type Ticketed struct {
	UploadID uuid.UUID
	objects.Ticket
}

// Ticket issues a ticket to a person. Faults: Unsupported naming content_type, TooHeavy and
// fault.Invalid naming size or sha256, fault.TooMany, fault.Unavailable.
func (s *Service) Ticket(ctx context.Context, tenant string, personID uuid.UUID, w Wanted) (Ticketed, error) {
	if err := w.check(); err != nil {
		return Ticketed{}, err
	}
	if err := s.Store.EnsureTenant(ctx, tenant); err != nil {
		return Ticketed{}, fmt.Errorf("evidence: ticket: %w", err)
	}
	row, err := s.begin(ctx, tenant, personID, w)
	if err != nil {
		return Ticketed{}, err
	}
	up := objects.Upload{Size: w.Size, SHA256: w.SHA256, ContentType: w.ContentType}
	ticket, err := s.Store.PresignPut(ctx, staged(row), up, s.TicketLife)
	if err != nil {
		return Ticketed{}, fmt.Errorf("evidence: ticket: %w", err)
	}
	return Ticketed{UploadID: row.ID, Ticket: ticket}, nil
}

// begin writes the row that every later object is found from.
func (s *Service) begin(ctx context.Context, tenant string, personID uuid.UUID, w Wanted) (*db.Upload, error) {
	var row *db.Upload
	err := s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		now := s.Clock.Now()
		open, err := tx.Upload.Query().Where(upload.PersonID(personID), upload.ExpiresAtGT(now),
			upload.StateIn(upload.StateTicketed, upload.StateVerified, upload.StateRejected)).Count(ctx)
		if err != nil {
			return fmt.Errorf("count open uploads: %w", err)
		}
		if open >= maxOpen {
			return fault.TooMany.New("您有太多照片还没有提交，请先提交或过一天再传").After(time.Hour)
		}
		if w.kind() != upload.KindPhoto {
			if err := s.roomForClip(ctx, tx, personID); err != nil {
				return err
			}
		}
		if err := mayAccompany(ctx, tx, personID, w.CompanionOf, now); err != nil {
			return err
		}
		id := uuid.Must(uuid.NewV7())
		row, err = tx.Upload.Create().SetID(id).SetPersonID(personID).SetFileName(shorten(w.FileName, 200)).
			SetContentType(w.ContentType).SetSize(w.Size).SetSha256(w.SHA256).SetNillableCompanionOf(w.CompanionOf).SetKind(w.kind()).SetStagingKey("uploads/" + id.String() + "/file").
			SetExpiresAt(now.Add(s.OrphanAge)).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: begin upload: %w", err)
	}
	return row, nil
}

// roomForClip refuses a person who holds too many recordings that no report has.
func (s *Service) roomForClip(ctx context.Context, tx *database.Tx, personID uuid.UUID) error {
	open, err := tx.Upload.Query().Where(upload.PersonID(personID), upload.ExpiresAtGT(s.Clock.Now()), upload.KindNEQ(upload.KindPhoto),
		upload.StateIn(upload.StateTicketed, upload.StateVerified, upload.StateRejected)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count open recordings: %w", err)
	}
	if open >= maxOpenClips {
		return fault.TooMany.New("您有太多视频或录音还没有提交，请先提交或过一天再传").After(time.Hour)
	}
	return nil
}

// Upload is one's own upload. Anybody else's is fault.NotFound, like one that never was.
func (s *Service) Upload(ctx context.Context, tenant string, personID, id uuid.UUID) (*db.Upload, error) {
	var row *db.Upload
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		var err error
		row, err = tx.Upload.Query().Where(upload.ID(id), upload.PersonID(personID), upload.StateNEQ(upload.StateExpired)).Only(ctx)
		return err
	})
	if db.IsNotFound(err) {
		return nil, fault.NotFound.New("没有这个上传")
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: read upload: %w", err)
	}
	return row, nil
}

func staged(u *db.Upload) objects.Ref {
	return objects.Ref{Area: objects.Staging, Tenant: u.TenantID, Key: u.StagingKey}
}

// folder is where all objects of an upload stand in the evidence bucket.
func folder(id uuid.UUID) string { return "photos/" + id.String() + "/" }

// publicFolder is where its public copies stand.
func publicFolder(id uuid.UUID) string { return folder(id) + "public/" }

func originalOf(u *db.Upload) objects.Ref {
	return objects.Ref{Area: objects.Evidence, Tenant: u.TenantID, Key: folder(u.ID) + "original"}
}

func copyOf(u *db.Upload, variant Variant) objects.Ref {
	return objects.Ref{Area: objects.Evidence, Tenant: u.TenantID, Key: publicFolder(u.ID) + string(variant)}
}

func shorten(s string, runes int) string {
	r := []rune(s)
	return string(r[:min(len(r), runes)])
}

var errRaced = errors.New("evidence: another request was faster")
