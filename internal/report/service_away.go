package report

import (
	"context"
	"errors"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Held is one report that a deputy holds, or is asked to take, and would leave
// behind. It names nothing of the matter itself.
type Held struct {
	ReportID, DeputyID uuid.UUID
	Number             string
	State              string
	// Part is lead, joined or offered.
	Part string
}

// Why a deputy is away; kept as the reason the part ended.
const (
	AwayOnLeave      = "leave"
	AwayMandateEnded = "mandate_ended"
)

var awayWords = map[string]string{AwayOnLeave: "代表请假", AwayMandateEnded: "代表资格终止"}

// HeldBy lists what these deputies would leave behind, by number. What the
// caller of ctx is recused from is not among it.
func (s *Service) HeldBy(ctx context.Context, tx *database.Tx, deputies ...uuid.UUID) ([]Held, error) {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	parts, err := tx.ReportDeputy.Query().Where(reportdeputy.DeputyIDIn(deputies...), reportdeputy.EndedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("parts of deputies: %w", err)
	}
	offers, err := tx.ReportOffer.Query().Where(reportoffer.DeputyIDIn(deputies...), reportoffer.StateEQ(reportoffer.StateOffered)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("offers to deputies: %w", err)
	}
	var all []Held
	for _, p := range parts {
		all = append(all, Held{ReportID: p.ReportID, DeputyID: p.DeputyID, Part: string(p.Part)})
	}
	for _, o := range offers {
		all = append(all, Held{ReportID: o.ReportID, DeputyID: o.DeputyID, Part: "offered"})
	}
	return s.nameHeld(ctx, tx, scope.TenantCode(), all)
}

func (s *Service) nameHeld(ctx context.Context, tx *database.Tx, tenant string, all []Held) ([]Held, error) {
	ids := make([]uuid.UUID, len(all))
	for i, h := range all {
		ids[i] = h.ReportID
	}
	query := tx.Report.Query().Where(entreport.IDIn(ids...))
	if who := askerOf(ctx, tenant); who.person != uuid.Nil {
		query = query.Where(notRecused(who))
	}
	rows, err := query.Order(entreport.ByNumber(entsql.OrderAsc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("reports of deputies: %w", err)
	}
	out := []Held{}
	for _, row := range rows {
		for _, h := range all {
			if h.ReportID != row.ID || !leftBehind(h.Part, flow.State(row.State)) {
				continue
			}
			h.Number, h.State = row.Number, string(row.State)
			out = append(out, h)
		}
	}
	return out, nil
}

// leftBehind says whether a part in a report of this state has to be taken over.
func leftBehind(part string, state flow.State) bool {
	if part == "offered" {
		return state == Open || slices.Contains(acceptedReplied, state)
	}
	return slices.Contains(heldStates, state)
}

// DeputyAway takes one deputy off one report (row 10, by the system): the
// substitute, or others, are asked, and the office holds it meanwhile. Nothing
// happens when the deputy has nothing to do with it any more.
func (s *Service) DeputyAway(ctx context.Context, tenant string, report, deputy uuid.UUID, why string, substitute *uuid.UUID) error {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	who := asker{tenant: tenant, system: true}
	for try := 1; ; try++ {
		err = s.DB.Do(ctx, tenancy.As(ctx, tenant, "deputy away: "+why), func(ctx context.Context, tx *database.Tx) error {
			rel, err := s.load(ctx, tx, report.String(), true)
			if err != nil {
				return err
			}
			if !rel.involves(deputy) {
				return nil
			}
			return s.perform(ctx, tx, rel, who, dir, s.awayStep(deputy, why, substitute))
		})
		if !errors.Is(err, errStale) || try == maxTries {
			return err
		}
	}
}

// involves says whether the deputy still has a part that must be taken over.
func (r *relation) involves(deputy uuid.UUID) bool {
	return slices.ContainsFunc(r.deputies, func(d *db.ReportDeputy) bool {
		return d.DeputyID == deputy && leftBehind(string(d.Part), r.state())
	}) || slices.ContainsFunc(r.offers, func(o *db.ReportOffer) bool {
		return o.DeputyID == deputy && o.State == reportoffer.StateOffered && leftBehind("offered", r.state())
	})
}

func (s *Service) awayStep(deputy uuid.UUID, why string, substitute *uuid.UUID) step {
	return step{
		action: "deputy-away", note: awayWords[why],
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			f[leadLeaves] = m.leadID() == deputy
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			m.data["left"], m.data["why"] = deputy, why
			led := m.leadID() == deputy
			if err := s.part(ctx, m, deputy, why); err != nil {
				return err
			}
			switch {
			case led:
				return s.askAgain(ctx, m, substitute)
			case m.move.From == Open && m.move.To != Open:
				return s.toOffice(ctx, m)
			}
			return nil
		},
	}
}
