package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportfollower"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// FollowView answers follow and unfollow.
type FollowView struct {
	Following     bool   `json:"following"`
	FollowerCount int    `json:"follower_count"`
	Number        string `json:"number" doc:"所关注事项的编号"`
}

// followable are the reports a signed-in citizen may follow: published ones,
// and those that were published before they were merged.
func followable(sel *entsql.Selector) {
	sel.Where(entsql.And(
		entsql.EQ(sel.C(entreport.FieldVisibility), string(entreport.VisibilityPublic)),
		entsql.IsNull(sel.C(entreport.FieldDetachedAt)),
		entsql.NotNull(sel.C(entreport.FieldPublishedAt)),
		entsql.NotIn(sel.C(entreport.FieldState), string(Rejected), string(Transferred), string(Withdrawn)),
	))
}

// Follow says that the caller of ctx met the same problem ("me too"): its
// public steps are told, and it joins the caller's own list. Following twice is
// following once. It fails with not_found for what is not public and with
// conflict for one's own report.
func (s *Service) Follow(ctx context.Context, tenant, ref string) (FollowView, error) {
	who := askerOf(ctx, tenant)
	var out FollowView
	var id uuid.UUID
	err := s.again(ctx, tenant, func(ctx context.Context, tx *database.Tx) error {
		rows, err := s.lockWithMaster(ctx, tx, ref, followable, notRecused(who))
		if err != nil {
			return err
		}
		rep := rows[0]
		if rep.ReporterID == who.person {
			return fault.Conflict.New("这是您自己反映的事项，每一步都会通知您")
		}
		for i, row := range rows {
			merged := (*uuid.UUID)(nil)
			if i > 0 {
				merged = &rep.ID
			}
			if row.ReporterID == who.person {
				continue
			}
			if err := s.addFollower(ctx, tx, row.ID, who.person, merged); err != nil {
				return err
			}
			if err := s.countFollowers(ctx, tx, row.ID); err != nil {
				return err
			}
		}
		id = rep.ID
		if err := s.watchCrowd(ctx, tx, rep); err != nil {
			return err
		}
		out, err = s.following(ctx, tx, rep, who, "follow")
		return err
	})
	if err != nil {
		return out, err
	}
	// The person's own list lies behind the identity door; following again repairs it.
	return out, s.People.KeepFollowed(ctx, tenant, who.person, id)
}

// Unfollow ends it. Who follows because an own report was merged here keeps
// hearing of it. Unfollowing what one does not follow changes nothing.
func (s *Service) Unfollow(ctx context.Context, tenant, ref string) (FollowView, error) {
	who := askerOf(ctx, tenant)
	var out FollowView
	var id uuid.UUID
	followed := func(sel *entsql.Selector) {
		sel.Where(inSub(sel, tenant, reportfollower.Table, reportfollower.FieldReportID, is(reportfollower.FieldPersonID, who.person)))
	}
	err := s.again(ctx, tenant, func(ctx context.Context, tx *database.Tx) error {
		rows, err := s.lockWithMaster(ctx, tx, ref, followed)
		if err != nil {
			return err
		}
		id = rows[0].ID
		for i, row := range rows {
			gone := reportfollower.MergedReportIDIsNil()
			if i > 0 {
				gone = reportfollower.MergedReportID(id)
			}
			_, err := tx.ReportFollower.Delete().
				Where(reportfollower.ReportID(row.ID), reportfollower.PersonID(who.person), gone).Exec(ctx)
			if err != nil {
				return fmt.Errorf("unfollow: %w", err)
			}
			if err := s.countFollowers(ctx, tx, row.ID); err != nil {
				return err
			}
		}
		out, err = s.following(ctx, tx, rows[0], who, "unfollow")
		return err
	})
	if err != nil || out.Following {
		return out, err
	}
	return out, s.People.DropFollowed(ctx, who.person, id)
}

// following writes the audit line and answers how it stands now.
func (s *Service) following(ctx context.Context, tx *database.Tx, rep *db.Report, who asker, action string) (FollowView, error) {
	rows, err := tx.ReportFollower.Query().Where(reportfollower.ReportID(rep.ID)).All(ctx)
	if err != nil {
		return FollowView{}, fmt.Errorf("followers: %w", err)
	}
	out := FollowView{
		FollowerCount: len(rows), Number: rep.Number,
		Following: slices.ContainsFunc(rows, func(f *db.ReportFollower) bool { return f.PersonID == who.person }),
	}
	return out, audit.Write(ctx, tx, audit.Line{
		Action: "report." + action, SubjectKind: subjectKind, SubjectID: rep.ID.String(), Facts: map[string]any{"number": rep.Number},
	})
}

// addFollower writes a follower once. merged names the merged report through
// which the person came here.
func (s *Service) addFollower(ctx context.Context, tx *database.Tx, report, person uuid.UUID, merged *uuid.UUID) error {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	var from any
	if merged != nil {
		from = *merged
	}
	now := s.Clock.Now()
	_, err = tx.Exec(ctx, `INSERT INTO report_followers (tenant_id, id, created_at, updated_at, report_id, person_id, merged_report_id)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, report_id, person_id) DO NOTHING`,
		scope.TenantCode(), uuid.Must(uuid.NewV7()), now, now, report, person, from)
	if err != nil {
		return fmt.Errorf("follower: %w", err)
	}
	return nil
}

// countFollowers keeps the count on the row, without a new version: somebody
// who follows must not stand in the way of somebody who works.
func (s *Service) countFollowers(ctx context.Context, tx *database.Tx, report uuid.UUID) error {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	t := scope.TenantCode()
	_, err = tx.Exec(ctx, `UPDATE reports SET follower_count =
		(SELECT count(*) FROM report_followers WHERE tenant_id = ? AND report_id = ?) WHERE tenant_id = ? AND id = ?`, t, report, t, report)
	if err != nil {
		return fmt.Errorf("count followers: %w", err)
	}
	return nil
}

// again runs a transaction that locks several reports, and looks again when one
// of them moved between finding and locking it.
func (s *Service) again(ctx context.Context, tenant string, do func(context.Context, *database.Tx) error) error {
	for try := 1; ; try++ {
		err := s.DB.Do(ctx, tenancy.Tenant(tenant), do)
		if !errors.Is(err, errStale) {
			return err
		}
		if try == maxTries {
			return fault.VersionConflict.With(err, "此件刚刚有变化，请刷新后再操作")
		}
	}
}

// lockWithMaster locks a report and, where it is merged, its master; the report
// comes first. Rows are always locked in the order of their ids.
func (s *Service) lockWithMaster(ctx context.Context, tx *database.Tx, ref string, visible ...predicate) ([]*db.Report, error) {
	rel, err := s.find(ctx, tx, ref, visible...)
	if err != nil {
		return nil, err
	}
	ids := []uuid.UUID{rel.ID}
	if rel.MasterID != nil {
		ids = append(ids, *rel.MasterID)
	}
	locked, err := s.lockAll(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	rep := locked[rel.ID]
	if rep.MasterID != nil && locked[*rep.MasterID] == nil {
		return nil, errStale
	}
	out := []*db.Report{rep}
	if rep.MasterID != nil {
		out = append(out, locked[*rep.MasterID])
	}
	return out, nil
}

// find reads one report without its relations and without a lock.
func (s *Service) find(ctx context.Context, tx *database.Tx, ref string, visible ...predicate) (*db.Report, error) {
	match, ok := byReference(strings.TrimSpace(ref))
	if !ok {
		return nil, notFound()
	}
	query := tx.Report.Query().Where(match)
	for _, v := range visible {
		query = query.Where(v)
	}
	row, err := query.Only(ctx)
	if db.IsNotFound(err) {
		return nil, notFound()
	}
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return row, nil
}

// lockAll takes the rows of several reports for this transaction, in the order
// of their ids, so that two such transactions never wait for each other.
func (s *Service) lockAll(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]*db.Report, error) {
	query := tx.Report.Query().Where(entreport.IDIn(ids...)).Order(entreport.ByID())
	if tx.Engine() == database.EnginePostgres {
		query = query.ForUpdate()
	}
	rows, err := query.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock reports: %w", err)
	}
	out := make(map[uuid.UUID]*db.Report, len(rows))
	for _, row := range rows {
		out[row.ID] = row
	}
	return out, nil
}
