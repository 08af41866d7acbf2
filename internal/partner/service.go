package partner

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/internal/division"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/outbound"
)

// Step is one step of a report as other systems may know it.
type Step struct {
	Tenant, Number, Category, Division string
	ReportID, EventID                  uuid.UUID
	Action, From, To                   string
	Round                              int
	// Over says that nothing more is done about it; Public that the public may know of it.
	Over, Public bool
	At           time.Time
	// PartnerID is the partner under whose key it came in, or nil.
	PartnerID *uuid.UUID
}

// Matter is what a partner that handles a report gets of it: no reporter, and personal numbers in texts masked.
type Matter struct {
	ID                                                            uuid.UUID
	Number, Category, Title, Description                          string
	DivisionCode, DivisionName, Address, State, StateName, Reason string
	Lat, Lng                                                      *float64
	CreatedAt, UpdatedAt                                          time.Time
	PromisedAt                                                    *time.Time
	Answers                                                       map[string]string
	Over, Gone                                                    bool
}

// Filing is a matter that a partner hands over to us.
type Filing struct {
	Category, Title, Description, DivisionCode, Address string
	Lat, Lng                                            *float64
	Name, Phone                                         string
	Reference                                           string
}

// Reports is what this room needs of the reports.
type Reports interface {
	// HandOver gives a report as a partner may have it, Said what its step told the public, with personal numbers masked.
	HandOver(ctx context.Context, tx *database.Tx, id uuid.UUID) (*Matter, error)
	Said(ctx context.Context, tx *database.Tx, event uuid.UUID) (string, error)
	// Note keeps what a partner says about a report; false when the report keeps no more.
	Note(ctx context.Context, tx *database.Tx, tenant string, id uuid.UUID, by, text string) (bool, error)
	// File files a report; the same partner and reference give the same report.
	File(ctx context.Context, tenant string, p *db.Partner, f Filing) (id uuid.UUID, number string, err error)
	// States gives the present states and numbers of reports, and which of them are over.
	States(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]Matter, error)
}

// Territory is what this room needs of the reference data.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
}

// Sealer keeps secrets.
type Sealer interface {
	Seal(aad string, plain []byte) ([]byte, error)
	Open(aad string, sealed []byte) ([]byte, error)
}

// Queue takes jobs within the transaction.
type Queue interface {
	Insert(ctx context.Context, tx *database.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// Deps are what the room is built from.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Keys      Sealer
	Jobs      Queue
	Territory Territory
	Reports   Reports
	Out       *outbound.Client
	// DropDir is the folder for files; empty switches them off.
	DropDir string
	Tenants func(context.Context) ([]string, error)
}

// Room keeps the partners and speaks to them.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	return &Room{d}
}

func notFound() error { return fault.NotFound.New("没有这个合作系统") }

// one reads a partner that was not removed.
func one(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.Partner, error) {
	row, err := tx.Partner.Query().Where(partner.ID(id), partner.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return nil, notFound()
	}
	if err != nil {
		return nil, fmt.Errorf("partner: %w", err)
	}
	return row, nil
}

// secretMark begins a signing secret (Standard Webhooks).
const secretMark = "whsec_"

// newSecret makes a signing secret of 32 random bytes.
func newSecret() (string, error) {
	var raw [32]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return "", fmt.Errorf("secret: %w", err)
	}
	return secretMark + base64.StdEncoding.EncodeToString(raw[:]), nil
}

func secretAAD(id uuid.UUID) string { return "partner.secret:" + id.String() }

func (s *Room) seal(id uuid.UUID, secret string) ([]byte, error) {
	sealed, err := s.Keys.Seal(secretAAD(id), []byte(secret))
	if err != nil {
		return nil, fmt.Errorf("seal secret of a partner: %w", err)
	}
	return sealed, nil
}

// kept says whether a sealed secret is there.
func kept(sealed *[]byte) bool { return sealed != nil && len(*sealed) > 0 }

// secrets opens what a partner's messages are signed with: the present one, and the one before while it still holds.
func (s *Room) secrets(p *db.Partner) ([]string, error) {
	var out []string
	for _, sealed := range []*[]byte{p.SecretSealed, p.PreviousSealed} {
		if !kept(sealed) || sealed == p.PreviousSealed && (p.PreviousUntil == nil || !p.PreviousUntil.After(s.Clock.Now())) {
			continue
		}
		plain, err := s.Keys.Open(secretAAD(p.ID), *sealed)
		if err != nil {
			return nil, fmt.Errorf("open secret of a partner: %w", err)
		}
		out = append(out, string(plain))
	}
	return out, nil
}

// noted keeps whether a partner answered. It is no change of the settings, so the version stays.
func (s *Room) noted(ctx context.Context, tx *database.Tx, id uuid.UUID, failure error) error {
	u := tx.Partner.Update().Where(partner.ID(id))
	if failure == nil {
		u.SetLastOkAt(s.Clock.Now()).SetFailures(0).SetLastError("")
	} else {
		u.AddFailures(1).SetLastError(clip(failure.Error(), 300))
	}
	if err := u.Exec(ctx); err != nil {
		return fmt.Errorf("partner: %w", err)
	}
	return nil
}
