package oversight

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/crowdalert"
	"huying/ent/db/followup"
	"huying/ent/db/handlingunit"
	"huying/ent/db/photo"
	"huying/ent/db/rateexclusion"
	entrating "huying/ent/db/rating"
	"huying/ent/db/report"
	"huying/internal/platform/database"
)

// inside narrows a query to the division looked at, by the column that holds a division.
func (r reach) inside(column string) func(*entsql.Selector) {
	return func(sel *entsql.Selector) {
		if len(r.at.Code) > 6 {
			sel.Where(entsql.And(entsql.GTE(sel.C(column), r.at.Code), entsql.LT(sel.C(column), r.at.Code+":")))
		}
	}
}

func (r reach) matter(row *db.Report) Matter {
	m := Matter{
		ID: row.ID, Tenant: row.TenantID, Number: row.Number, CategoryName: row.Category,
		DivisionName: r.dir.FullName(community(row.DivisionCode)), State: string(row.State), SubmittedAt: row.CreatedAt,
	}
	if c, known := r.dir.Category(row.Category); known {
		m.CategoryName = c.Name
	}
	return m
}

// open settles the reach of a question and what is hidden from the caller.
func (s *Service) open(ctx context.Context, code string) (reach, []uuid.UUID, error) {
	r, err := s.reachOf(ctx, code)
	if err != nil {
		return reach{}, nil, err
	}
	barred, err := s.barred(ctx, r)
	return r, slices.Collect(maps.Keys(barred)), err
}

// late are the states in which a unit's clock may have run out.
var late = []report.State{report.StateDispatched, report.StateHandling, report.StateCarriedOver, report.StateReopened}

// redRung is from which rung on a unit is late.
const redRung = 100

func (s *Service) overdue(ctx context.Context, in *OverdueInput) (*OverdueOutput, error) {
	r, barred, err := s.open(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	out := &OverdueOutput{}
	out.Body.Items = []OverdueItem{}
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Report.Query().Where(report.StateIn(late...), report.RungGTE(redRung), report.IDNotIn(barred...), r.inside(report.FieldDivisionCode)).
			Order(report.ByDueAt(), report.ByID()).Limit(in.Limit).All(ctx)
		if err != nil {
			return fmt.Errorf("overdue: %w", err)
		}
		var ids []uuid.UUID
		for _, row := range rows {
			if row.LeadUnitID != nil {
				ids = append(ids, *row.LeadUnitID)
			}
		}
		units, err := tx.HandlingUnit.Query().Where(handlingunit.IDIn(ids...)).All(ctx)
		if err != nil {
			return fmt.Errorf("units: %w", err)
		}
		for _, row := range rows {
			item := OverdueItem{Matter: r.matter(row), Rung: row.Rung, DueAt: row.DueAt, Owner: row.OwnerLabel}
			for _, u := range units {
				if row.LeadUnitID != nil && u.ID == *row.LeadUnitID && u.TenantID == row.TenantID {
					item.Unit, item.Head = u.Name, u.HeadName
				}
			}
			out.Body.Items = append(out.Body.Items, item)
		}
		return nil
	})
	return out, err
}

func (s *Service) samples(ctx context.Context, in *SamplesInput) (*SamplesOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, barred, err := s.open(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	out := &SamplesOutput{}
	out.Body.Items = []Sample{}
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		chosen, of, err := draw(ctx, tx, r, p, in.Seed, in.Limit, barred)
		if err != nil {
			return err
		}
		out.Body.Of = of
		out.Body.Items, err = r.shown(ctx, tx, chosen)
		return err
	})
	return out, err
}

// draw chooses closures at random, every one with the same chance (reservoir sampling over the ids in their order).
func draw(ctx context.Context, tx *database.Tx, r reach, p span, seed, n int, barred []uuid.UUID) (chosen []uuid.UUID, of int, err error) {
	where, args := r.where()
	rows, err := tx.Query(ctx, "SELECT r.id FROM reports r WHERE "+where+" AND r.state = 'closed' AND r.closed_at >= ? AND r.closed_at < ? ORDER BY r.id",
		append(args, p.first.UTC(), p.after.UTC())...)
	if err != nil {
		return nil, 0, fmt.Errorf("closures: %w", err)
	}
	dice := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // a sample that can be drawn again, no secret
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, 0, errors.Join(fmt.Errorf("closures: %w", err), rows.Close())
		}
		if slices.Contains(barred, id) {
			continue
		}
		of++
		if len(chosen) < n {
			chosen = append(chosen, id)
		} else if i := dice.IntN(of); i < n {
			chosen[i] = id
		}
	}
	return chosen, of, errors.Join(rows.Err(), rows.Close())
}

// shown gives the chosen closures with their photos, ratings and calls.
func (r reach) shown(ctx context.Context, tx *database.Tx, chosen []uuid.UUID) ([]Sample, error) {
	rows, err := tx.Report.Query().Where(report.IDIn(chosen...)).Order(report.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("closures: %w", err)
	}
	photos, err := tx.Photo.Query().Where(photo.SubjectKind(subject), photo.SubjectIDIn(chosen...), photo.RoleNEQ(photo.RoleProof)).Order(photo.ByPosition()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("photos: %w", err)
	}
	marks, err := tx.Rating.Query().Where(entrating.SubjectKind(subject), entrating.SubjectIDIn(chosen...)).Order(entrating.ByCreatedAt()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("ratings: %w", err)
	}
	calls, err := tx.FollowUp.Query().Where(followup.SubjectKind(subject), followup.SubjectIDIn(chosen...), followup.Reached(true)).Order(followup.ByAt()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("calls: %w", err)
	}
	out := []Sample{}
	for _, row := range rows {
		one := Sample{Matter: r.matter(row), ClosedAt: row.ClosedAt, CloseReason: string(row.CloseReason), Round: row.Round, Photos: []SamplePhoto{}}
		for _, p := range photos {
			if p.SubjectID == row.ID {
				one.Photos = append(one.Photos, SamplePhoto{p.ID, string(p.Role)})
			}
		}
		for _, m := range marks {
			if m.SubjectID == row.ID {
				one.Result = m.Result
			}
		}
		for _, c := range calls {
			if c.SubjectID == row.ID {
				one.CalledBack, one.CallSolved = true, &c.Solved
			}
		}
		out = append(out, one)
	}
	return out, nil
}

func (s *Service) setAside(ctx context.Context, in *SetAsideInput) (*SetAsideOutput, error) {
	r, barred, err := s.open(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	out := &SetAsideOutput{}
	out.Body.ByKind, out.Body.Items = map[string]int{}, []SetAsideItem{}
	var by []*uuid.UUID
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.RateExclusion.Query().Where(rateexclusion.SubjectKind(subject), rateexclusion.SubjectIDNotIn(barred...)).
			Order(rateexclusion.ByAt(), rateexclusion.ByID()).All(ctx)
		if err != nil {
			return fmt.Errorf("set aside: %w", err)
		}
		ids := make([]uuid.UUID, len(rows))
		for i, x := range rows {
			ids[i] = x.SubjectID
		}
		reports := map[uuid.UUID]*db.Report{}
		for part := range slices.Chunk(ids, cellBatch) {
			found, err := tx.Report.Query().Where(report.IDIn(part...), r.inside(report.FieldDivisionCode)).All(ctx)
			if err != nil {
				return fmt.Errorf("set aside: %w", err)
			}
			for _, f := range found {
				reports[f.ID] = f
			}
		}
		for _, x := range rows {
			row := reports[x.SubjectID]
			// A carry-over that was taken up again is not set aside any more.
			if row == nil || x.Kind == rateexclusion.KindCarriedOver && row.State != report.StateCarriedOver {
				continue
			}
			out.Body.ByKind[string(x.Kind)]++
			if len(out.Body.Items) == in.Limit {
				continue
			}
			out.Body.Items = append(out.Body.Items, SetAsideItem{
				Matter: r.matter(row), Kind: string(x.Kind), Since: x.At, Days: int(s.d.Clock.Now().Sub(x.At) / (24 * time.Hour)), Reason: x.Reason, ReviewAt: row.ReviewAt,
			})
			by = append(by, x.ApprovedBy)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, s.nameApprovers(ctx, out.Body.Items, by)
}

func (s *Service) nameApprovers(ctx context.Context, items []SetAsideItem, by []*uuid.UUID) error {
	var ids []uuid.UUID
	for _, id := range by {
		if id != nil && !slices.Contains(ids, *id) {
			ids = append(ids, *id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	names, err := s.d.People.Names(ctx, ids)
	if err != nil {
		return fmt.Errorf("approvers: %w", err)
	}
	for i, id := range by {
		if id != nil {
			items[i].Approver = names[*id]
		}
	}
	return nil
}

// crowdDays is how far back crowds are looked for.
const crowdDays = 7

func (s *Service) crowds(ctx context.Context, in *CrowdsInput) (*CrowdsOutput, error) {
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	out := &CrowdsOutput{}
	out.Body.Items = []CrowdItem{}
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.CrowdAlert.Query().Where(crowdalert.LastAtGTE(s.d.Clock.Now().AddDate(0, 0, -crowdDays)), r.inside(crowdalert.FieldDivisionCode)).
			Order(crowdalert.ByPeople(entsql.OrderDesc()), crowdalert.ByID()).Limit(cellBatch).All(ctx)
		for _, row := range rows {
			out.Body.Items = append(out.Body.Items, CrowdItem{
				Tenant: row.TenantID, DivisionName: r.dir.FullName(community(row.DivisionCode)), Place: row.PlaceName, People: row.People,
				FirstAt: row.FirstAt, LastAt: row.LastAt, Seen: row.SeenAt != nil,
			})
		}
		return err
	})
	return out, err
}
