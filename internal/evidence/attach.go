package evidence

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/ent/db/upload"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// subjectReport is the only kind of subject photos belong to so far.
const subjectReport = "report"

// Attachment says which uploads become photos of which report, and who says so.
type Attachment struct {
	ReportID  uuid.UUID
	UploadIDs []uuid.UUID
	Role      Role
	PersonID  uuid.UUID
}

// Attach turns verified uploads into photos of a report, in the report's own transaction and without leaving the
// database. An upload that is foreign, never issued, expired, not verified or already used is NotUsable naming
// upload_ids, and nothing is attached.
func (s *Service) Attach(ctx context.Context, tx *database.Tx, in Attachment) error {
	if len(in.UploadIDs) == 0 {
		return nil
	}
	if err := checkIDs(in.UploadIDs); err != nil {
		return err
	}
	scope, err := tenancy.From(ctx)
	if err != nil {
		return fmt.Errorf("evidence: attach: %w", err)
	}
	uploads, err := s.take(ctx, tx, in)
	if err != nil {
		return err
	}
	before, err := tx.Photo.Query().Where(photo.SubjectKind(subjectReport), photo.SubjectID(in.ReportID)).Count(ctx)
	if err != nil {
		return fmt.Errorf("evidence: attach: %w", err)
	}
	creates := make([]*db.PhotoCreate, len(uploads))
	for i, u := range uploads {
		creates[i] = s.newPhoto(tx, in, u, before+i).SetCreatedAt(s.Clock.Now()).SetUpdatedAt(s.Clock.Now())
	}
	if err := tx.Photo.CreateBulk(creates...).Exec(ctx); err != nil {
		return fmt.Errorf("evidence: attach: %w", err)
	}
	if s.Retention(scope.TenantCode()).Compliance {
		return s.Jobs.Insert(ctx, tx, SealArgs{Tenant: scope.TenantCode(), ReportID: in.ReportID}, nil)
	}
	return nil
}

// take moves the uploads from verified to attached and returns them in the order given. The first that cannot be moved
// fails the transaction, so it is all or none.
func (s *Service) take(ctx context.Context, tx *database.Tx, in Attachment) ([]*db.Upload, error) {
	out := make([]*db.Upload, len(in.UploadIDs))
	now := s.Clock.Now()
	for i, id := range in.UploadIDs {
		row, err := tx.Upload.Query().Where(upload.ID(id), upload.PersonID(in.PersonID),
			upload.StateEQ(upload.StateVerified), upload.ExpiresAtGT(now), upload.CompanionOfIsNil()).Only(ctx)
		if db.IsNotFound(err) {
			return nil, notUsable(i + 1)
		}
		if err != nil {
			return nil, fmt.Errorf("evidence: attach: %w", err)
		}
		if err := s.use(ctx, tx, row, i+1); err != nil {
			return nil, err
		}
		if out[i] = row; needsCompanion(row) {
			if out[i], err = s.takeCompanion(ctx, tx, row, i+1); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// use moves one verified upload to attached.
func (s *Service) use(ctx context.Context, tx *database.Tx, row *db.Upload, which int) error {
	n, err := tx.Upload.Update().Where(upload.ID(row.ID), upload.Version(row.Version), upload.StateEQ(upload.StateVerified)).
		AddVersion(1).SetState(upload.StateAttached).SetUpdatedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("evidence: attach: %w", err)
	}
	if n == 0 { // another transaction or the sweep was faster
		return notUsable(which)
	}
	return nil
}

// newPhoto tells the lock from when the upload was verified, a moment after the store was told: what the row calls
// free, the store lets go.
func (s *Service) newPhoto(tx *database.Tx, in Attachment, u *db.Upload, position int) *db.PhotoCreate {
	return tx.Photo.Create().
		SetSubjectKind(subjectReport).SetSubjectID(in.ReportID).SetUploadID(u.ID).SetPersonID(in.PersonID).
		SetRole(photo.Role(in.Role)).SetPosition(position).
		SetContentType(u.ContentType).SetSize(u.Size).SetSha256(u.Sha256).SetWidth(u.Width).SetHeight(u.Height).SetPhash(u.Phash).SetDecodable(u.Decodable).
		SetKind(photo.Kind(u.Kind)).SetDurationMs(u.DurationMs).
		SetLockMode(Governance).SetRetainUntil(s.lockEnd(u.TenantID, u.UpdatedAt)).
		SetOriginalKey(u.OriginalKey).SetOriginalVersion(u.OriginalVersion).
		SetMediumKey(u.MediumKey).SetMediumVersion(u.MediumVersion).SetThumbKey(u.ThumbKey).SetThumbVersion(u.ThumbVersion).
		SetNillableCapturedAt(u.CapturedAt).SetNillableClaimedLat(u.ClaimedLat).SetNillableClaimedLng(u.ClaimedLng)
}

// List returns a report's photos in the order they were attached.
func (s *Service) List(ctx context.Context, tx *database.Tx, reportID uuid.UUID) ([]*db.Photo, error) {
	rows, err := tx.Photo.Query().Where(photo.SubjectKind(subjectReport), photo.SubjectID(reportID), photo.DeletedAtIsNil()).
		Order(photo.ByPosition(), photo.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: list photos: %w", err)
	}
	return rows, nil
}

// CountByRole counts a report's photos in one role, for steps that need one to show; a recording shows nothing.
func (s *Service) CountByRole(ctx context.Context, tx *database.Tx, reportID uuid.UUID, role Role) (int, error) {
	n, err := tx.Photo.Query().Where(photo.SubjectKind(subjectReport), photo.SubjectID(reportID),
		photo.RoleEQ(photo.Role(role)), photo.KindEQ(photo.KindPhoto), photo.DeletedAtIsNil()).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("evidence: count photos: %w", err)
	}
	return n, nil
}

// Find returns one photo of a report, or fault.NotFound. Whether the caller may see the report is the room's question.
func (s *Service) Find(ctx context.Context, tx *database.Tx, reportID, photoID uuid.UUID) (*db.Photo, error) {
	row, err := tx.Photo.Query().Where(photo.ID(photoID), photo.SubjectKind(subjectReport), photo.SubjectID(reportID),
		photo.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.NotFound.New("没有这张照片")
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: find photo: %w", err)
	}
	return row, nil
}

// RemovePublic takes a report's photos out of every public place: at once for our own answers, which look at the row,
// and for good when the job that is written here has removed the copies. Originals stay until their retention ends.
func (s *Service) RemovePublic(ctx context.Context, tx *database.Tx, reportID uuid.UUID) error {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return fmt.Errorf("evidence: remove copies: %w", err)
	}
	if s.Jobs == nil {
		return errors.New("evidence: remove copies: no job queue")
	}
	n, err := tx.Photo.Update().Where(photo.SubjectKind(subjectReport), photo.SubjectID(reportID), photo.CopiesRemovedAtIsNil()).
		AddVersion(1).SetCopiesRemovedAt(s.Clock.Now()).SetPublished(false).SetUpdatedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("evidence: remove copies: %w", err)
	}
	if n == 0 {
		return nil
	}
	return s.Jobs.Insert(ctx, tx, RemoveCopiesArgs{Tenant: scope.TenantCode(), ReportID: reportID}, nil)
}
