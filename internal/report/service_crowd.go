package report

import (
	"context"
	"fmt"
	"strconv"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/crowdalert"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportfollower"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// crowdLook is how many of a place's newest reports one look counts.
const crowdLook = 500

// CrowdArgs is the job that counts how many different people met a problem at
// the place of a report. It runs after the commit, so two people who come at
// the same moment are both counted.
type CrowdArgs struct {
	Tenant   string    `json:"tenant"`
	ReportID uuid.UUID `json:"report_id"`
}

// Kind of the job.
func (CrowdArgs) Kind() string { return "report_crowd" }

// watchCrowd asks for a count when half a crowd is there: a cheap look at the
// newest reports of the place within the submitting or following transaction.
func (s *Service) watchCrowd(ctx context.Context, tx *database.Tx, rep *db.Report) error {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	threshold, window := crowdSettings(dir, rep.TenantID)
	rows, err := atPlace(ctx, tx, rep, threshold)
	if err != nil {
		return err
	}
	near := 0
	for _, r := range rows {
		near += r.FollowerCount
		if !r.CreatedAt.Before(s.Clock.Now().Add(-window)) {
			near++
		}
	}
	if 2*near < threshold {
		return nil
	}
	if err := s.Jobs.Insert(ctx, tx, CrowdArgs{Tenant: rep.TenantID, ReportID: rep.ID}, nil); err != nil {
		return fmt.Errorf("job to count a crowd: %w", err)
	}
	return nil
}

// crowdSettings are the tenant's threshold and window; ten people in 72 h
// unless it decided otherwise.
func crowdSettings(dir *division.Directory, tenant string) (int, time.Duration) {
	set := division.DefaultSettings()
	if t, ok := dir.Tenant(tenant); ok {
		set = t.Settings
	}
	return set.CrowdPeople, time.Duration(set.CrowdHours) * time.Hour
}

// atPlace reads the newest reports of the place of r, r included. Withdrawn ones
// are nobody's any more.
func atPlace(ctx context.Context, tx *database.Tx, r *db.Report, most int) ([]*db.Report, error) {
	q := tx.Report.Query().Where(entreport.DetachedAtIsNil(), entreport.StateNEQ(entreport.StateWithdrawn)).
		Order(entreport.ByID(entsql.OrderDesc())).Limit(most)
	switch {
	case r.PlaceID != nil:
		q.Where(entreport.PlaceID(*r.PlaceID))
	case r.CellLat != nil && r.CellLng != nil:
		var rows []int
		for y := *r.CellLat - crowdReach; y <= *r.CellLat+crowdReach; y++ {
			rows = append(rows, y)
		}
		q.Where(entreport.CellLatIn(rows...), entreport.CellLngGTE(*r.CellLng-crowdReach), entreport.CellLngLTE(*r.CellLng+crowdReach), entreport.PlaceIDIsNil())
	default:
		q.Where(inDivision(community(r.DivisionCode)), entreport.Category(r.Category), entreport.PlaceIDIsNil(), entreport.CellLatIsNil())
	}
	rows, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("reports of a place: %w", err)
	}
	return rows, nil
}

// CrowdWorker works CrowdArgs.
type CrowdWorker struct {
	river.WorkerDefaults[CrowdArgs]
	s *Service
}

// CrowdWorker gives the worker to register with the queue.
func (s *Service) CrowdWorker() *CrowdWorker { return &CrowdWorker{s: s} }

// Work counts, and tells the offices once per place and window.
func (w *CrowdWorker) Work(ctx context.Context, job *river.Job[CrowdArgs]) error {
	a, s := job.Args, w.s
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, tenancy.As(ctx, a.Tenant, "count a crowd"), func(ctx context.Context, tx *database.Tx) error {
		rep, err := tx.Report.Query().Where(entreport.ID(a.ReportID)).Only(ctx)
		if db.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		threshold, window := crowdSettings(dir, a.Tenant)
		n, first, err := s.crowd(ctx, tx, rep, s.Clock.Now().Add(-window))
		if err != nil || n < threshold {
			return err
		}
		return s.alert(ctx, tx, dir, rep, n, first, window)
	})
}

// crowd counts the different people at the place since then, reporters and followers.
func (s *Service) crowd(ctx context.Context, tx *database.Tx, rep *db.Report, since time.Time) (int, time.Time, error) {
	rows, err := atPlace(ctx, tx, rep, crowdLook)
	if err != nil {
		return 0, since, err
	}
	first := s.Clock.Now()
	var ids, reporters, followers []uuid.UUID
	for _, r := range rows {
		ids = append(ids, r.ID)
		if !r.CreatedAt.Before(since) {
			reporters = append(reporters, r.ReporterID)
			first = earlier(first, r.CreatedAt)
		}
	}
	follows, err := tx.ReportFollower.Query().Where(reportfollower.ReportIDIn(ids...), reportfollower.CreatedAtGTE(since)).
		Limit(crowdLook).All(ctx)
	if err != nil {
		return 0, since, fmt.Errorf("followers of a place: %w", err)
	}
	for _, f := range follows {
		followers = append(followers, f.PersonID)
		first = earlier(first, f.CreatedAt)
	}
	return people(reporters, followers), first, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// alert writes the alert and the notices, or brings the one of this window up to date.
func (s *Service) alert(ctx context.Context, tx *database.Tx, dir *division.Directory, rep *db.Report, n int, first time.Time, window time.Duration) error {
	now := s.Clock.Now()
	// Two counts of one crowd stand in line here, so that only one tells.
	if err := inLine(ctx, tx, rep.TenantID, now); err != nil {
		return err
	}
	old, err := tx.CrowdAlert.Query().Where(crowdalert.PlaceKeyIn(crowdKeys(rep)...), crowdalert.CreatedAtGT(now.Add(-window))).
		Order(crowdalert.ByID(entsql.OrderDesc())).First(ctx)
	if err == nil {
		_, err = tx.CrowdAlert.Update().Where(crowdalert.ID(old.ID), crowdalert.Version(old.Version)).
			SetPeople(max(n, old.People)).SetLastAt(now).AddVersion(1).Save(ctx)
		return err
	}
	if !db.IsNotFound(err) {
		return fmt.Errorf("crowd alerts: %w", err)
	}
	name, err := s.crowdPlace(ctx, tx, dir, rep)
	if err != nil {
		return err
	}
	row, err := tx.CrowdAlert.Create().SetPlaceKey(crowdKey(rep)).SetNillablePlaceID(rep.PlaceID).SetPlaceName(name).
		SetDivisionCode(rep.DivisionCode).SetPeople(n).SetFirstAt(first).SetLastAt(now).SetCreatedAt(now).Save(ctx)
	if err != nil {
		return fmt.Errorf("crowd alert: %w", err)
	}
	if err := s.tellCrowd(ctx, tx, rep, row, window); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Line{
		Action: "crowd-alert.raise", SubjectKind: "crowd_alert", SubjectID: row.ID.String(),
		Facts: map[string]any{"people": n, "division": rep.DivisionCode}, Actor: &audit.Actor{Kind: audit.KindSystem, Role: audit.KindSystem},
	})
}

// inLine holds a row of the tenant until the transaction ends.
func inLine(ctx context.Context, tx *database.Tx, tenant string, now time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO number_sequences (tenant_id, id, created_at, updated_at, kind, year, last)
		VALUES (?, ?, ?, ?, 'crowd', 0, 1)
		ON CONFLICT (tenant_id, kind, year) DO UPDATE SET last = number_sequences.last + 1`,
		tenant, uuid.Must(uuid.NewV7()), now, now)
	if err != nil {
		return fmt.Errorf("crowd: %w", err)
	}
	return nil
}

// crowdPlace names the place for the desk; it is no more exact than what people said.
func (s *Service) crowdPlace(ctx context.Context, tx *database.Tx, dir *division.Directory, rep *db.Report) (string, error) {
	if rep.PlaceID != nil {
		p, ok, err := s.Territory.Place(ctx, tx, *rep.PlaceID)
		if err != nil || ok {
			return p.Name, err
		}
	}
	name := dir.FullName(community(rep.DivisionCode))
	if rep.CellLat != nil {
		return name + "的一处", nil
	}
	if c, ok := dir.Category(rep.Category); ok {
		name += c.Name
	}
	return name, nil
}

// tellCrowd tells the street's congress office, the street's own administration
// and the district's staff, by jobs: who they are lies behind the door.
func (s *Service) tellCrowd(ctx context.Context, tx *database.Tx, rep *db.Report, row *db.CrowdAlert, window time.Duration) error {
	street := rep.DivisionCode[:min(len(rep.DivisionCode), 9)]
	units, err := s.Units.OfStreet(ctx, tx, street)
	if err != nil {
		return fmt.Errorf("the street's administration: %w", err)
	}
	tell := TellArgs{
		Tenant: rep.TenantID, ReportID: rep.ID, Number: rep.Number, Template: "report_crowd", SMS: true,
		Params: map[string]string{
			"number": rep.Number, "place": row.PlaceName, "people": strconv.Itoa(row.People), "hours": strconv.Itoa(int(window.Hours())),
		},
	}
	var all []TellArgs
	for _, role := range []string{"street_office", "district_staff"} {
		t := tell
		t.Role, t.Division = role, rep.DivisionCode
		all = append(all, t)
	}
	for _, unit := range units {
		for _, role := range []string{"unit_head", "unit_clerk"} {
			t := tell
			t.Role, t.Unit = role, unit
			all = append(all, t)
		}
	}
	for _, t := range all {
		if err := s.Jobs.Insert(ctx, tx, t, nil); err != nil {
			return fmt.Errorf("job to tell of a crowd: %w", err)
		}
	}
	return nil
}
