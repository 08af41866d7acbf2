package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"huying/internal/evidence"
	"huying/internal/platform/backup"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
)

// ErrNotWhole makes a verification of photos fail, so that a timer notices.
var ErrNotWhole = errors.New("not everything is as it was taken in")

// Restore lays an archive where the configuration says and proves it: the rows' file is read through, every photo's
// bytes are compared with the sum taken when it came, the audit chains must go through the heads noted in the archive,
// and the counts must be those of the archive. The key ring must be there before.
func Restore(ctx context.Context, cfg config.Config, in io.Reader, tell func(fmt.Stringer)) (m backup.Manifest, err error) {
	if cfg.Database.Engine != config.SQLite || cfg.Objects.Store != config.EmbeddedStore {
		return m, ErrNotEmbedded
	}
	have, err := keyIDs(cfg.Keys.File)
	if err != nil {
		return m, fmt.Errorf("%w: put the key ring of the installation that was backed up there first (keys.file)", err)
	}
	m, err = backup.Restore(in, backup.Target{Database: cfg.Database.Path, Objects: cfg.Objects.Dir}, func(m backup.Manifest) error {
		for _, id := range m.Keys {
			if !slices.Contains(have, id) {
				return fmt.Errorf("restore: the key ring lacks key %s, without which the people in this archive cannot be read", id)
			}
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	if err := database.CheckSQLite(ctx, cfg.Database.Path); err != nil {
		return m, fmt.Errorf("restore: the rows are damaged: %w", err)
	}
	return m, proveRestored(ctx, cfg, m, tell)
}

func proveRestored(ctx context.Context, cfg config.Config, m backup.Manifest, tell func(fmt.Stringer)) (err error) {
	cfg.Jobs.Work = false
	a, err := Build(ctx, cfg, Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(ctx)) }()
	if err := a.Start(ctx); err != nil {
		return err
	}
	counts, err := a.counts(ctx, a.DB)
	if err != nil {
		return err
	}
	for name, n := range m.Counts {
		if counts[name] != n {
			return fmt.Errorf("%w: %d %s, the archive says %d", ErrNotWhole, counts[name], name, n)
		}
	}
	if err := a.VerifyAudit(ctx, nil, m.Heads, tell); err != nil {
		return err
	}
	if err := a.VerifyPhotos(ctx, nil, tell); err != nil {
		return err
	}
	return a.RecordCommand(ctx, "admin restore")
}

// told is a line for whoever runs a command.
type told string

// String is the line.
func (t told) String() string { return string(t) }

// VerifyPhotos compares every photo in the store with the sum taken when it came, in the tenants or in all of them, and
// tells each that does not hold.
func (a *App) VerifyPhotos(ctx context.Context, tenants []string, tell func(fmt.Stringer)) error {
	if len(tenants) == 0 {
		var err error
		if tenants, err = a.allTenants(ctx); err != nil {
			return err
		}
	}
	bad := 0
	for _, tenant := range tenants {
		before := bad
		n, err := a.Evidence.VerifyPhotos(ctx, tenant, func(u evidence.Unkept) {
			bad++
			tell(u)
		})
		if err != nil {
			return err
		}
		if n > 0 {
			tell(told(fmt.Sprintf("%s: %d photos looked at, %d findings", tenant, n, bad-before)))
		}
	}
	if bad > 0 {
		return ErrNotWhole
	}
	return nil
}

// Summary is one line about an archive.
func Summary(m backup.Manifest) string {
	var parts []string
	for _, name := range []string{"reports", "report_events", "photos", "audit_lines"} {
		parts = append(parts, fmt.Sprintf("%d %s", m.Counts[name], name))
	}
	return fmt.Sprintf("%s of %s: %s, %d files, %d bytes", m.Product, m.MadeAt.Format("2006-01-02T15:04:05Z"), strings.Join(parts, ", "), m.Files, m.Bytes)
}
