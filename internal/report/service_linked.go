package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Events that only tie two reports together; they are internal.
const (
	eventTakenUp  = "taken-up-again"
	eventMergedIn = "merged-in"
)

// linkedKey is where an event keeps the ids of the reports it ties.
const linkedKey = "linked"

// spawn makes a new report out of a part of this one: same reporter, own
// number, own clocks, tied by split_from_id. It is admitted at once, because
// whoever parts a matter has read it.
func (s *Service) spawn(ctx context.Context, m *moment, d *draft, photos []uuid.UUID) (*db.Report, error) {
	parent := m.report
	rep := s.row(m.tx, d)
	rep.SplitFromID, rep.DetachedAt, rep.Source = &parent.ID, parent.DetachedAt, parent.Source
	rep.IdentityLevel = parent.IdentityLevel
	rep.Respondent, rep.RespondentKey = parent.Respondent, parent.RespondentKey
	child := s.moment(m.tx, &relation{report: rep}, m.asker, m.dir, m.note)
	var err error
	if child.move, err = Table.Decide("", "submit", child.parts, nil); err != nil {
		return nil, err
	}
	child.move.Part, child.label = m.move.Part, m.label
	child.move.Public = "由您反映的{from}分出，单独办理，编号{no}。"
	child.params["from"] = parent.Number
	child.data[linkedKey] = []uuid.UUID{parent.ID}
	if len(photos) > 0 {
		child.data["photos"] = photos
	}
	if rep.Number, err = nextNumber(ctx, m.tx, d.tenant, m.now); err != nil {
		return nil, err
	}
	if err := s.moveClocks(ctx, child); err != nil {
		return nil, err
	}
	if err := s.insert(ctx, child, d); err != nil {
		return nil, err
	}
	if err := s.barLike(ctx, m.tx, rep, parent.ID); err != nil {
		return nil, err
	}
	if err := s.screenReport(ctx, child); err != nil {
		return nil, err
	}
	if err := s.record(ctx, child); err != nil {
		return nil, err
	}
	rel, err := s.relate(ctx, m.tx, rep)
	if err != nil {
		return nil, err
	}
	return rep, s.perform(ctx, m.tx, rel, asker{tenant: m.asker.tenant, system: true}, m.dir, s.admitStep(AdmitBody{}))
}

// barLike hides a report from everybody another one is hidden from.
func (s *Service) barLike(ctx context.Context, tx *database.Tx, rep *db.Report, other uuid.UUID) error {
	known, err := s.barred(ctx, tx, other)
	if err != nil {
		return err
	}
	people := make([]uuid.UUID, 0, len(known))
	for p := range known {
		people = append(people, p)
	}
	slices.SortFunc(people, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	return s.bar(ctx, tx, rep, people, "与关联事项有回避关系")
}

// takeUpAgain finds the report a submission takes up again: the reporter's own,
// ended because a legal procedure had it (row 5).
func (s *Service) takeUpAgain(ctx context.Context, d *draft) error {
	ref := strings.TrimSpace(d.in.Follows)
	if ref == "" {
		return nil
	}
	wrong := invalid("follows", "只能接续您自己反映的、已转法定程序的事项，请核对编号")
	match, ok := byReference(ref)
	if !ok {
		return wrong
	}
	err := s.DB.View(ctx, tenancy.Tenant(d.tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		d.follows, err = tx.Report.Query().Where(match, entreport.ReporterID(d.reporter), entreport.DetachedAtIsNil(),
			entreport.StateEQ(entreport.StateClosed), entreport.CloseReasonEQ(entreport.CloseReasonLegalRoute)).Only(ctx)
		return err
	})
	if db.IsNotFound(err) {
		return wrong
	}
	if err != nil {
		return fmt.Errorf("followed report: %w", err)
	}
	return nil
}

// tieFollowed notes in the ended report that a new one takes it up again, and
// hides the new one from whoever may not see the old.
func (s *Service) tieFollowed(ctx context.Context, m *moment, d *draft) error {
	if d.follows == nil {
		return nil
	}
	if err := s.barLike(ctx, m.tx, m.report, d.follows.ID); err != nil {
		return err
	}
	return s.note(ctx, m, d.follows, eventTakenUp, "反映人接续反映，新编号"+m.report.Number, []uuid.UUID{m.report.ID})
}

// note writes an internal event that ties a report to others, without moving it.
func (s *Service) note(ctx context.Context, m *moment, rep *db.Report, action, text string, linked []uuid.UUID) error {
	create := m.tx.ReportEvent.Create().SetReportID(rep.ID).SetAction(action).
		SetFromState(string(rep.State)).SetToState(string(rep.State)).SetRound(rep.Round).
		SetActorPart(string(m.move.Part)).SetActorLabel(m.label).SetInternalNote(text).
		SetData(map[string]any{linkedKey: linked}).SetAt(m.now)
	if m.asker.person != uuid.Nil {
		create.SetActorID(m.asker.person)
	}
	if err := create.Exec(ctx); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	return audit.Write(ctx, m.tx, audit.Line{
		Action: "report." + action, SubjectKind: subjectKind, SubjectID: rep.ID.String(),
		Facts: map[string]any{"number": rep.Number, "linked": len(linked)},
	})
}

// part makes the draft of a matter that leaves a report, from what the report
// says and what the part says otherwise.
func part(m *moment, p SplitPart) (*draft, error) {
	r := m.report
	d := &draft{tenant: m.asker.tenant, filer: r.ReporterID, reporter: r.ReporterID, source: r.Source, dir: m.dir}
	d.in = Submission{
		Category: r.Category, Title: p.Title, Description: p.Description, DivisionCode: r.DivisionCode, Address: p.Address,
		Visibility: string(r.Visibility), Danger: p.Danger, PlaceID: p.PlaceID, DeputyID: r.PreferredDeputyID, StationID: r.StationID,
	}
	if p.Category != "" {
		d.in.Category = p.Category
	}
	if p.DivisionCode != "" {
		d.in.DivisionCode = p.DivisionCode
	} else if p.PlaceID == nil {
		// The same place, so the same point on the map.
		d.in.PlaceID, d.in.Position = r.PlaceID, viewPoint(r.Lat, r.Lng, r.AccuracyM)
		if p.Address == "" {
			d.in.Address = r.Address
		}
	}
	if r.OccursFrom != nil && r.OccursTo != nil {
		d.in.Occurs = &Window{From: *r.OccursFrom, To: *r.OccursTo}
	}
	var ok bool
	if d.category, ok = findCategory(m.dir.CategoriesOf(m.asker.tenant), d.in.Category); !ok {
		return nil, fault.Invalid.New("没有这个类别", fault.Field{Name: "parts.category", Message: "没有这个类别"})
	}
	if d.division, ok = m.dir.Division(d.in.DivisionCode); !ok {
		return nil, invalid("parts.division_code", "没有这个区划")
	}
	return d, nil
}
