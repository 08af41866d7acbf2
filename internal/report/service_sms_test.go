package report

import (
	"context"
	"testing"

	"github.com/google/uuid"

	entrating "huying/ent/db/rating"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

func TestRateBySMS(t *testing.T) {
	engines(t, func(h *house) {
		t := h.t
		early := h.reach("replied")
		r := h.reach("resolved")
		rate := func(tenant string, id, person uuid.UUID, result int) error {
			return h.s.RateBySMS(t.Context(), tenant, id, person, result)
		}
		if err := rate(shinan, early.ID, h.citizen.id, 1); !fault.Is(err, flow.TransitionNotAllowed) {
			t.Fatalf("before the answer was confirmed: %v", err)
		}
		for name, err := range map[string]error{
			"somebody else's":    rate(shinan, r.ID, h.other.id, 1),
			"in another tenant":  rate(shibei, r.ID, h.citizen.id, 1),
			"one that is no one": rate(shinan, uuid.Must(uuid.NewV7()), h.citizen.id, 1),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := rate(shinan, r.ID, h.citizen.id, 1); err != nil {
			t.Fatal(err)
		}
		if err := rate(shinan, r.ID, h.citizen.id, 3); !fault.Is(err, fault.Conflict) {
			t.Fatalf("rated twice: %v", err)
		}
		h.rows(func(ctx context.Context, tx *database.Tx) error {
			row, err := tx.Rating.Query().Where(entrating.SubjectID(r.ID)).Only(ctx)
			if err == nil && (row.Channel != "sms" || row.Result != 1 || row.PersonID != h.citizen.id) {
				t.Errorf("%+v", row)
			}
			return err
		})
	})
}
