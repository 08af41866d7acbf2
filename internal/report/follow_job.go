package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportfollower"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// followerPage bounds how many followers one job tells; the next page is a job
// of its own, written together with this one's notices.
const followerPage = 200

// personal are steps whose wording speaks to the reporter alone.
var personal = []flow.Action{"submit", "contact", "ask", "answer", "withdraw", "appeal", "change-deputy", "follow-up"}

// FollowersArgs is the job that tells followers one public step of a report.
type FollowersArgs struct {
	Tenant   string    `json:"tenant"`
	ReportID uuid.UUID `json:"report_id"`
	EventID  uuid.UUID `json:"event_id"`
	// After is the last follower of the page before.
	After uuid.UUID `json:"after"`
}

// Kind of the job.
func (FollowersArgs) Kind() string { return "report_followers" }

// tellFollowers writes the job that tells this step to those who follow.
func (s *Service) tellFollowers(ctx context.Context, m *moment) error {
	if m.report.FollowerCount == 0 || m.event == nil || m.event.PublicText == "" || slices.Contains(personal, m.move.Action) {
		return nil
	}
	args := FollowersArgs{Tenant: m.asker.tenant, ReportID: m.report.ID, EventID: m.event.ID}
	if err := s.Jobs.Insert(ctx, m.tx, args, nil); err != nil {
		return fmt.Errorf("job to tell followers: %w", err)
	}
	return nil
}

// FollowersWorker works FollowersArgs. A follower who is recused from the
// report is not told of it.
type FollowersWorker struct {
	river.WorkerDefaults[FollowersArgs]
	s *Service
}

// FollowersWorker gives the worker to register with the queue.
func (s *Service) FollowersWorker() *FollowersWorker { return &FollowersWorker{s: s} }

// Work tells one page of followers, all or none.
func (w *FollowersWorker) Work(ctx context.Context, job *river.Job[FollowersArgs]) error {
	a := job.Args
	err := w.s.DB.Do(ctx, tenancy.As(ctx, a.Tenant, "tell followers"), func(ctx context.Context, tx *database.Tx) error {
		return w.tell(ctx, tx, job)
	})
	// One page is told in one transaction, so one that was told before says that all were.
	if database.IsUnique(err) {
		return nil
	}
	return err
}

func (w *FollowersWorker) tell(ctx context.Context, tx *database.Tx, job *river.Job[FollowersArgs]) error {
	a := job.Args
	event, err := tx.ReportEvent.Query().Where(reportevent.ID(a.EventID)).Only(ctx)
	if err != nil {
		return fmt.Errorf("step to tell: %w", err)
	}
	said, err := publicWordings(ctx, tx, []*db.ReportEvent{event})
	if err != nil {
		return err
	}
	text := event.PublicText
	if other, changed := said[event.ID]; changed {
		text = other
	}
	rows, err := tx.ReportFollower.Query().Where(reportfollower.ReportID(a.ReportID), reportfollower.IDGT(a.After)).
		Order(reportfollower.ByID()).Limit(followerPage).All(ctx)
	if err != nil {
		return fmt.Errorf("followers: %w", err)
	}
	own, err := w.s.followed(ctx, tx, a.ReportID, rows)
	if err != nil {
		return err
	}
	barred, err := w.s.barred(ctx, tx, a.ReportID)
	if err != nil {
		return err
	}
	for _, f := range rows {
		n := followerNotice(f, own, event, text)
		if barred[f.PersonID] || n == nil {
			continue
		}
		n.Once, n.OnceAt = "followers:"+strconv.FormatInt(job.ID, 10), job.CreatedAt
		if err := w.s.Notices.Notify(ctx, tx, *n); err != nil {
			return fmt.Errorf("notice: %w", err)
		}
	}
	if len(rows) < followerPage {
		return nil
	}
	a.After = rows[len(rows)-1].ID
	return w.s.Jobs.Insert(ctx, tx, a, nil)
}

// followed are the reports through which these people follow: the report
// itself, and those that were merged into it.
func (s *Service) followed(ctx context.Context, tx *database.Tx, report uuid.UUID, rows []*db.ReportFollower) (map[uuid.UUID]*db.Report, error) {
	ids := []uuid.UUID{report}
	for _, f := range rows {
		if f.MergedReportID != nil && !slices.Contains(ids, *f.MergedReportID) {
			ids = append(ids, *f.MergedReportID)
		}
	}
	found, err := tx.Report.Query().Where(entreport.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("followed reports: %w", err)
	}
	out := make(map[uuid.UUID]*db.Report, len(found))
	for _, r := range found {
		out[r.ID] = r
	}
	return out, nil
}

// followerNotice says the step under the number the person knows: the own
// merged report's, else the one that is followed. Whose report was merged here
// hears the result as the first reporter does, by short message too.
func followerNotice(f *db.ReportFollower, own map[uuid.UUID]*db.Report, event *db.ReportEvent, text string) *Notice {
	id := f.ReportID
	if f.MergedReportID != nil {
		id = *f.MergedReportID
	}
	rep := own[id]
	if rep == nil {
		return nil
	}
	n := &Notice{PersonID: f.PersonID, ReportID: rep.ID, Number: rep.Number, Template: "report_followed_step"}
	n.Params = map[string]string{"number": rep.Number, "text": text}
	if f.MergedReportID == nil || rep.ReporterID != f.PersonID {
		return n
	}
	if rep.DetachedAt != nil {
		return nil
	}
	n.Template = "report_merged_step"
	if to := flow.State(event.ToState); event.FromState != event.ToState && (to == Resolved || to == Closed) {
		n.SMS = true
		n.Template = map[flow.State]string{Resolved: "report_resolved", Closed: "report_closed"}[to]
		n.Params = map[string]string{"number": rep.Number}
	}
	return n
}
