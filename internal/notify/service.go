package notify

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"huying/internal/notify/signature"
	"huying/internal/platform/auth"
	"huying/internal/platform/clock"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
)

// Deps is what the service needs.
type Deps struct {
	DB    *database.DB
	Clock clock.Clock
	Keys  *crypto.Keyring
	Jobs  *jobs.Queue
	// Driver hands messages to a gateway; nil keeps them in the outbox only.
	Driver Driver
	// Gateway is the key shared with the gateway; with none, nothing it sends is believed.
	Gateway signature.Key
	// ParsePhone reads a number as people and gateways write it and gives its 11 digits.
	ParsePhone func(typed string) (string, error)
	// Rate rates a report for a person who answered by message. fault.Conflict says that this was rated before,
	// flow.TransitionNotAllowed, fault.NotFound and fault.Forbidden that there is nothing to rate.
	Rate func(ctx context.Context, r Rating) error
	// Readable gives those of the reports that a caller may read in a tenant.
	Readable func(ctx context.Context, caller *auth.Caller, tenant string, ids []uuid.UUID) ([]uuid.UUID, error)
	// Fanout carries hints between processes; nil keeps them in this one.
	Fanout Fanout
	// Nap bounds how long a message that waits is not looked at, so that a changed clock or choice counts; one hour
	// unless set.
	Nap time.Duration
	// Base is scheme://host of links in messages.
	Base string
	// Demo opens GET /dev/outbox, which shows every message with its number.
	Demo bool
	Log  *slog.Logger
}

// Service writes notices and messages and reads them back.
type Service struct {
	d      Deps
	links  limiter
	hub    *hub
	fanout Fanout
}

// New returns the service and registers its jobs with the queue.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Driver == nil {
		d.Driver = outboxDriver{log: d.Log}
	}
	if d.Nap == 0 {
		d.Nap = time.Hour
	}
	s := &Service{d: d, hub: newHub(), fanout: d.Fanout}
	if s.fanout == nil {
		s.fanout = &inProcess{}
	}
	s.fanout.Subscribe(s.hub.take)
	jobs.Register(d.Jobs, &sendWorker{s: s})
	jobs.Register(d.Jobs, &planWorker{s: s})
	jobs.Register(d.Jobs, &digestWorker{s: s})
	return s
}

// Notice is what one person is to be told.
type Notice struct {
	PersonID uuid.UUID
	Template string
	Params   map[string]string
	// ReportID is the report it is about, or uuid.Nil.
	ReportID uuid.UUID
	// SMS sends the same wording as a message too, if the person has a number and wants it.
	SMS bool
	// Until is when what it tells of is over, such as an offer; the zero time when it never is.
	Until time.Time
	// Once names the fact it tells of. A person is told of the same fact once, however often a job that tells it is
	// worked. Empty for what is told in the transaction of the fact itself.
	Once string
	// OnceAt is a time that is the same whenever Once is, such as that of the job.
	OnceAt time.Time
}

// id of the notice and of its message: a UUIDv7, made of the fact where one is named.
func (n Notice) id() (uuid.UUID, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return id, fmt.Errorf("notify: id: %w", err)
	}
	if n.Once == "" {
		return id, nil
	}
	sum := sha256.Sum256([]byte(n.Once + "|" + n.Template + "|" + n.PersonID.String()))
	copy(id[:], sum[:16])
	ms := uint64(n.OnceAt.UnixMilli()) //nolint:gosec // times of the product lie after 1970
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id, nil
}

// Person writes the notice, and the message if one is wanted, in the transaction of tx; its scope names
// the tenant. A template that is not declared, or parameters that do not fit it, are an error of the
// program. A fact that was told before is an error that database.IsUnique knows; the transaction is then lost.
func (s *Service) Person(ctx context.Context, tx *database.Tx, n Notice) error {
	tenant, err := tenantOf(ctx)
	if err != nil {
		return err
	}
	params := s.withLink(tenant, n)
	t, err := check(n.Template, params)
	if err != nil {
		return err
	}
	id, err := n.id()
	if err != nil {
		return err
	}
	c := tx.Notice.Create().SetID(id).SetPersonID(n.PersonID).SetTenant(tenant).SetTemplate(t.ID).SetParams(withoutLink(params)).
		SetCreatedAt(s.d.Clock.Now())
	if n.ReportID != uuid.Nil {
		c.SetSubjectKind("report").SetSubjectID(n.ReportID)
	}
	if err := c.Exec(ctx); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	tx.AfterCommit(func() {
		s.fanout.Publish(Hint{Kind: HintNotice, Tenant: tenant, ID: id, People: []uuid.UUID{n.PersonID}})
	})
	if !n.SMS {
		if traitOf(t.ID).digest == "" {
			return nil
		}
		return s.d.Jobs.Insert(ctx, tx, PlanArgs{PersonID: n.PersonID, NoticeID: id}, nil)
	}
	return s.enqueue(ctx, tx, outgoing{
		id: id, tenant: tenant, template: t.ID, params: params, person: n.PersonID, report: n.ReportID, until: n.Until,
	})
}

// Phone sends a message to a bare number (11 digits) that may belong to nobody yet. It needs the
// identity door.
func (s *Service) Phone(ctx context.Context, tx *database.Tx, phone, template string, params map[string]string) error {
	if _, err := check(template, params); err != nil {
		return err
	}
	return s.enqueue(ctx, tx, outgoing{template: template, params: params, phone: phone})
}

// outgoing is a message on its way into the outbox: to a person, or to a bare number.
type outgoing struct {
	// id is that of the notice it goes with; made when it goes with none.
	id             uuid.UUID
	tenant         string
	template       string
	params         map[string]string
	person, report uuid.UUID
	phone          string
	until          time.Time
	// once is the message's dedupe key, or empty.
	once string
}

// enqueue writes the message's row and its job.
func (s *Service) enqueue(ctx context.Context, tx *database.Tx, o outgoing) error {
	if o.id == uuid.Nil {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("notify: id: %w", err)
		}
		o.id = id
	}
	sealed, err := s.sealParams(o.id, o.params)
	if err != nil {
		return err
	}
	now := s.d.Clock.Now()
	c := tx.SmsMessage.Create().SetID(o.id).SetTenant(o.tenant).SetTemplate(o.template).SetParamsSealed(sealed).SetCreatedAt(now)
	if o.person != uuid.Nil {
		c.SetPersonID(o.person)
	}
	if o.report != uuid.Nil {
		c.SetSubjectKind("report").SetSubjectID(o.report)
		if d := traitOf(o.template).answer; d > 0 {
			c.SetAnswerUntil(now.Add(d))
		}
	}
	if o.once != "" {
		c.SetDedupeKey(o.once)
	}
	if o.phone != "" {
		number, err := s.d.Keys.Seal(phoneAAD(o.id), []byte(o.phone))
		if err != nil {
			return fmt.Errorf("notify: %w", err)
		}
		c.SetPhoneSealed(number)
	}
	if err := c.Exec(ctx); err != nil {
		return fmt.Errorf("notify: message: %w", err)
	}
	args := SendArgs{MessageID: o.id}
	if !o.until.IsZero() {
		args.Until = &o.until
	}
	if err := s.d.Jobs.Insert(ctx, tx, args, nil); err != nil {
		return fmt.Errorf("notify: message: %w", err)
	}
	return nil
}

func (s *Service) sealParams(id uuid.UUID, params map[string]string) ([]byte, error) {
	raw, err := json.Marshal(params)
	if err != nil {
		return nil, fmt.Errorf("notify: params: %w", err)
	}
	sealed, err := s.d.Keys.Seal("sms_messages.params:"+id.String(), raw)
	if err != nil {
		return nil, fmt.Errorf("notify: params: %w", err)
	}
	return sealed, nil
}

func (s *Service) openParams(id uuid.UUID, sealed []byte) (map[string]string, error) {
	raw, err := s.d.Keys.Open("sms_messages.params:"+id.String(), sealed)
	if err != nil {
		return nil, fmt.Errorf("notify: params: %w", err)
	}
	params := map[string]string{}
	if err := json.Unmarshal(raw, &params); err != nil {
		return nil, fmt.Errorf("notify: params: %w", err)
	}
	return params, nil
}

func phoneAAD(message uuid.UUID) string { return "sms_messages.phone:" + message.String() }

// PersonPhoneAAD is the place of a person's sealed number; identity seals it, this package opens it
// when a message is sent.
func PersonPhoneAAD(person uuid.UUID) string { return "persons.phone:" + person.String() }

func tenantOf(ctx context.Context) (string, error) {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return "", fmt.Errorf("notify: %w", err)
	}
	if scope.TenantCode() == "" {
		return "", fmt.Errorf("notify: %w: a notice needs a tenant", tenancy.ErrForbidden)
	}
	return scope.TenantCode(), nil
}
