package report

import (
	"context"

	"github.com/google/uuid"

	entrating "huying/ent/db/rating"
	entreport "huying/ent/db/report"
	"huying/internal/flow"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// RateBySMS rates a report for its reporter, who answered a message with 1, 2 or 3. What this person has rated in
// the present round already is fault.Conflict; a report that waits for no rating is flow.TransitionNotAllowed, and
// one that is not this person's fault.NotFound.
func (s *Service) RateBySMS(ctx context.Context, tenant string, reportID, personID uuid.UUID, result int) error {
	grants := []authz.Grant{authz.Citizen}
	ctx = auth.With(ctx, &auth.Caller{PersonID: personID, Kind: auth.KindCitizen, Tenant: tenant, Grants: grants, AllGrants: grants})
	ctx = authz.WithAccess(ctx, s.Index.Access(grants, tenant, "report.rate"))
	_, err := s.act(ctx, tenant, reportID.String(), s.rateStep(RateBody{Result: result, channel: "sms"}))
	if !fault.Is(err, flow.TransitionNotAllowed) {
		return err
	}
	rated, lookErr := s.hasRated(ctx, tenant, reportID, personID)
	if lookErr != nil {
		return lookErr
	}
	if rated {
		return fault.Conflict.With(err, "您已评价过这一次办理")
	}
	return err
}

// hasRated says whether the person rated the report's present round.
func (s *Service) hasRated(ctx context.Context, tenant string, reportID, personID uuid.UUID) (rated bool, err error) {
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rep, err := tx.Report.Query().Where(entreport.ID(reportID)).Only(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		rated, err = tx.Rating.Query().Where(entrating.SubjectID(reportID), entrating.Round(rep.Round), entrating.PersonID(personID)).Exist(ctx)
		return err
	})
	return rated, err
}
