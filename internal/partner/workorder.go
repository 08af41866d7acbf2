package partner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerlink"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Order is one message of a work-order exchange, the same in both directions and on both channels. 派单 hands a matter
// over; 签收, 退单, 办结, 回访 and 进展 are about one that was handed over.
type Order struct {
	ID string `json:"id"`
	// WorkOrder is the 工单号 of whoever dispatched; Reference the number of the receiver, as far as it is known.
	WorkOrder string `json:"work_order"`
	Reference string `json:"reference,omitempty"`
	Action    string `json:"action"`
	At        string `json:"at,omitempty"`
	Status    string `json:"status,omitempty"`
	Content   string `json:"content,omitempty"`

	Category     string   `json:"category,omitempty"`
	Title        string   `json:"title,omitempty"`
	Description  string   `json:"description,omitempty"`
	DivisionCode string   `json:"division_code,omitempty"`
	Address      string   `json:"address,omitempty"`
	Lat          *float64 `json:"lat,omitempty"`
	Lng          *float64 `json:"lng,omitempty"`
	Due          string   `json:"due,omitempty"`
	// Name and Phone are of whoever reported it to the other side, who thereby may be told by us. Never sent by us.
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Ack answers an order that came in.
type Ack struct {
	ID        string `json:"id"`
	Reference string `json:"reference" doc:"本方受理编号"`
	Repeated  bool   `json:"repeated" doc:"此前已收过"`
}

// orderOf is a report as a work order.
func orderOf(m *Matter, link *db.PartnerLink, code string) Order {
	o := Order{
		ID: link.ID.String(), WorkOrder: m.Number, Action: actDispatch, At: w3c(m.UpdatedAt), Status: m.StateName, Category: code, Title: m.Title,
		Description: m.Description, DivisionCode: m.DivisionCode, Address: m.DivisionName + m.Address, Lat: m.Lat, Lng: m.Lng,
	}
	if m.PromisedAt != nil {
		o.Due = w3c(*m.PromisedAt)
	}
	return o
}

// sendOrder sends an order on the partner's channel.
func (s *Room) sendOrder(ctx context.Context, p *db.Partner, o Order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if p.Channel == partner.ChannelFile {
		return s.dropOff(p, o, body)
	}
	secrets, err := s.secrets(p)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("work order: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Huying")
	if err := sign(req.Header, secrets, "wo_"+o.ID, s.Clock.Now(), body); err != nil {
		return err
	}
	answer, err := s.Out.Do(ctx, req)
	if err != nil {
		return err
	}
	switch {
	case answer.Status/100 == 2:
		return nil
	case answer.Status/100 == 4 && answer.Status != http.StatusTooManyRequests && answer.Status != http.StatusRequestTimeout:
		return &refusal{status: answer.Status, says: clip(string(answer.Body), 120)}
	}
	return fmt.Errorf("the partner answered %d", answer.Status)
}

// check names what is wrong with an order that came in.
func (o Order) check() []fault.Field {
	var wrong []fault.Field
	fail := func(name, message string) { wrong = append(wrong, fault.Field{Name: name, Message: message}) }
	if o.ID == "" || len(o.ID) > 100 {
		fail("id", "每条消息要有自己的编号，最多100个字符，重发不变")
	}
	if o.WorkOrder == "" && o.Reference == "" || len(o.WorkOrder) > 100 {
		fail("work_order", "请填写工单号，最多100个字符")
	}
	if !contains(actions, o.Action) {
		fail("action", "可选："+strings.Join(actions, "、"))
	}
	if o.Action == actDispatch {
		if o.Description == "" {
			fail("description", "派单请填写情况说明")
		}
		if o.DivisionCode == "" && (o.Lat == nil || o.Lng == nil) {
			fail("division_code", "派单请填写区划代码，或 lat 和 lng（WGS-84）")
		}
	}
	if o.At != "" && moment(o.At).IsZero() {
		fail("at", "请写成带时区的时间，例如 2026-01-02T15:04:05+08:00")
	}
	return wrong
}

// Receive takes an order of a partner. The same order again is answered as before and does nothing. It fails with
// invalid_input naming every wrong field, or not_found when it is about a work order that is not there.
func (s *Room) Receive(ctx context.Context, p *db.Partner, o Order) (*Ack, error) {
	if wrong := o.check(); len(wrong) > 0 {
		return nil, fault.Invalid.New("工单内容有误", wrong...)
	}
	if o.Action == actDispatch {
		return s.receiveMatter(ctx, p, o)
	}
	ack := &Ack{ID: o.ID, Reference: o.Reference}
	err := s.DB.Do(ctx, tenancy.As(ctx, p.TenantID, "a partner's work order"), func(ctx context.Context, tx *database.Tx) error {
		w := Word{Key: "wo:" + o.ID, RemoteID: o.WorkOrder, Action: o.Action, Status: o.Action, Text: o.Content, At: moment(o.At)}
		if o.Reference != "" {
			link, err := tx.PartnerLink.Query().Where(partnerlink.PartnerID(p.ID), partnerlink.Number(o.Reference)).First(ctx)
			if err != nil && !db.IsNotFound(err) {
				return fmt.Errorf("link: %w", err)
			}
			if link != nil {
				w.ReportID = link.ReportID
			}
		}
		known, err := s.heard(ctx, tx, p, w)
		if err == nil && !known {
			err = fault.NotFound.New("没有往来过这个工单", fault.Field{Name: "work_order", Message: "没有往来过这个工单"})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return ack, nil
}

// receiveMatter files what a partner dispatches to us and links it. Filing is idempotent by the work order, so a crash
// between the two is healed by the partner's next try.
func (s *Room) receiveMatter(ctx context.Context, p *db.Partner, o Order) (*Ack, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	scope := tenancy.As(ctx, p.TenantID, "a partner's work order")
	ack := &Ack{ID: o.ID}
	err = s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		link, err := tx.PartnerLink.Query().Where(partnerlink.PartnerID(p.ID), partnerlink.RemoteID(o.WorkOrder),
			partnerlink.DirectionEQ(partnerlink.DirectionReceived)).First(ctx)
		if link != nil {
			ack.Reference, ack.Repeated = link.Number, true
		}
		if db.IsNotFound(err) {
			return nil
		}
		return err
	})
	if err != nil || ack.Repeated {
		return ack, err
	}
	id, number, err := s.Reports.File(ctx, p.TenantID, p, Filing{
		Category: ourCategory(p.Categories, o.Category, func(c string) bool { _, ok := dir.Category(c); return ok }), Title: clip(o.Title, 40),
		Description: o.Description, DivisionCode: o.DivisionCode, Address: o.Address, Lat: o.Lat, Lng: o.Lng, Name: o.Name, Phone: o.Phone, Reference: o.WorkOrder,
	})
	if err != nil {
		return nil, err
	}
	ack.Reference = number
	err = s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		return s.linkReceived(ctx, tx, p, o, id, number)
	})
	if database.IsUnique(err) {
		// The same order came twice at once; the other one linked it.
		err = nil
	}
	return ack, err
}

func (s *Room) linkReceived(ctx context.Context, tx *database.Tx, p *db.Partner, o Order, id uuid.UUID, number string) error {
	err := tx.PartnerLink.Create().SetPartnerID(p.ID).SetReportID(id).SetNumber(number).SetDirection(partnerlink.DirectionReceived).
		SetRemoteID(o.WorkOrder).SetRemoteStatus(actDispatch).SetState(partnerlink.StateSent).SetSentAt(s.Clock.Now()).SetCreatedAt(s.Clock.Now()).Exec(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("link of a work order: %w", err)
	}
	return err
}

// verified reads an order from the body of a request that a partner signed. Every refusal reads alike.
func (s *Room) verified(ctx context.Context, tenant string, id uuid.UUID, get func(string) string, body []byte) (*db.Partner, Order, error) {
	refused := fault.Forbidden.New("合作系统、签名或时间不对")
	var p *db.Partner
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		p, err = one(ctx, tx, id)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, Order{}, refused
	}
	if err != nil {
		return nil, Order{}, err
	}
	secrets, err := s.secrets(p)
	if err != nil {
		return nil, Order{}, err
	}
	if p.Kind != partner.KindWorkorder || !p.Active || !signed(get, secrets, s.Clock.Now(), body) {
		return nil, Order{}, refused
	}
	var o Order
	if err := json.Unmarshal(body, &o); err != nil {
		return nil, Order{}, fault.BadRequest.With(err, "工单内容不是约定的 JSON")
	}
	return p, o, nil
}
