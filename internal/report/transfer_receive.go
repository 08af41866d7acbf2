package report

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/personreport"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportfollower"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// arriving is everything of the sender's report that the receiver gets.
type arriving struct {
	transfer  *db.ReportTransfer
	report    *db.Report
	events    []*db.ReportEvent
	followers []uuid.UUID
	photos    []evidence.Moved
	dir       *division.Directory
}

// receive makes the receiver's report: the second of the two transactions. It
// may be killed anywhere and run again: photos are copied under fixed names, and
// the report's id was chosen by the first transaction.
func (s *Service) receive(ctx context.Context, a TransferArgs) error {
	in, err := s.arrivingFrom(ctx, a)
	if err != nil {
		return err
	}
	if in.photos, err = s.Evidence.Move(ctx, a.From, a.To, in.report.ID, *in.transfer.NewReportID); err != nil {
		return fmt.Errorf("transfer: photos: %w", err)
	}
	err = s.DB.Do(ctx, tenancy.As(ctx, a.To, "transfer: receive"), func(ctx context.Context, tx *database.Tx) error {
		there, err := tx.Report.Query().Where(entreport.ID(*in.transfer.NewReportID)).Exist(ctx)
		if err != nil || there {
			return err
		}
		return s.arrive(ctx, tx, in)
	})
	if database.IsUnique(err) {
		return nil
	}
	return err
}

// arrivingFrom reads the sender's report as it was closed.
func (s *Service) arrivingFrom(ctx context.Context, a TransferArgs) (*arriving, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	in := &arriving{dir: dir}
	err = s.DB.View(ctx, tenancy.As(ctx, a.From, "transfer: receive"), func(ctx context.Context, tx *database.Tx) error {
		if in.transfer, err = senderSide(ctx, tx, a.TransferID); err != nil {
			return err
		}
		if in.transfer.NewReportID == nil {
			return fmt.Errorf("transfer %s: not closed by its sender", a.TransferID)
		}
		if in.report, err = tx.Report.Query().Where(entreport.ID(in.transfer.ReportID)).Only(ctx); err != nil {
			return err
		}
		in.events, err = tx.ReportEvent.Query().Where(reportevent.ReportID(in.report.ID)).Order(reportevent.ByID()).All(ctx)
		if err != nil {
			return err
		}
		rows, err := tx.ReportFollower.Query().Where(reportfollower.ReportID(in.report.ID)).Order(reportfollower.ByID()).All(ctx)
		for _, f := range rows {
			in.followers = append(in.followers, f.PersonID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("transfer: sender's report: %w", err)
	}
	return in, nil
}

// closedBy is the event with which the sender closed its report: what state it
// had, and what was promised.
func (in *arriving) closedBy() (from flow.State, promised *time.Time) {
	for _, e := range in.events {
		if e.Action != "transfer-complete" {
			continue
		}
		from = flow.State(e.FromState)
		if text, ok := e.Data["promised_at"].(string); ok {
			if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
				promised = &t
			}
		}
	}
	return from, promised
}

// arrive writes the receiver's report with all that belongs to it.
func (s *Service) arrive(ctx context.Context, tx *database.Tx, in *arriving) error {
	rep, err := s.receivedRow(in)
	if err != nil {
		return err
	}
	m := s.moment(tx, &relation{report: rep}, asker{tenant: in.transfer.ToTenant, system: true}, in.dir, in.transfer.Reason)
	from, promised := in.closedBy()
	if m.move, err = Table.Decide(flow.Start, "transfer-arrive", m.parts, flow.Facts{wasAdmitted: from != Submitted}); err != nil {
		return err
	}
	latest, err := s.latestPromise(ctx, in.transfer.ToTenant, promised)
	if err != nil {
		return err
	}
	m.notAfter[clockAdmit] = latest
	m.label = Table.PartWord(System)
	if rep.Number, err = nextNumber(ctx, tx, in.transfer.ToTenant, m.now); err != nil {
		return err
	}
	if err := s.moveClocks(ctx, m); err != nil {
		return err
	}
	if err := s.insertArrived(ctx, m, in); err != nil {
		return err
	}
	if from != Submitted {
		m.then = append(m.then, s.admittedBefore(latest))
	}
	m.citizen("report_transferred", true, map[string]string{"old": in.report.Number, "district": districtName(in.dir, in.transfer.ToTenant)})
	m.data["owner"] = map[string]any{"kind": rep.OwnerKind, "name": rep.OwnerLabel}
	m.params["district"] = districtName(in.dir, in.transfer.ToTenant)
	if err := s.record(ctx, m); err != nil {
		return err
	}
	if err := s.send(ctx, m); err != nil {
		return err
	}
	if err := s.passJob(ctx, tx, TransferArgs{
		Stage: stageSettle, TransferID: in.transfer.TransferID, From: in.transfer.FromTenant, To: in.transfer.ToTenant, Number: rep.Number,
	}); err != nil {
		return err
	}
	return s.follow(ctx, m)
}

// latestPromise is the promise the citizen holds and one working day (row 40);
// the zero time when none was running.
func (s *Service) latestPromise(ctx context.Context, tenant string, promised *time.Time) (time.Time, error) {
	if promised == nil {
		return time.Time{}, nil
	}
	cal, err := s.Calendar(ctx, tenant)
	if err != nil {
		return time.Time{}, err
	}
	latest, _ := cal.Add(*promised, deadline.MustSpan("1wd"))
	return latest, nil
}

// admittedBefore admits what the sender had admitted already: nobody is asked
// twice whether it is a matter for a congress.
func (s *Service) admittedBefore(latest time.Time) step {
	st := s.admitStep(AdmitBody{Note: "移交前已受理"})
	apply := st.apply
	st.apply = func(ctx context.Context, m *moment) error {
		m.notAfter[clockAccept], m.notAfter[clockDispatch] = latest, latest
		return apply(ctx, m)
	}
	return st
}

// receivedRow is the sender's report as a new one of the receiver: what belongs
// to the sender's district alone (place, station, deputy, publication) stays there.
func (s *Service) receivedRow(in *arriving) (*db.Report, error) {
	src, now, to := in.report, s.Clock.Now(), in.transfer.ToTenant
	rep := *src
	rep.ID, rep.TenantID, rep.Version, rep.CreatedAt, rep.UpdatedAt = *in.transfer.NewReportID, to, 1, now, now
	rep.State, rep.Number, rep.DivisionCode = entreport.StateSubmitted, "", in.transfer.ToDivision
	if rep.DivisionCode == "" {
		rep.DivisionCode = to
	}
	rep.PlaceID, rep.StationID, rep.PreferredDeputyID, rep.OnBehalfSealed = nil, nil, nil, nil
	rep.OwnerKind, rep.OwnerID = ownerIn(Submitted, rep.Danger, false), nil
	rep.OwnerLabel = officeName(in.dir, rep.DivisionCode)
	if rep.OwnerKind == OwnerDuty {
		rep.OwnerLabel = "值班人员"
	} else if len(rep.DivisionCode) < 9 {
		rep.OwnerKind = OwnerDistrict
	}
	if src.OnBehalfSealed != nil {
		plain, err := s.Keys.Open("reports.on_behalf:"+src.ID.String(), *src.OnBehalfSealed)
		if err != nil {
			return nil, fmt.Errorf("transfer: on_behalf: %w", err)
		}
		sealed, err := s.Keys.Seal("reports.on_behalf:"+rep.ID.String(), plain)
		if err != nil {
			return nil, fmt.Errorf("transfer: on_behalf: %w", err)
		}
		rep.OnBehalfSealed = &sealed
	}
	return &rep, nil
}

// insertArrived writes the report's own rows: itself, the index, followers, the
// frozen history, photos, whom it is hidden from, and what a screener must see.
func (s *Service) insertArrived(ctx context.Context, m *moment, in *arriving) error {
	rep := m.report
	due := m.dues[clockAdmit]
	rep.DueAt, rep.PromisedAt = &due, &due
	m.params["no"], m.params["t"] = rep.Number, spoken(&due, m.now)
	err := createReport(m.tx, rep).SetRound(rep.Round).SetFollowerCount(len(in.followers)).SetNillableDetachedAt(rep.DetachedAt).
		SetCameFromTenant(in.transfer.FromTenant).SetCameFromID(in.report.ID).SetCameFromNumber(in.report.Number).Exec(ctx)
	if err != nil {
		return fmt.Errorf("create received report: %w", err)
	}
	if err := WriteTerms(ctx, m.tx, rep, in.dir, ""); err != nil {
		return err
	}
	if err := s.copyPeople(ctx, m, in); err != nil {
		return err
	}
	if err := freeze(ctx, m, in); err != nil {
		return err
	}
	if err := s.Evidence.WriteMoved(ctx, m.tx, rep.ID, in.photos); err != nil {
		return err
	}
	barred, err := s.Deputies.Recused(ctx, m.tx, matter(rep, nil))
	if err != nil {
		return fmt.Errorf("recusals: %w", err)
	}
	if err := s.bar(ctx, m.tx, rep, barred, "与被反映对象有关联"); err != nil {
		return err
	}
	return s.screenReport(ctx, m)
}

func (s *Service) copyPeople(ctx context.Context, m *moment, in *arriving) error {
	index := func(person uuid.UUID, relation personreport.Relation) error {
		err := m.tx.PersonReport.Create().SetPersonID(person).SetTenant(in.transfer.ToTenant).SetReportID(m.report.ID).SetRelation(relation).Exec(ctx)
		if err != nil {
			return fmt.Errorf("person's index: %w", err)
		}
		return nil
	}
	if m.report.DetachedAt == nil {
		if err := index(m.report.ReporterID, personreport.RelationReporter); err != nil {
			return err
		}
	}
	for _, p := range in.followers {
		if err := m.tx.ReportFollower.Create().SetReportID(m.report.ID).SetPersonID(p).Exec(ctx); err != nil {
			return fmt.Errorf("followers: %w", err)
		}
		if p == m.report.ReporterID {
			continue
		}
		if err := index(p, personreport.RelationFollower); err != nil {
			return err
		}
	}
	return nil
}

// freeze copies the sender's history, each event marked with whose it is.
func freeze(ctx context.Context, m *moment, in *arriving) error {
	creates := make([]*db.ReportEventCreate, len(in.events))
	for i, e := range in.events {
		data := maps.Clone(e.Data)
		if data == nil {
			data = map[string]any{}
		}
		action := e.Action
		if !frozen(e) {
			action = frozenPrefix + action
			data[fromTenantKey], data[fromDistrictKey] = in.transfer.FromTenant, districtName(in.dir, in.transfer.FromTenant)
		}
		creates[i] = m.tx.ReportEvent.Create().SetID(uuid.Must(uuid.NewV7())).SetReportID(m.report.ID).SetRow(e.Row).SetAction(clipped(action, 40)).
			SetFromState(e.FromState).SetToState(e.ToState).SetRound(e.Round).SetActorPart(e.ActorPart).SetActorLabel(e.ActorLabel).
			SetPublicText(e.PublicText).SetInternalNote(e.InternalNote).SetData(data).SetAt(e.At)
	}
	if err := m.tx.ReportEvent.CreateBulk(creates...).Exec(ctx); err != nil {
		return fmt.Errorf("frozen history: %w", err)
	}
	return nil
}
