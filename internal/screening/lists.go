package screening

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"

	"huying/ent/db/numbersequence"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Deps are what the service works with.
type Deps struct {
	DB    *database.DB
	Clock clock.Clock
}

// Service keeps the tenants' words and a ready matcher of each.
type Service struct {
	d     Deps
	mu    sync.Mutex
	ready map[string]ready
}

type ready struct {
	version int64
	matcher *Matcher
}

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{d: d, ready: map[string]ready{}} }

// versionKind names the counter that every change of a tenant's list raises.
const versionKind = "screen_words"

// Matcher gives the matcher of the transaction's tenant. It is made anew only
// when the list has changed since: one indexed row tells.
func (s *Service) Matcher(ctx context.Context, tx *database.Tx) (*Matcher, error) {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	tenant := scope.TenantCode()
	// Read before the words: a change between the two is seen next time.
	version, err := versionOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	kept, known := s.ready[tenant]
	s.mu.Unlock()
	if known && kept.version == version {
		return kept.matcher, nil
	}
	words, err := words(ctx, tx)
	if err != nil {
		return nil, err
	}
	m := New(words)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready[tenant] = ready{version, m}
	return m, nil
}

func versionOf(ctx context.Context, tx *database.Tx) (int64, error) {
	rows, err := tx.NumberSequence.Query().Where(numbersequence.Kind(versionKind), numbersequence.Year(0)).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("version of the word list: %w", err)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return rows[0].Last, nil
}

// changed raises the version of the tenant's list.
func (s *Service) changed(ctx context.Context, tx *database.Tx, tenant string) error {
	now := s.d.Clock.Now()
	_, err := tx.Exec(ctx, `INSERT INTO number_sequences (tenant_id, id, created_at, updated_at, kind, year, last)
		VALUES (?, ?, ?, ?, '`+versionKind+`', 0, 1)
		ON CONFLICT (tenant_id, kind, year) DO UPDATE SET last = number_sequences.last + 1, updated_at = excluded.updated_at`,
		tenant, uuid.Must(uuid.NewV7()), now, now)
	if err != nil {
		return fmt.Errorf("version of the word list: %w", err)
	}
	return nil
}

// words are the shipped words and the tenant's own; a row of the tenant decides
// about a shipped word of the same spelling.
func words(ctx context.Context, tx *database.Tx) ([]Word, error) {
	rows, err := tx.ScreenWord.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("word list: %w", err)
	}
	decided := map[string]bool{}
	var out []Word
	for _, row := range rows {
		decided[Key(row.Word)] = true
		if row.Active {
			out = append(out, Word{Text: row.Word, List: row.List})
		}
	}
	for _, w := range Shipped() {
		if !decided[Key(w.Text)] {
			out = append(out, w)
		}
	}
	return out, nil
}
