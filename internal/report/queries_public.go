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
	"huying/ent/db/reportevent"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// PublicFilter asks for what the public may know of a time, newest first.
type PublicFilter struct {
	// Numbers, when given, are the only reports asked for; their time does not matter then.
	Numbers    []string
	Categories []string
	// From and To bound the time of submission, To excluded.
	From, To time.Time
	// Ended narrows to reports that are solved or closed, or to those that are not.
	Ended *bool
	// Key adds the reports that came in under this api key, public or not.
	Key   *uuid.UUID
	Limit int
}

// PublicBrief is a report in a public list, with its text where a screener has passed it.
type PublicBrief struct {
	Item
	Published   bool
	Description string
}

// solvedStates are those in which a report is over for whoever waits for it.
var solvedStates = []entreport.State{
	entreport.StateResolved, entreport.StateClosed, entreport.StateRejected, entreport.StateMerged, entreport.StateTransferred, entreport.StateWithdrawn,
}

// Over says whether a state ends the matter for whoever waits for it: solved, or not taken further.
func Over(state string) bool { return slices.Contains(solvedStates, entreport.State(state)) }

// knownTo are the reports the public may know of and, with a key, those that came in under it.
func knownTo(key *uuid.UUID) predicate {
	if key == nil {
		return listedPublic
	}
	return func(sel *entsql.Selector) {
		own := entsql.And(entsql.EQ(sel.C(entreport.FieldPartnerKeyID), *key), entsql.IsNull(sel.C(entreport.FieldDetachedAt)),
			entsql.IsNull(sel.C(entreport.FieldAnonymisedAt)))
		sel.Where(entsql.Or(publicly(sel), own))
	}
}

// PublicBetween gives what the public may know of a time, newest first, at most f.Limit.
func (s *Service) PublicBetween(ctx context.Context, tenant string, f PublicFilter) ([]PublicBrief, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	conditions := []predicate{knownTo(f.Key)}
	if len(f.Numbers) > 0 {
		conditions = append(conditions, entreport.NumberIn(f.Numbers...))
	} else {
		conditions = append(conditions, entreport.CreatedAtGTE(f.From), entreport.CreatedAtLT(f.To))
	}
	if len(f.Categories) > 0 {
		conditions = append(conditions, entreport.CategoryIn(f.Categories...))
	}
	if f.Ended != nil && *f.Ended {
		conditions = append(conditions, entreport.StateIn(solvedStates...))
	} else if f.Ended != nil {
		conditions = append(conditions, entreport.StateNotIn(solvedStates...))
	}
	var rows []*db.Report
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Report.Query().Order(entreport.ByCreatedAt(entsql.OrderDesc()), entreport.ByID(entsql.OrderDesc())).Limit(f.Limit)
		for _, c := range conditions {
			q = q.Where(c)
		}
		rows, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("public reports: %w", err)
	}
	out := make([]PublicBrief, len(rows))
	for i, r := range rows {
		out[i] = briefPublic(r, dir, s.Clock.Now())
	}
	return out, nil
}

func briefPublic(r *db.Report, dir *division.Directory, now time.Time) PublicBrief {
	b := PublicBrief{Item: viewPublicItem(r, dir, now), Published: r.PublishedAt != nil && r.Visibility == entreport.VisibilityPublic}
	if b.Published {
		b.Description = publicDescription(r)
	} else {
		b.Title = ""
	}
	return b
}

// PublicUpdate is one step of a report that the public, or who submitted it, may know of. Text is what was said, as
// screened, and empty where nothing may be read.
type PublicUpdate struct {
	ID          uuid.UUID
	Number      string
	State       string
	StateName   string
	Title, Text string
	At          time.Time
}

// PublicUpdates gives the steps since an instant, oldest first, at most limit.
func (s *Service) PublicUpdates(ctx context.Context, tenant string, from, to time.Time, key *uuid.UUID, limit int) (out []PublicUpdate, err error) {
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		steps, err := tx.ReportEvent.Query().Where(reportevent.AtGTE(from), reportevent.AtLT(to), reportevent.PublicTextNEQ(""), steps(tenant, key)).
			Order(reportevent.ByAt(), reportevent.ByID()).Limit(limit).All(ctx)
		if err != nil {
			return fmt.Errorf("public steps: %w", err)
		}
		out, err = publicSteps(ctx, tx, steps)
		return err
	})
	return out, err
}

// steps are the steps of the reports that somebody may know of.
func steps(tenant string, key *uuid.UUID) predicate {
	return func(sel *entsql.Selector) {
		reports := entsql.Table(entreport.Table)
		known := entsql.Select(reports.C(entreport.FieldID)).From(reports).Where(entsql.EQ(reports.C(entreport.FieldTenantID), tenant))
		knownTo(key)(known)
		sel.Where(entsql.In(sel.C(reportevent.FieldReportID), known))
	}
}

func publicSteps(ctx context.Context, tx *database.Tx, steps []*db.ReportEvent) ([]PublicUpdate, error) {
	var ids []uuid.UUID
	for _, e := range steps {
		if !slices.Contains(ids, e.ReportID) {
			ids = append(ids, e.ReportID)
		}
	}
	rows, err := tx.Report.Query().Where(entreport.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("reports of public steps: %w", err)
	}
	reports := make(map[uuid.UUID]*db.Report, len(rows))
	for _, r := range rows {
		reports[r.ID] = r
	}
	wordings, err := publicWordings(ctx, tx, steps)
	if err != nil {
		return nil, err
	}
	out := []PublicUpdate{}
	for _, e := range steps {
		r := reports[e.ReportID]
		if r == nil || frozen(e) {
			continue
		}
		u := PublicUpdate{
			ID: e.ID, Number: r.Number, State: e.ToState, StateName: Table.Word(flow.State(e.ToState)), Title: eventTitle(e.Action), At: e.At,
		}
		if at := r.PublishedAt; at != nil && r.Visibility == entreport.VisibilityPublic && (plainStep(e) || !e.At.After(*at)) {
			u.Text = e.PublicText
			if other, changed := wordings[e.ID]; changed {
				u.Text = other
			}
		}
		out = append(out, u)
	}
	return out, nil
}

// PublicFact is a public report reduced to what statistics need.
type PublicFact struct {
	Division, Category, State string
	CreatedAt                 time.Time
	ClosedAt                  *time.Time
}

// PublicFacts gives the public reports that were submitted in a time.
func (s *Service) PublicFacts(ctx context.Context, tenant string, from, to time.Time) ([]PublicFact, error) {
	var rows []*db.Report
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		rows, err = tx.Report.Query().Where(listedPublic, entreport.CreatedAtGTE(from), entreport.CreatedAtLT(to)).
			Select(entreport.FieldDivisionCode, entreport.FieldCategory, entreport.FieldState, entreport.FieldCreatedAt, entreport.FieldClosedAt).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("public facts: %w", err)
	}
	out := make([]PublicFact, len(rows))
	for i, r := range rows {
		out[i] = PublicFact{Division: r.DivisionCode, Category: r.Category, State: string(r.State), CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt}
	}
	return out, nil
}
