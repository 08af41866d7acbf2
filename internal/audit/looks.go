package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/auditline"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// The acts of looking at somebody's data, and those that change who may look.
var (
	looks = []string{
		"person.reveal", "photo.original", "city.read", "evidence.bundle", "report.bundle", "audit.read", "audit.export",
		"rights.export",
	}
	// personal are the looks at a person's data, which are counted per actor.
	personalLooks = []string{"person.reveal", "photo.original", "evidence.bundle", "report.bundle"}
	grantChanges  = []string{"grant.create", "grant.revoke", "account.reset"}
)

// The longest period of one report, and the one taken when none is given.
const (
	maxPeriod     = 92 * 24 * time.Hour
	defaultPeriod = 30 * 24 * time.Hour
	// maxTallied bounds how many looks one report counts.
	maxTallied = 200_000
)

// period checks the bounds of a report: the last thirty days unless said otherwise.
func (s *Service) period(from, to time.Time) (start, end time.Time, err error) {
	if to.IsZero() {
		to = s.d.Clock.Now()
	}
	if from.IsZero() {
		from = to.Add(-defaultPeriod)
	}
	switch {
	case !from.Before(to):
		err = fault.Invalid.New("起止时间不对", fault.Field{Name: "from", Message: "应早于 to"})
	case to.Sub(from) > maxPeriod:
		err = fault.Invalid.New("时段太长", fault.Field{Name: "from", Message: "一次最多92天"})
	}
	return from, to, err
}

// open lets the caller look at a tenant's trail and leaves a line of that first: in the tenant, or in the city's when the
// caller holds nothing in the tenant. What is the report, about are its filters. When the line cannot be kept there is no
// answer.
func (s *Service) open(ctx context.Context, tenant, action, what string, about map[string]any) (tenancy.Scope, error) {
	c := auth.From(ctx)
	if c == nil {
		return tenancy.Tenant(tenant), nil
	}
	if crosses(c, tenant) {
		return tenancy.City([]string{tenant}), s.CrossTenantRead(ctx, []string{tenant}, what)
	}
	facts := map[string]any{"report": what}
	for k, v := range about {
		facts[k] = v
	}
	err := s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return Write(ctx, tx, Line{Action: action, SubjectKind: "tenant", SubjectID: tenant, Facts: facts})
	})
	if err != nil {
		err = fault.Unavailable.With(fmt.Errorf("audit: record the look: %w", err), "暂时无法留存查阅记录，请稍后再试").After(retryAfter)
	}
	return tenancy.Tenant(tenant), err
}

// ActorCount is how much one actor looked at people's data in a period.
type ActorCount struct {
	ActorID  uuid.UUID
	Role     string
	Looks    int
	ByAction map[string]int
	// Subjects are different people, photos or reports; Reports different reports, as far as lines name them.
	Subjects, Reports int
	// Strange are reports that the actor never did anything about; Night are looks between 22 and 6 o'clock local time.
	Strange, Night int
	// MostInHour is the largest number of looks within one clock hour.
	MostInHour  int
	First, Last time.Time
	// Flags name what stands out: many, burst, strange, night.
	Flags []string
}

// Tally counts looks per actor within a period, those first who stand out. It reads lines only: neither the people nor
// the reports they are about.
func (s *Service) Tally(ctx context.Context, tenant string, from, to time.Time) (out []ActorCount, start, end time.Time, err error) {
	start, end, err = s.period(from, to)
	if err != nil {
		return nil, start, end, err
	}
	scope, err := s.open(ctx, tenant, "audit.read", "actors", map[string]any{"from": start, "to": end})
	if err != nil {
		return nil, start, end, err
	}
	t := newTally()
	err = s.d.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		for _, action := range personalLooks {
			if err := t.read(ctx, tx, action, start, end); err != nil {
				return err
			}
		}
		return t.work(ctx, tx)
	})
	if err != nil {
		return nil, start, end, fmt.Errorf("audit: tally: %w", err)
	}
	return t.result(), start, end, nil
}

// readBatch is how many lines are read at once.
const readBatch = 2000

// read adds the lines of one action, newest first along their index.
func (t *tally) read(ctx context.Context, tx *database.Tx, action string, from, to time.Time) error {
	last := uuid.Nil
	for {
		q := tx.AuditLine.Query().Where(auditline.Action(action), auditline.CreatedAtGTE(from), auditline.CreatedAtLT(to), auditline.ActorIDNotNil()).
			Order(auditline.ByID(descending)).Limit(readBatch)
		if last != uuid.Nil {
			q = q.Where(auditline.IDLT(last))
		}
		lines, err := q.All(ctx)
		if err != nil {
			return err
		}
		for _, l := range lines {
			t.add(l)
			last = l.ID
		}
		if len(lines) < readBatch || t.lines >= maxTallied {
			return nil
		}
	}
}

// work finds which reports the actors did something about, ever.
func (t *tally) work(ctx context.Context, tx *database.Tx) error {
	var rows []struct {
		ActorID   uuid.UUID `json:"actor_id"`
		SubjectID string    `json:"subject_id"`
	}
	ids := t.ids()
	if len(ids) == 0 {
		return nil
	}
	err := tx.AuditLine.Query().Where(auditline.ActorIDIn(ids...), auditline.SubjectKind("report")).
		GroupBy(auditline.FieldActorID, auditline.FieldSubjectID).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t.worked[r.ActorID.String()+" "+r.SubjectID] = true
	}
	return nil
}

// Looked is one look at a person's data, as that person may see it.
type Looked struct {
	At     time.Time
	Tenant string
	Action string
	Role   string
	Reason string
	// ReportID is the matter it was about, where the line says so.
	ReportID string
}

// LooksAt gives the newest looks at one person's data in a tenant: unmaskings of the person and openings of these
// photos' originals. It is the person's own question, so it leaves no line.
func (s *Service) LooksAt(ctx context.Context, tenant string, person uuid.UUID, photos []uuid.UUID, limit int) ([]Looked, error) {
	ids := []string{person.String()}
	for _, id := range photos {
		ids = append(ids, id.String())
	}
	var lines []*db.AuditLine
	err := s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		lines, err = tx.AuditLine.Query().
			Where(auditline.SubjectKindIn("person", "photo"), auditline.SubjectIDIn(ids...), auditline.ActionIn("person.reveal", "photo.original")).
			Order(auditline.ByID(descending)).Limit(limit).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("audit: looks at a person: %w", err)
	}
	out := make([]Looked, 0, len(lines))
	for _, l := range lines {
		if l.ActorID != nil && *l.ActorID == person {
			continue
		}
		about, _ := l.Facts["report_id"].(string)
		out = append(out, Looked{At: l.CreatedAt.UTC(), Tenant: tenant, Action: l.Action, Role: l.ActorRole, Reason: l.Reason, ReportID: about})
	}
	return out, nil
}
