package notify

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/notice"
	"huying/ent/db/smsmessage"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Shelf is the part of a person's inbox that is asked for.
type Shelf struct {
	PersonID uuid.UUID
	// Unread leaves out what was read.
	Unread bool
	// ReportID keeps what is about one report, unless uuid.Nil.
	ReportID uuid.UUID
	// Before keeps what is older than this notice, unless uuid.Nil.
	Before uuid.UUID
	Limit  int
}

// Inbox returns a person's notices, newest first, at most one more than the limit.
func (s *Service) Inbox(ctx context.Context, in Shelf) ([]*db.Notice, error) {
	var out []*db.Notice
	err := s.d.DB.View(ctx, tenancy.Person(in.PersonID), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Notice.Query().Where(notice.PersonID(in.PersonID)).Order(notice.ByID(sql.OrderDesc())).Limit(in.Limit + 1)
		if in.Unread {
			q.Where(notice.ReadAtIsNil())
		}
		if in.ReportID != uuid.Nil {
			q.Where(notice.SubjectID(in.ReportID))
		}
		if in.Before != uuid.Nil {
			q.Where(notice.IDLT(in.Before))
		}
		var err error
		out, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("notify: inbox: %w", err)
	}
	return out, nil
}

// Thread is what a person was told about one report.
type Thread struct {
	Latest        *db.Notice
	Count, Unread int
}

// threadScan bounds how many of a person's newest notices are looked through for threads.
const threadScan = 1000

// Threads groups a person's newest notices by report, the one told of last first.
func (s *Service) Threads(ctx context.Context, personID uuid.UUID, limit int) ([]Thread, error) {
	rows, err := s.Inbox(ctx, Shelf{PersonID: personID, Limit: threadScan})
	if err != nil {
		return nil, err
	}
	var out []Thread
	at := map[uuid.UUID]int{}
	for _, n := range rows {
		if n.SubjectKind != "report" || n.SubjectID == nil {
			continue
		}
		i, known := at[*n.SubjectID]
		if !known {
			i = len(out)
			at[*n.SubjectID] = i
			out = append(out, Thread{Latest: n})
		}
		out[i].Count++
		if n.ReadAt == nil {
			out[i].Unread++
		}
	}
	return out[:min(limit, len(out))], nil
}

// Unread counts a person's unread notices.
func (s *Service) Unread(ctx context.Context, personID uuid.UUID) (int, error) {
	n := 0
	err := s.d.DB.View(ctx, tenancy.Person(personID), func(ctx context.Context, tx *database.Tx) error {
		var err error
		n, err = tx.Notice.Query().Where(notice.PersonID(personID), notice.ReadAtIsNil()).Count(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("notify: unread: %w", err)
	}
	return n, nil
}

// Read marks a person's notice as read, keeping the first time. Another person's notice is
// fault.NotFound.
func (s *Service) Read(ctx context.Context, personID, id uuid.UUID) error {
	return s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		found, err := tx.Notice.Query().Where(notice.ID(id), notice.PersonID(personID)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("notify: read: %w", err)
		}
		if !found {
			return notFound()
		}
		return tx.Notice.Update().Where(notice.ID(id), notice.PersonID(personID), notice.ReadAtIsNil()).
			SetReadAt(s.d.Clock.Now()).Exec(ctx)
	})
}

// ReadAll marks all of a person's notices as read, or those about one report, and returns how many were unread.
func (s *Service) ReadAll(ctx context.Context, personID, reportID uuid.UUID) (int, error) {
	n := 0
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		u := tx.Notice.Update().Where(notice.PersonID(personID), notice.ReadAtIsNil()).SetReadAt(s.d.Clock.Now())
		if reportID != uuid.Nil {
			u.Where(notice.SubjectID(reportID))
		}
		var err error
		n, err = u.Save(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("notify: read all: %w", err)
	}
	return n, nil
}

// Sent is one message as the demo's outbox shows it.
type Sent struct {
	ID        uuid.UUID
	Phone     string
	Template  string
	Params    map[string]string
	Text      string
	Status    string
	CreatedAt time.Time
}

// outboxScan bounds how many of the newest messages a search by number looks through.
const outboxScan = 2000

// Outbox returns the newest messages with their numbers, rendered; only those to phone when it is
// given. It is for demo mode alone.
func (s *Service) Outbox(ctx context.Context, phone string, limit int) ([]Sent, error) {
	out := []Sent{}
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		scan := limit
		if phone != "" {
			scan = outboxScan
		}
		rows, err := tx.SmsMessage.Query().Order(smsmessage.ByID(sql.OrderDesc())).Limit(scan).All(ctx)
		if err != nil {
			return err
		}
		for _, m := range rows {
			number, err := s.number(ctx, tx, m)
			if err != nil {
				return err
			}
			if phone != "" && number != phone {
				continue
			}
			params, err := s.openParams(m.ID, m.ParamsSealed)
			if err != nil {
				return err
			}
			out = append(out, Sent{
				ID: m.ID, Phone: number, Template: m.Template, Params: params, Text: templateByID[m.Template].Render(params),
				Status: statusOf(m), CreatedAt: m.CreatedAt,
			})
			if len(out) == limit {
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("notify: outbox: %w", err)
	}
	return out, nil
}
