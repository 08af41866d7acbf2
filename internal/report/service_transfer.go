package report

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reporttransfer"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
)

// transferStep is row 40's request: the sender's side is written here, the
// receiver's, or for a report that was received already the city's, by a job.
func (s *Service) transferStep(b TransferBody) step {
	return step{
		action: "transfer", version: b.Version, note: b.Reason,
		facts: s.transferTarget(&b),
		apply: func(ctx context.Context, m *moment) error {
			// A report that was received may only go on by the city's decision.
			state, next, clock := reporttransfer.StateAsked, stageAsk, clockTransfer
			if m.report.CameFromTenant != "" {
				state, next, clock = reporttransfer.StateDisagreed, stageCity, clockTransferCity
			}
			due, err := s.transferDue(ctx, m, clock)
			if err != nil {
				return err
			}
			id := uuid.Must(uuid.NewV7())
			err = m.tx.ReportTransfer.Create().SetCreatedAt(m.now).SetTransferID(id).SetSide(reporttransfer.SideSender).
				SetFromTenant(m.asker.tenant).SetToTenant(b.ToTenant).SetReportID(m.report.ID).SetReportNumber(m.report.Number).
				SetToDivision(b.DivisionCode).SetCategory(m.report.Category).SetTitle(m.report.Title).
				SetDescription(whatToDecide(m.report)).SetReason(b.Reason).SetAskedBy(m.asker.person).SetState(state).
				SetDueAt(due).Exec(ctx)
			if err != nil {
				return fmt.Errorf("ask for transfer: %w", err)
			}
			m.data["transfer_id"], m.data["to_tenant"] = id.String(), b.ToTenant
			return s.passJob(ctx, m.tx, TransferArgs{Stage: next, TransferID: id, From: m.asker.tenant, To: b.ToTenant})
		},
	}
}

// whatToDecide is what the receiver reads in order to decide; it names the body
// complained of, so that nobody who must keep away decides, and no reporter.
func whatToDecide(rep *db.Report) string {
	text := rep.Description
	if rep.Address != "" {
		text += "\n地点：" + rep.Address
	}
	if rep.Respondent != "" {
		text += "\n被反映对象：" + rep.Respondent
	}
	return text
}

// transferTarget settles and checks where the report shall go, before the table decides.
func (s *Service) transferTarget(b *TransferBody) func(context.Context, *moment, flow.Facts) error {
	return func(_ context.Context, m *moment, _ flow.Facts) error {
		if b.DivisionCode != "" {
			d, ok := m.dir.Division(b.DivisionCode)
			if !ok || !d.Open() {
				return invalid("division_code", "没有这个区划")
			}
			if home := division.TenantOf(b.DivisionCode); b.ToTenant == "" {
				b.ToTenant = home
			} else if home != b.ToTenant {
				return invalid("division_code", "这个区划不在所选的区市")
			}
		}
		if b.ToTenant == "" {
			return invalid("to_tenant", "请选择移交给哪个区市")
		}
		if b.ToTenant == m.asker.tenant {
			return invalid("to_tenant", "此件已在本区市")
		}
		if t, ok := m.dir.Tenant(b.ToTenant); !ok || !t.Open || t.Reserved {
			return invalid("to_tenant", "没有这个区市，或尚未开通")
		}
		return nil
	}
}

func (s *Service) transferDue(ctx context.Context, m *moment, clock string) (due time.Time, err error) {
	cal, err := s.Calendar(ctx, m.asker.tenant)
	if err != nil {
		return due, err
	}
	due, _ = cal.Add(m.now, spanFor(s.clockSettings(m.dir, m.asker.tenant), clock, m.report.ClockClass, m.report.Danger))
	return due, nil
}

// senderSide reads the sender's row of a transfer in the sender's tenant.
func senderSide(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.ReportTransfer, error) {
	return side(ctx, tx, id, reporttransfer.SideSender)
}

func side(ctx context.Context, tx *database.Tx, id uuid.UUID, which reporttransfer.Side) (*db.ReportTransfer, error) {
	row, err := tx.ReportTransfer.Query().Where(reporttransfer.TransferID(id), reporttransfer.SideEQ(which)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("transfer %s of %s: %w", which, id, err)
	}
	return row, nil
}

// liveTransfer is the sender's row of the report's transfer that waits for an answer.
func liveTransfer(ctx context.Context, m *moment) (*db.ReportTransfer, error) {
	row, err := m.tx.ReportTransfer.Query().Where(reporttransfer.ReportID(m.report.ID), reporttransfer.SideEQ(reporttransfer.SideSender),
		reporttransfer.StateIn(reporttransfer.StateAsked, reporttransfer.StateDisagreed)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("live transfer: %w", err)
	}
	return row, nil
}

// ruled writes what became of the sender's side.
func (m *moment) ruled(ctx context.Context, row *db.ReportTransfer, state reporttransfer.State, reason string) error {
	u := m.tx.ReportTransfer.Update().Where(reporttransfer.ID(row.ID), reporttransfer.Version(row.Version)).AddVersion(1).
		SetState(state).SetDecidedAt(m.now).SetDecisionReason(reason).SetUpdatedAt(m.now)
	if m.asker.person != uuid.Nil {
		u.SetDecidedBy(m.asker.person)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("transfer's end: %w", err)
	}
	if n == 0 {
		return errStale
	}
	return nil
}

// cancelStep takes a transfer back while nobody has decided, or drops one whose
// report went its way meanwhile.
func (s *Service) cancelStep(reason string) step {
	return step{action: "transfer-cancel", note: reason, apply: func(ctx context.Context, m *moment) error {
		row, err := liveTransfer(ctx, m)
		if err != nil {
			return err
		}
		if err := m.ruled(ctx, row, reporttransfer.StateCancelled, reason); err != nil {
			return err
		}
		return s.tellSides(ctx, m, row, reporttransfer.StateCancelled, reason)
	}}
}

// disagreeStep notes that the receiver does not agree, or was silent, and asks the city.
func (s *Service) disagreeStep(reason string) step {
	return step{action: "transfer-disagree", note: reason, apply: func(ctx context.Context, m *moment) error {
		row, err := liveTransfer(ctx, m)
		if err != nil {
			return err
		}
		if err := m.ruled(ctx, row, reporttransfer.StateDisagreed, reason); err != nil {
			return err
		}
		return s.passJob(ctx, m.tx, TransferArgs{Stage: stageCity, TransferID: row.TransferID, From: row.FromTenant, To: row.ToTenant})
	}}
}

// stayStep notes that the city refused: the report stays where it is.
func (s *Service) stayStep(reason string) step {
	return step{action: "transfer-stay", note: reason, apply: func(ctx context.Context, m *moment) error {
		row, err := liveTransfer(ctx, m)
		if err != nil {
			return err
		}
		if err := m.ruled(ctx, row, reporttransfer.StateRefused, reason); err != nil {
			return err
		}
		m.staff("district_staff", "transfer_refused", false, uuid.Nil, map[string]string{"district": districtName(m.dir, row.ToTenant), "reason": reason})
		return s.tellSides(ctx, m, row, reporttransfer.StateRefused, reason)
	}}
}

// completeStep closes the sender's report: the first of the two transactions.
// The job that makes the receiver's is written with it, so that neither is lost.
func (s *Service) completeStep(state reporttransfer.State, reason string) step {
	return step{action: "transfer-complete", note: reason, apply: func(ctx context.Context, m *moment) error {
		row, err := liveTransfer(ctx, m)
		if err != nil {
			return err
		}
		if err := m.ruled(ctx, row, state, reason); err != nil {
			return err
		}
		id := uuid.Must(uuid.NewV7())
		if _, err := m.tx.ReportTransfer.Update().Where(reporttransfer.ID(row.ID)).SetNewReportID(id).AddVersion(1).Save(ctx); err != nil {
			return fmt.Errorf("receiver's report: %w", err)
		}
		m.change.SetWentToTenant(row.ToTenant).SetWentToID(id).ClearPublishedAt()
		m.params["district"] = districtName(m.dir, row.ToTenant)
		m.data["to_tenant"] = row.ToTenant
		if m.report.PromisedAt != nil {
			m.data["promised_at"] = m.report.PromisedAt.UTC().Format(time.RFC3339Nano)
		}
		if err := s.lapse(ctx, m); err != nil {
			return err
		}
		return s.passJob(ctx, m.tx, TransferArgs{Stage: stageReceive, TransferID: row.TransferID, From: row.FromTenant, To: row.ToTenant})
	}}
}

// transferSilenceStep is what the timer does when the receiver was silent: the
// city is asked, or a transfer that has become pointless is dropped.
func (s *Service) transferSilenceStep(rel *relation) step {
	if transferable(rel.state()) {
		return s.disagreeStep("对方逾期未答复")
	}
	return s.cancelStep("此件已进入办理，不再移交")
}

// tellSides brings the end of a transfer to the receiver's and the city's rows.
func (s *Service) tellSides(ctx context.Context, m *moment, row *db.ReportTransfer, state reporttransfer.State, reason string) error {
	return s.passJob(ctx, m.tx, TransferArgs{
		Stage: stageClose, TransferID: row.TransferID, From: row.FromTenant, To: row.ToTenant, State: string(state), Reason: reason,
	})
}
