package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/credential"
	"huying/ent/db/person"
	"huying/internal/notify"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// resealBatch is how many rows one transaction seals anew.
const resealBatch = 500

// ResealArgs is the daily job after which older keys are no longer needed.
type ResealArgs struct{}

// Kind of the job.
func (ResealArgs) Kind() string { return "identity_reseal" }

type resealWorker struct {
	river.WorkerDefaults[ResealArgs]
	s *Service
}

// Timeout of the walk over all people.
func (*resealWorker) Timeout(*river.Job[ResealArgs]) time.Duration { return 30 * time.Minute }

// Work seals anew what is stale.
func (w *resealWorker) Work(ctx context.Context, _ *river.Job[ResealArgs]) error {
	n, err := w.s.Reseal(ctx)
	if n > 0 {
		w.s.d.Log.InfoContext(ctx, "sealed under the current key", "rows", n)
	}
	return err
}

// Reseal seals every number and one-time secret that names an older key under the current one, renews
// the blind index of numbers, and returns how many rows it changed. A row that changes meanwhile is
// left for the next time.
func (s *Service) Reseal(ctx context.Context) (int, error) {
	people, err := s.walk(ctx, s.resealPeople)
	if err != nil {
		return people, fmt.Errorf("identity: reseal people: %w", err)
	}
	secrets, err := s.walk(ctx, s.resealSecrets)
	if err != nil {
		return people + secrets, fmt.Errorf("identity: reseal secrets: %w", err)
	}
	return people + secrets, nil
}

// walk calls step for one batch after the other until one is empty.
func (s *Service) walk(ctx context.Context, step func(context.Context, *database.Tx, uuid.UUID) (last uuid.UUID, changed int, err error)) (int, error) {
	total, after := 0, uuid.Nil
	for {
		var last uuid.UUID
		var changed int
		err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
			var err error
			last, changed, err = step(ctx, tx, after)
			return err
		})
		if err != nil || last == uuid.Nil {
			return total, err
		}
		total, after = total+changed, last
	}
}

func (s *Service) resealPeople(ctx context.Context, tx *database.Tx, after uuid.UUID) (last uuid.UUID, changed int, err error) {
	rows, err := tx.Person.Query().Where(person.IDGT(after)).Order(db.Asc(person.FieldID)).Limit(resealBatch).All(ctx)
	if err != nil {
		return uuid.Nil, 0, err
	}
	for _, p := range rows {
		last = p.ID
		phone, err := s.openPhone(p)
		if err != nil {
			return uuid.Nil, 0, err
		}
		if phone == "" || !s.d.Keys.Stale(*p.PhoneSealed) && p.PhoneIndex != nil && *p.PhoneIndex == s.phoneIndex(phone) {
			continue
		}
		sealed, err := s.d.Keys.Seal(notify.PersonPhoneAAD(p.ID), []byte(phone))
		if err != nil {
			return uuid.Nil, 0, err
		}
		n, err := tx.Person.Update().Where(person.ID(p.ID), person.Version(p.Version)).AddVersion(1).
			SetPhoneSealed(sealed).SetPhoneIndex(s.phoneIndex(phone)).Save(ctx)
		if err != nil {
			return uuid.Nil, 0, err
		}
		changed += n
	}
	return last, changed, nil
}

func (s *Service) resealSecrets(ctx context.Context, tx *database.Tx, after uuid.UUID) (last uuid.UUID, changed int, err error) {
	rows, err := tx.Credential.Query().Where(credential.IDGT(after)).Order(db.Asc(credential.FieldID)).Limit(resealBatch).All(ctx)
	if err != nil {
		return uuid.Nil, 0, err
	}
	for _, c := range rows {
		last = c.ID
		if c.TotpSealed == nil || len(*c.TotpSealed) == 0 || !s.d.Keys.Stale(*c.TotpSealed) {
			continue
		}
		secret, err := s.openSecret(c)
		if err != nil {
			return uuid.Nil, 0, err
		}
		sealed, err := s.d.Keys.Seal(secretAAD(c.ID), []byte(secret))
		if err != nil {
			return uuid.Nil, 0, err
		}
		n, err := tx.Credential.Update().Where(credential.ID(c.ID), credential.Version(c.Version)).AddVersion(1).SetTotpSealed(sealed).Save(ctx)
		if err != nil {
			return uuid.Nil, 0, err
		}
		changed += n
	}
	return last, changed, nil
}
