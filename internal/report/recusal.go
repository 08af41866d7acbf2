package report

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportrecusal"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// barred are the people who must not see a report.
func (s *Service) barred(ctx context.Context, tx *database.Tx, report uuid.UUID) (map[uuid.UUID]bool, error) {
	rows, err := tx.ReportRecusal.Query().Where(reportrecusal.ReportID(report)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("recusals: %w", err)
	}
	out := make(map[uuid.UUID]bool, len(rows))
	for _, r := range rows {
		out[r.PersonID] = true
	}
	return out, nil
}

// bar hides a report from people; those already barred stay so. The reporter
// keeps their own report.
func (s *Service) bar(ctx context.Context, tx *database.Tx, rep *db.Report, people []uuid.UUID, reason string) error {
	known, err := s.barred(ctx, tx, rep.ID)
	if err != nil {
		return err
	}
	var creates []*db.ReportRecusalCreate
	for _, p := range people {
		if p == rep.ReporterID || known[p] {
			continue
		}
		known[p] = true
		creates = append(creates, tx.ReportRecusal.Create().SetReportID(rep.ID).SetPersonID(p).SetReason(reason))
	}
	if len(creates) == 0 {
		return nil
	}
	if err := tx.ReportRecusal.CreateBulk(creates...).Exec(ctx); err != nil {
		return fmt.Errorf("recusals: %w", err)
	}
	return nil
}

// matter is what matching and recusal look at in this report.
func matter(rep *db.Report, units []uuid.UUID) Matter {
	m := Matter{
		Category: rep.Category, DivisionCode: rep.DivisionCode, Lat: rep.Lat, Lng: rep.Lng,
		Text: rep.Title + "\n" + rep.Description, Respondent: rep.Respondent,
		ReportID: rep.ID, ReporterID: rep.ReporterID, UnitIDs: units, Limit: MaxOffers,
	}
	if rep.PlaceID != nil {
		m.PlaceID = *rep.PlaceID
	}
	if rep.PreferredDeputyID != nil {
		m.PreferredDeputyID = *rep.PreferredDeputyID
	}
	if rep.StationID != nil {
		m.StationID = *rep.StationID
	}
	return m
}

// recuseBatch bounds one look at existing reports.
const recuseBatch = 500

// RecuseExisting hides the reports that a newly registered recusal touches:
// kind is respondent, unit, place or report; key is the respondent's key or an id.
func (s *Service) RecuseExisting(ctx context.Context, tx *database.Tx, person uuid.UUID, kind, key, reason string) error {
	scope, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	touched, err := touchedBy(scope.TenantCode(), kind, key)
	if err != nil {
		return err
	}
	last := uuid.Nil
	for {
		rows, err := tx.Report.Query().Where(entreport.IDGT(last)).Where(touched).
			Order(entreport.ByID()).Limit(recuseBatch).All(ctx)
		if err != nil {
			return fmt.Errorf("reports to hide: %w", err)
		}
		for _, rep := range rows {
			last = rep.ID
			if kind == "respondent" && !s.SameRespondent(rep.RespondentKey, key) {
				continue
			}
			if err := s.bar(ctx, tx, rep, []uuid.UUID{person}, reason); err != nil {
				return err
			}
		}
		if len(rows) < recuseBatch {
			return nil
		}
	}
}

func touchedBy(tenant, kind, key string) (func(*entsql.Selector), error) {
	if kind == "respondent" {
		return entreport.RespondentKeyNEQ(""), nil
	}
	id, err := uuid.Parse(key)
	if err != nil {
		return nil, fmt.Errorf("recusal of kind %q: %w", kind, err)
	}
	switch kind {
	case "place":
		return entreport.PlaceID(id), nil
	case "report":
		return entreport.ID(id), nil
	case "unit":
		return func(sel *entsql.Selector) {
			sel.Where(entsql.In(sel.C(entreport.FieldID), assigned(tenant, []uuid.UUID{id})))
		}, nil
	}
	return nil, fmt.Errorf("recusal of unknown kind %q", kind)
}
