package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"huying/ent/db"
	"huying/internal/audit"
	"huying/internal/evidence"
	"huying/internal/platform/backup"
	"huying/internal/platform/config"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// snapshotTries is how often a backup takes the rows anew when photos went away while it was taken.
const snapshotTries = 3

// ErrNotEmbedded is returned for an installation whose parts have tools of their own.
var ErrNotEmbedded = errors.New("backup and restore are for the one-machine installation (database.engine=sqlite, objects.store=embedded); " +
	"on PostgreSQL use pg_basebackup with WAL archiving, on S3 the store's replication: see docs/operations.md")

// Backup writes rows and photos of a one-machine installation to out, beside the process that serves it. Scratch is a
// folder with room for a copy of the database. The key ring is not in the archive.
func (a *App) Backup(ctx context.Context, cfg config.Config, out io.Writer, scratch string) (m backup.Manifest, err error) {
	if cfg.Database.Engine != config.SQLite || cfg.Objects.Store != config.EmbeddedStore {
		return m, ErrNotEmbedded
	}
	dir, err := os.MkdirTemp(scratch, ".huying-backup-")
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	w := backup.NewWriter(out, time.Now) //nolint:forbidigo // compared with the stamps of the file system
	if err := w.Objects(ctx, cfg.Objects.Dir); err != nil {
		return m, err
	}
	for try := 1; ; try++ {
		snapshot := filepath.Join(dir, fmt.Sprintf("rows-%d.db", try))
		if err := database.SnapshotSQLite(ctx, cfg.Database.Path, snapshot); err != nil {
			return m, fmt.Errorf("backup: %w", err)
		}
		if err := w.Database(ctx, snapshot); err != nil {
			return m, fmt.Errorf("backup: %w", err)
		}
		if err := w.Objects(ctx, cfg.Objects.Dir); err != nil {
			return m, err
		}
		missing, err := a.describe(ctx, snapshot, w, &m)
		if err != nil {
			return m, fmt.Errorf("backup: %w", err)
		}
		if missing == "" {
			break
		}
		// A picture that was taken back between the two passes; the next snapshot no longer names it.
		if try == snapshotTries {
			return m, fmt.Errorf("backup: %s is not in the store; huying admin photos-verify says more", missing)
		}
	}
	if m.Keys, err = keyIDs(cfg.Keys.File); err != nil {
		return m, err
	}
	m.Product, m.MadeAt = Version, a.Clock.Now().UTC()
	return w.Close(m)
}

// describe counts what a snapshot holds, notes the ends of its audit chains, and answers one photo whose bytes the
// archive lacks.
func (a *App) describe(ctx context.Context, snapshot string, w *backup.Writer, m *backup.Manifest) (missing string, err error) {
	d, err := database.Open(ctx, database.Config{Engine: database.EngineSQLite, Path: snapshot})
	if err != nil {
		return "", err
	}
	defer d.Close()
	m.Heads = nil
	if m.Counts, err = a.counts(ctx, d); err != nil {
		return "", err
	}
	tenants, err := audit.Tenants(ctx, d)
	if err != nil {
		return "", err
	}
	for _, tenant := range tenants {
		report, err := audit.Verify(ctx, d, tenant)
		if err != nil {
			return "", err
		}
		if !report.Intact() {
			return "", fmt.Errorf("%w: %s", ErrChainBroken, report)
		}
		if report.Head.Seq > 0 {
			m.Heads = append(m.Heads, report.Anchor().String())
		}
	}
	return missing, a.eachPhoto(ctx, d, func(p *db.Photo) error {
		for _, v := range evidence.VersionsOf(p) {
			if !w.Has(v) {
				missing = "photo " + p.ID.String()
			}
		}
		return nil
	})
}

func (a *App) eachPhoto(ctx context.Context, d *database.DB, visit func(*db.Photo) error) error {
	tenants, err := a.allTenants(ctx)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		if err := evidence.EachPhoto(ctx, d, tenant, visit); err != nil {
			return err
		}
	}
	return nil
}

// counts are the rows by which a restored installation is compared with its archive.
func (a *App) counts(ctx context.Context, d *database.DB) (map[string]int, error) {
	tenants, err := a.allTenants(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, tenant := range tenants {
		err := d.View(ctx, tenancy.As(ctx, tenant, "count for a backup"), func(ctx context.Context, tx *database.Tx) error {
			for name, count := range map[string]func(context.Context) (int, error){
				"reports": tx.Report.Query().Count, "report_events": tx.ReportEvent.Query().Count,
				"photos": tx.Photo.Query().Count, "audit_lines": tx.AuditLine.Query().Count,
			} {
				n, err := count(ctx)
				if err != nil {
					return err
				}
				out[name] += n
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keyIDs are the keys without which personal data in the rows cannot be read.
func keyIDs(path string) ([]string, error) {
	m, err := crypto.Read(path)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(mergedKeys(m))), nil
}

func mergedKeys(m crypto.Material) map[string]bool {
	ids := map[string]bool{}
	for id := range m.Field.Keys {
		ids["field:"+id] = true
	}
	for id := range m.Blind.Keys {
		ids["blind:"+id] = true
	}
	return ids
}
