package partner

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/schema"
	"huying/internal/platform/web"
)

// Body is what an administrator says about a partner.
type Body struct {
	Name         string            `json:"name" minLength:"2" maxLength:"40"`
	Channel      string            `json:"channel,omitempty" enum:"http,file" default:"http" doc:"工单系统：http 接口，或 file 文件交换"`
	URL          string            `json:"url,omitempty" maxLength:"500" doc:"对方接口地址；Open311 填到 /v2 一级"`
	Jurisdiction string            `json:"jurisdiction,omitempty" maxLength:"120" doc:"Open311：对方要求的 jurisdiction_id"`
	APIKey       string            `json:"api_key,omitempty" maxLength:"200" doc:"Open311：对方发给我们的密钥；不填不改"`
	Events       []string          `json:"events,omitempty" maxItems:"10" doc:"消息推送：要哪些事件，不填为全部"`
	Categories   map[string]string `json:"categories,omitempty" doc:"类别对照：本方类别→对方代码，* 为其余全部；只推送列出的"`
	Statuses     map[string]string `json:"statuses,omitempty" doc:"状态对照：对方状态→open、closed、returned"`
	DivisionCode string            `json:"division_code,omitempty" pattern:"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$" doc:"只推送这个区划内的"`
	PushAt       string            `json:"push_at,omitempty" maxLength:"20" doc:"到哪个状态时推送，例如 accepted；不填为不推送"`
	Pull         bool              `json:"pull,omitempty" doc:"Open311：定时拉取对方的进展"`
	Active       bool              `json:"active"`
}

// CreateBody is a new partner.
type CreateBody struct {
	Kind string `json:"kind" enum:"open311,workorder,webhook"`
	Body
}

// UpdateBody replaces a partner's settings.
type UpdateBody struct {
	Version int `json:"version" minimum:"1"`
	Body
}

// View is a partner as its administrator sees it: no secret.
type View struct {
	ID           uuid.UUID         `json:"id"`
	Kind         string            `json:"kind"`
	Name         string            `json:"name"`
	Channel      string            `json:"channel"`
	URL          string            `json:"url,omitempty"`
	Jurisdiction string            `json:"jurisdiction,omitempty"`
	HasSecret    bool              `json:"has_secret" doc:"已存有密钥（不显示）"`
	Events       []string          `json:"events"`
	Categories   map[string]string `json:"categories"`
	Statuses     map[string]string `json:"statuses"`
	DivisionCode string            `json:"division_code,omitempty"`
	PushAt       string            `json:"push_at,omitempty"`
	Pull         bool              `json:"pull"`
	Active       bool              `json:"active"`
	PulledUntil  *time.Time        `json:"pulled_until,omitempty"`
	LastOKAt     *time.Time        `json:"last_ok_at,omitempty" doc:"最近一次对方正常答复"`
	LastError    string            `json:"last_error,omitempty"`
	Failures     int               `json:"failures" doc:"连续失败几次"`
	Version      int               `json:"version"`
	CreatedAt    time.Time         `json:"created_at"`
}

// SecretView is a partner whose secret was just made, with the secret, this once.
type SecretView struct {
	View
	Secret string `json:"secret,omitempty" doc:"签名密钥 whsec_…，只显示这一次"`
}

// DeliveryView is one webhook and its attempts.
type DeliveryView struct {
	ID          uuid.UUID                `json:"id"`
	MessageID   string                   `json:"message_id" doc:"请求头 webhook-id，重发不变"`
	Event       string                   `json:"event"`
	State       string                   `json:"state" enum:"waiting,delivered,failed"`
	Attempts    int                      `json:"attempts"`
	CreatedAt   time.Time                `json:"created_at"`
	DeliveredAt *time.Time               `json:"delivered_at,omitempty"`
	Payload     string                   `json:"payload"`
	Log         []schema.DeliveryAttempt `json:"log"`
}

// Difference is one thing on which the two sides do not agree, or that did not get through.
type Difference struct {
	What         string     `json:"what" doc:"unsent 未送达、silent 已送无回音、closed_there 对方已办结本方未结、open_there 本方已结对方未结、returned 对方退单、unmapped 状态不认识、message_failed 消息未送达"`
	Number       string     `json:"number" doc:"受理编号"`
	RemoteID     string     `json:"remote_id,omitempty" doc:"对方编号"`
	State        string     `json:"state" doc:"本方状态"`
	RemoteStatus string     `json:"remote_status,omitempty" doc:"对方状态原文"`
	Since        *time.Time `json:"since,omitempty"`
	Error        string     `json:"error,omitempty"`
	LinkID       uuid.UUID  `json:"link_id"`
}

// Reconciliation says how the two sides stand.
type Reconciliation struct {
	At          time.Time      `json:"at"`
	Links       map[string]int `json:"links" doc:"往来事项，按状态计"`
	Differences []Difference   `json:"differences" doc:"最多500条，先旧后新"`
	More        bool           `json:"more" doc:"还有更多没有列出"`
}

type (
	// OneInput names a partner. It is exported because Huma binds only exported embedded fields.
	OneInput struct {
		ID uuid.UUID `path:"id"`
	}
	listInput   struct{ web.Paging }
	createInput struct{ Body CreateBody }
	updateInput struct {
		OneInput
		Body UpdateBody
	}
	deliveriesInput struct {
		OneInput
		web.Paging
	}
	deliveryInput struct {
		OneInput
		DeliveryID uuid.UUID `path:"delivery_id"`
	}
	linkInput struct {
		OneInput
		LinkID uuid.UUID `path:"link_id"`
	}
	replayInput struct {
		OneInput
		Body struct {
			Since time.Time `json:"since" doc:"重发这一时刻以来未送达的"`
		}
	}
	listOutput       struct{ Body web.Page[View] }
	viewOutput       struct{ Body View }
	secretOutput     struct{ Body SecretView }
	deliveriesOutput struct{ Body web.Page[DeliveryView] }
	deliveryOutput   struct{ Body DeliveryView }
	replayOutput     struct {
		Body struct {
			Count int `json:"count"`
		}
	}
	reconciliationOutput struct{ Body Reconciliation }
)

func viewPartner(p *db.Partner) View {
	v := View{
		ID: p.ID, Kind: string(p.Kind), Name: p.Name, Channel: string(p.Channel), URL: p.URL, Jurisdiction: p.Jurisdiction, HasSecret: kept(p.SecretSealed),
		Events: p.Events, Categories: p.Categories, Statuses: p.Statuses, DivisionCode: p.DivisionCode, PushAt: p.PushAt, Pull: p.Pull, Active: p.Active,
		PulledUntil: p.PulledUntil, LastOKAt: p.LastOkAt, LastError: p.LastError, Failures: p.Failures, Version: p.Version, CreatedAt: p.CreatedAt,
	}
	if v.Events == nil {
		v.Events = []string{}
	}
	return v
}

func viewDelivery(d *db.PartnerDelivery) DeliveryView {
	return DeliveryView{
		ID: d.ID, MessageID: d.MessageID, Event: d.Event, State: string(d.State), Attempts: d.Attempts, CreatedAt: d.CreatedAt,
		DeliveredAt: d.DeliveredAt, Payload: string(d.Payload), Log: d.Log,
	}
}
