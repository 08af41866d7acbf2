package bench

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"huying/internal/platform/telemetry"
	"huying/internal/platform/tenancy"
)

// statement is one that the product sent, with whose rows it was sent for.
type statement struct {
	query string
	args  []any
	// tenant, person and door are what the policies of PostgreSQL compare with; city is the reading role.
	tenant, person string
	door, city     bool
}

// recorder keeps the statements of the requests it was told to listen to.
type recorder struct {
	mu    sync.Mutex
	heard map[string][]statement
}

func newRecorder() *recorder { return &recorder{heard: map[string][]statement{}} }

// hear is given to the database as OnSQL.
func (r *recorder) hear(ctx context.Context, query string, args []any) {
	id := telemetry.RequestID(ctx)
	if id == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list, listening := r.heard[id]
	if !listening {
		return
	}
	s := statement{query: query, args: slices.Clone(args)}
	if scope, err := tenancy.From(ctx); err == nil {
		s.tenant = scope.TenantCode()
		if scope.PersonID() != uuid.Nil {
			s.person = scope.PersonID().String()
		}
		s.door, s.city = scope.Kind() == tenancy.KindDoor, scope.Kind() == tenancy.KindCity
	}
	r.heard[id] = append(list, s)
}

// listen begins to keep what a request sends.
func (r *recorder) listen(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard[id] = []statement{}
}

// stop gives what was kept.
func (r *recorder) stop(id string) []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.heard[id]
	delete(r.heard, id)
	return list
}
