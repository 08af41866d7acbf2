package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportfollower"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/rating"
)

// mergedFacts adds what may be done with a merged report.
func (s *Service) mergedFacts(ctx context.Context, m *moment, f flow.Facts) error {
	master, err := s.masterOf(ctx, m.tx, m.report)
	if err != nil {
		return err
	}
	f[masterLives] = Live(flow.State(master.State))
	was := map[flow.State]flow.Fact{
		Submitted: wasSubmitted, Accepted: wasAccepted, Verified: wasVerified, Dispatched: wasDispatched, Handling: wasHandling,
	}[flow.State(m.report.StateBeforeMerge)]
	f[was] = was != ""
	if !m.parts[Reporter] {
		return nil
	}
	until, err := s.objectionUntil(ctx, m)
	if err != nil {
		return err
	}
	f[mayObject] = until != nil && !m.now.After(*until)
	f[mayRateMaster], err = s.rateable(ctx, m, master)
	return err
}

func (s *Service) masterOf(ctx context.Context, tx *database.Tx, rep *db.Report) (*db.Report, error) {
	if rep.MasterID == nil {
		return nil, fmt.Errorf("report %s is merged into nothing", rep.Number)
	}
	master, err := tx.Report.Query().Where(entreport.ID(*rep.MasterID)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("master of %s: %w", rep.Number, err)
	}
	return master, nil
}

// rateable says whether the reporter of a merged report may rate the master
// now: it was confirmed, the time to rate is not over, and they have not rated
// this round. That the first reporter has rated already does not end it.
func (s *Service) rateable(ctx context.Context, m *moment, master *db.Report) (bool, error) {
	if st := flow.State(master.State); st != Resolved && (st != Closed || master.CloseReason != entreport.CloseReasonRated) {
		return false, nil
	}
	rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: master.ID})
	if err != nil {
		return false, err
	}
	open := false
	for _, d := range rows {
		if d.Kind == clockRate {
			open = m.now.Before(d.DueAt)
		}
	}
	if !open {
		return false, nil
	}
	given, err := rating.Of(ctx, m.tx, subjectKind, master.ID)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(given, func(r *db.Rating) bool {
		return r.PersonID == m.report.ReporterID && r.Round == master.Round
	}), nil
}

// Unmerge takes a report out of its master (row 6): by the office while the
// master lives, by its reporter within the objection clock. It is where it was
// before, and what was promised then is kept.
func (s *Service) Unmerge(ctx context.Context, tenant, ref string, b PlainBody) (uuid.UUID, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err = s.again(ctx, tenant, func(ctx context.Context, tx *database.Tx) error {
		who := askerOf(ctx, tenant)
		rows, err := s.lockWithMaster(ctx, tx, ref, s.visible(ctx, who, readPermission)...)
		if err != nil {
			return err
		}
		rep := rows[0]
		id = rep.ID
		rel, err := s.relate(ctx, tx, rep)
		if err != nil {
			return err
		}
		if !s.covers(ctx, rel, who) {
			return fault.Forbidden.New("这一步不由您办理")
		}
		if b.Version != 0 && b.Version != rep.Version {
			return fault.VersionConflict.New("此件刚刚有变化，请刷新后再操作").Fact("version", rep.Version)
		}
		return s.perform(ctx, tx, rel, who, dir, s.unmergeStep(b))
	})
	return id, err
}

// unmergeStep is row 6, back.
func (s *Service) unmergeStep(b PlainBody) step {
	return step{
		action: "unmerge", note: b.Reason,
		apply: func(ctx context.Context, m *moment) error {
			master := *m.report.MasterID
			if err := s.keepPromises(ctx, m); err != nil {
				return err
			}
			if err := s.ownerBefore(ctx, m); err != nil {
				return err
			}
			m.change.ClearMasterID().SetStateBeforeMerge("")
			m.data[linkedKey] = []uuid.UUID{master}
			m.citizen("report_unmerged", true, nil)
			return s.leaveMaster(ctx, m)
		},
	}
}

// keepPromises bounds the clocks that start anew by what was promised before
// the merging. A promise that has passed meanwhile cannot be kept any more and
// the clock runs its span.
func (s *Service) keepPromises(ctx context.Context, m *moment) error {
	rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID})
	if err != nil {
		return err
	}
	for _, d := range rows {
		if d.DueAt.After(m.now) {
			m.notAfter[d.Kind] = d.DueAt
		}
	}
	return nil
}

// ownerBefore finds who has to act again.
func (s *Service) ownerBefore(ctx context.Context, m *moment) error {
	switch m.move.To {
	case Accepted:
		if lead := m.lead(); lead != nil && !m.leadRecused {
			name, err := s.deputyName(ctx, m.tx, lead.DeputyID)
			if err != nil {
				return err
			}
			m.owner, m.ownerID, m.ownerLabel = OwnerDeputy, &lead.DeputyID, name+"代表"
		}
	case Dispatched, Handling:
		names, err := s.unitNames(ctx, m.tx, m.assignments)
		if err != nil {
			return err
		}
		m.owner, m.ownerID, m.ownerLabel = OwnerUnit, m.report.LeadUnitID, names
	case Verified:
		if m.report.ReferredUpAt != nil {
			m.owner = OwnerDistrict
		}
	}
	return nil
}

// leaveMaster ends that people follow the master by way of this report. Who
// also came by another merged report keeps following by that one.
func (s *Service) leaveMaster(ctx context.Context, m *moment) error {
	master, err := s.masterOf(ctx, m.tx, m.report)
	if err != nil {
		return err
	}
	_, err = m.tx.ReportFollower.Delete().
		Where(reportfollower.ReportID(master.ID), reportfollower.MergedReportID(m.report.ID)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("leave the master: %w", err)
	}
	others, err := m.tx.Report.Query().Where(entreport.MasterID(master.ID), entreport.ReporterID(m.report.ReporterID),
		entreport.IDNEQ(m.report.ID), entreport.DetachedAtIsNil()).Order(entreport.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("other merged reports: %w", err)
	}
	for _, o := range others {
		if o.ReporterID == master.ReporterID {
			continue
		}
		if err := s.addFollower(ctx, m.tx, master.ID, o.ReporterID, &o.ID); err != nil {
			return err
		}
	}
	return s.countFollowers(ctx, m.tx, master.ID)
}
