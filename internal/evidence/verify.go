package evidence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"huying/ent/db"
	"huying/ent/db/upload"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
)

const (
	// verifyAtOnce is how many photos of one request are fetched and judged side by side.
	verifyAtOnce = 3
	// judgeTimeout bounds the work on one photo, waiting for a seat to decode included.
	judgeTimeout = time.Minute
)

// Verify proves that each upload is this person's, has arrived and is a photo, keeps the original under retention and
// makes the public copies. It talks to the store and decodes, so it is called before the report's transaction opens;
// it is idempotent. Faults name upload_ids: NotUsable, Missing, TooMany and every refusal of a photo; or fault.Unavailable.
func (s *Service) Verify(ctx context.Context, tenant string, personID uuid.UUID, ids []uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := checkIDs(ids); err != nil {
		return err
	}
	rows, err := s.own(ctx, tenant, personID, ids)
	if err != nil {
		return err
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(verifyAtOnce)
	for i, row := range rows {
		group.Go(func() error { return s.verifyOne(gctx, row, i+1) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return s.verifyCompanions(ctx, tenant, personID, ids)
}

// own reads the uploads in the order they were asked for.
func (s *Service) own(ctx context.Context, tenant string, personID uuid.UUID, ids []uuid.UUID) ([]*db.Upload, error) {
	var found []*db.Upload
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		var err error
		found, err = tx.Upload.Query().Where(upload.IDIn(ids...), upload.PersonID(personID)).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence: read uploads: %w", err)
	}
	byID := map[uuid.UUID]*db.Upload{}
	for _, row := range found {
		byID[row.ID] = row
	}
	rows := make([]*db.Upload, len(ids))
	now := s.Clock.Now()
	for i, id := range ids {
		row := byID[id]
		// An attached one passes here: the same submission, sent again, must reach its idempotency key. Attach refuses it.
		if row == nil || row.State == upload.StateExpired || row.State != upload.StateAttached && !row.ExpiresAt.After(now) {
			return nil, notUsable(i + 1)
		}
		rows[i] = row
	}
	return rows, nil
}

func (s *Service) verifyOne(ctx context.Context, row *db.Upload, which int) error {
	switch row.State {
	case upload.StateAttached:
		return nil
	case upload.StateRejected:
		kind := kindOf(row.RejectCode)
		return (&picture.Refusal{Kind: kind, Detail: kind.Title + "，请换一张照片"}).Fault(uploadField, which)
	case upload.StateVerified:
		return s.stillThere(ctx, row, which)
	}
	err := s.judgeOnce(ctx, row)
	var refusal *picture.Refusal
	switch {
	case errors.Is(err, errRaced), errors.Is(err, objects.ErrNotFound):
		return s.overtaken(ctx, row, which)
	case errors.As(err, &refusal):
		return refusal.Fault(uploadField, which)
	}
	return err
}

// overtaken tells an upload that has not arrived from one that another process verified just now.
func (s *Service) overtaken(ctx context.Context, row *db.Upload, which int) error {
	now, err := s.Upload(ctx, row.TenantID, row.PersonID, row.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err == nil && (now.State == upload.StateVerified || now.State == upload.StateAttached) {
		s.tidy(ctx, now)
		return nil
	}
	return Missing.New("有照片还没有传完，请等上传完成后再提交",
		fault.Field{Name: uploadField, Message: fmt.Sprintf("第 %d 张还没有收到", which)})
}

// judgeOnce lets requests for the same upload share one decoding. The work goes on when the caller leaves: a retry
// finds it done.
func (s *Service) judgeOnce(ctx context.Context, row *db.Upload) error {
	done := s.judging.DoChan(row.TenantID+row.ID.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), judgeTimeout)
		defer cancel()
		err := s.judge(ctx, row)
		var refusal *picture.Refusal
		if errors.As(err, &refusal) {
			if err := s.reject(ctx, row, refusal); err != nil {
				return nil, err
			}
		}
		return nil, err
	})
	select {
	case result := <-done:
		return result.Err
	case <-ctx.Done():
		return fmt.Errorf("evidence: verify: %w", ctx.Err())
	}
}

// stillThere asks the store for a verified original, so that no report is made on a photo the store has lost.
func (s *Service) stillThere(ctx context.Context, row *db.Upload, which int) error {
	ref := objects.Ref{Area: objects.Evidence, Tenant: row.TenantID, Key: row.OriginalKey, Version: row.OriginalVersion}
	_, err := s.Store.Stat(ctx, ref)
	if errors.Is(err, objects.ErrNotFound) {
		s.Log.ErrorContext(ctx, "a verified original is not in the store", "upload", row.ID, "tenant", row.TenantID)
		return notUsable(which)
	}
	if err != nil {
		return fmt.Errorf("evidence: verify: %w", err)
	}
	return nil
}

// judge fetches the pinned version, decides, and keeps what is a photo.
func (s *Service) judge(ctx context.Context, row *db.Upload) error {
	info, err := s.Store.Stat(ctx, staged(row))
	if err != nil {
		return fmt.Errorf("evidence: verify: %w", err)
	}
	from := staged(row).At(info.Version)
	object, err := s.Store.Get(ctx, from)
	if err != nil {
		return fmt.Errorf("evidence: verify: %w", err)
	}
	file, err := s.spool(object, mostBytes(row.Kind))
	_ = object.Close()
	if err != nil {
		return err
	}
	defer file.discard()
	if file.size != row.Size || file.sum != row.Sha256 {
		return picture.Refuse(picture.Damaged, "收到的内容与登记的大小或校验值不符")
	}
	p, err := s.examine(ctx, file)
	if err != nil {
		return err
	}
	keep := s.keepUntil(row.TenantID)
	version, err := s.Store.Lock(ctx, from, originalOf(row), file.size, p.contentType, keep)
	if err != nil {
		return fmt.Errorf("evidence: keep original: %w", err)
	}
	if err := s.finish(ctx, row, p, version, info.Version); err != nil {
		return err
	}
	if err := s.Store.Remove(ctx, from); err != nil {
		s.Log.WarnContext(ctx, "a staged copy is left for the sweep", "upload", row.ID, "error", err)
	}
	return nil
}

// reject remembers the refusal, so that the same bytes are not decoded again and again.
func (s *Service) reject(ctx context.Context, row *db.Upload, refusal *picture.Refusal) error {
	err := s.DB.Do(ctx, tenancy.Tenant(row.TenantID), func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Upload.Update().
			Where(upload.ID(row.ID), upload.Version(row.Version), upload.StateEQ(upload.StateTicketed)).AddVersion(1).
			SetState(upload.StateRejected).SetRejectCode(refusal.Kind.Code).SetUpdatedAt(s.Clock.Now()).Save(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("evidence: reject upload: %w", err)
	}
	return nil
}
