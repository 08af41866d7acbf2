package partner

import (
	"context"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db/partner"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// overlap is how long the secret before still signs, so that a receiver can change over.
const overlap = 24 * time.Hour

func (s *Room) list(ctx context.Context, in *listInput) (*listOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	err = s.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Partner.Query().Where(partner.DeletedAtIsNil()).Order(partner.ByID(entsql.OrderDesc())).Limit(in.Limit + 1)
		if start.ID != uuid.Nil {
			q.Where(partner.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("partners: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		views := make([]View, len(rows))
		for i, p := range rows {
			views[i] = viewPartner(p)
		}
		out.Body = web.NewPage(views, next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Room) get(ctx context.Context, in *OneInput) (*viewOutput, error) {
	out := &viewOutput{}
	err := s.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		row, err := one(ctx, tx, in.ID)
		if err == nil {
			out.Body = viewPartner(row)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Room) checked(ctx context.Context, kind string, b Body) error {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	wrong := b.check(kind, func(c string) bool { _, ok := dir.Category(c); return ok }, s.Out.Check)
	if b.Channel == channelFile && s.DropDir == "" {
		wrong = append(wrong, fault.Field{Name: "channel", Message: "本系统没有开通文件交换，请联系运维人员"})
	}
	if b.DivisionCode != "" && !within(b.DivisionCode, web.TenantOf(ctx)) {
		wrong = append(wrong, fault.Field{Name: "division_code", Message: "不是本区市的区划"})
	}
	if len(wrong) > 0 {
		return fault.Invalid.New("有内容需要修改", wrong...)
	}
	return nil
}

// create registers a partner. Webhooks and work orders get a signing secret, which is in this answer only; so the create
// is not kept under an idempotency key.
func (s *Room) create(ctx context.Context, in *createInput) (*secretOutput, error) {
	b := in.Body
	if err := s.checked(ctx, b.Kind, b.Body); err != nil {
		return nil, err
	}
	id := uuid.Must(uuid.NewV7())
	out := &secretOutput{}
	secret := b.APIKey
	var err error
	if b.Kind != kindOpen311 {
		if secret, err = newSecret(); err != nil {
			return nil, err
		}
		out.Body.Secret = secret
	}
	err = s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		c := tx.Partner.Create().SetID(id).SetKind(partner.Kind(b.Kind)).SetName(b.Name).SetChannel(partner.Channel(b.Channel)).SetURL(b.URL).
			SetJurisdiction(b.Jurisdiction).SetEvents(wholeList(b.Events)).SetCategories(mapping(b.Categories)).SetStatuses(mapping(b.Statuses)).
			SetDivisionCode(b.DivisionCode).SetPushAt(b.PushAt).SetPull(b.Pull).SetActive(b.Active).SetCreatedAt(s.Clock.Now())
		if secret != "" {
			sealed, err := s.seal(id, secret)
			if err != nil {
				return err
			}
			c.SetSecretSealed(sealed)
		}
		row, err := c.Save(ctx)
		if err != nil {
			return fmt.Errorf("create partner: %w", err)
		}
		out.Body.View = viewPartner(row)
		return audited(ctx, tx, "partner.create", id, map[string]any{"kind": b.Kind})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func wholeList(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}

func mapping(in map[string]string) map[string]string {
	if in == nil {
		return map[string]string{}
	}
	return in
}

func audited(ctx context.Context, tx *database.Tx, action string, id uuid.UUID, facts map[string]any) error {
	return audit.Write(ctx, tx, audit.Line{Action: action, SubjectKind: "partner", SubjectID: id.String(), Facts: facts})
}

// update replaces the settings. It answers NotFound, VersionConflict or Invalid.
func (s *Room) update(ctx context.Context, in *updateInput) (*viewOutput, error) {
	b := in.Body
	out := &viewOutput{}
	err := s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		old, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := s.checked(ctx, string(old.Kind), b.Body); err != nil {
			return err
		}
		u := tx.Partner.Update().Where(partner.ID(in.ID), partner.Version(b.Version)).AddVersion(1).SetName(b.Name).SetChannel(partner.Channel(b.Channel)).
			SetURL(b.URL).SetJurisdiction(b.Jurisdiction).SetEvents(wholeList(b.Events)).SetCategories(mapping(b.Categories)).SetStatuses(mapping(b.Statuses)).
			SetDivisionCode(b.DivisionCode).SetPushAt(b.PushAt).SetPull(b.Pull).SetActive(b.Active)
		if b.APIKey != "" && old.Kind == partner.KindOpen311 {
			sealed, err := s.seal(in.ID, b.APIKey)
			if err != nil {
				return err
			}
			u.SetSecretSealed(sealed)
		}
		n, err := u.Save(ctx)
		if err != nil {
			return fmt.Errorf("update partner: %w", err)
		}
		if n == 0 {
			return fault.VersionConflict.New("资料已被他人修改，请刷新后再改").Fact("version", old.Version)
		}
		row, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		out.Body = viewPartner(row)
		return audited(ctx, tx, "partner.update", in.ID, map[string]any{"active": b.Active})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// remove takes a partner out of use for good. Its links and messages stay for history.
func (s *Room) remove(ctx context.Context, in *OneInput) (*struct{}, error) {
	err := s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Partner.Update().Where(partner.ID(in.ID), partner.DeletedAtIsNil()).AddVersion(1).SetActive(false).SetDeletedAt(s.Clock.Now()).
			ClearSecretSealed().ClearPreviousSealed().Save(ctx)
		if err != nil {
			return fmt.Errorf("remove partner: %w", err)
		}
		if n == 0 {
			return notFound()
		}
		return audited(ctx, tx, "partner.delete", in.ID, nil)
	})
	return nil, err
}

// rotate makes a new signing secret; the one before signs too for a day.
func (s *Room) rotate(ctx context.Context, in *OneInput) (*secretOutput, error) {
	secret, err := newSecret()
	if err != nil {
		return nil, err
	}
	out := &secretOutput{}
	err = s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		old, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if old.Kind == partner.KindOpen311 {
			return fault.Conflict.New("Open311 的密钥由对方发放，请用修改填写")
		}
		sealed, err := s.seal(in.ID, secret)
		if err != nil {
			return err
		}
		u := tx.Partner.Update().Where(partner.ID(in.ID), partner.Version(old.Version)).AddVersion(1).SetSecretSealed(sealed).
			SetPreviousUntil(s.Clock.Now().Add(overlap))
		if kept(old.SecretSealed) {
			u.SetPreviousSealed(*old.SecretSealed)
		}
		if n, err := u.Save(ctx); err != nil {
			return fmt.Errorf("rotate secret: %w", err)
		} else if n == 0 {
			return fault.VersionConflict.New("刚刚有他人修改，请重试")
		}
		row, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		out.Body = SecretView{View: viewPartner(row), Secret: secret}
		return audited(ctx, tx, "partner.rotate", in.ID, nil)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
