package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"huying/ent/db"
	"huying/ent/db/audithead"
	"huying/ent/db/auditline"
	"huying/ent/db/tenant"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

const (
	// sealBatch bounds one transaction; on SQLite nobody else writes meanwhile.
	sealBatch = 500
	// sealTurn bounds how long one tenant's backlog keeps the others waiting.
	sealTurn = 20 * sealBatch
	// sealEvery is the longest pause between two looks, so that a line waits less than a second.
	sealEvery = 500 * time.Millisecond
	// sealBackoff is the longest pause while sealing fails.
	sealBackoff = 30 * time.Second
	// announceEvery is how often a head that moved goes to the log, which is kept elsewhere.
	announceEvery = time.Hour
)

// SealerDeps is what a sealer needs.
type SealerDeps struct {
	DB    *database.DB
	Clock clock.Clock
	Log   *slog.Logger
	// Algorithm of new seals; default SHA256.
	Algorithm Algorithm
	// Tenants lists the tenants to seal; nil means Tenants.
	Tenants func(context.Context) ([]string, error)
}

// Sealer chains the lines of every tenant. Any number of processes may run one: the head of a chain is
// locked while it grows.
type Sealer struct {
	d         SealerDeps
	announced map[string]time.Time
}

// NewSealer returns a sealer. Its methods are for one goroutine at a time.
func NewSealer(d SealerDeps) *Sealer {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Algorithm == "" {
		d.Algorithm = SHA256
	}
	if d.Tenants == nil {
		d.Tenants = func(ctx context.Context) ([]string, error) { return Tenants(ctx, d.DB) }
	}
	return &Sealer{d: d, announced: map[string]time.Time{}}
}

// rest is how long something that failed is left alone.
type rest struct {
	until time.Time
	pause time.Duration
}

func (r rest) over() bool {
	return !time.Now().Before(r.until) //nolint:forbidigo // paces this process; a clock that stands still must not stop the sealing
}

func (r rest) longer() rest {
	pause := min(max(2*r.pause, 2*sealEvery), sealBackoff)
	return rest{time.Now().Add(pause), pause} //nolint:forbidigo // as above
}

// Run seals until ctx ends. Errors are logged and tried again, later and later: a tenant that fails rests alone.
func (s *Sealer) Run(ctx context.Context) {
	rests := map[string]rest{}
	for ctx.Err() == nil {
		if rests[""].over() {
			tenants, err := s.d.Tenants(ctx)
			s.settle(ctx, rests, "", err)
			for _, t := range tenants {
				if rests[t].over() {
					_, err := s.SealTenant(ctx, t)
					s.settle(ctx, rests, t, err)
				}
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(sealEvery):
		}
	}
}

// settle notes how an attempt ended; the empty tenant stands for the list of tenants.
func (s *Sealer) settle(ctx context.Context, rests map[string]rest, tenant string, err error) {
	switch {
	case err == nil:
		delete(rests, tenant)
	case ctx.Err() == nil:
		s.d.Log.ErrorContext(ctx, "sealing the audit trail failed", "tenant", tenant, "err", err)
		rests[tenant] = rests[tenant].longer()
	}
}

// Seal makes one pass over all tenants and says how many lines it sealed. One tenant's failure does not
// stop the others.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	tenants, err := s.d.Tenants(ctx)
	if err != nil {
		return 0, fmt.Errorf("audit: tenants to seal: %w", err)
	}
	total, failed := 0, []error(nil)
	for _, t := range tenants {
		n, err := s.SealTenant(ctx, t)
		total += n
		failed = append(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	return total, errors.Join(failed...)
}

// SealTenant seals the lines of one tenant that have no seal, at most ten thousand, and says how many.
func (s *Sealer) SealTenant(ctx context.Context, tenant string) (int, error) {
	total := 0
	for total < sealTurn && ctx.Err() == nil {
		waiting, err := s.waiting(ctx, tenant)
		if err != nil || !waiting {
			return total, err
		}
		n, err := s.sealSome(ctx, tenant)
		if err != nil {
			return total, fmt.Errorf("audit: seal %s: %w", tenant, err)
		}
		total += n
	}
	return total, ctx.Err()
}

// waiting asks first, so that an idle tenant costs no write transaction.
func (s *Sealer) waiting(ctx context.Context, tenant string) (waiting bool, err error) {
	err = s.d.DB.View(ctx, tenancy.As(ctx, tenant, "audit seal"), func(ctx context.Context, tx *database.Tx) error {
		waiting, err = tx.AuditLine.Query().Where(auditline.SeqIsNil()).Exist(ctx)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("audit: unsealed lines of %s: %w", tenant, err)
	}
	return waiting, nil
}

// sealSome seals one batch in the order of ids and moves the head, in one transaction.
func (s *Sealer) sealSome(ctx context.Context, tenant string) (sealed int, err error) {
	err = s.d.DB.Do(ctx, tenancy.As(ctx, tenant, "audit seal"), func(ctx context.Context, tx *database.Tx) error {
		head, err := lockHead(ctx, tx)
		if err != nil {
			return err
		}
		batch, err := records(ctx, tx, tenant, "seq IS NULL ORDER BY audit_lines.id LIMIT ?", sealBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		seq, prev := head.Seq, head.Hash
		for _, r := range batch {
			seq++
			r.seq, r.prev = seq, prev
			r.hash = r.sum(s.d.Algorithm)
			prev = r.hash
		}
		if err := writeSeals(ctx, tx, tenant, batch); err != nil {
			return err
		}
		n, err := tx.AuditHead.Update().Where(audithead.ID(head.ID), audithead.Seq(head.Seq)).
			SetSeq(seq).SetHash(prev).SetSealedAt(s.d.Clock.Now()).Save(ctx)
		if err == nil && n != 1 {
			err = fmt.Errorf("%d rows", n)
		}
		if err != nil {
			return fmt.Errorf("move the head: %w", err)
		}
		tx.AfterCommit(func() { s.announce(ctx, tenant, Head{Seq: seq, Hash: prev}) })
		sealed = len(batch)
		return nil
	})
	return sealed, err
}

// lockHead reads the tenant's head and keeps other sealers from it until the transaction ends. On
// SQLite the transaction itself does.
func lockHead(ctx context.Context, tx *database.Tx) (*db.AuditHead, error) {
	locked := func() (*db.AuditHead, error) {
		q := tx.AuditHead.Query()
		if tx.Engine() == database.EnginePostgres {
			q = q.ForUpdate()
		}
		return q.Only(ctx)
	}
	head, err := locked()
	if !db.IsNotFound(err) {
		return head, err
	}
	err = tx.AuditHead.Create().OnConflictColumns(audithead.FieldTenantID).DoNothing().Exec(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) { // another sealer began it
		return nil, fmt.Errorf("begin the chain: %w", err)
	}
	return locked()
}

// announce logs a head that moved, at most hourly: whoever keeps the logs keeps a proof.
func (s *Sealer) announce(ctx context.Context, tenant string, h Head) {
	now := s.d.Clock.Now()
	if last, ok := s.announced[tenant]; ok && now.Sub(last) < announceEvery && !now.Before(last) {
		return
	}
	s.announced[tenant] = now
	s.d.Log.InfoContext(ctx, "head of the audit chain", "tenant", tenant, "seq", h.Seq, "hash", h.Hash)
}

// Tenants lists every tenant that has a chain: those of table tenants, and the city's own.
func Tenants(ctx context.Context, d *database.DB) (codes []string, err error) {
	err = d.View(ctx, tenancy.Reference(), func(ctx context.Context, tx *database.Tx) error {
		codes, err = tx.Tenant.Query().Order(tenant.ByCode()).Select(tenant.FieldCode).Strings(ctx)
		return err
	})
	if err == nil && !slices.Contains(codes, tenancy.CityTenant) {
		codes = append(codes, tenancy.CityTenant)
	}
	return codes, err
}
