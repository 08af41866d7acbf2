package open311

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/web"
)

// KeyView is a key as its administrator sees it: everything but the key.
type KeyView struct {
	ID         uuid.UUID  `json:"id"`
	Name       string     `json:"name"`
	Prefix     string     `json:"prefix" doc:"密钥开头几位，用来辨认"`
	Scopes     []string   `json:"scopes"`
	MayPublish bool       `json:"may_publish"`
	DailyLimit int        `json:"daily_limit"`
	PartnerID  *uuid.UUID `json:"partner_id,omitempty"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty" doc:"最近使用，精确到一小时"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
	Version    int        `json:"version"`
}

// NewKeyView is a key that was just made, with the key itself, this once.
type NewKeyView struct {
	KeyView
	Key string `json:"key" doc:"密钥，只显示这一次"`
}

// KeyBody makes a key.
type KeyBody struct {
	Name       string     `json:"name" minLength:"2" maxLength:"40" doc:"给谁用的，例如 区社会治理服务中心"`
	Scopes     []string   `json:"scopes" minItems:"1" maxItems:"3" enum:"submit,read,update" doc:"submit 提交；read 查看本密钥提交的（含未公开的，只有进展）；update 发送进展"`
	MayPublish bool       `json:"may_publish,omitempty" doc:"对方已取得反映人同意公开；不勾选的一律不公开"`
	DailyLimit int        `json:"daily_limit,omitempty" minimum:"1" maximum:"100000" default:"500" doc:"每天最多提交几件"`
	PartnerID  *uuid.UUID `json:"partner_id,omitempty" doc:"对方是已登记的合作系统时填写，可发送本方推送事项的进展"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
}

type (
	keyInput struct {
		ID uuid.UUID `path:"id"`
	}
	keyBodyInput struct{ Body KeyBody }
	keysInput    struct{ web.Paging }
	keysOutput   struct{ Body web.Page[KeyView] }
	keyOutput    struct{ Body KeyView }
	newKeyOutput struct{ Body NewKeyView }
)

func viewKey(k *db.PartnerKey) KeyView {
	return KeyView{
		ID: k.ID, Name: k.Name, Prefix: k.Prefix, Scopes: k.Scopes, MayPublish: k.MayPublish, DailyLimit: k.DailyLimit, PartnerID: k.PartnerID,
		CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt, ExpiresAt: k.ExpiresAt, RevokedAt: k.RevokedAt, Version: k.Version,
	}
}
