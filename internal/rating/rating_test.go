package rating_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
	"huying/internal/rating"
)

func TestOnlyTheResultSendsAMatterBack(t *testing.T) {
	bad := rating.Unsatisfied
	cases := []struct {
		r    rating.Rating
		want bool
	}{
		{rating.Rating{Result: 1}, false},
		{rating.Rating{Result: 2}, false},
		{rating.Rating{Result: 3}, true},
		{rating.Rating{Result: 1, Attitude: &bad}, false},
	}
	for _, c := range cases {
		if got := c.r.Unhappy(); got != c.want {
			t.Errorf("%+v: %v", c.r, got)
		}
	}
	for mark, word := range map[int]string{1: "满意", 2: "基本满意", 3: "不满意", 4: ""} {
		if rating.Word(mark) != word || rating.Valid(mark) != (word != "") {
			t.Errorf("mark %d: %q %v", mark, rating.Word(mark), rating.Valid(mark))
		}
	}
}

func TestOnePersonRatesARoundOnce(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		r := rating.Rating{SubjectKind: "report", SubjectID: uuid.New(), ThreadID: uuid.New(), Round: 1, PersonID: uuid.New(), Result: 3, Channel: "app"}
		record := func(r rating.Rating) error {
			return kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				return rating.Record(ctx, tx, r)
			})
		}
		if err := record(r); err != nil {
			t.Fatal(err)
		}
		if err := record(r); !database.IsUnique(err) {
			t.Errorf("rated twice: %v", err)
		}
		next, neighbour, wrong := r, r, r
		next.Round, neighbour.PersonID, wrong.Result = 2, uuid.New(), 4
		if err := record(next); err != nil {
			t.Errorf("the next round: %v", err)
		}
		if err := record(neighbour); err != nil {
			t.Errorf("another person: %v", err)
		}
		wrong.Round = 3
		if err := record(wrong); err == nil {
			t.Error("a mark of 4 was kept")
		}
		err := kit.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			rows, err := rating.Of(ctx, tx, "report", r.SubjectID)
			if len(rows) != 3 {
				t.Errorf("%d ratings", len(rows))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
