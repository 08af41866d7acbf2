package app

import (
	"context"

	"github.com/google/uuid"

	"huying/internal/platform/database"
	"huying/internal/report"
	"huying/internal/rights"
)

// consents are the room of rights as the room of reports sees it.
type consents struct{ room *rights.Service }

// Submitted notes what a submission's sender agreed to.
func (c consents) Allows(ctx context.Context, person uuid.UUID, purpose string) (bool, error) {
	return c.room.Allows(ctx, person, purpose)
}

func (c consents) Submitted(ctx context.Context, tx *database.Tx, in report.Consent) (version string, purposes []string, err error) {
	return c.room.Submitted(ctx, tx, rights.Submitted{
		Person: in.Person, Tenant: in.Tenant, Subject: in.Report, Public: in.Public, Photos: in.Photos, Place: in.Place,
		Callable: in.Callable, ThroughStaff: in.ThroughStaff,
	})
}

// publications are the room of reports as the room of rights sees it; it is built later.
type publications struct{ a *App }

// Hide takes the person's reports out of public sight.
func (p publications) Hide(ctx context.Context, person uuid.UUID, tenant string, id uuid.UUID) (int, error) {
	return p.a.Report.HideOwn(ctx, person, tenant, id)
}

// Agree lets the person's own report be published once it was screened.
func (p publications) Agree(ctx context.Context, person uuid.UUID, tenant string, id uuid.UUID) (bool, error) {
	return p.a.Report.AgreeToPublish(ctx, person, tenant, id)
}

// ForgetPlaces removes exact positions from the person's ended reports.
func (p publications) ForgetPlaces(ctx context.Context, person uuid.UUID, tenant string) (int, error) {
	return p.a.Report.ForgetPlaces(ctx, person, tenant)
}
