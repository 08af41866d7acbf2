package report

import (
	"context"
	"fmt"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reporttransfer"
	"huying/internal/audit"
	"huying/internal/flow"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

func noTransfer() error { return fault.NotFound.New("没有这项移交") }

// listTransfers lists one side's transfers, newest first. Those about a matter
// the caller must keep away from are left out.
func (s *Service) listTransfers(ctx context.Context, in *transfersInput) (*transfersOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	tenant := web.TenantOf(ctx)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	side := reporttransfer.Side(in.Side)
	if in.Side == "" {
		if side = reporttransfer.SideReceiver; tenant == auth.CityTenant {
			side = reporttransfer.SideCity
		}
	}
	out := &transfersOutput{}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		q := tx.ReportTransfer.Query().Where(reporttransfer.SideEQ(side)).Order(reporttransfer.ByID(entsql.OrderDesc())).Limit(in.Limit + 1)
		if in.State != "" {
			q.Where(reporttransfer.StateEQ(reporttransfer.State(in.State)))
		}
		if start.ID != uuid.Nil {
			q.Where(reporttransfer.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("transfers: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		items := make([]TransferView, 0, len(rows))
		for _, row := range rows {
			away, err := s.keepsAway(ctx, tx, row)
			if err != nil {
				return err
			}
			if !away {
				items = append(items, viewTransfer(row, dir, s.Clock.Now()))
			}
		}
		out.Body = web.NewPage(items, next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// keepsAway says whether the caller is recused from the matter of a transfer,
// by what it says and whom it names.
func (s *Service) keepsAway(ctx context.Context, tx *database.Tx, row *db.ReportTransfer) (bool, error) {
	caller := auth.From(ctx)
	if caller == nil || row.Side == reporttransfer.SideCity {
		return false, nil
	}
	if row.Side == reporttransfer.SideSender {
		barred, err := s.barred(ctx, tx, row.ReportID)
		return barred[caller.PersonID], err
	}
	division := row.ToDivision
	if division == "" {
		division = row.ToTenant
	}
	people, err := s.Deputies.Recused(ctx, tx, Matter{Category: row.Category, DivisionCode: division, Text: row.Title + "\n" + row.Description})
	if err != nil {
		return false, fmt.Errorf("recusals: %w", err)
	}
	return slices.Contains(people, caller.PersonID), nil
}

// transferOf finds the one side of a transfer that this tenant has, or NotFound.
func (s *Service) transferOf(ctx context.Context, tx *database.Tx, id uuid.UUID, which reporttransfer.Side) (*db.ReportTransfer, error) {
	row, err := tx.ReportTransfer.Query().Where(reporttransfer.TransferID(id), reporttransfer.SideEQ(which)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, noTransfer()
	}
	if err != nil {
		return nil, fmt.Errorf("transfer: %w", err)
	}
	away, err := s.keepsAway(ctx, tx, row)
	if err == nil && away {
		err = noTransfer()
	}
	return row, err
}

// decideTransfer is the receiver's agree and disagree, and the city's order and
// refuse: it writes the decider's own row, and the job that tells the sender.
func (s *Service) decideTransfer(ctx context.Context, tenant string, in *transferInput, which reporttransfer.Side, yes bool) (*transferOutput, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	if !yes && reason == "" {
		return nil, invalid("reason", "请写明不同意的理由")
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	caller := auth.From(ctx)
	state, stage := reporttransfer.StateDisagreed, stageAnswer
	switch {
	case which == reporttransfer.SideCity && yes:
		state, stage = reporttransfer.StateOrdered, stageRuling
	case which == reporttransfer.SideCity:
		state, stage = reporttransfer.StateRefused, stageRuling
	case yes:
		state = reporttransfer.StateAgreed
	}
	out := &transferOutput{}
	err = s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		row, err := s.transferOf(ctx, tx, in.ID, which)
		if err != nil {
			return err
		}
		if row.AskedBy != nil && *row.AskedBy == caller.PersonID {
			return OwnProposal.New("提出移交的人不能自己答复，请另一人办理")
		}
		now := s.Clock.Now()
		n, err := tx.ReportTransfer.Update().
			Where(reporttransfer.ID(row.ID), reporttransfer.Version(row.Version), reporttransfer.StateEQ(reporttransfer.StateAsked)).
			AddVersion(1).SetState(state).SetDecidedBy(caller.PersonID).SetDecidedAt(now).SetDecisionReason(reason).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("decide transfer: %w", err)
		}
		if n == 0 {
			return flow.TransitionNotAllowed.New("这项移交已有结果，请刷新").Fact("state", string(row.State)).Fact("action", string(state))
		}
		if row, err = s.transferOf(ctx, tx, in.ID, which); err != nil {
			return err
		}
		out.Body = viewTransfer(row, dir, now)
		line := audit.Line{Action: "transfer." + string(state), SubjectKind: "transfer", SubjectID: row.TransferID.String(), Facts: map[string]any{
			"number": row.ReportNumber, "from": row.FromTenant, "to": row.ToTenant,
		}}
		if err := audit.Write(ctx, tx, line); err != nil {
			return err
		}
		return s.passJob(ctx, tx, TransferArgs{
			Stage: stage, TransferID: row.TransferID, From: row.FromTenant, To: row.ToTenant, Yes: yes, Reason: reason,
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// cancelTransfer takes a request back while the other district has not answered.
func (s *Service) cancelTransfer(ctx context.Context, tenant string, in *transferInput) (*transferOutput, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var row *db.ReportTransfer
	read := func(ctx context.Context, tx *database.Tx) (err error) {
		row, err = s.transferOf(ctx, tx, in.ID, reporttransfer.SideSender)
		return err
	}
	if err := s.DB.View(ctx, tenancy.Tenant(tenant), read); err != nil {
		return nil, err
	}
	if row.State != reporttransfer.StateAsked {
		return nil, flow.TransitionNotAllowed.New("对方已答复或已撤回，不能再撤回").Fact("state", string(row.State)).Fact("action", "cancel")
	}
	reason := "提出方撤回"
	if in.Body != nil && in.Body.Reason != "" {
		reason = in.Body.Reason
	}
	if _, err := s.act(ctx, tenant, row.ReportID.String(), s.cancelStep(reason)); err != nil {
		return nil, err
	}
	if err := s.DB.View(ctx, tenancy.Tenant(tenant), read); err != nil {
		return nil, err
	}
	return &transferOutput{Body: viewTransfer(row, dir, s.Clock.Now())}, nil
}
