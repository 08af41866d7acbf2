package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/crowdalert"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportrecusal"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

const (
	crowdList = "crowd-alert.list"
	crowdSeen = "crowd-alert.seen"
)

// CrowdView is a place many people are angry about.
type CrowdView struct {
	ID           uuid.UUID  `json:"id"`
	Place        string     `json:"place"`
	PlaceID      *uuid.UUID `json:"place_id,omitempty"`
	DivisionCode string     `json:"division_code"`
	DivisionName string     `json:"division_name"`
	People       int        `json:"people" doc:"时间窗内反映或关注的人数，同一人只算一次"`
	FirstAt      time.Time  `json:"first_at"`
	LastAt       time.Time  `json:"last_at"`
	SeenAt       *time.Time `json:"seen_at,omitempty"`
	Note         string     `json:"note,omitempty"`
	Version      int        `json:"version"`
}

// SeenBody says what is done about a crowd alert.
type SeenBody struct {
	Versioned
	Note string `json:"note,omitempty" maxLength:"300" doc:"了解到的情况、打算怎么办"`
}

func viewCrowd(r *db.CrowdAlert, dir *division.Directory) CrowdView {
	return CrowdView{
		ID: r.ID, Place: r.PlaceName, PlaceID: r.PlaceID, DivisionCode: r.DivisionCode, DivisionName: dir.FullName(r.DivisionCode),
		People: r.People, FirstAt: r.FirstAt, LastAt: r.LastAt, SeenAt: r.SeenAt, Note: r.Note, Version: r.Version,
	}
}

// CrowdAlerts lists the alerts inside the caller's subtree, newest first. Places
// of matters the caller is recused from are not among them.
func (s *Service) CrowdAlerts(ctx context.Context, tenant string, unseen bool, page web.Paging) (out web.Page[CrowdView], err error) {
	start, err := page.Start()
	if err != nil {
		return out, err
	}
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return out, err
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		q, err := s.crowdAlerts(ctx, tx, who, crowdList)
		if err != nil {
			return err
		}
		if unseen {
			q.Where(crowdalert.SeenAtIsNil())
		}
		if start.ID != uuid.Nil {
			q.Where(crowdalert.IDLT(start.ID))
		}
		rows, err := q.Order(crowdalert.ByID(entsql.OrderDesc())).Limit(page.Limit + 1).All(ctx)
		if err != nil {
			return fmt.Errorf("crowd alerts: %w", err)
		}
		next := ""
		if len(rows) > page.Limit {
			rows = rows[:page.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[page.Limit-1].ID})
		}
		items := make([]CrowdView, len(rows))
		for i, r := range rows {
			items[i] = viewCrowd(r, dir)
		}
		out = web.NewPage(items, next)
		return nil
	})
	return out, err
}

// crowdAlerts are the alerts one may see with a permission.
func (s *Service) crowdAlerts(ctx context.Context, tx *database.Tx, who asker, permission string) (*db.CrowdAlertQuery, error) {
	access := s.Index.Access(who.grants, who.tenant, permission)
	q := tx.CrowdAlert.Query().Where(func(sel *entsql.Selector) {
		if access.Reaches(authz.ScopeTenant) {
			return
		}
		c := sel.C(crowdalert.FieldDivisionCode)
		any := []*entsql.Predicate{entsql.False()}
		for _, prefix := range access.Divisions() {
			any = append(any, entsql.And(entsql.GTE(c, prefix), entsql.LT(c, prefix+":")))
		}
		sel.Where(entsql.Or(any...))
	})
	barred, err := tx.Report.Query().Where(func(sel *entsql.Selector) {
		sel.Where(inSub(sel, who.tenant, reportrecusal.Table, reportrecusal.FieldReportID, is(reportrecusal.FieldPersonID, who.person)))
	}).Order(entreport.ByID(entsql.OrderDesc())).Limit(crowdLook).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("recusals: %w", err)
	}
	var keys []string
	for _, r := range barred {
		keys = append(keys, crowdKeys(r)...)
	}
	if len(keys) > 0 {
		q.Where(crowdalert.PlaceKeyNotIn(keys...))
	}
	return q, nil
}

// SeeCrowd marks an alert as seen, with what is done about it. It fails with
// not_found or version_conflict; seen twice is seen once, the first stays.
func (s *Service) SeeCrowd(ctx context.Context, tenant string, id uuid.UUID, b SeenBody) (v CrowdView, err error) {
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return v, err
	}
	err = s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		q, err := s.crowdAlerts(ctx, tx, who, crowdSeen)
		if err != nil {
			return err
		}
		row, err := q.Where(crowdalert.ID(id)).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这条提醒，或您无权查看")
		}
		if err != nil {
			return fmt.Errorf("crowd alert: %w", err)
		}
		if b.Version != 0 && b.Version != row.Version {
			return fault.VersionConflict.New("这条提醒刚刚有变化，请刷新").Fact("version", row.Version)
		}
		if row.SeenAt != nil {
			v = viewCrowd(row, dir)
			return nil
		}
		now := s.Clock.Now()
		n, err := tx.CrowdAlert.Update().Where(crowdalert.ID(id), crowdalert.Version(row.Version)).
			SetSeenAt(now).SetSeenBy(who.person).SetNote(strings.TrimSpace(b.Note)).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("crowd alert: %w", err)
		}
		if n == 0 {
			return fault.VersionConflict.New("这条提醒刚刚有变化，请刷新")
		}
		row.SeenAt, row.Note, row.Version = &now, strings.TrimSpace(b.Note), row.Version+1
		v = viewCrowd(row, dir)
		return audit.Write(ctx, tx, audit.Line{Action: crowdSeen, SubjectKind: "crowd_alert", SubjectID: id.String(), Reason: b.Note})
	})
	return v, err
}
