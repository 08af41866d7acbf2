package app

import (
	"context"
	"fmt"

	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// RecordCommand leaves a line in the city's trail that somebody at the machine started a command, before it does
// anything. Who that was only the machine's own log knows; the command's further lines, as of each grant, import or
// retention run, stand beside it with the same actor, the system.
func (a *App) RecordCommand(ctx context.Context, name string) error {
	err := a.DB.Do(ctx, tenancy.As(ctx, tenancy.CityTenant, "command "+name), func(ctx context.Context, tx *database.Tx) error {
		return audit.Write(ctx, tx, audit.Line{Action: "operator.command", SubjectKind: "command", SubjectID: name})
	})
	if err != nil {
		return fmt.Errorf("record the command: %w", err)
	}
	return nil
}
