package report

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Consent is what a submission says about what its sender agreed to (个§14).
type Consent struct {
	Person uuid.UUID
	Tenant string
	Report uuid.UUID
	// Public, Photos, Place, Callable say what the submission is to be used for.
	Public, Photos, Place, Callable bool
	// ThroughStaff says that a station or an office wrote it down for the person.
	ThroughStaff bool
}

// Consents notes within the transaction what a submission's sender agreed to.
type Consents interface {
	// Submitted returns the version of the notice in force and the purposes agreed to.
	Submitted(ctx context.Context, tx *database.Tx, c Consent) (version string, purposes []string, err error)
	// Allows says whether a person's last word about a purpose is not no.
	Allows(ctx context.Context, person uuid.UUID, purpose string) (bool, error)
}

// purposeCall is the consent to be called back (个§15: taken back at any time).
const purposeCall = "follow_up_call"

// consentKey is where an event keeps what its submission agreed to; insiders do not need to read it.
const consentKey = "consent"

// agree notes the consents of a submission in its own event and in the person's ledger.
func (s *Service) agree(ctx context.Context, m *moment, d *draft) error {
	r := m.report
	if nobodys(r) {
		return nil
	}
	version, purposes, err := s.Consents.Submitted(ctx, m.tx, Consent{
		Person: r.ReporterID, Tenant: r.TenantID, Report: r.ID, Public: r.Visibility == entreport.VisibilityPublic,
		Photos: len(d.in.UploadIDs) > 0, Place: r.Lat != nil, Callable: r.IdentityLevel != entreport.IdentityLevelNoPhone,
		ThroughStaff: d.source == entreport.SourceStation || d.source == entreport.SourceHotline || d.source == entreport.SourcePartner,
	})
	if err != nil {
		return err
	}
	if len(purposes) > 0 {
		m.data[consentKey] = map[string]any{"notice_version": version, "purposes": purposes}
	}
	return nil
}

// ownBatch bounds how many matters of a person one transaction touches.
const ownBatch = 50

// HideOwn takes a person's matters out of public sight (row 42: the citizen may at any time), one when id is given.
// It returns how many were public.
func (s *Service) HideOwn(ctx context.Context, person uuid.UUID, tenant string, id uuid.UUID) (int, error) {
	hidden := 0
	for {
		var rows []*db.Report
		err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
			q := tx.Report.Query().Where(entreport.ReporterID(person), entreport.VisibilityEQ(entreport.VisibilityPublic))
			if id != uuid.Nil {
				q = q.Where(entreport.ID(id))
			}
			rows, err = q.Order(entreport.ByID()).Limit(ownBatch).All(ctx)
			return err
		})
		if err != nil {
			return hidden, fmt.Errorf("report: public ones of a person: %w", err)
		}
		for _, row := range rows {
			if err := s.actAs(ctx, person, tenant, row.ID, s.hideStep(PlainBody{Reason: "反映人撤回公开的同意"})); err != nil {
				return hidden, err
			}
			hidden++
		}
		if len(rows) < ownBatch {
			return hidden, nil
		}
	}
}

// actAs carries out a step for a person who asked for it elsewhere in the house. Losing a race to somebody, it looks
// again.
func (s *Service) actAs(ctx context.Context, person uuid.UUID, tenant string, id uuid.UUID, st step) error {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = s.DB.Do(ctx, tenancy.As(ctx, tenant, "a person's own wish"), func(ctx context.Context, tx *database.Tx) error {
			rel, err := s.load(ctx, tx, id.String(), true)
			if err != nil {
				return err
			}
			return s.perform(ctx, tx, rel, asker{person: person, tenant: tenant}, dir, st)
		})
		if !errors.Is(err, errStale) || try == maxTries {
			return err
		}
	}
}

// AgreeToPublish lets a person's own matter be published once a screener has passed it; false when it is not theirs.
func (s *Service) AgreeToPublish(ctx context.Context, person uuid.UUID, tenant string, id uuid.UUID) (bool, error) {
	n := 0
	err := s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.Report.Update().Where(entreport.ID(id), entreport.ReporterID(person), entreport.DetachedAtIsNil(),
			entreport.AnonymisedAtIsNil()).SetVisibility(entreport.VisibilityPublic).AddVersion(1).Save(ctx)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("report: agree to publish: %w", err)
	}
	return n > 0, nil
}

// ForgetPlaces removes the exact positions of a person's ended matters and returns from how many. What is still being
// handled keeps its position until it ends: somebody has to find the place (个§13-3).
func (s *Service) ForgetPlaces(ctx context.Context, person uuid.UUID, tenant string) (int, error) {
	n := 0
	err := s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		n, err = tx.Report.Update().Where(entreport.ReporterID(person), entreport.StateIn(endedStates()...), entreport.LatNotNil()).
			ClearLat().ClearLng().ClearAccuracyM().ClearCellLat().ClearCellLng().ClearTile().ClearSourceLat().ClearSourceLng().AddVersion(1).Save(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("report: forget places: %w", err)
	}
	return n, nil
}

// endedStates are the states in which nobody works on a matter any more.
func endedStates() []entreport.State {
	var out []entreport.State
	for _, st := range anyState {
		if !slices.Contains(liveStates, st) {
			out = append(out, entreport.State(st))
		}
	}
	return out
}
