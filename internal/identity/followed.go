package identity

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db/personreport"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// KeepFollowed adds a report that a person follows to the person's own list.
// One that is there already, as the person's own too, stays as it is.
func (s *Service) KeepFollowed(ctx context.Context, tenant string, person, report uuid.UUID) error {
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		known, err := tx.PersonReport.Query().Where(personreport.PersonID(person), personreport.ReportID(report)).Exist(ctx)
		if err != nil || known {
			return err
		}
		return tx.PersonReport.Create().SetPersonID(person).SetTenant(tenant).SetReportID(report).
			SetRelation(personreport.RelationFollower).Exec(ctx)
	})
	if err != nil && !database.IsUnique(err) {
		return fmt.Errorf("identity: keep followed report: %w", err)
	}
	return nil
}

// DropFollowed takes a report that a person no longer follows out of the
// person's own list. What the person reported stays there.
func (s *Service) DropFollowed(ctx context.Context, person, report uuid.UUID) error {
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.PersonReport.Delete().Where(personreport.PersonID(person), personreport.ReportID(report),
			personreport.RelationEQ(personreport.RelationFollower)).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("identity: drop followed report: %w", err)
	}
	return nil
}
