package rating_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
	"huying/internal/rating"
)

func TestAnExclusionIsReasonedSignedByAnotherAndCountedOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		a, b, subject := uuid.New(), uuid.New(), uuid.New()
		now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		good := rating.Exclusion{
			SubjectKind: "report", SubjectID: subject, Kind: rating.LegalRoute, Reason: "已由法院立案", ProposedBy: &a, ApprovedBy: &b, At: now,
		}
		exclude := func(e rating.Exclusion) error {
			return kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				return rating.Exclude(ctx, tx, e)
			})
		}
		for name, spoil := range map[string]func(*rating.Exclusion){
			"without a reason": func(e *rating.Exclusion) { e.Reason = "" },
			"without a time":   func(e *rating.Exclusion) { e.At = time.Time{} },
			"by one person":    func(e *rating.Exclusion) { e.ApprovedBy = &a },
		} {
			bad := good
			spoil(&bad)
			if exclude(bad) == nil {
				t.Errorf("an exclusion %s was kept", name)
			}
		}
		other := good
		other.Kind = rating.Approved
		for _, e := range []rating.Exclusion{good, good, other} {
			if err := exclude(e); err != nil {
				t.Fatal(err)
			}
		}
		err := kit.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			rows, err := rating.ExclusionsOf(ctx, tx, "report", subject)
			if len(rows) != 2 || string(rows[0].Kind) != "legal_route" || *rows[0].ApprovedBy != b {
				t.Errorf("exclusions: %v", rows)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
