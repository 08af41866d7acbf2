package report

import (
	"context"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// RedactBody is the body of redact.
type RedactBody struct {
	Versioned
	PhotoID uuid.UUID         `json:"photo_id"`
	Regions []evidence.Region `json:"regions,omitempty" maxItems:"50" doc:"要遮挡的部分，按看到的画面、从左上角算起的比例；每次给出全部，不填为恢复原样"`
	Reason  string            `json:"reason" minLength:"2" maxLength:"300" doc:"为什么遮挡或恢复，留痕"`
}

// redact is row 42's: parts of a photo are covered in its public copies. The copies are made before the transaction,
// by somebody who was found to be the one who may, and are thrown away when the transaction does not happen.
func (s *Service) redact(ctx context.Context, tenant, ref string, b RedactBody) (uuid.UUID, error) {
	photo, err := s.redactable(ctx, tenant, ref, b)
	if err != nil {
		return uuid.Nil, err
	}
	made, err := s.Evidence.Redraw(ctx, photo, b.Regions)
	if err != nil {
		return uuid.Nil, err
	}
	id, err := s.act(ctx, tenant, ref, s.redactStep(b, made))
	if err != nil {
		s.Evidence.Discard(ctx, made)
	}
	return id, err
}

// redactable is the photo, if the caller may cover parts of it now.
func (s *Service) redactable(ctx context.Context, tenant, ref string, b RedactBody) (photo *db.Photo, err error) {
	who := askerOf(ctx, tenant)
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, false, s.visible(ctx, who, readPermission)...)
		if err != nil {
			return err
		}
		if !s.covers(ctx, rel, who) {
			return fault.Forbidden.New("这一步不由您办理")
		}
		if b.Version != 0 && b.Version != rel.report.Version {
			return fault.VersionConflict.New("此件刚刚有变化，请刷新后再操作").Fact("version", rel.report.Version)
		}
		if _, err := Table.Decide(rel.state(), "redact", rel.parts(who), rel.facts(who.units())); err != nil {
			return err
		}
		photo, err = s.Evidence.Find(ctx, tx, rel.report.ID, b.PhotoID)
		return err
	})
	return photo, err
}

func (s *Service) redactStep(b RedactBody, made *evidence.Redrawn) step {
	return step{action: "redact", version: b.Version, note: b.Reason, apply: func(ctx context.Context, m *moment) error {
		m.data["photo_id"], m.data["regions"] = b.PhotoID, len(b.Regions)
		return s.Evidence.Redact(ctx, m.tx, made, m.asker.person, b.Reason)
	}}
}
