package seed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"huying/internal/app"
	"huying/internal/app/demo"
	"huying/internal/platform/config"
)

// largestBase is how many lives are told one by one before they are copied.
const largestBase = 10_000

// Ensure fills an installation that has no reports with n of them: invented
// people, a base of lives, and copies of these. One that has reports is left
// alone. note hears what is being done.
func Ensure(ctx context.Context, cfg config.Config, n int, note func(format string, args ...any)) error {
	told, err := tell(ctx, cfg, n, note)
	if err != nil || !told {
		return err
	}
	_, err = Multiply(ctx, cfg, n, func(done, total int) {
		if done%100_000 == 0 {
			note("%d / %d", min(done, total), total)
		}
	})
	return err
}

// Tell fills an installation without people with the base of lives for n reports.
func Tell(ctx context.Context, cfg config.Config, n int, note func(format string, args ...any)) error {
	_, err := tell(ctx, cfg, n, note)
	return err
}

func tell(ctx context.Context, cfg config.Config, n int, note func(format string, args ...any)) (told bool, err error) {
	if err := os.MkdirAll(cfg.Data.Dir, 0o750); err != nil {
		return false, fmt.Errorf("data.dir: %w", err)
	}
	if cfg.Database.Engine == config.Postgres {
		if err := app.Migrate(ctx, cfg); err != nil {
			return false, err
		}
	}
	if cfg.Objects.Store == config.EmbeddedStore {
		if cfg.Objects.Dir, err = filepath.Abs(filepath.Join(cfg.Data.Dir, "objects")); err != nil {
			return false, err
		}
	}
	a, err := app.Build(ctx, cfg, app.Options{})
	if err != nil {
		return false, err
	}
	o := demo.Full(a.Clock.Now())
	o.Reports = min(n, largestBase)
	o.Pictured = min(o.Pictured, o.Reports/5)
	o.Note = note
	deps := demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence, Recount: a.RecountPast}
	_, err = demo.Seed(ctx, deps, o)
	if filled := errors.Is(err, demo.ErrFilled); filled {
		return false, a.Close(ctx)
	}
	return err == nil, errors.Join(err, a.Close(ctx))
}
