package report

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/reporttransfer"
	"huying/internal/flow"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// The stages of a transfer. Each is a job in one tenant, written in the
// transaction of the stage before, and may be delivered twice.
const (
	stageAsk     = "ask"     // receiver: its own row, to agree or not
	stageCity    = "city"    // city: its own row, to order or refuse
	stageAnswer  = "answer"  // sender: the receiver agreed or not
	stageRuling  = "ruling"  // sender: the city ordered or refused
	stageReceive = "receive" // receiver: the report
	stageSettle  = "settle"  // sender: the new number
	stageClose   = "close"   // receiver and city: how it ended
)

// TransferArgs is the job that carries a transfer from one tenant to another.
type TransferArgs struct {
	Stage      string    `json:"stage"`
	TransferID uuid.UUID `json:"transfer_id"`
	From       string    `json:"from"`
	To         string    `json:"to"`
	// Yes says that the receiver agreed, or the city ordered.
	Yes    bool   `json:"yes,omitempty"`
	State  string `json:"state,omitempty"`
	Reason string `json:"reason,omitempty"`
	Number string `json:"number,omitempty"`
}

// Kind of the job.
func (TransferArgs) Kind() string { return "report_transfer" }

// TransferWorker works TransferArgs.
type TransferWorker struct {
	river.WorkerDefaults[TransferArgs]
	s *Service
}

// TransferWorker gives the worker to register with the queue.
func (s *Service) TransferWorker() *TransferWorker { return &TransferWorker{s: s} }

// Work does one stage.
func (w *TransferWorker) Work(ctx context.Context, job *river.Job[TransferArgs]) error {
	return w.s.passOn(ctx, job.Args)
}

func (s *Service) passJob(ctx context.Context, tx *database.Tx, a TransferArgs) error {
	if err := s.Jobs.Insert(ctx, tx, a, nil); err != nil {
		return fmt.Errorf("transfer: %s: %w", a.Stage, err)
	}
	return nil
}

func (s *Service) passOn(ctx context.Context, a TransferArgs) error {
	switch a.Stage {
	case stageAsk:
		return s.mirror(ctx, a, a.To, reporttransfer.SideReceiver, reporttransfer.StateAsked)
	case stageCity:
		return s.mirror(ctx, a, auth.CityTenant, reporttransfer.SideCity, reporttransfer.StateDisagreed)
	case stageAnswer, stageRuling:
		return s.hear(ctx, a)
	case stageReceive:
		return s.receive(ctx, a)
	case stageSettle:
		return s.settleTransfer(ctx, a)
	case stageClose:
		return s.closeSides(ctx, a)
	}
	return fmt.Errorf("transfer: no stage %q", a.Stage)
}

// sent reads the sender's row from outside.
func (s *Service) sent(ctx context.Context, a TransferArgs) (row *db.ReportTransfer, err error) {
	err = s.DB.View(ctx, tenancy.As(ctx, a.From, "transfer: "+a.Stage), func(ctx context.Context, tx *database.Tx) error {
		row, err = senderSide(ctx, tx, a.TransferID)
		return err
	})
	return row, err
}

// mirror writes the receiver's or the city's row of what the sender asked, once,
// and only while the sender still waits for it.
func (s *Service) mirror(ctx context.Context, a TransferArgs, tenant string, which reporttransfer.Side, waits reporttransfer.State) error {
	src, err := s.sent(ctx, a)
	if err != nil || src.State != waits {
		return err
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	cal, err := s.Calendar(ctx, tenant)
	if err != nil {
		return err
	}
	err = s.DB.Do(ctx, tenancy.As(ctx, tenant, "transfer: "+a.Stage), func(ctx context.Context, tx *database.Tx) error {
		known, err := tx.ReportTransfer.Query().Where(reporttransfer.TransferID(a.TransferID), reporttransfer.SideEQ(which)).Exist(ctx)
		if err != nil || known {
			return err
		}
		now, clock, role := s.Clock.Now(), clockTransfer, "district_staff"
		if which == reporttransfer.SideCity {
			clock, role = clockTransferCity, "city_supervisor"
		}
		due, _ := cal.Add(now, spanFor(s.clockSettings(dir, tenant), clock, "", false))
		err = tx.ReportTransfer.Create().SetCreatedAt(now).SetTransferID(src.TransferID).SetSide(which).SetFromTenant(src.FromTenant).
			SetToTenant(src.ToTenant).SetReportID(src.ReportID).SetReportNumber(src.ReportNumber).SetToDivision(src.ToDivision).
			SetCategory(src.Category).SetTitle(src.Title).SetDescription(src.Description).SetReason(src.Reason).
			SetNillableAskedBy(src.AskedBy).SetDueAt(due).Exec(ctx)
		if err != nil {
			return fmt.Errorf("transfer's other side: %w", err)
		}
		return s.Jobs.Insert(ctx, tx, TellArgs{
			Tenant: tenant, Number: src.ReportNumber, Role: role, Template: "transfer_asked", Params: map[string]string{
				"number": src.ReportNumber, "district": districtName(dir, src.FromTenant), "due": spoken(&due, now),
			},
		}, nil)
	})
	if database.IsUnique(err) {
		return nil
	}
	return err
}

// hear brings the receiver's answer or the city's ruling to the sender's report.
// The sender's own row decides what still counts: the first to arrive.
func (s *Service) hear(ctx context.Context, a TransferArgs) error {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	who := asker{tenant: a.From, system: true}
	return s.DB.Do(ctx, tenancy.As(ctx, a.From, "transfer: "+a.Stage), func(ctx context.Context, tx *database.Tx) error {
		row, err := senderSide(ctx, tx, a.TransferID)
		if err != nil {
			return err
		}
		rel, err := s.load(ctx, tx, row.ReportID.String(), true)
		if err != nil {
			return err
		}
		// Read again under the report's lock.
		if row, err = senderSide(ctx, tx, a.TransferID); err != nil {
			return err
		}
		waits := row.State == reporttransfer.StateAsked || row.State == reporttransfer.StateDisagreed
		if a.Stage == stageAnswer && !a.Yes {
			waits = row.State == reporttransfer.StateAsked
		}
		if !waits {
			return s.passJob(ctx, tx, TransferArgs{Stage: stageClose, TransferID: a.TransferID, From: a.From, To: a.To, State: string(closing(row.State)), Reason: row.DecisionReason})
		}
		if !transferable(rel.state()) {
			return s.perform(ctx, tx, rel, who, dir, s.cancelStep("此件已进入办理，不再移交"))
		}
		return s.perform(ctx, tx, rel, who, dir, s.transferHeard(a))
	})
}

// transferHeard is the step that an answer or ruling makes.
func (s *Service) transferHeard(a TransferArgs) step {
	switch {
	case a.Yes && a.Stage == stageRuling:
		return s.completeStep(reporttransfer.StateOrdered, a.Reason)
	case a.Yes:
		return s.completeStep(reporttransfer.StateAgreed, a.Reason)
	case a.Stage == stageRuling:
		return s.stayStep(a.Reason)
	}
	return s.disagreeStep(a.Reason)
}

// closing is how the other sides end when the sender's has ended so; a side
// that is still being worked on is left alone.
func closing(sender reporttransfer.State) reporttransfer.State {
	switch sender {
	case reporttransfer.StateRefused, reporttransfer.StateCancelled, reporttransfer.StateDone:
		return sender
	}
	return ""
}

// settleTransfer notes the receiver's number with the sender: the old report
// points to the new one.
func (s *Service) settleTransfer(ctx context.Context, a TransferArgs) error {
	return s.DB.Do(ctx, tenancy.As(ctx, a.From, "transfer: settle"), func(ctx context.Context, tx *database.Tx) error {
		row, err := senderSide(ctx, tx, a.TransferID)
		if err != nil || row.State == reporttransfer.StateDone {
			return err
		}
		rel, err := s.load(ctx, tx, row.ReportID.String(), true)
		if err != nil {
			return err
		}
		m := s.moment(tx, rel, asker{tenant: a.From, system: true}, nil, "")
		if n, err := m.change.SetWentToNumber(a.Number).Save(ctx); err != nil || n == 0 {
			return fmt.Errorf("point to the new report: %d rows: %w", n, err)
		}
		_, err = tx.ReportTransfer.Update().Where(reporttransfer.ID(row.ID), reporttransfer.Version(row.Version)).AddVersion(1).
			SetState(reporttransfer.StateDone).SetNewNumber(a.Number).SetUpdatedAt(m.now).Save(ctx)
		if err != nil {
			return fmt.Errorf("transfer is done: %w", err)
		}
		m.move = flow.Transition{Action: "transfer-settled", Number: 40, Part: System, From: rel.state(), To: rel.state()}
		m.label, m.data["new_number"] = Table.PartWord(System), a.Number
		if err := s.record(ctx, m); err != nil {
			return err
		}
		return s.passJob(ctx, tx, TransferArgs{Stage: stageClose, TransferID: a.TransferID, From: a.From, To: a.To, State: string(reporttransfer.StateDone), Number: a.Number})
	})
}

// closeSides ends the receiver's and the city's rows the way the sender's ended.
func (s *Service) closeSides(ctx context.Context, a TransferArgs) error {
	if a.State == "" {
		return nil
	}
	for _, tenant := range []string{a.To, auth.CityTenant} {
		err := s.DB.Do(ctx, tenancy.As(ctx, tenant, "transfer: close"), func(ctx context.Context, tx *database.Tx) error {
			u := tx.ReportTransfer.Update().Where(reporttransfer.TransferID(a.TransferID), reporttransfer.SideNEQ(reporttransfer.SideSender),
				reporttransfer.StateNotIn(reporttransfer.StateDone, reporttransfer.StateRefused, reporttransfer.StateCancelled)).
				SetState(reporttransfer.State(a.State)).AddVersion(1).SetUpdatedAt(s.Clock.Now())
			if a.Number != "" {
				u.SetNewNumber(a.Number)
			}
			if a.Reason != "" {
				u.SetDecisionReason(a.Reason)
			}
			_, err := u.Save(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("transfer: close in %s: %w", tenant, err)
		}
	}
	return nil
}
