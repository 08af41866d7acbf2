package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/internal/flow"
	"huying/internal/platform/database"
)

// maxLinks bounds how many tied reports one page shows.
const maxLinks = 200

// LinkView is a report tied to this one, as far as its caller may see it too.
type LinkView struct {
	Kind      string    `json:"kind" doc:"merged_into, merged, split_from, split, follows 或 followed_by"`
	ID        uuid.UUID `json:"id"`
	Number    string    `json:"number"`
	Title     string    `json:"title,omitempty"`
	State     string    `json:"state"`
	StateName string    `json:"state_name"`
}

// viewLinks lists the tied reports the asker may see by a scope of their own:
// a foreign or recused one is left out as if there were none.
func (s *Service) viewLinks(ctx context.Context, tx *database.Tx, rel *relation, who asker) ([]LinkView, error) {
	ids := rel.linkedIDs()
	if len(ids) == 0 {
		return nil, nil
	}
	query := tx.Report.Query().Where(entreport.IDIn(ids...)).Order(entreport.ByID()).Limit(maxLinks)
	for _, v := range s.visible(ctx, who, readPermission) {
		query = query.Where(v)
	}
	rows, err := query.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("linked reports: %w", err)
	}
	var out []LinkView
	for _, row := range rows {
		if kind := linkKind(rel.report, row); kind != "" {
			out = append(out, LinkView{
				Kind: kind, ID: row.ID, Number: row.Number, Title: row.Title,
				State: string(row.State), StateName: Table.Word(flow.State(row.State)),
			})
		}
	}
	return out, nil
}

// linkedIDs are the reports this one names, and those its events name.
func (r *relation) linkedIDs() []uuid.UUID {
	var ids []uuid.UUID
	for _, id := range []*uuid.UUID{r.report.MasterID, r.report.SplitFromID, r.report.FollowsID} {
		if id != nil {
			ids = append(ids, *id)
		}
	}
	for _, e := range r.events {
		for _, id := range idsIn(e.Data, linkedKey) {
			if id != r.report.ID && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// idsIn reads a list of ids from an event's particulars.
func idsIn(data map[string]any, key string) []uuid.UUID {
	list, _ := data[key].([]any)
	var out []uuid.UUID
	for _, item := range list {
		text, _ := item.(string)
		if id, err := uuid.Parse(text); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// linkKind says what other is to rep now; empty when nothing ties them any more.
func linkKind(rep, other *db.Report) string {
	is := func(id *uuid.UUID, of uuid.UUID) bool { return id != nil && *id == of }
	switch {
	case is(rep.MasterID, other.ID):
		return "merged_into"
	case is(other.MasterID, rep.ID):
		return "merged"
	case is(rep.SplitFromID, other.ID):
		return "split_from"
	case is(other.SplitFromID, rep.ID):
		return "split"
	case is(rep.FollowsID, other.ID):
		return "follows"
	case is(other.FollowsID, rep.ID):
		return "followed_by"
	}
	return ""
}

// sharedPhotos are photos of the report this one was split from, which whoever
// split it chose to show here too.
func (r *relation) sharedPhotos() []uuid.UUID {
	if r.report.SplitFromID == nil || len(r.events) == 0 {
		return nil
	}
	return idsIn(r.events[0].Data, "photos")
}

// photosOf are the report's own photos and those it shares.
func (s *Service) photosOf(ctx context.Context, tx *database.Tx, rel *relation) ([]*db.Photo, error) {
	photos, err := s.Evidence.List(ctx, tx, rel.report.ID)
	shared := rel.sharedPhotos()
	if err != nil || len(shared) == 0 {
		return photos, err
	}
	elder, err := s.Evidence.List(ctx, tx, *rel.report.SplitFromID)
	if err != nil {
		return nil, err
	}
	for _, p := range elder {
		if slices.Contains(shared, p.ID) {
			photos = append(photos, p)
		}
	}
	return photos, nil
}

// homeOf is the report that a photo shown on this one's page belongs to.
func (r *relation) homeOf(photo uuid.UUID) uuid.UUID {
	if slices.Contains(r.sharedPhotos(), photo) {
		return *r.report.SplitFromID
	}
	return r.report.ID
}

// MasterView is what the reporter of a merged report is told of the master:
// its public steps, never who reported it or where exactly it is.
type MasterView struct {
	Number     string      `json:"number"`
	State      string      `json:"state"`
	StateName  string      `json:"state_name"`
	PromisedAt *time.Time  `json:"promised_at,omitempty"`
	Timeline   []EventView `json:"timeline"`
}

// viewMaster shows a merged report's reporter and its office how the master
// goes on; nobody who is recused from the master.
func (s *Service) viewMaster(ctx context.Context, tx *database.Tx, rel *relation, who asker) (*MasterView, error) {
	p := rel.parts(who)
	if rel.report.MasterID == nil || !p[Reporter] && !insider(p) {
		return nil, nil
	}
	master, err := tx.Report.Query().Where(entreport.ID(*rel.report.MasterID)).Where(notRecused(who)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("master: %w", err)
	}
	events, err := tx.ReportEvent.Query().Where(reportevent.ReportID(master.ID), reportevent.PublicTextNEQ("")).
		Order(reportevent.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("master's steps: %w", err)
	}
	said, err := publicWordings(ctx, tx, events)
	if err != nil {
		return nil, err
	}
	v := &MasterView{
		Number: master.Number, State: string(master.State), StateName: Table.Word(flow.State(master.State)),
		PromisedAt: master.PromisedAt, Timeline: []EventView{},
	}
	for _, e := range events {
		if slices.Contains(personal, flow.Action(e.Action)) {
			continue
		}
		text := e.PublicText
		if other, changed := said[e.ID]; changed {
			text = other
		}
		v.Timeline = append(v.Timeline, EventView{
			At: e.At, Action: e.Action, Title: eventTitle(e.Action), State: e.ToState,
			StateName: Table.Word(flow.State(e.ToState)), Round: e.Round, Text: text,
		})
	}
	return v, nil
}
