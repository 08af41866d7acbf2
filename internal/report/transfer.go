package report

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reporttransfer"
	"huying/internal/division"
	"huying/internal/platform/auth"
	"huying/internal/platform/web"
)

// TransferBody is the body of transfer (row 40).
type TransferBody struct {
	Versioned
	ToTenant     string `json:"to_tenant,omitempty" pattern:"^([0-9]{6})?$" doc:"移交给哪个区市；填了 division_code 可不填"`
	DivisionCode string `json:"division_code,omitempty" pattern:"^([0-9]{6,15})?$" doc:"对方的街道或社区，知道时填"`
	Reason       string `json:"reason" minLength:"4" maxLength:"500" doc:"为什么属于那里；对方和市人大看得到"`
}

// TransferDecision is the body of agree, disagree, order and refuse.
type TransferDecision struct {
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"不同意时必填"`
}

// TransferView is one side of a transfer.
type TransferView struct {
	ID             uuid.UUID  `json:"id"`
	Side           string     `json:"side" enum:"sender,receiver,city"`
	State          string     `json:"state" enum:"asked,agreed,disagreed,ordered,refused,cancelled,done"`
	FromTenant     string     `json:"from_tenant"`
	FromName       string     `json:"from_name"`
	ToTenant       string     `json:"to_tenant"`
	ToName         string     `json:"to_name"`
	ToDivision     string     `json:"to_division,omitempty"`
	ReportNumber   string     `json:"report_number"`
	Category       string     `json:"category"`
	Title          string     `json:"title"`
	Description    string     `json:"description"`
	Reason         string     `json:"reason"`
	AskedAt        time.Time  `json:"asked_at"`
	DueAt          time.Time  `json:"due_at" doc:"这一方最迟何时答复"`
	Overdue        bool       `json:"overdue"`
	DecidedAt      *time.Time `json:"decided_at,omitempty"`
	DecisionReason string     `json:"decision_reason,omitempty"`
	NewReportID    *uuid.UUID `json:"new_report_id,omitempty"`
	NewNumber      string     `json:"new_number,omitempty" doc:"接收方的受理编号"`
	AllowedActions []string   `json:"allowed_actions"`
}

// PassView names the same thread in another district.
type PassView struct {
	Tenant string     `json:"tenant"`
	Name   string     `json:"name"`
	ID     *uuid.UUID `json:"id,omitempty"`
	Number string     `json:"number,omitempty" doc:"对方的受理编号；刚移交时可能还没有"`
	Link   string     `json:"link,omitempty"`
}

// HeldView says who held the thread from when until when.
type HeldView struct {
	Tenant string     `json:"tenant"`
	Name   string     `json:"name"`
	From   time.Time  `json:"from"`
	Until  *time.Time `json:"until,omitempty"`
}

func districtName(dir *division.Directory, tenant string) string {
	if tenant == auth.CityTenant {
		return "市人大"
	}
	if d, ok := dir.Division(tenant); ok {
		return d.Name
	}
	return tenant
}

// openTransfer says whether a side may still be decided.
func openTransfer(state reporttransfer.State) bool { return state == reporttransfer.StateAsked }

func viewTransfer(t *db.ReportTransfer, dir *division.Directory, now time.Time) TransferView {
	v := TransferView{
		ID: t.TransferID, Side: string(t.Side), State: string(t.State), FromTenant: t.FromTenant, FromName: districtName(dir, t.FromTenant),
		ToTenant: t.ToTenant, ToName: districtName(dir, t.ToTenant), ToDivision: t.ToDivision, ReportNumber: t.ReportNumber,
		Category: t.Category, Title: t.Title, Description: t.Description, Reason: t.Reason, AskedAt: t.CreatedAt, DueAt: t.DueAt,
		Overdue: openTransfer(t.State) && t.DueAt.Before(now), DecidedAt: t.DecidedAt, DecisionReason: t.DecisionReason,
		NewNumber: t.NewNumber, AllowedActions: []string{},
	}
	if t.NewNumber != "" {
		v.NewReportID = t.NewReportID
	}
	if openTransfer(t.State) {
		v.AllowedActions = map[reporttransfer.Side][]string{
			reporttransfer.SideSender: {"cancel"}, reporttransfer.SideReceiver: {"agree", "disagree"}, reporttransfer.SideCity: {"order", "refuse"},
		}[t.Side]
	}
	return v
}

// viewPass fills where a report came from and where it went, and who held it.
func viewPass(v *View, r *db.Report, events []*db.ReportEvent, dir *division.Directory) {
	if r.CameFromTenant != "" {
		v.CameFrom = &PassView{
			Tenant: r.CameFromTenant, Name: districtName(dir, r.CameFromTenant), Number: r.CameFromNumber,
			Link: "/m/" + r.CameFromTenant + "/r/" + r.CameFromNumber,
		}
	}
	if r.WentToTenant != "" {
		v.WentTo = &PassView{Tenant: r.WentToTenant, Name: districtName(dir, r.WentToTenant), Number: r.WentToNumber}
		if r.WentToNumber != "" {
			v.WentTo.ID, v.WentTo.Link = r.WentToID, "/m/"+r.WentToTenant+"/r/"+r.WentToNumber
		}
	}
	if v.CameFrom == nil && v.WentTo == nil {
		return
	}
	for _, e := range events {
		holder := r.TenantID
		if from, ok := e.Data[fromTenantKey].(string); ok && frozen(e) {
			holder = from
		}
		if n := len(v.Held); n == 0 || v.Held[n-1].Tenant != holder {
			if n > 0 {
				v.Held[n-1].Until = &e.At
			}
			v.Held = append(v.Held, HeldView{Tenant: holder, Name: districtName(dir, holder), From: e.At})
		}
	}
	if n := len(v.Held); n > 0 && r.ClosedAt != nil {
		v.Held[n-1].Until = r.ClosedAt
	}
}

type (
	transferInput struct {
		ID   uuid.UUID `path:"id"`
		Body *TransferDecision
	}
	transfersInput struct {
		web.Paging
		Side  string `query:"side" enum:"sender,receiver,city" doc:"不填：市人大看待裁定的，区市看对方移交来的"`
		State string `query:"state" enum:"asked,agreed,disagreed,ordered,refused,cancelled,done"`
	}
	transferOutput  struct{ Body TransferView }
	transfersOutput struct{ Body web.Page[TransferView] }
)
