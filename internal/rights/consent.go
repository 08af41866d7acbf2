package rights

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/consentrecord"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Submitted is what a submission says about consent.
type Submitted struct {
	Person uuid.UUID
	Tenant string
	// Subject is the matter submitted.
	Subject uuid.UUID
	// Public says that the person chose to have it published; Photos that photos came with it; Place that it
	// carries an exact position; Callable that the number may be called.
	Public, Photos, Place, Callable bool
	// ThroughStaff says that a station or an office wrote it down for the person.
	ThroughStaff bool
}

// RecordArgs is the job that enters consents into the person's ledger.
type RecordArgs struct {
	Person   uuid.UUID `json:"person"`
	Tenant   string    `json:"tenant"`
	Subject  uuid.UUID `json:"subject"`
	Purposes []string  `json:"purposes"`
	Version  string    `json:"version"`
	Channel  string    `json:"channel"`
	At       time.Time `json:"at"`
}

// Kind names the job.
func (RecordArgs) Kind() string { return "rights_record_consent" }

// Submitted notes within the transaction of a submission what its sender agreed to, and returns the version of the
// notice and the purposes, for the submission's own event. The ledger stands behind the identity door, which a
// tenant's transaction cannot open; so the entry travels as a job of the same transaction.
func (s *Service) Submitted(ctx context.Context, tx *database.Tx, in Submitted) (version string, purposes []string, err error) {
	if in.Public {
		purposes = append(purposes, PublishText)
		if in.Photos {
			purposes = append(purposes, PublishPhoto)
		}
	}
	if in.Place {
		purposes = append(purposes, PrecisePlace)
	}
	if in.Callable {
		purposes = append(purposes, FollowUpCall)
	}
	if len(purposes) == 0 {
		return NoticeVersion, nil, nil
	}
	channel := channelApp
	if in.ThroughStaff {
		channel = channelStation
	}
	err = s.d.Jobs.Insert(ctx, tx, RecordArgs{
		Person: in.Person, Tenant: in.Tenant, Subject: in.Subject, Purposes: purposes, Version: NoticeVersion, Channel: channel, At: s.now(),
	}, nil)
	if err != nil {
		return "", nil, fmt.Errorf("rights: consent: %w", err)
	}
	return NoticeVersion, purposes, nil
}

// recorder works RecordArgs.
type recorder struct {
	river.WorkerDefaults[RecordArgs]
	s *Service
}

// Work enters the consents once, however often it runs.
func (w *recorder) Work(ctx context.Context, j *river.Job[RecordArgs]) error {
	return w.s.enter(ctx, j.Args)
}

func (s *Service) enter(ctx context.Context, a RecordArgs) error {
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		there, err := tx.ConsentRecord.Query().
			Where(consentrecord.PersonID(a.Person), consentrecord.SubjectID(a.Subject), consentrecord.At(a.At)).All(ctx)
		if err != nil {
			return err
		}
		for _, purpose := range a.Purposes {
			if slices.ContainsFunc(there, func(c *db.ConsentRecord) bool { return c.Purpose == purpose }) {
				continue
			}
			if err := s.write(ctx, tx, a, purpose, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("rights: record consent: %w", err)
	}
	return nil
}

func (s *Service) write(ctx context.Context, tx *database.Tx, a RecordArgs, purpose string, given bool) error {
	c := tx.ConsentRecord.Create().SetPersonID(a.Person).SetPurpose(purpose).SetNoticeVersion(a.Version).SetTenant(a.Tenant).
		SetGiven(given).SetChannel(a.Channel).SetAt(a.At).SetCreatedAt(s.now())
	if a.Subject != uuid.Nil {
		c.SetSubjectID(a.Subject)
	}
	return c.Exec(ctx)
}

// maxConsents bounds how much of the ledger one answer shows.
const maxConsents = 200

// Consents lists a person's newest acts of consent.
func (s *Service) Consents(ctx context.Context, person uuid.UUID) (rows []*db.ConsentRecord, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		rows, err = tx.ConsentRecord.Query().Where(consentrecord.PersonID(person)).
			Order(consentrecord.ByAt(sql.OrderDesc()), consentrecord.ByID(sql.OrderDesc())).Limit(maxConsents).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rights: consents: %w", err)
	}
	return rows, nil
}

// Decision is a person's yes or no to one purpose.
type Decision struct {
	Purpose string
	Given   bool
	// Version is that of the notice the person was shown; needed to agree.
	Version string
	// Tenant and Subject narrow it to one matter; without them it is about all.
	Tenant  string
	Subject uuid.UUID
}

// Decide records the caller's decision and does at once what follows from it: what was published is hidden, exact
// positions of ended matters are removed. It returns how many matters were touched. The effect comes first and may be
// repeated, so that no consent is noted as withdrawn while something still stands in public. Faults: fault.Invalid,
// NoticeOutdated, fault.NotFound for a matter that is not the caller's.
func (s *Service) Decide(ctx context.Context, in Decision) (touched int, err error) {
	caller := auth.From(ctx)
	if caller == nil {
		return 0, fault.Unauthenticated.New("请先登录")
	}
	if err := in.check(); err != nil {
		return 0, err
	}
	if touched, err = s.follow(ctx, caller.PersonID, in); err != nil {
		return 0, err
	}
	scope, action := tenancy.DoorFor(tenancy.CityTenant), "consent.withdraw"
	if in.Given {
		action = "consent.give"
	}
	if in.Tenant != "" {
		scope = tenancy.DoorFor(in.Tenant)
	}
	err = s.d.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		a := RecordArgs{Person: caller.PersonID, Tenant: in.Tenant, Subject: in.Subject, Version: NoticeVersion, Channel: channelApp, At: s.now()}
		if err := s.write(ctx, tx, a, in.Purpose, in.Given); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{
			Action: action, SubjectKind: "person", SubjectID: caller.PersonID.String(),
			Facts: map[string]any{"purpose": in.Purpose, "notice_version": NoticeVersion, "touched": touched},
		})
	})
	if err != nil {
		return 0, fmt.Errorf("rights: decide: %w", err)
	}
	return touched, nil
}

func (in Decision) check() error {
	switch {
	case !known(in.Purpose):
		return fault.Invalid.New("请选择一项用途", fault.Field{Name: "purpose", Message: "没有这项用途"})
	case in.Given && in.Version != NoticeVersion:
		return NoticeOutdated.New("请先阅读新的告知内容").Fact("notice_version", NoticeVersion)
	case (in.Tenant == "") != (in.Subject == uuid.Nil):
		return fault.Invalid.New("请说明是哪一件事项",
			fault.Field{Name: "tenant", Message: "指定一件事项时，区市代码和事项编号都要填写"})
	case in.Tenant != "" && !tenancy.ValidCode(in.Tenant):
		return fault.Invalid.New("区市代码不对", fault.Field{Name: "tenant", Message: "应为6位数字"})
	case in.Subject != uuid.Nil && in.Purpose != PublishText && in.Purpose != PublishPhoto:
		return fault.Invalid.New("这项用途不分事项", fault.Field{Name: "report_id", Message: "请不要填写"})
	case in.Given && (in.Purpose == PublishText || in.Purpose == PublishPhoto) && in.Subject == uuid.Nil:
		return fault.Invalid.New("请说明同意公开哪一件事项",
			fault.Field{Name: "report_id", Message: "公开要一件一件地同意"})
	}
	return nil
}

// follow does what a decision means.
func (s *Service) follow(ctx context.Context, person uuid.UUID, in Decision) (int, error) {
	publish := in.Purpose == PublishText || in.Purpose == PublishPhoto
	if in.Given {
		if !publish {
			return 0, nil
		}
		mine, err := s.d.Publications.Agree(ctx, person, in.Tenant, in.Subject)
		if err == nil && !mine {
			err = fault.NotFound.New("没有这件事项")
		}
		return 0, err
	}
	if in.Purpose == FollowUpCall {
		return 0, nil
	}
	tenants := []string{in.Tenant}
	if in.Tenant == "" {
		var err error
		if tenants, err = s.d.Tenants(ctx); err != nil {
			return 0, err
		}
	}
	touched := 0
	for _, tenant := range tenants {
		var n int
		var err error
		if publish {
			n, err = s.d.Publications.Hide(ctx, person, tenant, in.Subject)
		} else {
			n, err = s.d.Publications.ForgetPlaces(ctx, person, tenant)
		}
		if err != nil {
			return touched, err
		}
		touched += n
	}
	if in.Subject != uuid.Nil && publish && touched == 0 {
		return 0, fault.NotFound.New("没有这件事项")
	}
	return touched, nil
}

// Allows says whether a person's last word about a purpose, outside single matters, is no. Whoever was never asked
// is allowed: asking is part of the submission.
func (s *Service) Allows(ctx context.Context, person uuid.UUID, purpose string) (bool, error) {
	allowed := true
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		last, err := tx.ConsentRecord.Query().Where(consentrecord.PersonID(person), consentrecord.Purpose(purpose)).
			Order(consentrecord.ByAt(sql.OrderDesc()), consentrecord.ByID(sql.OrderDesc())).First(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err == nil {
			allowed = last.Given
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("rights: allows: %w", err)
	}
	return allowed, nil
}
