package app

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"huying/internal/oversight"
	"huying/internal/platform/database"
	"huying/internal/report"
)

// shownNames are people's names as the boards may show them: with their middle hidden.
type shownNames struct{ people }

// Names gives the names that are known.
func (n shownNames) Names(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	found, err := n.Masked(ctx, ids)
	out := make(map[uuid.UUID]string, len(found))
	for id, p := range found {
		out[id] = p.Name
	}
	return out, err
}

// Recounted says what a recount of a tenant found.
type Recounted = oversight.Recounted

// steps are the counters of the boards as the room of reports sees them.
type steps struct{ room *oversight.Service }

// Stepped counts a step in its own transaction.
func (s steps) Stepped(ctx context.Context, tx *database.Tx, t report.Taken) error {
	step := oversight.Step{
		Division: t.Report.DivisionCode, Category: t.Report.Category, Submitted: t.Report.CreatedAt, At: t.Event.At,
		Action: t.Event.Action, From: t.Event.FromState, To: t.Event.ToState,
	}
	step.Rung, step.Result = oversight.Particulars(t.Event.Data)
	return s.room.Stepped(ctx, tx, step, t.RungBefore, t.RungNow)
}

// RecountPast counts the past of a tenant that was written rather than lived.
func (a *App) RecountPast(ctx context.Context, tenant string) error {
	_, err := a.Oversight.Rebuild(ctx, tenant)
	return err
}

// RebuildRollups counts the tenants' histories anew, those of all when none is named; each finding is told.
func (a *App) RebuildRollups(ctx context.Context, tenants []string, tell func(oversight.Recounted)) error {
	return a.eachRollup(ctx, tenants, tell, a.Oversight.Rebuild)
}

// VerifyRollups holds the tenants' counters against a recount and fails when one differs.
func (a *App) VerifyRollups(ctx context.Context, tenants []string, tell func(oversight.Recounted)) error {
	return a.eachRollup(ctx, tenants, tell, a.Oversight.Verify)
}

func (a *App) eachRollup(ctx context.Context, tenants []string, tell func(oversight.Recounted), do func(context.Context, string) (oversight.Recounted, error)) error {
	if len(tenants) == 0 {
		var err error
		if tenants, err = a.allTenants(ctx); err != nil {
			return err
		}
	}
	var failed []error
	for _, t := range tenants {
		found, err := do(ctx, t)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		tell(found)
	}
	return errors.Join(failed...)
}
