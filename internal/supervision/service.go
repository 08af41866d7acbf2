package supervision

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/classproposal"
	"huying/ent/db/handlingunit"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/idempotency"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// Territory answers where things are.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
}

// Matter is a report that a notice is about.
type Matter struct {
	ReportID uuid.UUID `json:"report_id"`
	Number   string    `json:"number"`
}

// Reports is what this room needs of the reports.
type Reports interface {
	// Named gives those of the numbers that the caller may read in the tenant.
	Named(ctx context.Context, tenant string, numbers []string) ([]Matter, error)
	// Numbers gives the numbers of reports of the transaction's tenant.
	Numbers(ctx context.Context, tx *database.Tx, ids []uuid.UUID) ([]Matter, error)
	// Readable gives those of the reports that the caller may read in the tenant.
	Readable(ctx context.Context, tenant string, ids []uuid.UUID) ([]uuid.UUID, error)
	// Supervised notes in the reports of the transaction's tenant that a notice about them was signed.
	Supervised(ctx context.Context, tx *database.Tx, notice uuid.UUID, ids []uuid.UUID, from string, due time.Time) error
	// Concluded tells the reporters of the reports what came of it.
	Concluded(ctx context.Context, tx *database.Tx, notice uuid.UUID, ids []uuid.UUID, result string) error
}

// People finds who holds a role in a tenant, in a unit where one is named.
type People interface {
	PeopleWith(ctx context.Context, tenant, role, division string, unit uuid.UUID) ([]uuid.UUID, error)
}

// Notice is what one person is told.
type Notice struct {
	PersonID uuid.UUID
	Template string
	Params   map[string]string
	SMS      bool
	Once     string
	OnceAt   time.Time
}

// Notices writes what people are told.
type Notices interface {
	Notify(ctx context.Context, tx *database.Tx, n Notice) error
}

// CityAudit writes the line of a read across tenants before it is answered.
type CityAudit interface {
	CrossTenantRead(ctx context.Context, tenants []string, what string) error
}

// Deps are what the room is built from.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Jobs      *jobs.Queue
	Index     *authz.Index
	Territory Territory
	Reports   Reports
	People    People
	Notices   Notices
	CityAudit CityAudit
	// Calendar gives a tenant's working time.
	Calendar func(ctx context.Context, tenant string) (*deadline.Calendar, error)
}

// Service is the room of supervision notices.
type Service struct{ d Deps }

// New makes the room and registers its jobs.
func New(d Deps) *Service {
	s := &Service{d: d}
	jobs.Register(d.Jobs, &carryWorker{s: s})
	jobs.Register(d.Jobs, &tellWorker{s: s})
	return s
}

// draft keeps a district's notice to one of its units until its head signs it. It answers Invalid naming the field.
func (s *Service) draft(ctx context.Context, in *draftInput) (*oneOutput, error) {
	tenant, b := web.TenantOf(ctx), in.Body
	if tenant == tenancy.CityTenant || b.Kind == "topic" {
		return nil, invalid("kind", "每月一题由市人大签发")
	}
	matters, err := s.named(ctx, tenant, b.Numbers)
	if err != nil {
		return nil, err
	}
	out := &oneOutput{}
	var id uuid.UUID
	err = s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		id, err = idempotency.Once(ctx, tx, "POST /supervision-notices", s.d.Clock.Now(), func(ctx context.Context) (uuid.UUID, error) {
			name, err := unitName(ctx, tx, tenant, b.UnitID)
			if err != nil {
				return uuid.Nil, err
			}
			if matters, err = s.ofClass(ctx, tx, b.Content, matters); err != nil {
				return uuid.Nil, err
			}
			h := s.head(ctx, b.Content, tenant, Addressee{Tenant: tenant, UnitID: &b.UnitID}, name, matters)
			if _, err := s.keep(ctx, tx, h); err != nil {
				return uuid.Nil, err
			}
			return h.ID, s.tell(ctx, tx, whom{role: "district_head"}, "supervision_signature", map[string]string{"title": h.Title}, false)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Body, err = s.view(ctx, tenant, id)
	return out, err
}

// issue writes and signs the city's notices, one for each addressee.
func (s *Service) issue(ctx context.Context, in *issueInput) (*issued, error) {
	b := in.Body
	if web.TenantOf(ctx) != tenancy.CityTenant {
		return nil, fault.Forbidden.New("只有市人大在本级签发")
	}
	if b.ClassID != nil {
		return nil, invalid("class_id", "区市的类案由区市督办；市人大请写受理编号")
	}
	names, matters, err := s.addressees(ctx, b)
	if err != nil {
		return nil, err
	}
	due := make([]time.Time, len(b.To))
	now := s.d.Clock.Now()
	for i, to := range b.To {
		if due[i], err = s.dueIn(ctx, to.Tenant, daysOf(b.Content), now); err != nil {
			return nil, err
		}
	}
	var ids []uuid.UUID
	err = s.d.DB.Do(ctx, tenancy.Tenant(tenancy.CityTenant), func(ctx context.Context, tx *database.Tx) (err error) {
		ids, err = idempotency.Once(ctx, tx, "POST /city-supervision-notices", now, func(ctx context.Context) (made []uuid.UUID, err error) {
			for i, to := range b.To {
				h := s.head(ctx, b.Content, tenancy.CityTenant, to, names[i], matters[to.Tenant])
				row, err := s.keep(ctx, tx, h)
				if err != nil {
					return nil, err
				}
				step := s.step(ctx, Sign, row)
				step.DueAt = &due[i]
				if err := s.apply(ctx, tx, row, step); err != nil {
					return nil, err
				}
				made = append(made, row.ID)
			}
			return made, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.items(ctx, ids)
}

// addressees checks whom the city writes to, and finds the named reports in their districts.
func (s *Service) addressees(ctx context.Context, b IssueBody) (names []string, matters map[string][]Matter, err error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, nil, err
	}
	byTenant := map[string][]string{}
	for _, n := range b.Numbers {
		byTenant[n[:min(6, len(n))]] = append(byTenant[n[:min(6, len(n))]], n)
	}
	matters = map[string][]Matter{}
	seen := map[Addressee]bool{}
	for _, to := range b.To {
		key := Addressee{Tenant: to.Tenant}
		open := slices.ContainsFunc(dir.Tenants(), func(t division.Tenant) bool { return t.Code == to.Tenant })
		if !open {
			return nil, nil, invalid("to", "没有开通的区市："+to.Tenant)
		}
		if to.UnitID == nil && seen[key] {
			return nil, nil, invalid("to", "同一区市只写一次")
		}
		seen[key] = seen[key] || to.UnitID == nil
		name := ""
		if to.UnitID != nil {
			if name, err = s.cityUnit(ctx, to); err != nil {
				return nil, nil, err
			}
		}
		names = append(names, name)
		if _, done := matters[to.Tenant]; done {
			continue
		}
		if matters[to.Tenant], err = s.named(ctx, to.Tenant, byTenant[to.Tenant]); err != nil {
			return nil, nil, err
		}
		delete(byTenant, to.Tenant)
	}
	for _, left := range byTenant {
		return nil, nil, invalid("numbers", "不在所致区市："+left[0])
	}
	return names, matters, nil
}

// cityUnit names a unit whose people work for the city; the city writes to no other.
func (s *Service) cityUnit(ctx context.Context, to Addressee) (name string, err error) {
	people, err := s.d.People.PeopleWith(ctx, to.Tenant, "city_unit", "", *to.UnitID)
	if err != nil {
		return "", fmt.Errorf("city unit: %w", err)
	}
	if len(people) == 0 {
		return "", invalid("to", "只能致区市人大或市级单位；区市的单位请致区市人大")
	}
	if err := s.d.CityAudit.CrossTenantRead(ctx, []string{to.Tenant}, "supervision-notice.issue"); err != nil {
		return "", err
	}
	err = s.d.DB.View(ctx, tenancy.City([]string{to.Tenant}), func(ctx context.Context, tx *database.Tx) error {
		name, err = unitName(ctx, tx, to.Tenant, *to.UnitID)
		return err
	})
	return name, err
}

// named finds the reports that a notice names, all or none.
func (s *Service) named(ctx context.Context, tenant string, numbers []string) ([]Matter, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	found, err := s.d.Reports.Named(ctx, tenant, numbers)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		if !slices.ContainsFunc(found, func(m Matter) bool { return m.Number == n }) {
			return nil, invalid("numbers", "没有这一件："+n)
		}
	}
	return found, nil
}

// ofClass adds the reports of a class that was taken up.
func (s *Service) ofClass(ctx context.Context, tx *database.Tx, b Content, matters []Matter) ([]Matter, error) {
	if (b.Kind == "class") != (b.ClassID != nil) {
		return nil, invalid("class_id", "类案集中督办要指明一项已列为类案的建议，其他通知不填")
	}
	if b.ClassID == nil {
		return matters, nil
	}
	class, err := tx.ClassProposal.Query().Where(classproposal.ID(*b.ClassID)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, invalid("class_id", "没有这项类案建议")
	}
	if err != nil {
		return nil, fmt.Errorf("class: %w", err)
	}
	if class.State != classproposal.StateTaken {
		return nil, invalid("class_id", "还没有决定列为类案")
	}
	of, err := s.d.Reports.Numbers(ctx, tx, class.ReportIds)
	if err != nil {
		return nil, err
	}
	for _, m := range of {
		if !slices.Contains(matters, m) {
			matters = append(matters, m)
		}
	}
	if len(matters) > mostMatters {
		return nil, invalid("numbers", fmt.Sprintf("一份通知最多%d件", mostMatters))
	}
	return matters, nil
}

func unitName(ctx context.Context, tx *database.Tx, tenant string, id uuid.UUID) (string, error) {
	u, err := tx.HandlingUnit.Query().Where(handlingunit.ID(id), handlingunit.TenantID(tenant)).Only(ctx)
	if db.IsNotFound(err) {
		return "", invalid("unit_id", "本区市没有这个单位")
	}
	if err != nil {
		return "", fmt.Errorf("unit: %w", err)
	}
	return string([]rune(u.Name)[:min(longestName, len([]rune(u.Name)))]), nil
}

// longestName is how many characters of a unit's name a notice keeps.
const longestName = 80

func (s *Service) head(ctx context.Context, b Content, from string, to Addressee, unit string, matters []Matter) head {
	return head{
		ID: uuid.Must(uuid.NewV7()), From: from, To: to.Tenant, UnitID: to.UnitID, UnitName: unit, Kind: b.Kind, ClassID: b.ClassID,
		TopicMonth: b.TopicMonth, Reference: b.Reference, Title: b.Title, Letter: b.Letter, Asks: asksOf(b.Asks, b.Kind), Days: daysOf(b),
		DraftedBy: auth.From(ctx).PersonID, Matters: matters,
	}
}

func daysOf(b Content) int {
	if b.Days == 0 {
		return usualDays
	}
	return b.Days
}

// dueIn is the end of some working days in a tenant's own calendar.
func (s *Service) dueIn(ctx context.Context, tenant string, days int, from time.Time) (time.Time, error) {
	cal, err := s.d.Calendar(ctx, tenant)
	if err != nil {
		return time.Time{}, err
	}
	due, _ := cal.Add(from, deadline.Span{N: days, Unit: deadline.WorkingDays})
	return due.UTC().Truncate(time.Microsecond), nil
}

func invalid(field, message string) error {
	return fault.Invalid.New(message, fault.Field{Name: field, Message: message})
}

func notFound() error { return fault.NotFound.New("没有这份督办通知") }
