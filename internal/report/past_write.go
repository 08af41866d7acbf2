package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/personreport"
	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/platform/database"
)

// pastBatch is how many rows one INSERT of a history carries: below SQLite's parameters for the widest row.
const pastBatch = 400

// WriteHistories writes replayed pasts of the transaction's tenant: the rows, the search terms, the
// reporters' own indexes, the audit lines and the counters of numbers. Numbers in it must be new.
func (s *Service) WriteHistories(ctx context.Context, tx *database.Tx, dir *division.Directory, list []*History) error {
	if err := bulk(ctx, gather(list, func(h *History) []*db.ReportCreate {
		return []*db.ReportCreate{pastReport(tx, h.Report)}
	}), func(part []*db.ReportCreate) error { return tx.Report.CreateBulk(part...).Exec(ctx) }); err != nil {
		return fmt.Errorf("write reports: %w", err)
	}
	for _, write := range []func(context.Context, *database.Tx, []*History) error{
		writePastEvents, writePastDeadlines, writePastDeputies, writePastHandling, writePastIndex,
	} {
		if err := write(ctx, tx, list); err != nil {
			return err
		}
	}
	if err := writePastTerms(ctx, tx, dir, list); err != nil {
		return err
	}
	return s.raiseNumbers(ctx, tx, list)
}

func gather[T any](list []*History, of func(*History) []T) []T {
	var out []T
	for _, h := range list {
		out = append(out, of(h)...)
	}
	return out
}

func bulk[T any](ctx context.Context, rows []T, write func([]T) error) error {
	for part := range slices.Chunk(rows, pastBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := write(part); err != nil {
			return err
		}
	}
	return nil
}

// pastReport completes the insert with what only a life gives.
func pastReport(tx *database.Tx, r *db.Report) *db.ReportCreate {
	return createReport(tx, r).SetVersion(r.Version).SetRound(r.Round).SetCloseReason(r.CloseReason).SetNillablePublishedAt(r.PublishedAt).
		SetNillableOwnerID(r.OwnerID).SetNillableLeadDeputyID(r.LeadDeputyID).SetNillableLeadUnitID(r.LeadUnitID).
		SetNillableClosedAt(r.ClosedAt).SetNillableDetachedAt(r.DetachedAt).SetDeskCheck(r.DeskCheck).
		SetReturns(r.Returns).SetReturnDisputed(r.ReturnDisputed).SetNillableCarriedOverAt(r.CarriedOverAt).SetNillableReviewAt(r.ReviewAt)
}

func writePastEvents(ctx context.Context, tx *database.Tx, list []*History) error {
	events := gather(list, func(h *History) []*db.ReportEvent { return h.Events })
	err := bulk(ctx, events, func(part []*db.ReportEvent) error {
		rows := make([]*db.ReportEventCreate, len(part))
		for i, e := range part {
			rows[i] = tx.ReportEvent.Create().SetID(e.ID).SetCreatedAt(e.CreatedAt).SetUpdatedAt(e.UpdatedAt).SetReportID(e.ReportID).
				SetRow(e.Row).SetAction(e.Action).SetFromState(e.FromState).SetToState(e.ToState).SetRound(e.Round).
				SetNillableActorID(e.ActorID).SetActorPart(e.ActorPart).SetActorLabel(e.ActorLabel).
				SetPublicText(e.PublicText).SetInternalNote(e.InternalNote).SetAt(e.At)
			if len(e.Data) > 0 {
				rows[i].SetData(e.Data)
			}
		}
		return tx.ReportEvent.CreateBulk(rows...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return writePastAudit(ctx, tx, list)
}

// writePastAudit says of every step who took it, as record does, at the time of the step.
func writePastAudit(ctx context.Context, tx *database.Tx, list []*History) error {
	var rows []*db.AuditLineCreate
	for _, h := range list {
		for _, e := range h.Events {
			kind := audit.KindSystem
			if e.ActorID != nil {
				kind = pastActorKind(e.ActorPart)
			}
			rows = append(rows, tx.AuditLine.Create().SetID(e.ID).SetCreatedAt(e.At).SetNillableActorID(e.ActorID).SetActorKind(kind).
				SetActorRole(pastActorRole(e.ActorPart)).SetAction("report."+e.Action).SetSubjectKind(subjectKind).SetSubjectID(e.ReportID.String()).
				SetFacts(map[string]any{"number": h.Report.Number, "from": e.FromState, "to": e.ToState, "past": true}))
		}
	}
	err := bulk(ctx, rows, func(part []*db.AuditLineCreate) error { return tx.AuditLine.CreateBulk(part...).Exec(ctx) })
	if err != nil {
		return fmt.Errorf("write audit lines: %w", err)
	}
	return nil
}

func pastActorKind(part string) string {
	switch part {
	case string(Anyone), string(Reporter):
		return "citizen"
	case string(LeadDeputy), string(JoinedDeputy), string(OfferedDeputy):
		return "deputy"
	}
	return "staff"
}

func pastActorRole(part string) string {
	switch part {
	case string(Anyone), string(Reporter):
		return "citizen"
	case string(LeadDeputy), string(JoinedDeputy), string(OfferedDeputy):
		return "deputy"
	}
	return part
}

func writePastDeadlines(ctx context.Context, tx *database.Tx, list []*History) error {
	rows := gather(list, func(h *History) []*db.Deadline { return h.Deadlines })
	err := bulk(ctx, rows, func(part []*db.Deadline) error {
		creates := make([]*db.DeadlineCreate, len(part))
		for i, d := range part {
			creates[i] = tx.Deadline.Create().SetID(d.ID).SetCreatedAt(d.CreatedAt).SetUpdatedAt(d.UpdatedAt).SetVersion(d.Version).
				SetSubjectKind(d.SubjectKind).SetSubjectID(d.SubjectID).SetKind(d.Kind).SetOwnerKind(d.OwnerKind).SetNillableOwnerID(d.OwnerID).
				SetAmount(d.Amount).SetUnit(d.Unit).SetStartedAt(d.StartedAt).SetDueAt(d.DueAt).SetFirstDueAt(d.FirstDueAt).
				SetProvisional(d.Provisional).SetNillableStoppedAt(d.StoppedAt).SetStopReason(d.StopReason).
				SetNillableFiredAt(d.FiredAt).SetNillableNextCheckAt(d.NextCheckAt)
		}
		return tx.Deadline.CreateBulk(creates...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("write deadlines: %w", err)
	}
	return nil
}

func writePastDeputies(ctx context.Context, tx *database.Tx, list []*History) error {
	offers := gather(list, func(h *History) []*db.ReportOffer { return h.Offers })
	err := bulk(ctx, offers, func(part []*db.ReportOffer) error {
		rows := make([]*db.ReportOfferCreate, len(part))
		for i, o := range part {
			rows[i] = tx.ReportOffer.Create().SetID(o.ID).SetCreatedAt(o.CreatedAt).SetUpdatedAt(o.UpdatedAt).SetVersion(o.Version).
				SetReportID(o.ReportID).SetDeputyID(o.DeputyID).SetPersonID(o.PersonID).SetState(o.State).SetScore(o.Score).
				SetReasons(o.Reasons).SetNillableAnsweredAt(o.AnsweredAt)
		}
		return tx.ReportOffer.CreateBulk(rows...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("write offers: %w", err)
	}
	deputies := gather(list, func(h *History) []*db.ReportDeputy { return h.Deputies })
	err = bulk(ctx, deputies, func(part []*db.ReportDeputy) error {
		rows := make([]*db.ReportDeputyCreate, len(part))
		for i, d := range part {
			rows[i] = tx.ReportDeputy.Create().SetID(d.ID).SetCreatedAt(d.CreatedAt).SetUpdatedAt(d.UpdatedAt).
				SetReportID(d.ReportID).SetDeputyID(d.DeputyID).SetPersonID(d.PersonID).SetPart(d.Part)
		}
		return tx.ReportDeputy.CreateBulk(rows...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("write deputies of reports: %w", err)
	}
	return nil
}

func writePastHandling(ctx context.Context, tx *database.Tx, list []*History) error {
	assignments := gather(list, func(h *History) []*db.Assignment { return h.Assignments })
	err := bulk(ctx, assignments, func(part []*db.Assignment) error {
		rows := make([]*db.AssignmentCreate, len(part))
		for i, a := range part {
			rows[i] = tx.Assignment.Create().SetID(a.ID).SetCreatedAt(a.CreatedAt).SetUpdatedAt(a.UpdatedAt).SetVersion(a.Version).
				SetSubjectKind(a.SubjectKind).SetSubjectID(a.SubjectID).SetUnitID(a.UnitID).SetPart(a.Part).SetState(a.State).SetRound(a.Round).
				SetNillableAssignedBy(a.AssignedBy).SetAssignedAt(a.AssignedAt).SetNillableTakenAt(a.TakenAt).
				SetNillableContactedAt(a.ContactedAt).SetNillableRepliedAt(a.RepliedAt).
				SetReturnReason(a.ReturnReason).SetNillableReturnedAt(a.ReturnedAt).SetNillableProposedUnitID(a.ProposedUnitID)
		}
		return tx.Assignment.CreateBulk(rows...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("write assignments: %w", err)
	}
	proposals := gather(list, func(h *History) []*db.ReportProposal { return h.Proposals })
	err = bulk(ctx, proposals, func(part []*db.ReportProposal) error {
		rows := make([]*db.ReportProposalCreate, len(part))
		for i, p := range part {
			rows[i] = tx.ReportProposal.Create().SetID(p.ID).SetCreatedAt(p.CreatedAt).SetUpdatedAt(p.UpdatedAt).SetVersion(p.Version).
				SetReportID(p.ReportID).SetAction(p.Action).SetProposerID(p.ProposerID).SetProposerPart(p.ProposerPart).SetNillableUnitID(p.UnitID).
				SetBody(p.Body).SetState(p.State).SetNillableDecidedBy(p.DecidedBy).SetNillableDecidedAt(p.DecidedAt)
		}
		return tx.ReportProposal.CreateBulk(rows...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("write signatures: %w", err)
	}
	ratings := gather(list, func(h *History) []*db.Rating { return h.Ratings })
	err = bulk(ctx, ratings, func(part []*db.Rating) error {
		rows := make([]*db.RatingCreate, len(part))
		for i, r := range part {
			rows[i] = tx.Rating.Create().SetID(r.ID).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).SetSubjectKind(r.SubjectKind).
				SetSubjectID(r.SubjectID).SetThreadID(r.ThreadID).SetRound(r.Round).SetPersonID(r.PersonID).SetResult(r.Result).
				SetComment(r.Comment).SetChannel(r.Channel)
		}
		return tx.Rating.CreateBulk(rows...).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("write ratings: %w", err)
	}
	return nil
}

// writePastIndex adds row by row: a bulk insert asks for the ids back, and a tenant may add to a
// person's index but not read it.
func writePastIndex(ctx context.Context, tx *database.Tx, list []*History) error {
	for _, h := range list {
		err := tx.PersonReport.Create().SetPersonID(h.Reporter).SetTenant(h.Report.TenantID).SetReportID(h.Report.ID).
			SetRelation(personreport.RelationReporter).SetCreatedAt(h.Report.CreatedAt).SetUpdatedAt(h.Report.CreatedAt).Exec(ctx)
		if err != nil {
			return fmt.Errorf("write people's indexes: %w", err)
		}
	}
	return nil
}

// writePastTerms writes the largest table of all, some fifty rows a report, without the weight of entities.
func writePastTerms(ctx context.Context, tx *database.Tx, dir *division.Directory, list []*History) error {
	const columns = 3
	var args []any
	flush := func() error {
		if len(args) == 0 {
			return nil
		}
		n := len(args) / columns
		_, err := tx.Exec(ctx, "INSERT INTO report_terms (tenant_id, term, id) VALUES (?,?,?)"+strings.Repeat(",(?,?,?)", n-1), args...)
		args = args[:0]
		return err
	}
	for _, h := range list {
		for _, term := range reportTerms(h.Report, dir, h.Place) {
			args = append(args, h.Report.TenantID, term, h.Report.ID)
			if len(args) >= columns*pastBatch {
				if err := flush(); err != nil {
					return fmt.Errorf("write terms: %w", err)
				}
			}
		}
	}
	if err := flush(); err != nil {
		return fmt.Errorf("write terms: %w", err)
	}
	return nil
}

// raiseNumbers brings the counters to the highest number written, so that the next report's is new.
func (s *Service) raiseNumbers(ctx context.Context, tx *database.Tx, list []*History) error {
	type key struct {
		tenant string
		year   int
	}
	last := map[key]int64{}
	for _, h := range list {
		tenant, year, n, ok := ParseNumber(h.Report.Number)
		if !ok {
			return fmt.Errorf("report: %q is no number", h.Report.Number)
		}
		last[key{tenant, year}] = max(last[key{tenant, year}], n)
	}
	now := s.Clock.Now()
	for k, n := range last {
		if _, err := tx.Exec(ctx, `INSERT INTO number_sequences (tenant_id, id, created_at, updated_at, kind, year, last)
			VALUES (?, ?, ?, ?, 'report', ?, ?)
			ON CONFLICT (tenant_id, kind, year) DO UPDATE SET last = excluded.last, updated_at = excluded.updated_at
			WHERE number_sequences.last < excluded.last`, k.tenant, uuid.Must(uuid.NewV7()), now, now, k.year, n); err != nil {
			return fmt.Errorf("raise numbers: %w", err)
		}
	}
	return nil
}

// LocalYear is the year whose numbers a report of this instant belongs to.
func LocalYear(t time.Time) int { return deadline.DateOf(t).Year }
