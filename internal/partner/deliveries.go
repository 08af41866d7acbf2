package partner

import (
	"context"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerdelivery"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// keep is how long deliveries are kept, and maxReplay how many are sent again at once.
const (
	keep      = 30 * 24 * time.Hour
	maxReplay = 1000
)

func (s *Room) deliveries(ctx context.Context, in *deliveriesInput) (*deliveriesOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &deliveriesOutput{}
	err = s.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		if _, err := one(ctx, tx, in.ID); err != nil {
			return err
		}
		q := tx.PartnerDelivery.Query().Where(partnerdelivery.PartnerID(in.ID)).Order(partnerdelivery.ByID(entsql.OrderDesc())).Limit(in.Limit + 1)
		if start.ID != uuid.Nil {
			q.Where(partnerdelivery.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("deliveries: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		views := make([]DeliveryView, len(rows))
		for i, d := range rows {
			views[i] = viewDelivery(d)
		}
		out.Body = web.NewPage(views, next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ping sends a test message, which goes the way of every other.
func (s *Room) ping(ctx context.Context, in *OneInput) (*deliveryOutput, error) {
	tenant := web.TenantOf(ctx)
	out := &deliveryOutput{}
	err := s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		p, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if p.Kind != partner.KindWebhook {
			return fault.Conflict.New("只有消息推送可以发测试消息")
		}
		if !p.Active {
			return fault.Conflict.New("已停用，请先启用")
		}
		var row *db.PartnerDelivery
		if err := s.enqueue(ctx, tx, p, Payload{Type: eventPing, Timestamp: s.Clock.Now(), Data: PayloadData{Tenant: tenant}}, &row); err != nil {
			return err
		}
		out.Body = viewDelivery(row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// replayOne sends a delivery again under its own id, whatever became of it.
func (s *Room) replayOne(ctx context.Context, in *deliveryInput) (*deliveryOutput, error) {
	out := &deliveryOutput{}
	err := s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		if _, err := one(ctx, tx, in.ID); err != nil {
			return err
		}
		d, err := tx.PartnerDelivery.Query().Where(partnerdelivery.ID(in.DeliveryID), partnerdelivery.PartnerID(in.ID)).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这条消息")
		}
		if err != nil {
			return fmt.Errorf("delivery: %w", err)
		}
		if d, err = s.again(ctx, tx, d); err != nil {
			return err
		}
		out.Body = viewDelivery(d)
		return audited(ctx, tx, "partner.replay", in.ID, map[string]any{"message": d.MessageID})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Room) again(ctx context.Context, tx *database.Tx, d *db.PartnerDelivery) (*db.PartnerDelivery, error) {
	if d.State == partnerdelivery.StateWaiting {
		return nil, fault.Conflict.New("这条消息正在发送")
	}
	if err := tx.PartnerDelivery.Update().Where(partnerdelivery.ID(d.ID), partnerdelivery.Version(d.Version)).AddVersion(1).
		SetState(partnerdelivery.StateWaiting).Exec(ctx); err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	if err := s.deliverLater(ctx, tx, d.TenantID, d.ID); err != nil {
		return nil, err
	}
	d.State = partnerdelivery.StateWaiting
	return d, nil
}

// replaySince sends again what was not delivered since an instant, oldest first.
func (s *Room) replaySince(ctx context.Context, in *replayInput) (*replayOutput, error) {
	out := &replayOutput{}
	err := s.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		if _, err := one(ctx, tx, in.ID); err != nil {
			return err
		}
		rows, err := tx.PartnerDelivery.Query().Where(partnerdelivery.PartnerID(in.ID), partnerdelivery.StateEQ(partnerdelivery.StateFailed),
			partnerdelivery.CreatedAtGTE(in.Body.Since)).Order(partnerdelivery.ByID()).Limit(maxReplay).All(ctx)
		if err != nil {
			return fmt.Errorf("deliveries: %w", err)
		}
		for _, d := range rows {
			if _, err := s.again(ctx, tx, d); err != nil {
				return err
			}
		}
		out.Body.Count = len(rows)
		return audited(ctx, tx, "partner.replay", in.ID, map[string]any{"count": len(rows)})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// forget removes deliveries whose time is over.
func (s *Room) forget(ctx context.Context, tenant string) error {
	return s.DB.Do(ctx, tenancy.As(ctx, tenant, "forget old deliveries"), func(ctx context.Context, tx *database.Tx) error {
		if _, err := tx.PartnerDelivery.Delete().Where(partnerdelivery.CreatedAtLT(s.Clock.Now().Add(-keep))).Exec(ctx); err != nil {
			return fmt.Errorf("old deliveries: %w", err)
		}
		return nil
	})
}
