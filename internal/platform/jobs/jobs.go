// Package jobs is the work queue: River, whose rows are inserted in the same
// transaction as the facts they follow from, so that no job is lost and none
// is done for a fact that was rolled back.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"huying/internal/platform/database"
)

// ErrOutsideTx is returned for an insert that is not inside database.Do.
var ErrOutsideTx = errors.New("jobs: insert only inside database.Do")

// Options of a queue.
type Options struct {
	// Work says whether this process works the queue or only inserts.
	Work bool
	// MaxWorkers at once; default 4.
	MaxWorkers int
	// PollInterval between looks at an idle queue; default 1 s.
	PollInterval time.Duration
	Log          *slog.Logger
}

// Queue inserts jobs and, when asked, works them.
type Queue struct {
	opts     Options
	db       *database.DB
	workers  *river.Workers
	periodic []*river.PeriodicJob

	pg   *river.Client[pgx.Tx]
	lite *river.Client[*sql.Tx]
}

// New makes a queue over an open database. Register workers, then Start.
func New(db *database.DB, opts Options) *Queue {
	if opts.MaxWorkers <= 0 {
		opts.MaxWorkers = 4
	}
	if opts.PollInterval <= 0 {
		opts.PollInterval = time.Second
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	return &Queue{opts: opts, db: db, workers: river.NewWorkers()}
}

// Register adds a worker for one kind of job, before Start.
func Register[T river.JobArgs](q *Queue, w river.Worker[T]) { river.AddWorker(q.workers, w) }

// Every adds a periodic job, before Start. One process of all runs it.
func (q *Queue) Every(interval time.Duration, args func() river.JobArgs) {
	q.periodic = append(q.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args(), nil },
		&river.PeriodicJobOpts{RunOnStart: true}))
}

// Start builds the client and, when the queue works, begins to work.
func (q *Queue) Start(ctx context.Context) error {
	cfg := &river.Config{
		Workers: q.workers, Logger: q.opts.Log, FetchPollInterval: q.opts.PollInterval,
		FetchCooldown: min(100*time.Millisecond, q.opts.PollInterval), MaxAttempts: 12,
		JobTimeout: time.Minute, RescueStuckJobsAfter: 2 * time.Minute, Middleware: []rivertype.Middleware{&traced{}},
	}
	if q.opts.Work {
		cfg.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: q.opts.MaxWorkers}}
		cfg.PeriodicJobs = q.periodic
	}
	if q.db.Engine() == database.EnginePostgres {
		return q.startPostgres(ctx, cfg)
	}
	client, err := river.NewClient(riversqlite.New(q.db.Writer()), cfg)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	q.lite = client
	if !q.opts.Work {
		return nil
	}
	return wrap(client.Start(ctx))
}

func (q *Queue) startPostgres(ctx context.Context, cfg *river.Config) error {
	// A pooler in transaction mode cannot hold a LISTEN.
	cfg.PollOnly = q.db.Mode() == database.RLSLocal
	client, err := river.NewClient(riverpgxv5.New(q.db.Pool()), cfg)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	q.pg = client
	if !q.opts.Work {
		return nil
	}
	return wrap(client.Start(ctx))
}

// Stop lets running jobs finish until ctx ends, then cancels them.
func (q *Queue) Stop(ctx context.Context) error {
	if !q.opts.Work {
		return nil
	}
	stop := q.stopper()
	if stop == nil {
		return nil
	}
	return wrap(stop(ctx))
}

func (q *Queue) stopper() func(context.Context) error {
	switch {
	case q.pg != nil:
		return q.pg.Stop
	case q.lite != nil:
		return q.lite.Stop
	}
	return nil
}

// Insert adds a job in the transaction of tx.
func (q *Queue) Insert(ctx context.Context, tx *database.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	pgTx, liteTx := tx.Native()
	var err error
	switch {
	case pgTx != nil && q.pg != nil:
		_, err = q.pg.InsertTx(ctx, pgTx, args, opts)
	case liteTx != nil && q.lite != nil:
		_, err = q.lite.InsertTx(ctx, liteTx, args, opts)
	default:
		return ErrOutsideTx
	}
	return wrap(err)
}

// Depth counts jobs that wait, a thousand at most, for readiness.
func (q *Queue) Depth(ctx context.Context) (int, error) {
	waiting, err := q.list(ctx, river.NewJobListParams().States(rivertype.JobStateAvailable, rivertype.JobStateRetryable).First(1000))
	return len(waiting), err
}

func (q *Queue) list(ctx context.Context, params *river.JobListParams) ([]*rivertype.JobRow, error) {
	var (
		res *river.JobListResult
		err error
	)
	switch {
	case q.pg != nil:
		res, err = q.pg.JobList(ctx, params)
	case q.lite != nil:
		res, err = q.lite.JobList(ctx, params)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, wrap(err)
	}
	return res.Jobs, nil
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("queue: %w", err)
}
