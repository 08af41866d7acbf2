package demo_test

import (
	"context"
	"testing"

	"huying/internal/app"
	"huying/internal/app/apptest"
	"huying/internal/app/demo"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/testkit"
)

// TestSeedOnPostgres writes the same rows through both walls, as the app role.
func TestSeedOnPostgres(t *testing.T) {
	kit := testkit.New(t, database.EnginePostgres, testkit.Filled("reference_with_questions", division.EnsureReference))
	a, err := app.Build(t.Context(), apptest.Configure(t, kit, apptest.Setup{}), app.Options{Log: apptest.Quiet(t), Embedded: store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if _, err := demo.Seed(t.Context(), deps(a), small(a.Clock.Now())); err != nil {
		t.Fatal(err)
	}
	checkRows(t, a, "370203")
}
