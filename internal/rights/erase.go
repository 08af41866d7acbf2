package rights

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/consentrecord"
	"huying/ent/db/rightsrequest"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// eraseBatch bounds how many erasures one look takes.
const eraseBatch = 100

// EraseDue carries out every erasure whose week is over; one that fails does not keep the others, and is tried again
// at the next look.
func (s *Service) EraseDue(ctx context.Context) (int, error) {
	var rows []*db.RightsRequest
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) (err error) {
		rows, err = tx.RightsRequest.Query().Where(rightsrequest.KindEQ(rightsrequest.KindErase),
			rightsrequest.StateIn(openStates...), rightsrequest.NotBeforeLTE(s.now())).
			Order(rightsrequest.ByNotBefore()).Limit(eraseBatch).All(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("rights: due erasures: %w", err)
	}
	var failed []error
	done := 0
	for _, r := range rows {
		if err := s.erase(ctx, r); err != nil {
			failed = append(failed, fmt.Errorf("rights: erasure %s: %w", r.ID, err))
			continue
		}
		done++
	}
	return done, errors.Join(failed...)
}

// erase carries out one erasure. It may be killed anywhere: the identity, by which the rest is found, goes last.
func (s *Service) erase(ctx context.Context, r *db.RightsRequest) error {
	held, err := s.d.People.HoldsGrants(ctx, r.PersonID)
	if err != nil {
		return err
	}
	if held { // a role was granted during the week
		_, err := s.move(ctx, r.ID, openStates, func(u *db.RightsRequestUpdate) {
			u.SetState(rightsrequest.StateCancelled).SetError("holds_grants").SetEndedAt(s.now())
		})
		return err
	}
	moved, err := s.move(ctx, r.ID, openStates, func(u *db.RightsRequestUpdate) { u.SetState(rightsrequest.StateRunning) })
	if err != nil || !moved {
		return err
	}
	all := Counts{}
	p, there, err := s.d.People.Known(ctx, r.PersonID)
	if err != nil {
		return err
	}
	if there {
		if err := s.d.People.SignedOut(ctx, p.ID); err != nil {
			return err
		}
		for _, h := range s.holdings() {
			c, err := h.Erase(ctx, p)
			if err != nil {
				return err
			}
			all.Add(c)
		}
	}
	err = s.d.DB.Do(ctx, tenancy.DoorFor(tenancy.CityTenant), func(ctx context.Context, tx *database.Tx) error {
		err := tx.RightsRequest.Update().Where(rightsrequest.ID(r.ID)).AddVersion(1).SetState(rightsrequest.StateDone).
			SetOutcome(all).SetEndedAt(s.now()).Exec(ctx)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{
			Action: "rights.erased", SubjectKind: "person", SubjectID: r.PersonID.String(),
			Facts: map[string]any{"request_id": r.ID.String(), "counts": all},
			Actor: &audit.Actor{Kind: audit.KindSystem, Role: audit.KindSystem},
		})
	})
	return err
}

// holdings are everybody else's and this room's own, in the order in which they are erased; the identity is last.
func (s *Service) holdings() []Holding {
	own := []Holding{ledger{s}}
	return append(own, s.d.Holdings...)
}

// ledger is this room's own holding: the consents and the copies that were made.
type ledger struct{ s *Service }

// Preview counts the entries.
func (l ledger) Preview(ctx context.Context, p Person) (Counts, error) {
	n := 0
	err := l.s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.ConsentRecord.Query().Where(consentrecord.PersonID(p.ID)).Count(ctx)
		return err
	})
	return Counts{"consents": n}, err
}

// Copy gives the entries.
func (l ledger) Copy(ctx context.Context, p Person) ([]Copied, error) {
	rows, err := l.s.Consents(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	items := make([]consentView, len(rows))
	for i, c := range rows {
		items[i] = viewConsent(c)
	}
	return []Copied{{Section: "同意和撤回的记录", Content: items}}, nil
}

// Erase turns the entries into those of nobody: that a consent was given when something was published has to be shown
// for three years (个§56), by whom need not be. Copies that were made are removed.
func (l ledger) Erase(ctx context.Context, p Person) (Counts, error) {
	n := 0
	err := l.s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.ConsentRecord.Update().Where(consentrecord.PersonID(p.ID)).SetPersonID(uuid.New()).Save(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rights: ledger: %w", err)
	}
	rows, err := l.s.Requests(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := l.s.removeCopy(ctx, r); err != nil {
			return nil, err
		}
	}
	return Counts{"consents": n}, nil
}
