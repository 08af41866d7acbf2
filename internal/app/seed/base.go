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

// largestBase is how many lives are told one by one before they are copied, and are held in memory meanwhile.
const largestBase = 3000

// picturedOf is how many in a hundred have photographs, so that there are one and a half of them a report.
const picturedOf = 90

// Ensure fills an installation that has no people with n reports: invented people, a base of lives, copies of these, and
// the boards' counters over all of them. One that has people is left alone. note hears what is being done.
func Ensure(ctx context.Context, cfg config.Config, n int, note func(format string, args ...any)) (*Result, error) {
	told, err := tell(ctx, cfg, n, note)
	if err != nil || !told {
		return &Result{}, err
	}
	last := 0
	out, err := Multiply(ctx, cfg, n, func(done, total int) {
		if done/progress > last/progress || done >= total {
			note("%d / %d", done, total)
		}
		last = done
	})
	if err != nil {
		return nil, err
	}
	note("正在为看板计数")
	return out, recount(ctx, cfg)
}

// progress is after how many reports something is said.
const progress = 50_000

// recount counts for the boards: copies are made past every counter.
func recount(ctx context.Context, cfg config.Config) error {
	cfg.Jobs.Work = false
	a, err := app.Build(ctx, app.WithoutStore(cfg), app.Options{})
	if err != nil {
		return err
	}
	return errors.Join(a.RebuildRollups(ctx, nil, func(app.Recounted) {}), a.Close(ctx))
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
	o.Pictured, o.Scenes, o.Shared, o.Crowded = o.Reports*picturedOf/100, 3, true, true
	o.Note = note
	deps := demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence}
	_, err = demo.Seed(ctx, deps, o)
	if filled := errors.Is(err, demo.ErrFilled); filled {
		return false, a.Close(ctx)
	}
	return err == nil, errors.Join(err, a.Close(ctx))
}
