package evidence

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db/photo"
	"huying/ent/db/upload"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
)

// Alike is the distance of two perceptual hashes up to which their pictures are taken for one scene.
const Alike = 8

// Distance is in how many of 64 bits two perceptual hashes differ; 0 is no hash and is far from everything.
func Distance(a, b int64) int { return picture.Distance(a, b) }

// Hashes returns the perceptual hashes of the photos of many reports in one statement; photos without one are left out.
func (s *Service) Hashes(ctx context.Context, tx *database.Tx, subjectIDs []uuid.UUID) (map[uuid.UUID][]int64, error) {
	out := map[uuid.UUID][]int64{}
	if len(subjectIDs) == 0 {
		return out, nil
	}
	rows, err := tx.Photo.Query().Where(photo.SubjectKind(subjectReport), photo.SubjectIDIn(subjectIDs...),
		photo.PhashNEQ(0), photo.DeletedAtIsNil()).
		Select(photo.FieldSubjectID, photo.FieldPhash).Order(photo.ByPosition(), photo.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: read hashes: %w", err)
	}
	for _, p := range rows {
		out[p.SubjectID] = append(out[p.SubjectID], p.Phash)
	}
	return out, nil
}

// HashesOfUploads returns the perceptual hashes of a person's own uploads that were verified, attached or not, by
// upload; that of a HEIC photo is its companion's. Anybody else's and those without a hash are left out.
func (s *Service) HashesOfUploads(ctx context.Context, tx *database.Tx, personID uuid.UUID, ids []uuid.UUID) (map[uuid.UUID]int64, error) {
	out := map[uuid.UUID]int64{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := tx.Upload.Query().Where(upload.Or(upload.IDIn(ids...), upload.CompanionOfIn(ids...)), upload.PersonID(personID), upload.PhashNEQ(0),
		upload.StateIn(upload.StateVerified, upload.StateAttached)).Select(upload.FieldID, upload.FieldPhash, upload.FieldCompanionOf).Order(upload.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("evidence: read hashes: %w", err)
	}
	for _, u := range rows {
		if u.CompanionOf != nil {
			out[*u.CompanionOf] = u.Phash
			continue
		}
		out[u.ID] = u.Phash
	}
	return out, nil
}
