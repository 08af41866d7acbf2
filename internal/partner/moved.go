package partner

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerlink"
	"huying/ent/db/partnermessage"
	"huying/internal/platform/database"
)

// Moved writes, in the transaction of the step, what has to be sent because of it. A tenant without partners costs one
// indexed query.
func (s *Room) Moved(ctx context.Context, tx *database.Tx, step Step) error {
	partners, err := tx.Partner.Query().Where(partner.Active(true), partner.DeletedAtIsNil()).Order(partner.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("partners: %w", err)
	}
	for _, p := range partners {
		if p.Kind == partner.KindWebhook {
			err = s.announce(ctx, tx, p, step)
		} else {
			err = s.relay(ctx, tx, p, step)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Payload is the body of a webhook. It names no person and carries no text that somebody wrote.
type Payload struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      PayloadData `json:"data"`
}

// PayloadData says which report moved, and where to.
type PayloadData struct {
	Tenant       string `json:"tenant"`
	Number       string `json:"number,omitempty"`
	Category     string `json:"category,omitempty"`
	DivisionCode string `json:"division_code,omitempty"`
	Action       string `json:"action,omitempty"`
	From         string `json:"from,omitempty"`
	To           string `json:"to,omitempty"`
	Round        int    `json:"round,omitempty"`
	Public       bool   `json:"public"`
}

// announce writes a webhook.
func (s *Room) announce(ctx context.Context, tx *database.Tx, p *db.Partner, step Step) error {
	event := stepEvent(step)
	if event == "" || len(p.Events) > 0 && !contains(p.Events, event) {
		return nil
	}
	return s.enqueue(ctx, tx, p, Payload{Type: event, Timestamp: step.At, Data: PayloadData{
		Tenant: step.Tenant, Number: step.Number, Category: step.Category, DivisionCode: clip(step.Division, 12), Action: step.Action,
		From: step.From, To: step.To, Round: step.Round, Public: step.Public,
	}}, nil)
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

// enqueue writes a delivery and its job; made, when given, gets the row.
func (s *Room) enqueue(ctx context.Context, tx *database.Tx, p *db.Partner, payload Payload, made **db.PartnerDelivery) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	row, err := tx.PartnerDelivery.Create().SetPartnerID(p.ID).SetMessageID("msg_" + uuid.Must(uuid.NewV7()).String()).SetEvent(payload.Type).
		SetPayload(body).SetCreatedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	if made != nil {
		*made = row
	}
	return s.deliverLater(ctx, tx, p.TenantID, row.ID)
}

func (s *Room) deliverLater(ctx context.Context, tx *database.Tx, tenant string, id uuid.UUID) error {
	return s.insert(ctx, tx, DeliverArgs{Tenant: tenant, Delivery: id})
}

func (s *Room) insert(ctx context.Context, tx *database.Tx, args river.JobArgs) error {
	if err := s.Jobs.Insert(ctx, tx, args, &river.InsertOpts{MaxAttempts: maxAttempts}); err != nil {
		return fmt.Errorf("job %s: %w", args.Kind(), err)
	}
	return nil
}

// relay sends a report to a partner that handles it, or tells it of a step of one that it has.
func (s *Room) relay(ctx context.Context, tx *database.Tx, p *db.Partner, step Step) error {
	link, err := tx.PartnerLink.Query().Where(partnerlink.PartnerID(p.ID), partnerlink.ReportID(step.ReportID)).Only(ctx)
	switch {
	case db.IsNotFound(err):
		return s.push(ctx, tx, p, step)
	case err != nil:
		return fmt.Errorf("link: %w", err)
	}
	action := orderAction(step)
	if action == "" || p.Kind == partner.KindWorkorder && link.Direction == partnerlink.DirectionSent && action != actFinish && action != actFollowUp {
		return nil
	}
	return s.tell(ctx, tx, p, link, step.EventID, action, step.To, step.At)
}

// push begins a link where the settings say so. What came from the partner itself is not sent back.
func (s *Room) push(ctx context.Context, tx *database.Tx, p *db.Partner, step Step) error {
	if p.PushAt == "" || step.To != p.PushAt || step.From == step.To || step.PartnerID != nil && *step.PartnerID == p.ID || !within(step.Division, p.DivisionCode) {
		return nil
	}
	if _, mapped := theirCategory(p.Categories, step.Category); !mapped {
		return nil
	}
	link, err := tx.PartnerLink.Create().SetPartnerID(p.ID).SetReportID(step.ReportID).SetNumber(step.Number).
		SetDirection(partnerlink.DirectionSent).SetCreatedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	return s.insert(ctx, tx, PushArgs{Tenant: step.Tenant, Link: link.ID})
}

// tell writes a message about a linked report and its job. The text is read when it is sent.
func (s *Room) tell(ctx context.Context, tx *database.Tx, p *db.Partner, link *db.PartnerLink, event uuid.UUID, action, status string, at time.Time) error {
	m, err := tx.PartnerMessage.Create().SetPartnerID(p.ID).SetLinkID(link.ID).SetReportID(link.ReportID).SetDirection(partnermessage.DirectionSent).
		SetKey(event.String()).SetAction(action).SetStatus(status).SetAt(at).SetCreatedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("message to a partner: %w", err)
	}
	return s.insert(ctx, tx, TellArgs{Tenant: p.TenantID, Message: m.ID})
}
