package report

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/ent/db/rating"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportfollower"
	"huying/ent/db/reporttransfer"
	"huying/ent/db/senderblock"
	"huying/ent/db/upload"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// actErased is the event that says that a matter goes on without the one who told of it.
const actErased = "reporter-erased"

// Eraser is whose data ends, and what identifies them in texts that somebody still works with.
type Eraser struct {
	Person uuid.UUID
	// Needles are the name and the number; texts of live matters lose them.
	Needles []string
}

// Subjects is told which reports are about to lose their people, before they do, outside their transaction: what other
// parts of the house keep about them goes then. It may be told of the same reports again.
type Subjects func(ctx context.Context, tenant string, ids []uuid.UUID) error

// Erased counts what an erasure did to reports.
type Erased struct {
	// Withdrawn ended by it, RunOn go on ex officio, Anonymised lost their content.
	Withdrawn, RunOn, Anonymised, Photos int
	// Traces are follows, marks and words on matters of others.
	Traces int
}

// Erase ends a person's data in one tenant's reports: live ones are withdrawn (row 39), which ends them or lets them run
// on ex officio; ended ones are anonymised. It may be killed anywhere and run again.
func (s *Service) Erase(ctx context.Context, tenant string, who Eraser, about Subjects) (done Erased, err error) {
	for {
		rows, err := s.ownReports(ctx, tenant, who.Person)
		if err != nil || len(rows) == 0 {
			if err == nil {
				done.Traces, err = s.eraseTraces(ctx, tenant, who.Person)
			}
			return done, err
		}
		for _, thread := range threadsOf(rows) {
			if err := s.eraseThread(ctx, tenant, who, thread, about, &done); err != nil {
				return done, err
			}
		}
	}
}

// ownReports are the next of a person's own reports, whole threads first to last.
func (s *Service) ownReports(ctx context.Context, tenant string, person uuid.UUID) (rows []*db.Report, err error) {
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err = tx.Report.Query().Where(entreport.ReporterID(person)).Order(entreport.ByID()).Limit(ownBatch).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("report: own reports: %w", err)
	}
	return rows, nil
}

func threadsOf(rows []*db.Report) []uuid.UUID {
	var out []uuid.UUID
	seen := map[uuid.UUID]bool{}
	for _, r := range rows {
		if !seen[r.ThreadID] {
			seen[r.ThreadID] = true
			out = append(out, r.ThreadID)
		}
	}
	return out
}

// eraseThread deals with all of a person's reports of one thread, so that one alias stands for the person in them.
func (s *Service) eraseThread(ctx context.Context, tenant string, who Eraser, thread uuid.UUID, about Subjects, done *Erased) error {
	rows, err := s.ofThread(ctx, tenant, who.Person, thread)
	if err != nil {
		return err
	}
	wasLive := map[uuid.UUID]bool{}
	for _, r := range rows {
		if !Live(flow.State(r.State)) {
			continue
		}
		wasLive[r.ID] = true
		if r.DetachedAt != nil {
			continue
		}
		if err := s.actAs(ctx, who.Person, tenant, r.ID, s.withdrawStep(PlainBody{Reason: "反映人注销账号"})); err != nil {
			return fmt.Errorf("report: withdraw %s: %w", r.Number, err)
		}
	}
	if err := s.clearElsewhere(ctx, tenant, rows, about); err != nil {
		return err
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	var part Erased
	err = s.retry(ctx, tenant, "erase a person's thread", func(ctx context.Context, tx *database.Tx) error {
		part = Erased{}
		aliases := Aliases{}
		for _, r := range rows {
			if err := s.eraseOne(ctx, tx, who, r.ID, aliases, dir, wasLive[r.ID], &part); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("report: erase thread: %w", err)
	}
	done.Withdrawn, done.RunOn = done.Withdrawn+part.Withdrawn, done.RunOn+part.RunOn
	done.Anonymised, done.Photos = done.Anonymised+part.Anonymised, done.Photos+part.Photos
	return nil
}

// retry runs a transaction again that lost a race to somebody at work on the same report.
func (s *Service) retry(ctx context.Context, tenant, reason string, fn func(context.Context, *database.Tx) error) error {
	for try := 1; ; try++ {
		err := s.DB.Do(ctx, tenancy.As(ctx, tenant, reason), fn)
		if !errors.Is(err, errStale) || try == maxTries {
			return err
		}
	}
}

func (s *Service) ofThread(ctx context.Context, tenant string, person, thread uuid.UUID) (rows []*db.Report, err error) {
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err = tx.Report.Query().Where(entreport.ReporterID(person), entreport.ThreadID(thread)).Order(entreport.ByID()).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("report: thread: %w", err)
	}
	return rows, nil
}

// eraseOne deals with one report in the thread's transaction.
func (s *Service) eraseOne(ctx context.Context, tx *database.Tx, who Eraser, id uuid.UUID, aliases Aliases, dir *division.Directory, wasLive bool, done *Erased) error {
	rel, err := s.load(ctx, tx, id.String(), true)
	if err != nil {
		return err
	}
	r := rel.report
	if r.ReporterID != who.Person {
		return nil
	}
	if Live(rel.state()) {
		done.RunOn++
		return s.detach(ctx, tx, rel, who, aliases, dir)
	}
	if wasLive {
		done.Withdrawn++
	}
	done.Anonymised++
	photos := 0
	if r.AnonymisedAt == nil {
		photos, err = s.anonymise(ctx, tx, r, aliases)
	} else {
		err = tx.Report.Update().Where(entreport.ID(r.ID), entreport.Version(r.Version)).AddVersion(1).SetReporterID(aliases.of(r.ReporterID)).Exec(ctx)
	}
	done.Photos += photos
	return err
}

// clearElsewhere removes what stands about reports outside their own transaction: what people were told, the index of
// who has which report, and the copies that transfers left in other districts.
func (s *Service) clearElsewhere(ctx context.Context, tenant string, rows []*db.Report, about Subjects) error {
	ids := make([]uuid.UUID, len(rows))
	away := map[string]bool{}
	for i, r := range rows {
		ids[i] = r.ID
		if r.WentToTenant != "" {
			away[r.WentToTenant], away[tenancy.CityTenant] = true, true
		}
	}
	for other := range away {
		err := s.DB.Do(ctx, tenancy.As(ctx, other, "clear copies of a transfer"), func(ctx context.Context, tx *database.Tx) error {
			return tx.ReportTransfer.Update().Where(reporttransfer.ReportIDIn(ids...)).AddVersion(1).
				SetTitle("").SetDescription("").SetReason("").SetDecisionReason("").Exec(ctx)
		})
		if err != nil {
			return fmt.Errorf("report: clear transfers: %w", err)
		}
	}
	return about(ctx, tenant, ids)
}

// eraseTraces puts aliases for a person on matters of others: follows, marks, words said there, blocks.
func (s *Service) eraseTraces(ctx context.Context, tenant string, person uuid.UUID) (n int, err error) {
	err = s.DB.Do(ctx, tenancy.As(ctx, tenant, "erase a person's traces"), func(ctx context.Context, tx *database.Tx) error {
		alias := uuid.New()
		n, err = tx.ReportFollower.Update().Where(reportfollower.PersonID(person)).SetPersonID(alias).Save(ctx)
		if err != nil {
			return err
		}
		marks, err := tx.Rating.Update().Where(rating.PersonID(person)).SetPersonID(alias).SetComment("").Save(ctx)
		if err != nil {
			return err
		}
		words, err := tx.ReportEvent.Update().Where(reportevent.ActorID(person), reportevent.ActorPartIn(string(Reporter), string(Anyone))).
			SetActorID(alias).SetPublicText("").SetInternalNote("").ClearData().Save(ctx)
		if err != nil {
			return err
		}
		n += marks + words
		if _, err := tx.SenderBlock.Update().Where(senderblock.PersonID(person)).AddVersion(1).SetPersonID(alias).
			SetReason("").SetReviewRequest("").SetReviewOutcome("").Save(ctx); err != nil {
			return err
		}
		_, err = tx.Photo.Update().Where(photo.PersonID(person)).AddVersion(1).SetPersonID(alias).
			ClearCapturedAt().ClearClaimedLat().ClearClaimedLng().Save(ctx)
		if err != nil {
			return err
		}
		_, err = tx.Upload.Update().Where(upload.PersonID(person), upload.StateEQ(upload.StateAttached)).AddVersion(1).
			SetPersonID(alias).SetFileName("").ClearCapturedAt().ClearClaimedLat().ClearClaimedLng().Save(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("report: erase traces: %w", err)
	}
	return n, nil
}
