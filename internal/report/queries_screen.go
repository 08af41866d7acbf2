package report

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportrecusal"
	"huying/ent/db/screenitem"
	"huying/internal/division"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
	"huying/internal/screening"
)

// ScreenItems gives the texts of the caller's subtree in this state, oldest
// first: who waits longest is served first. Matters the caller is recused from
// are not among them.
func (s *Service) ScreenItems(ctx context.Context, tenant, state string, page web.Paging) (out web.Page[ScreenView], err error) {
	start, err := page.Start()
	if err != nil {
		return out, err
	}
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return out, err
	}
	access := s.Index.Access(who.grants, tenant, screenList)
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		q := tx.ScreenItem.Query().Where(screenitem.StateEQ(screenitem.State(state)), itemsWithin(access), itemsNotRecused(who)).
			Order(screenitem.ByID()).Limit(page.Limit + 1)
		if start.ID != uuid.Nil {
			q.Where(screenitem.IDGT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("screen items: %w", err)
		}
		next := ""
		if len(rows) > page.Limit {
			rows = rows[:page.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[page.Limit-1].ID})
		}
		views, err := viewScreenItems(ctx, tx, rows, dir)
		out = web.NewPage(views, next)
		return err
	})
	return out, err
}

// itemsWithin keeps to the divisions the caller's grants reach.
func itemsWithin(access authz.Access) func(*entsql.Selector) {
	return func(sel *entsql.Selector) {
		if access.Reaches(authz.ScopeTenant) {
			return
		}
		c := sel.C(screenitem.FieldDivisionCode)
		any := []*entsql.Predicate{entsql.False()}
		for _, prefix := range access.Divisions() {
			any = append(any, entsql.And(entsql.GTE(c, prefix), entsql.LT(c, prefix+":")))
		}
		sel.Where(entsql.Or(any...))
	}
}

// itemsNotRecused is the deny that beats every grant, for texts.
func itemsNotRecused(who asker) func(*entsql.Selector) {
	return func(sel *entsql.Selector) {
		barred := sub(who.tenant, reportrecusal.Table, reportrecusal.FieldReportID, is(reportrecusal.FieldPersonID, who.person))
		steps := sub(who.tenant, reportevent.Table, reportevent.FieldID, func(t *entsql.SelectTable) *entsql.Predicate {
			return entsql.In(t.C(reportevent.FieldReportID), barred.Clone())
		})
		c := sel.C(screenitem.FieldSubjectID)
		sel.Where(entsql.And(entsql.NotIn(c, barred), entsql.NotIn(c, steps)))
	}
}

// viewScreenItems shows items with their texts, in three statements however many.
func viewScreenItems(ctx context.Context, tx *database.Tx, rows []*db.ScreenItem, dir *division.Directory) ([]ScreenView, error) {
	var subjects []uuid.UUID
	for _, it := range rows {
		subjects = append(subjects, it.SubjectID)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	events, err := tx.ReportEvent.Query().Where(reportevent.IDIn(subjects...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("screened events: %w", err)
	}
	steps := map[uuid.UUID]*db.ReportEvent{}
	for _, e := range events {
		steps[e.ID], subjects = e, append(subjects, e.ReportID)
	}
	found, err := tx.Report.Query().Where(entreport.IDIn(subjects...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("screened reports: %w", err)
	}
	reports := map[uuid.UUID]*db.Report{}
	for _, r := range found {
		reports[r.ID] = r
	}
	var out []ScreenView
	for _, it := range rows {
		event := steps[it.SubjectID]
		rep := reports[it.SubjectID]
		if event != nil {
			rep = reports[event.ReportID]
		}
		if rep != nil {
			out = append(out, viewScreenItem(it, rep, event, dir))
		}
	}
	return out, nil
}

func viewScreenItem(it *db.ScreenItem, rep *db.Report, event *db.ReportEvent, dir *division.Directory) ScreenView {
	v := ScreenView{
		ID: it.ID, ReportID: rep.ID, Number: rep.Number, CategoryName: rep.Category, DivisionName: dir.FullName(rep.DivisionCode),
		Field: it.Field, State: string(it.State), Text: screenedText(it, rep, event), Hits: []HitView{}, Note: it.Note,
		DecidedAt: it.DecidedAt, CreatedAt: it.CreatedAt, Version: it.Version,
	}
	if c, ok := dir.Category(rep.Category); ok {
		v.CategoryName = c.Name
	}
	v.Masked = maskOf(v.Text, it.Hits)
	for _, h := range it.Hits {
		v.Hits = append(v.Hits, HitView{Kind: h.Kind, Name: screening.KindName(h.Kind), List: h.List, Start: h.Start, Length: h.Length})
	}
	return v
}

func screenedText(it *db.ScreenItem, rep *db.Report, event *db.ReportEvent) string {
	switch {
	case event != nil:
		return event.PublicText
	case it.Field == fieldTitle:
		return rep.Title
	case it.Field == fieldDescription:
		return rep.Description
	}
	return ""
}
