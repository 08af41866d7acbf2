package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportproposal"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// countCap is where counting stops: a desk needs to know that there are many,
// not how many thousand.
const countCap = 1000

// Counts are how many reports stand in each of the caller's views of the work.
type Counts struct {
	Waiting    int `json:"waiting" doc:"等我办理的"`
	ToSign     int `json:"to_sign" doc:"等我签批的"`
	Overdue    int `json:"overdue" doc:"已超时限的"`
	ToCall     int `json:"to_call" doc:"等待电话回访的"`
	Disputed   int `json:"disputed" doc:"退单正在裁定的"`
	Supervised int `json:"supervised" doc:"有督办函等待说明的"`
	Paused     int `json:"paused" doc:"暂停计时的"`
	Cap        int `json:"cap" doc:"每项数到这里为止；等于它表示还有更多"`
}

// toSign are the reports on which somebody's proposal waits for this asker's
// signature. Who signs what is read from the table.
func toSign(who asker) predicate {
	return func(sel *entsql.Selector) {
		var any []*entsql.Predicate
		for _, g := range who.grants {
			part, place := placeParts[g.Role]
			unit := g.Role == "unit_head" && g.UnitID != uuid.Nil
			if unit {
				part = UnitHead
			}
			actions := signedBy(part)
			if g.Tenant != who.tenant || !place && !unit || len(actions) == 0 {
				continue
			}
			waiting := []condition{
				is(reportproposal.FieldState, string(reportproposal.StatePending)),
				oneOf(reportproposal.FieldAction, actions...),
				func(t *entsql.SelectTable) *entsql.Predicate {
					return entsql.NEQ(t.C(reportproposal.FieldProposerID), who.person)
				},
			}
			if unit {
				waiting = append(waiting, is(reportproposal.FieldUnitID, g.UnitID))
			}
			p := inSub(sel, who.tenant, reportproposal.Table, reportproposal.FieldReportID, waiting...)
			if place {
				p = entsql.And(within(sel, g.Division), p)
			}
			any = append(any, p)
		}
		if any == nil {
			sel.Where(entsql.False())
			return
		}
		sel.Where(entsql.Or(any...))
	}
}

// signedBy are the actions that this part signs as the second person.
func signedBy(part flow.Part) (out []any) {
	for _, r := range Table.Rows() {
		if r.Second != nil && r.Arrives == "" && slices.Contains(r.Second.Approves, part) {
			out = append(out, string(r.Action))
		}
	}
	return out
}

// Count counts the views of the work, each up to countCap.
func (s *Service) Count(ctx context.Context, tenant string) (Counts, error) {
	out := Counts{Cap: countCap}
	r, _, err := s.reading(ctx, tenant, listPermission)
	if err != nil {
		return out, err
	}
	views := []struct {
		into *int
		f    Filter
	}{
		{&out.Waiting, Filter{AssignedToMe: true}},
		{&out.ToSign, Filter{ToSign: true}},
		{&out.Overdue, Filter{Overdue: true}},
		{&out.ToCall, Filter{ToCall: true}},
		{&out.Disputed, Filter{Disputed: true}},
		{&out.Supervised, Filter{Supervised: true}},
		{&out.Paused, Filter{Paused: true}},
	}
	for _, t := range r.tenants {
		who := r.in(t)
		err := s.DB.View(ctx, r.scope(t), func(ctx context.Context, tx *database.Tx) error {
			for _, v := range views {
				q := tx.Report.Query().Limit(countCap)
				for _, c := range append(s.visible(ctx, who, listPermission), v.f.conditions(who, s.Clock.Now())...) {
					q = q.Where(c)
				}
				ids, err := q.IDs(ctx)
				if err != nil {
					return err
				}
				*v.into = min(*v.into+len(ids), countCap)
			}
			return nil
		})
		if err != nil {
			return out, fmt.Errorf("count reports: %w", err)
		}
	}
	return out, nil
}

// byClock gives one keyset page and one row more, the earliest clock first and
// what has no running clock at the end. A cursor without a time stands among
// the latter.
func (s *Service) byClock(ctx context.Context, scope tenancy.Scope, conditions []predicate, after web.Cursor, limit int) ([]*db.Report, error) {
	var rows []*db.Report
	if after.IsZero() || !after.At.IsZero() {
		timed := append(slices.Clip(conditions), entreport.DueAtNotNil())
		if !after.At.IsZero() {
			timed = append(timed, entreport.Or(entreport.DueAtGT(after.At), entreport.And(entreport.DueAt(after.At), entreport.IDGT(after.ID))))
		}
		var err error
		rows, err = s.ordered(ctx, scope, timed, limit+1, entreport.ByDueAt(), entreport.ByID())
		if err != nil || len(rows) > limit {
			return rows, err
		}
		after = web.Cursor{}
	}
	rest := append(slices.Clip(conditions), entreport.DueAtIsNil())
	if after.ID != uuid.Nil {
		rest = append(rest, entreport.IDGT(after.ID))
	}
	more, err := s.ordered(ctx, scope, rest, limit+1-len(rows), entreport.ByID())
	return append(rows, more...), err
}

func (s *Service) ordered(ctx context.Context, scope tenancy.Scope, conditions []predicate, limit int, by ...entreport.OrderOption) (rows []*db.Report, err error) {
	err = s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		q := tx.Report.Query().Order(by...).Limit(limit)
		for _, c := range conditions {
			q = q.Where(c)
		}
		rows, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list reports by clock: %w", err)
	}
	return rows, nil
}

// pageByClock merges pages of several tenants into one, the earliest clock first.
func pageByClock(rows []*db.Report, limit int, view func(*db.Report) Item) web.Page[Item] {
	slices.SortFunc(rows, sooner)
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		last := web.Cursor{ID: rows[limit-1].ID}
		if due := rows[limit-1].DueAt; due != nil {
			last.At = *due
		}
		next = web.EncodeCursor(last)
	}
	items := make([]Item, len(rows))
	for i, row := range rows {
		items[i] = view(row)
	}
	return web.NewPage(items, next)
}

func sooner(a, b *db.Report) int {
	never := func(t *time.Time) bool { return t == nil }
	switch {
	case never(a.DueAt) != never(b.DueAt):
		if never(a.DueAt) {
			return 1
		}
		return -1
	case !never(a.DueAt) && !a.DueAt.Equal(*b.DueAt):
		return a.DueAt.Compare(*b.DueAt)
	}
	return slices.Compare(a.ID[:], b.ID[:])
}
