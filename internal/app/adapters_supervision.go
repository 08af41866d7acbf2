package app

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/internal/notify"
	"huying/internal/platform/database"
	"huying/internal/report"
	"huying/internal/supervision"
)

// supervised are the reports as the room of supervision sees them.
type supervised struct{ room *report.Service }

// Named gives those of the numbers that the caller may read.
func (s supervised) Named(ctx context.Context, tenant string, numbers []string) ([]supervision.Matter, error) {
	return matterList(s.room.ReadableNumbers(ctx, tenant, numbers))
}

// Numbers gives the numbers of reports.
func (s supervised) Numbers(ctx context.Context, tx *database.Tx, ids []uuid.UUID) ([]supervision.Matter, error) {
	return matterList(s.room.NumbersOf(ctx, tx, ids))
}

// Readable gives those of the reports that the caller may read.
func (s supervised) Readable(ctx context.Context, tenant string, ids []uuid.UUID) ([]uuid.UUID, error) {
	found, err := s.room.ReadableOf(ctx, tenant, ids)
	out := make([]uuid.UUID, len(found))
	for i, f := range found {
		out[i] = f.ID
	}
	return out, err
}

// Supervised notes a signed notice in its reports.
func (s supervised) Supervised(ctx context.Context, tx *database.Tx, notice uuid.UUID, ids []uuid.UUID, from string, due time.Time) error {
	return s.room.SuperviseTogether(ctx, tx, notice, ids, from, due)
}

// Concluded tells the reporters what came of it.
func (s supervised) Concluded(ctx context.Context, tx *database.Tx, notice uuid.UUID, ids []uuid.UUID, result string) error {
	return s.room.ConcludeTogether(ctx, tx, notice, ids, result)
}

func matterList(found []report.Numbered, err error) ([]supervision.Matter, error) {
	out := make([]supervision.Matter, len(found))
	for i, f := range found {
		out[i] = supervision.Matter{ReportID: f.ID, Number: f.Number}
	}
	return out, err
}

// supervisionNotices is the shelf's notices as the room of supervision sees them.
type supervisionNotices struct{ shelf *notify.Service }

// Notify writes the notice within the transaction.
func (n supervisionNotices) Notify(ctx context.Context, tx *database.Tx, in supervision.Notice) error {
	return n.shelf.Person(ctx, tx, notify.Notice{
		PersonID: in.PersonID, Template: in.Template, Params: in.Params, SMS: in.SMS, Once: in.Once, OnceAt: in.OnceAt,
	})
}
