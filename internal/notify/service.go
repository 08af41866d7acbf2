package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/google/uuid"

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
	// Demo opens GET /dev/outbox, which shows every message with its number.
	Demo bool
	Log  *slog.Logger
}

// Service writes notices and messages and reads them back.
type Service struct{ d Deps }

// New returns the service and registers its job with the queue.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Driver == nil {
		d.Driver = outboxDriver{log: d.Log}
	}
	s := &Service{d: d}
	jobs.Register(d.Jobs, &sendWorker{s: s})
	return s
}

// Notice is what one person is to be told.
type Notice struct {
	PersonID uuid.UUID
	Template string
	Params   map[string]string
	// ReportID is the report it is about, or uuid.Nil.
	ReportID uuid.UUID
	// SMS sends the same wording as a message too, if the person has a number.
	SMS bool
}

// Person writes the notice, and the message if one is wanted, in the transaction of tx; its scope names
// the tenant. A template that is not declared, or parameters that do not fit it, are an error of the
// program.
func (s *Service) Person(ctx context.Context, tx *database.Tx, n Notice) error {
	t, err := check(n.Template, n.Params)
	if err != nil {
		return err
	}
	tenant, err := tenantOf(ctx)
	if err != nil {
		return err
	}
	c := tx.Notice.Create().SetPersonID(n.PersonID).SetTenant(tenant).SetTemplate(t.ID).SetParams(n.Params).
		SetCreatedAt(s.d.Clock.Now())
	if n.ReportID != uuid.Nil {
		c.SetSubjectKind("report").SetSubjectID(n.ReportID)
	}
	if err := c.Exec(ctx); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	if !n.SMS {
		return nil
	}
	return s.enqueue(ctx, tx, tenant, t, n.Params, func(id uuid.UUID) (*uuid.UUID, []byte, error) { return &n.PersonID, nil, nil })
}

// Phone sends a message to a bare number (11 digits) that may belong to nobody yet. It needs the
// identity door.
func (s *Service) Phone(ctx context.Context, tx *database.Tx, phone, template string, params map[string]string) error {
	t, err := check(template, params)
	if err != nil {
		return err
	}
	return s.enqueue(ctx, tx, "", t, params, func(id uuid.UUID) (*uuid.UUID, []byte, error) {
		sealed, err := s.d.Keys.Seal(phoneAAD(id), []byte(phone))
		return nil, sealed, err
	})
}

// enqueue writes the message's row and its job. to gives either the person or the sealed number.
func (s *Service) enqueue(ctx context.Context, tx *database.Tx, tenant string, t Template, params map[string]string,
	to func(id uuid.UUID) (*uuid.UUID, []byte, error),
) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("notify: id: %w", err)
	}
	person, phone, err := to(id)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	sealed, err := s.sealParams(id, params)
	if err != nil {
		return err
	}
	c := tx.SmsMessage.Create().SetID(id).SetTenant(tenant).SetTemplate(t.ID).SetParamsSealed(sealed).
		SetNillablePersonID(person).SetCreatedAt(s.d.Clock.Now())
	if phone != nil {
		c.SetPhoneSealed(phone)
	}
	if err := c.Exec(ctx); err != nil {
		return fmt.Errorf("notify: message: %w", err)
	}
	if err := s.d.Jobs.Insert(ctx, tx, SendArgs{MessageID: id}, nil); err != nil {
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
