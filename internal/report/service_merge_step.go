package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportfollower"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/platform/database"
)

// step is row 6 for one report.
func (g *merger) step() step {
	master := g.master.report
	return step{
		action: "merge", note: g.body.Note,
		facts: func(_ context.Context, m *moment, _ flow.Facts) error { return g.check(m) },
		apply: func(ctx context.Context, m *moment) error {
			m.params["no"] = master.Number
			m.data[linkedKey] = []uuid.UUID{master.ID}
			if p := m.report.PromisedAt; p != nil {
				m.data["promised_at"] = p.Format(time.RFC3339Nano)
			}
			m.change.SetMasterID(master.ID).SetStateBeforeMerge(string(m.state()))
			rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID})
			if err != nil {
				return err
			}
			g.kept = append(g.kept, slices.DeleteFunc(rows, func(d *db.Deadline) bool { return !deadline.Running(d) })...)
			if p := m.report.PromisedAt; p != nil && (master.PromisedAt == nil || p.Before(*master.PromisedAt)) {
				master.PromisedAt = p
			}
			m.citizen("report_merged", true, map[string]string{"master": master.Number, "due": dueParam + clockObjection})
			if err := g.moveFollowers(ctx, m); err != nil {
				return err
			}
			// Who may not see one of the two sees neither half of the matter.
			return g.s.barLike(ctx, m.tx, master, m.report.ID)
		},
	}
}

// check answers whether this report and this master can be one matter.
func (g *merger) check(m *moment) error {
	if !m.parts[Office] && !m.parts[DistrictStaff] {
		return nil
	}
	refuse := func(why string) error {
		return flow.TransitionNotAllowed.New(why).Fact("state", string(m.state())).Fact("action", "merge")
	}
	switch {
	case !slices.Contains(mayTake, g.master.state()):
		return refuse("主件" + g.master.report.Number + "目前“" + Table.Word(g.master.state()) + "”，不能再并入其他件")
	case m.report.Danger && !g.master.report.Danger:
		return refuse("危险情况不能并入一般事项，请以危险的一件为主件")
	case !m.parts[DistrictStaff] && m.objectedTo(g.master.report.ID):
		return refuse("反映人说过这不是同一件，请由区市人大决定")
	}
	return nil
}

// objectedTo says whether the reporter took the report out of this master before.
func (r *relation) objectedTo(master uuid.UUID) bool {
	for _, e := range r.events {
		if e.Action == "unmerge" && e.ActorPart == string(Reporter) && slices.Contains(idsIn(e.Data, linkedKey), master) {
			return true
		}
	}
	return false
}

// moveFollowers lets the reporter and the followers of a merged report follow
// the master, and what was merged into it before stand under the master too.
func (g *merger) moveFollowers(ctx context.Context, m *moment) error {
	master, child := g.master.report, m.report
	follow := func(person, by uuid.UUID) error {
		if person == master.ReporterID {
			return nil
		}
		return g.s.addFollower(ctx, m.tx, master.ID, person, &by)
	}
	if child.DetachedAt == nil {
		if err := follow(child.ReporterID, child.ID); err != nil {
			return err
		}
	}
	rows, err := m.tx.ReportFollower.Query().Where(reportfollower.ReportID(child.ID)).Order(reportfollower.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("followers: %w", err)
	}
	for _, f := range rows {
		by := child.ID
		if f.MergedReportID != nil {
			by = *f.MergedReportID
		}
		if err := follow(f.PersonID, by); err != nil {
			return err
		}
	}
	if _, err := m.tx.Report.Update().Where(entreport.MasterID(child.ID)).SetMasterID(master.ID).AddVersion(1).Save(ctx); err != nil {
		return fmt.Errorf("merged reports: %w", err)
	}
	return nil
}

// absorb keeps the merged reports' promises on the master: its own clocks are
// moved forward where one of theirs was earlier, never back.
func (g *merger) absorb(ctx context.Context, tx *database.Tx) error {
	master := g.master.report
	subject := deadline.Subject{Kind: subjectKind, ID: master.ID}
	cal, err := g.s.Calendar(ctx, g.who.tenant)
	if err != nil {
		return err
	}
	rows, err := deadline.Of(ctx, tx, subject)
	if err != nil {
		return err
	}
	for _, d := range rows {
		if due := earliestOf(g.kept, d.Kind); deadline.Running(d) && counts(d.Kind) && due != nil && due.Before(d.DueAt) && due.After(d.StartedAt) {
			if _, err := deadline.MoveTo(ctx, tx, cal, subject, d.Kind, *due); err != nil {
				return fmt.Errorf("keep promise: %w", err)
			}
		}
	}
	if rows, err = deadline.Of(ctx, tx, subject); err != nil {
		return err
	}
	u := tx.Report.Update().Where(entreport.ID(master.ID), entreport.Version(master.Version)).AddVersion(1).SetNillablePromisedAt(master.PromisedAt)
	if due := deadline.Earliest(rows, counts); due != nil {
		u.SetDueAt(*due)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("master: %w", err)
	}
	if n == 0 {
		return errStale
	}
	return g.s.countFollowers(ctx, tx, master.ID)
}

// earliestOf is the earliest due time of a clock among several reports, or nil.
func earliestOf(rows []*db.Deadline, clock string) *time.Time {
	var first *time.Time
	for _, d := range rows {
		if d.Kind == clock && (first == nil || d.DueAt.Before(*first)) {
			first = &d.DueAt
		}
	}
	return first
}

// promisedToMerged is the earliest answer that was promised for a report merged
// into this one, while it is still to come; nil when there is none. It holds
// for the first round only: what is handled again has a promise of its own.
func (s *Service) promisedToMerged(ctx context.Context, m *moment) (*time.Time, error) {
	if m.report.Round > 1 || !slices.ContainsFunc(m.events, func(e *db.ReportEvent) bool { return e.Action == eventMergedIn }) {
		return nil, nil
	}
	ids, err := m.tx.Report.Query().Where(entreport.MasterID(m.report.ID)).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := m.tx.Deadline.Query().Where(entdeadline.SubjectKind(subjectKind), entdeadline.SubjectIDIn(ids...),
		entdeadline.Kind(clockHandling), entdeadline.DueAtGT(m.now)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("promises of merged reports: %w", err)
	}
	return earliestOf(rows, clockHandling), nil
}
