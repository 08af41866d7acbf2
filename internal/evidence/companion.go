package evidence

import (
	"context"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/upload"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// needsCopy tells a client what to send beside a HEIC photo; which counts from 1, 0 when there is only one.
func needsCopy(field string, which int) error {
	message := "这是 HEIC 照片，请同时上传由它转换的 JPG 副本（登记副本时填 companion_of），或直接上传 JPG 照片"
	if which > 0 {
		message = fmt.Sprintf("第 %d 张：%s", which, message)
	}
	return NeedsCopy.New(message, fault.Field{Name: field, Message: message})
}

// needsCompanion says whether an upload is a photo that is shown by a copy sent beside it. A recording is not shown.
func needsCompanion(u *db.Upload) bool { return u.Kind == upload.KindPhoto && !u.Decodable }

// mayAccompany checks that a companion's HEIC photo is one's own and still waits to be used.
func mayAccompany(ctx context.Context, tx *database.Tx, personID uuid.UUID, of *uuid.UUID, now time.Time) error {
	if of == nil {
		return nil
	}
	waits, err := tx.Upload.Query().Where(upload.ID(*of), upload.PersonID(personID), upload.ExpiresAtGT(now),
		upload.ContentType(string(picture.HEIC)), upload.StateIn(upload.StateTicketed, upload.StateVerified)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("find original: %w", err)
	}
	if !waits {
		return NotUsable.New("找不到这个副本所属的照片",
			fault.Field{Name: "companion_of", Message: "应为您刚上传、尚未提交的 HEIC 照片的编号"})
	}
	return nil
}

// companion is the latest usable JPEG copy of a HEIC upload by the same person, or nil.
func (s *Service) companion(ctx context.Context, tx *database.Tx, of *db.Upload, states ...upload.State) (*db.Upload, error) {
	row, err := tx.Upload.Query().Where(upload.CompanionOf(of.ID), upload.PersonID(of.PersonID), upload.StateIn(states...), upload.Decodable(true),
		upload.ExpiresAtGT(s.Clock.Now())).Order(upload.ByID(entsql.OrderDesc())).First(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: find companion: %w", err)
	}
	return row, nil
}

// verifyCompanions verifies the copies of those uploads that cannot be opened here.
func (s *Service) verifyCompanions(ctx context.Context, tenant string, personID uuid.UUID, ids []uuid.UUID) error {
	rows, err := s.own(ctx, tenant, personID, ids)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if !needsCompanion(row) || row.State == upload.StateAttached {
			continue
		}
		var copied *db.Upload
		err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
			copied, err = s.companion(ctx, tx, row, upload.StateTicketed, upload.StateVerified)
			return err
		})
		if err != nil {
			return err
		}
		if copied == nil {
			return needsCopy(uploadField, i+1)
		}
		if err := s.verifyOne(ctx, copied, i+1); err != nil {
			return err
		}
	}
	return nil
}

// takeCompanion uses up the copy of a HEIC upload and returns the upload as the photo to be: the HEIC's original with
// the copy's picture.
func (s *Service) takeCompanion(ctx context.Context, tx *database.Tx, original *db.Upload, which int) (*db.Upload, error) {
	copied, err := s.companion(ctx, tx, original, upload.StateVerified)
	if err != nil {
		return nil, err
	}
	if copied == nil {
		return nil, needsCopy(uploadField, which)
	}
	if err := s.use(ctx, tx, copied, which); err != nil {
		return nil, err
	}
	out := *original
	out.MediumKey, out.MediumVersion, out.ThumbKey, out.ThumbVersion = copied.MediumKey, copied.MediumVersion, copied.ThumbKey, copied.ThumbVersion
	out.Width, out.Height, out.Phash = copied.Width, copied.Height, copied.Phash
	return &out, nil
}
