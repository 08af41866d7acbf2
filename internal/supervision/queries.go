package supervision

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/predicate"
	"huying/ent/db/supervisionmatter"
	"huying/ent/db/supervisionnotice"
	"huying/ent/db/supervisionstep"
	"huying/internal/division"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

const listPermission = "supervision-notice.list"

// seen narrows notices to what the permission of the request lets the caller see: a congress all of its tenant, a unit
// those to it once they are signed.
func seen(ctx context.Context) []predicate.SupervisionNotice {
	access := authz.AccessFrom(ctx)
	if access.Reaches(authz.ScopeTenant) {
		return nil
	}
	return []predicate.SupervisionNotice{
		supervisionnotice.UnitIDIn(access.UnitIDs()...), supervisionnotice.StateNotIn(Draft, Refused),
	}
}

func (s *Service) list(ctx context.Context, in *ListInput) (*listOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	now := s.d.Clock.Now()
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.SupervisionNotice.Query().Where(seen(ctx)...).Order(supervisionnotice.ByID(entsql.OrderDesc())).Limit(in.Limit + 1)
		if in.State != "" {
			q.Where(supervisionnotice.StateEQ(supervisionnotice.State(in.State)))
		}
		if in.Overdue {
			q.Where(supervisionnotice.StateEQ(Open), supervisionnotice.DueAtLT(now))
		}
		if start.ID != uuid.Nil {
			q.Where(supervisionnotice.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("notices: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		out.Body = web.NewPage(viewItems(rows, dir, now), next)
		return nil
	})
	return out, err
}

func (s *Service) get(ctx context.Context, in *oneInput) (*oneOutput, error) {
	v, err := s.view(ctx, web.TenantOf(ctx), in.ID)
	return &oneOutput{Body: v}, err
}

// items gives notices just made.
func (s *Service) items(ctx context.Context, ids []uuid.UUID) (*issued, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &issued{}
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.SupervisionNotice.Query().Where(supervisionnotice.IDIn(ids...)).Order(supervisionnotice.ByID()).All(ctx)
		out.Body = web.NewPage(viewItems(rows, dir, s.d.Clock.Now()), "")
		return err
	})
	return out, err
}

// view reads one notice as the caller may see it.
func (s *Service) view(ctx context.Context, tenant string, id uuid.UUID) (View, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return View{}, err
	}
	var n *db.SupervisionNotice
	var steps []*db.SupervisionStep
	var matters []*db.SupervisionMatter
	err = s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		if n, err = one(ctx, tx, id); err != nil {
			return err
		}
		if steps, err = tx.SupervisionStep.Query().Where(supervisionstep.NoticeID(id)).Order(supervisionstep.ByAt(), supervisionstep.ByID()).All(ctx); err != nil {
			return fmt.Errorf("notice's steps: %w", err)
		}
		matters, err = tx.SupervisionMatter.Query().Where(supervisionmatter.NoticeID(id)).Order(supervisionmatter.ByNumber()).All(ctx)
		return err
	})
	if err != nil {
		return View{}, err
	}
	v := View{
		Item: viewItem(n, dir, s.d.Clock.Now()), Letter: n.Letter, Asks: n.Asks, Days: n.Days, ClassID: n.ClassID, Result: n.Result,
		Steps: []StepView{}, Matters: []MatterView{}, AllowedActions: s.allowed(ctx, n),
	}
	for _, st := range steps {
		v.Steps = append(v.Steps, viewStep(st, n))
	}
	ids := make([]uuid.UUID, len(matters))
	for i, m := range matters {
		ids[i] = m.ReportID
	}
	if len(ids) == 0 {
		return v, nil
	}
	readable, err := s.d.Reports.Readable(ctx, n.ToTenant, ids)
	if err != nil {
		return View{}, err
	}
	for _, m := range matters {
		if slices.Contains(readable, m.ReportID) {
			v.Matters = append(v.Matters, MatterView{m.ReportID, m.Number})
		}
	}
	return v, nil
}

// permissionOf is the permission that an action's route asks for.
var permissionOf = map[string]string{
	Sign: "sign", Refuse: "sign", Answer: "answer", SendBack: "judge", Accept: "judge", Progress: "progress", Hearing: "session", Inspection: "session",
}

// allowed are the actions that the caller may take now.
func (s *Service) allowed(ctx context.Context, n *db.SupervisionNotice) []string {
	out := []string{}
	caller := auth.From(ctx)
	for _, a := range acts {
		permission, mayBe := permissionOf[a.action]
		if _, err := Next(string(n.State), a.action); !mayBe || err != nil {
			continue
		}
		access := s.d.Index.Access(caller.Grants, n.TenantID, "supervision-notice."+permission)
		if !access.OK() || !mine(access, n, a.side) || (permission == "sign" && n.DraftedBy == caller.PersonID) {
			continue
		}
		out = append(out, a.action)
	}
	return out
}

func viewItems(rows []*db.SupervisionNotice, dir *division.Directory, now time.Time) []Item {
	out := make([]Item, len(rows))
	for i, n := range rows {
		out[i] = viewItem(n, dir, now)
	}
	return out
}

func viewItem(n *db.SupervisionNotice, dir *division.Directory, now time.Time) Item {
	v := Item{
		ID: n.ID, Kind: string(n.Kind), Reference: n.Reference, Title: n.Title, From: congress(dir, n.FromTenant), To: n.UnitName,
		FromTenant: n.FromTenant, ToTenant: n.ToTenant, UnitID: n.UnitID, TopicMonth: n.TopicMonth, State: string(n.State),
		StateName: StateWord(string(n.State)), Round: n.Round, Rung: n.Rung, SignedAt: n.SignedAt, DueAt: n.DueAt, AnsweredAt: n.AnsweredAt,
		ClosedAt: n.ClosedAt, Version: n.Version,
	}
	if v.To == "" {
		v.To = congress(dir, n.ToTenant)
	}
	v.Overdue = n.State == supervisionnotice.StateOpen && n.DueAt != nil && n.DueAt.Before(now)
	return v
}

// congress names a tenant's congress.
func congress(dir *division.Directory, tenant string) string {
	if tenant == tenancy.CityTenant {
		return "市人大常委会"
	}
	if d, known := dir.Division(tenant); known {
		return d.Name + "人大"
	}
	return tenant
}

// told is what a step's particulars hold.
type told struct {
	Answers      []string   `json:"answers"`
	Stage        string     `json:"stage"`
	HeldAt       *time.Time `json:"held_at"`
	Place        string     `json:"place"`
	Participants []string   `json:"participants"`
	Rung         int        `json:"rung"`
	DueAt        *time.Time `json:"due_at"`
}

func viewStep(st *db.SupervisionStep, n *db.SupervisionNotice) StepView {
	var d told
	if raw, err := json.Marshal(st.Data); err == nil {
		_ = json.Unmarshal(raw, &d)
	}
	v := StepView{
		Action: st.Action, Word: wordOf(st.Action), At: st.At, Round: st.Round, Text: st.Text, Answers: d.Answers, Stage: d.Stage, HeldAt: d.HeldAt,
		Place: d.Place, Participants: d.Participants, Rung: d.Rung, DueAt: d.DueAt,
	}
	a, _ := actOf(st.Action)
	switch {
	case a.side == Timer:
		v.By = "系统"
	case a.side == To:
		v.By = whoAnswers(n)
	case n.FromTenant == tenancy.CityTenant:
		v.By = "市人大常委会"
	default:
		v.By = "区市人大"
	}
	return v
}
