package partner

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerlink"
	"huying/ent/db/partnermessage"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// Bounds of a reconciliation: differences in one answer, links looked at at once, and how long a link may wait or a
// partner be silent before that is a difference.
const (
	maxDifferences = 500
	linksAtOnce    = 500
	patience       = time.Hour
	silence        = 3 * 24 * time.Hour
)

// Names of differences.
const (
	diffUnsent        = "unsent"
	diffSilent        = "silent"
	diffClosedThere   = "closed_there"
	diffOpenThere     = "open_there"
	diffReturned      = "returned"
	diffUnmapped      = "unmapped"
	diffMessageFailed = "message_failed"
)

// difference is what is not as it should be about a link, or "". over says that the report is over with us.
func difference(l *db.PartnerLink, statuses map[string]string, ended bool, now time.Time) (what string, since *time.Time) {
	switch l.State {
	case partnerlink.StateFailed:
		return diffUnsent, &l.CreatedAt
	case partnerlink.StateWaiting:
		if now.Sub(l.CreatedAt) > patience {
			return diffUnsent, &l.CreatedAt
		}
	case partnerlink.StateReturned:
		if !ended {
			return diffReturned, l.RemoteAt
		}
	case partnerlink.StateClosed:
		if !ended {
			return diffClosedThere, l.RemoteAt
		}
	case partnerlink.StateSent:
		switch {
		case l.RemoteStatus != "" && l.Direction == partnerlink.DirectionSent && meaning(statuses, l.RemoteStatus) == "":
			return diffUnmapped, l.RemoteAt
		case ended && l.Direction == partnerlink.DirectionSent:
			return diffOpenThere, l.RemoteAt
		case !ended && l.Direction == partnerlink.DirectionSent && l.RemoteAt == nil && l.SentAt != nil && now.Sub(*l.SentAt) > silence:
			return diffSilent, l.SentAt
		}
	}
	return "", nil
}

// reconcile says how the two sides stand.
func (s *Room) reconcile(ctx context.Context, in *OneInput) (*reconciliationOutput, error) {
	out := &reconciliationOutput{Body: Reconciliation{At: s.Clock.Now(), Links: map[string]int{}, Differences: []Difference{}}}
	r := &out.Body
	err := s.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		p, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		for after := uuid.Nil; ; {
			links, err := tx.PartnerLink.Query().Where(partnerlink.PartnerID(p.ID), partnerlink.IDGT(after)).Order(partnerlink.ByID()).Limit(linksAtOnce).All(ctx)
			if err != nil {
				return fmt.Errorf("links: %w", err)
			}
			if len(links) == 0 {
				break
			}
			after = links[len(links)-1].ID
			if err := s.compare(ctx, tx, p, links, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Room) compare(ctx context.Context, tx *database.Tx, p *db.Partner, links []*db.PartnerLink, r *Reconciliation) error {
	ids := make([]uuid.UUID, len(links))
	for i, l := range links {
		ids[i] = l.ReportID
	}
	states, err := s.Reports.States(ctx, tx, ids)
	if err != nil {
		return err
	}
	failed, err := tx.PartnerMessage.Query().Where(partnermessage.ReportIDIn(ids...), partnermessage.PartnerID(p.ID), partnermessage.StateEQ(partnermessage.StateFailed)).All(ctx)
	if err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	add := func(l *db.PartnerLink, what string, since *time.Time, problem string) {
		if len(r.Differences) == maxDifferences {
			r.More = true
			return
		}
		r.Differences = append(r.Differences, Difference{
			What: what, Number: l.Number, RemoteID: l.RemoteID, State: states[l.ReportID].State, RemoteStatus: l.RemoteStatus, Since: since, Error: problem, LinkID: l.ID,
		})
	}
	for _, l := range links {
		r.Links[string(l.State)]++
		if what, since := difference(l, p.Statuses, states[l.ReportID].Over, r.At); what != "" {
			add(l, what, since, l.LastError)
		}
		for _, m := range failed {
			if m.LinkID == l.ID {
				add(l, diffMessageFailed, &m.At, m.LastError)
			}
		}
	}
	return nil
}

// retry tries a link again that was not delivered, with the messages that were to follow it.
func (s *Room) retry(ctx context.Context, in *linkInput) (*reconciliationOutput, error) {
	tenant := web.TenantOf(ctx)
	err := s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		if _, err := one(ctx, tx, in.ID); err != nil {
			return err
		}
		link, err := tx.PartnerLink.Query().Where(partnerlink.ID(in.LinkID), partnerlink.PartnerID(in.ID)).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这件往来事项")
		}
		if err != nil {
			return fmt.Errorf("link: %w", err)
		}
		tried := 0
		if link.State == partnerlink.StateFailed {
			if err := tx.PartnerLink.Update().Where(partnerlink.ID(link.ID), partnerlink.Version(link.Version)).AddVersion(1).SetState(partnerlink.StateWaiting).Exec(ctx); err != nil {
				return fmt.Errorf("link: %w", err)
			}
			if err := s.insert(ctx, tx, PushArgs{Tenant: tenant, Link: link.ID}); err != nil {
				return err
			}
			tried++
		}
		messages, err := tx.PartnerMessage.Query().Where(partnermessage.LinkID(link.ID), partnermessage.StateEQ(partnermessage.StateFailed)).Order(partnermessage.ByID()).All(ctx)
		if err != nil {
			return fmt.Errorf("messages: %w", err)
		}
		for _, m := range messages {
			if err := tx.PartnerMessage.Update().Where(partnermessage.ID(m.ID)).AddVersion(1).SetState(partnermessage.StateWaiting).Exec(ctx); err != nil {
				return fmt.Errorf("message: %w", err)
			}
			if err := s.insert(ctx, tx, TellArgs{Tenant: tenant, Message: m.ID}); err != nil {
				return err
			}
			tried++
		}
		if tried == 0 {
			return fault.Conflict.New("这件没有未送达的内容")
		}
		return audited(ctx, tx, "partner.retry", in.ID, map[string]any{"number": link.Number, "count": tried})
	})
	if err != nil {
		return nil, err
	}
	return s.reconcile(ctx, &in.OneInput)
}

// Heard takes what a partner says under its api key about a report that was sent to it; false when it is none of its.
func (s *Room) Heard(ctx context.Context, tx *database.Tx, id uuid.UUID, w Word) (bool, error) {
	p, err := one(ctx, tx, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil || !p.Active || p.Kind == partner.KindWebhook {
		return false, err
	}
	return s.heard(ctx, tx, p, w)
}
