package app

import (
	"context"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/partnerkey"
	"huying/internal/idempotency"
	"huying/internal/partner"
	"huying/internal/platform/database"
	"huying/internal/report"
)

// partnersOf are the partners as the room of reports sees them. They are asked through the house, because the rooms are
// built one after the other.
type partnersOf struct{ house *App }

// Moved tells the partners of a step within its transaction.
func (p partnersOf) Moved(ctx context.Context, tx *database.Tx, step report.Moved) error {
	s := partner.Step{
		Tenant: step.Tenant, Number: step.Number, Category: step.Category, Division: step.Division, ReportID: step.ReportID, EventID: step.EventID,
		Action: step.Action, From: step.From, To: step.To, Round: step.Round, Over: report.Over(step.To), Public: step.Public, At: step.At,
	}
	if step.KeyID != nil {
		// A work order comes in under the partner itself, everything else under a key that may belong to one.
		s.PartnerID = step.KeyID
		key, err := tx.PartnerKey.Query().Where(partnerkey.ID(*step.KeyID)).Only(ctx)
		if err != nil && !db.IsNotFound(err) {
			return err
		}
		if key != nil {
			s.PartnerID = key.PartnerID
		}
	}
	return p.house.Partner.Moved(ctx, tx, s)
}

// matters are the reports as the room of partners sees them.
type matters struct{ house *App }

// HandOver gives a report as a partner may have it.
func (m matters) HandOver(ctx context.Context, tx *database.Tx, id uuid.UUID) (*partner.Matter, error) {
	h, err := m.house.Report.HandOver(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	out := &partner.Matter{
		ID: h.ID, Number: h.Number, Category: h.Category, Title: h.Title, Description: h.Description, DivisionCode: h.DivisionCode,
		DivisionName: h.DivisionName, Address: h.Address, State: h.State, StateName: h.StateName, Reason: h.CloseReason,
		CreatedAt: h.CreatedAt, UpdatedAt: h.UpdatedAt, PromisedAt: h.PromisedAt, Answers: map[string]string{},
		Over: report.Over(h.State), Gone: h.Anonymised || h.State == string(report.Withdrawn),
	}
	if h.Position != nil {
		out.Lat, out.Lng = &h.Position.Lat, &h.Position.Lng
	}
	for _, a := range h.Answers {
		out.Answers[a.Key] = a.Value
	}
	return out, nil
}

// Said gives what a step told the public, with personal numbers masked.
func (m matters) Said(ctx context.Context, tx *database.Tx, event uuid.UUID) (string, error) {
	return m.house.Report.SaidIn(ctx, tx, event)
}

// Note keeps what a partner says about a report.
func (m matters) Note(ctx context.Context, tx *database.Tx, tenant string, id uuid.UUID, by, text string) (bool, error) {
	return m.house.Report.NotePartner(ctx, tx, tenant, id, by, text)
}

// File files what a partner dispatches; the same work order is one report.
func (m matters) File(ctx context.Context, tenant string, p *db.Partner, f partner.Filing) (uuid.UUID, string, error) {
	in := report.Submission{
		Category: f.Category, Title: f.Title, Description: f.Description, DivisionCode: f.DivisionCode, Address: f.Address, Visibility: "private",
	}
	if f.Lat != nil && f.Lng != nil {
		in.Position = &report.Position{Lat: *f.Lat, Lng: *f.Lng}
	}
	if f.Phone != "" {
		in.OnBehalf = &report.OnBehalf{Name: f.Name, Phone: f.Phone}
		if f.Name == "" {
			in.OnBehalf.Name = "群众"
		}
	}
	key := idempotency.Key{Route: "work order", Key: "order:" + idempotency.Hash([]byte(f.Reference)), BodyHash: idempotency.Hash([]byte(f.Reference))}
	got, err := m.house.Report.SubmitFor(ctx, tenant, in, report.Partner{KeyID: p.ID, Name: p.Name, Reference: f.Reference}, key)
	if err != nil {
		return uuid.Nil, "", err
	}
	return got.ID, got.Number, nil
}

// States gives how reports stand.
func (m matters) States(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]partner.Matter, error) {
	states, err := m.house.Report.StatesOf(ctx, tx, ids)
	out := make(map[uuid.UUID]partner.Matter, len(states))
	for id, state := range states {
		out[id] = partner.Matter{ID: id, State: state, Over: report.Over(state)}
	}
	return out, err
}
