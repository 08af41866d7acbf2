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

func TestLoadGathersWhatWasJudgedInThePeriod(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		one, two, three := uuid.New(), uuid.New(), uuid.New()
		err := kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			for _, r := range []rating.Rating{
				{SubjectID: one, ThreadID: one, Round: 1, Result: 3, At: day(5)},
				{SubjectID: one, ThreadID: one, Round: 2, Result: 2, At: day(9)},
				{SubjectID: two, ThreadID: one, Round: 1, Result: 1, At: day(32)},
				{SubjectID: three, ThreadID: three, Round: 1, Result: 1, At: day(5)},
			} {
				r.SubjectKind, r.PersonID, r.Channel = "report", uuid.New(), "app"
				if err := rating.Record(ctx, tx, r); err != nil {
					return err
				}
			}
			for _, f := range []rating.FollowUp{
				{SubjectID: two, ThreadID: one, Round: 1, At: day(6)},
				{SubjectID: two, ThreadID: one, Round: 1, At: day(7), Reached: true, Solved: true},
			} {
				f.SubjectKind, f.CallerID = "report", uuid.New()
				if err := rating.RecordFollowUp(ctx, tx, f); err != nil {
					return err
				}
			}
			for subject, kind := range map[uuid.UUID]rating.ExclusionKind{one: rating.CarriedOver, three: rating.LegalRoute} {
				e := rating.Exclusion{SubjectKind: "report", SubjectID: subject, Kind: kind, Reason: "已立案", At: day(4)}
				if err := rating.Exclude(ctx, tx, e); err != nil {
					return err
				}
			}
			got, err := rating.Load(ctx, tx, "report", march)
			if err != nil {
				return err
			}
			if len(got) != 3 || len(got[one].Judged) != 2 || got[one].Excluded || len(got[two].Judged) != 1 || got[two].Thread != one.String() || !got[three].Excluded {
				t.Errorf("%+v", got)
			}
			var cases []rating.Case
			for _, c := range got {
				cases = append(cases, *c)
			}
			if text := said(rating.Rates(march, cases, nil, rating.Schedule{{From: day(1), MinimumSample: 1, Basically: 90}})); text != "few 0/0 | 10000 1/1 | 9000 90/100 | few | 1 0" {
				t.Error(text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
