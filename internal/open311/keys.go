package open311

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerkey"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// noteUse is how exactly the last use of a key is known: writing it each time would make every request wait for it.
const noteUse = time.Hour

// mountKeys adds what a tenant's administrator does with keys. Making one is not idempotent, because the answer, which
// an idempotent create would keep, is the key.
func (s *Room) mountKeys(srv *web.Server) {
	const tag = "合作系统"
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/partner-keys", Permission: "partner-key.list", Tag: tag, Summary: "接口密钥"}, s.listKeys)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/partner-keys", Permission: "partner-key.create", Tag: tag, Summary: "发放接口密钥",
		Detail: "密钥只在这一次的答复里出现；丢失则注销后重发。", Body: web.JSON, Status: http.StatusCreated,
	}, s.createKey)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/partner-keys/{id}/revoke", Permission: "partner-key.revoke", Tag: tag, Summary: "注销接口密钥，立即失效", Body: web.NoBody,
	}, s.revokeKey)
}

func (s *Room) listKeys(ctx context.Context, in *keysInput) (*keysOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &keysOutput{}
	err = s.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.PartnerKey.Query().Order(partnerkey.ByID(entsql.OrderDesc())).Limit(in.Limit + 1)
		if start.ID != uuid.Nil {
			q.Where(partnerkey.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("api keys: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		views := make([]KeyView, len(rows))
		for i, k := range rows {
			views[i] = viewKey(k)
		}
		out.Body = web.NewPage(views, next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Room) createKey(ctx context.Context, in *keyBodyInput) (*newKeyOutput, error) {
	b, now := in.Body, s.Clock.Now()
	if b.ExpiresAt != nil && !b.ExpiresAt.After(now) {
		return nil, fault.Invalid.New("有内容需要修改", fault.Field{Name: "expires_at", Message: "应晚于现在"})
	}
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, fmt.Errorf("api key: %w", err)
	}
	key := keyMark + base64.RawURLEncoding.EncodeToString(secret[:])
	slices.Sort(b.Scopes)
	b.Scopes = slices.Compact(b.Scopes)
	out := &newKeyOutput{}
	err := s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		if b.PartnerID != nil {
			known, err := tx.Partner.Query().Where(partner.ID(*b.PartnerID), partner.DeletedAtIsNil(), partner.KindNEQ(partner.KindWebhook)).Exist(ctx)
			if err != nil {
				return fmt.Errorf("partner: %w", err)
			}
			if !known {
				return fault.Invalid.New("有内容需要修改", fault.Field{Name: "partner_id", Message: "本区没有这个合作系统"})
			}
		}
		row, err := tx.PartnerKey.Create().SetName(b.Name).SetPrefix(key[:len(keyMark)+6]).SetHash(hashOf(key)).SetScopes(b.Scopes).
			SetMayPublish(b.MayPublish).SetDailyLimit(b.DailyLimit).SetNillablePartnerID(b.PartnerID).SetNillableExpiresAt(b.ExpiresAt).
			SetCreatedBy(auth.From(ctx).PersonID).SetCreatedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("create api key: %w", err)
		}
		out.Body = NewKeyView{KeyView: viewKey(row), Key: key}
		return audit.Write(ctx, tx, audit.Line{
			Action: "partner-key.create", SubjectKind: "partner-key", SubjectID: row.ID.String(),
			Facts: map[string]any{"scopes": b.Scopes, "may_publish": b.MayPublish},
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Room) revokeKey(ctx context.Context, in *keyInput) (*keyOutput, error) {
	out := &keyOutput{}
	err := s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.PartnerKey.Update().Where(partnerkey.ID(in.ID), partnerkey.RevokedAtIsNil()).SetRevokedAt(s.Clock.Now()).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("revoke api key: %w", err)
		}
		row, err := tx.PartnerKey.Query().Where(partnerkey.ID(in.ID)).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这个密钥")
		}
		if err != nil {
			return fmt.Errorf("api key: %w", err)
		}
		out.Body = viewKey(row)
		if n == 0 {
			return nil
		}
		return audit.Write(ctx, tx, audit.Line{Action: "partner-key.revoke", SubjectKind: "partner-key", SubjectID: row.ID.String()})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// admit finds the key and asks for a scope. Every refusal reads alike.
func (s *Room) admit(ctx context.Context, tenant, key, scope string) (*db.PartnerKey, error) {
	refused := KeyRefused.New("api_key 缺少、有误、已注销、已到期，或不能用于此事", fault.Field{Name: "api_key", Message: "缺少、有误、已注销、已到期，或不能用于此事"})
	if key == "" || len(key) > 200 {
		return nil, refused
	}
	var row *db.PartnerKey
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		row, err = tx.PartnerKey.Query().Where(partnerkey.Hash(hashOf(key)), partnerkey.RevokedAtIsNil()).Only(ctx)
		return err
	})
	now := s.Clock.Now()
	switch {
	case db.IsNotFound(err):
		return nil, refused
	case err != nil:
		return nil, fmt.Errorf("api key: %w", err)
	case row.ExpiresAt != nil && !row.ExpiresAt.After(now), !slices.Contains(row.Scopes, scope):
		return nil, refused
	}
	if row.LastUsedAt != nil && now.Sub(*row.LastUsedAt) < noteUse {
		return row, nil
	}
	err = s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return tx.PartnerKey.Update().Where(partnerkey.ID(row.ID)).SetLastUsedAt(now).Exec(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("use of api key: %w", err)
	}
	return row, nil
}
