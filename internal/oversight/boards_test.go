package oversight_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/auditline"
	"huying/ent/db/report"
	"huying/internal/audit"
	"huying/internal/oversight"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/rating"
	"huying/internal/roomtest"
)

const (
	shibei = "370203"
	whole  = "370200"
)

// digests are what Weekly told in the test at hand.
var digests []oversight.Digest

type noNames struct{}

func (noNames) Names(context.Context, []uuid.UUID) (map[uuid.UUID]string, error) {
	return map[uuid.UUID]string{}, nil
}

func onBoards(t *testing.T, test func(t *testing.T, b *roomtest.Bench, c *city)) {
	t.Helper()
	var s *oversight.Service
	roomtest.Engines(t, func(b *roomtest.Bench) {
		s = oversight.New(oversight.Deps{
			DB: b.DB, Clock: b.Clock, Index: b.Index, Territory: b.Division, CityAudit: audit.New(audit.Deps{DB: b.DB, Clock: b.Clock}), People: noNames{},
			Roles: func(_ context.Context, tenant, role string) ([]uuid.UUID, error) {
				return []uuid.UUID{uuid.NewSHA1(uuid.Nil, []byte(tenant+role))}, nil
			},
			Tell: func(_ context.Context, _ *database.Tx, d oversight.Digest) error {
				digests = append(digests, d)
				return nil
			},
			Tenants: func(context.Context) ([]string, error) { return []string{shinan, shibei}, nil },
		})
		s.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		b.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		b.Caller("other", authz.Grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		b.Caller("office", authz.Grant{Role: "street_office", Tenant: shinan, Division: "370202001"})
		b.Caller("coordinator", authz.Grant{Role: "coordinator", Tenant: shinan, Division: shinan})
		b.Caller("city", authz.Grant{Role: "city_supervisor", Tenant: whole, Division: "3702"})
		b.Caller("citizen")
		test(t, b, &city{kit: b.Kit, s: s})
	})
}

// lives tells three reports: one solved in five hours, one overdue, one in another street.
func (c *city) lives(t *testing.T) (solved, overdue, elsewhere *told) {
	t.Helper()
	solved = &told{division: "370202001001", category: "road"}
	overdue = &told{division: "370202001002", category: "light"}
	elsewhere = &told{division: "370202002001", category: "road"}
	take := func(r *told, action, to string, rung int) {
		t.Helper()
		if err := c.take(t.Context(), r, action, to, rung, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []*told{solved, overdue, elsewhere} {
		take(r, "submit", "submitted", 0)
	}
	c.kit.Clock.Advance(5 * time.Hour)
	for _, to := range []string{"open", "accepted", "dispatched", "handling", "replied", "resolved"} {
		take(solved, map[string]string{"accepted": "accept"}[to], to, 0)
	}
	take(overdue, "admit", "dispatched", 0)
	take(overdue, "overdue", "dispatched", 100)
	return solved, overdue, elsewhere
}

func TestOverviewIsTheSameBeforeAndAfterFolding(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		c.lives(t)
		for _, folded := range []bool{false, true} {
			if folded {
				if n, err := c.s.Fold(t.Context()); err != nil || n == 0 {
					t.Fatal(n, err)
				}
			}
			var v oversight.Overview
			b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/overview", nil).Into(t, http.StatusOK, &v)
			f := v.Figures
			if f.Submitted != 3 || f.Accepted != 1 || f.Dispatched != 2 || f.Resolved != 1 || f.Overdue != 1 || f.Live != 3 || f.Rungs["100"] != 1 || f.States["resolved"] != 1 {
				t.Fatalf("folded %v: %+v", folded, f)
			}
			if f.ResolveSample != 1 || f.ResolveMedian != nil {
				t.Errorf("one time to resolve is no median: %+v", f)
			}
			if len(v.Funnel) != 5 || v.Funnel[0].Count != 3 || v.Previous.Submitted != 0 {
				t.Errorf("%+v", v.Funnel)
			}
			at := map[string]int{}
			for _, p := range v.Parts {
				at[p.Code] = p.Figures.Submitted
			}
			if at["370202001"] != 2 || at["370202002"] != 1 {
				t.Errorf("%v", at)
			}
			var street, community, roads oversight.Overview
			b.Ask(t, "office", shinan, http.MethodGet, "/oversight/overview", nil).Into(t, http.StatusOK, &street)
			b.Ask(t, "office", shinan, http.MethodGet, "/oversight/overview?division_code=370202001001", nil).Into(t, http.StatusOK, &community)
			b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/overview?category=road", nil).Into(t, http.StatusOK, &roads)
			if street.Figures.Submitted != 2 || community.Figures.Submitted != 1 || !community.Monthly || roads.Figures.Submitted != 2 {
				t.Errorf("%+v, %+v, %+v", street.Figures, community.Figures, roads.Figures)
			}
		}
	})
}

// TestNobodySeesAnothersFigures tries every board by everybody who must not look there.
func TestNobodySeesAnothersFigures(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		c.lives(t)
		boards := []string{"overview", "trend", "rates", "heat", "units", "notes"}
		details := []string{"rates/formula", "questions/overdue", "questions/idle", "questions/samples", "questions/set-aside", "questions/crowds", "questions/classes", "questions/doors"}
		for _, path := range append(append([]string{}, boards...), details...) {
			for who, c := range map[string]struct {
				tenant, query string
				want          int
			}{
				"another district's staff": {shinan, "", http.StatusForbidden}, "staff abroad": {shinan, "?division_code=" + shibei, http.StatusForbidden},
				"a street beside": {shinan, "?division_code=370202002", http.StatusForbidden}, "a street of its district": {shinan, "?division_code=" + shinan, http.StatusForbidden},
				"the whole city": {shinan, "?division_code=3702", http.StatusForbidden}, "a citizen": {shinan, "", http.StatusForbidden},
				"an own street": {shinan, "", http.StatusOK}, "an unknown division": {shinan, "?division_code=370202999", http.StatusUnprocessableEntity},
			} {
				caller := map[string]string{
					"another district's staff": "other", "staff abroad": "staff", "a street beside": "office", "a street of its district": "office",
					"the whole city": "staff", "a citizen": "citizen", "an own street": "office", "an unknown division": "staff",
				}[who]
				if got := b.Ask(t, caller, c.tenant, http.MethodGet, "/oversight/"+path+c.query, nil).Status; got != c.want {
					t.Errorf("%s, %s: %d, want %d", path, who, got, c.want)
				}
			}
		}
		for _, path := range append(boards, "definitions", "export.xlsx") {
			if got := b.Ask(t, "coordinator", shinan, http.MethodGet, "/oversight/"+path, nil).Status; got != http.StatusOK {
				t.Errorf("coordinator, %s: %d", path, got)
			}
		}
		for _, path := range details {
			if got := b.Ask(t, "coordinator", shinan, http.MethodGet, "/oversight/"+path, nil).Status; got != http.StatusForbidden {
				t.Errorf("coordinator, %s: %d", path, got)
			}
		}
	})
}

func TestTheCitySeesAllAndLeavesATrace(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		c.lives(t)
		traces := func() (n int) {
			b.Do(t, whole, func(ctx context.Context, tx *database.Tx) (err error) {
				n, err = tx.AuditLine.Query().Where(auditline.Action("city.read")).Count(ctx)
				return err
			})
			return n
		}
		var v oversight.Overview
		b.Ask(t, "city", whole, http.MethodGet, "/oversight/overview", nil).Into(t, http.StatusOK, &v)
		if v.DivisionCode != "3702" || v.Figures.Submitted != 3 || len(v.Parts) < 2 || v.Parts[0].Code != shinan || v.Parts[0].Figures.Submitted != 3 || v.Parts[1].Figures.Submitted != 0 {
			t.Fatalf("%+v", v)
		}
		b.Ask(t, "city", whole, http.MethodGet, "/oversight/overview?division_code=370202001", nil).Into(t, http.StatusOK, &v)
		if v.Figures.Submitted != 2 || traces() != 2 {
			t.Errorf("%+v, %d traces", v.Figures, traces())
		}
	})
}

func TestRatesAreThoseOfTheShelf(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		solved, _, elsewhere := c.lives(t)
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			if err := rating.Record(ctx, tx, rating.Rating{SubjectKind: "report", SubjectID: solved.id, ThreadID: solved.id, Round: 1, PersonID: uuid.New(), Result: 2, At: b.Clock.Now()}); err != nil {
				return err
			}
			if err := rating.RecordFollowUp(ctx, tx, rating.FollowUp{SubjectKind: "report", SubjectID: elsewhere.id, ThreadID: elsewhere.id, Round: 1, CallerID: uuid.New(), Reached: true, At: b.Clock.Now()}); err != nil {
				return err
			}
			return tx.Report.Update().Where(report.ID(elsewhere.id)).SetFalseClosing(true).Exec(ctx)
		})
		var out struct {
			Total oversight.RatesView   `json:"total"`
			Parts []oversight.RatesView `json:"parts"`
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/rates", nil).Into(t, http.StatusOK, &out)
		if r := out.Total.Resolution; r.Part != 1 || r.Whole != 2 || !r.TooFew || r.Percent != nil {
			t.Errorf("resolution %+v", r)
		}
		if r := out.Total.Satisfaction; r.Part != 0.9 || r.Whole != 1 || !r.TooFew {
			t.Errorf("satisfaction %+v", r)
		}
		if out.Total.FalseClosings != 1 || out.Total.Composite != nil {
			t.Errorf("%+v", out.Total)
		}
		var formula struct {
			Items []oversight.FormulaItem `json:"items"`
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/rates/formula", nil).Into(t, http.StatusOK, &formula)
		if len(formula.Items) != 2 {
			t.Errorf("%+v", formula)
		}
	})
}

func TestQuestionsNameTheirReports(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		solved, overdue, _ := c.lives(t)
		if err := c.take(t.Context(), solved, "rate", "closed", 0, false); err != nil {
			t.Fatal(err)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			return tx.Report.Update().Where(report.ID(solved.id)).SetClosedAt(b.Clock.Now()).Exec(ctx)
		})
		var late struct {
			Items []oversight.OverdueItem `json:"items"`
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/questions/overdue", nil).Into(t, http.StatusOK, &late)
		if len(late.Items) != 1 || late.Items[0].Number != overdue.number || late.Items[0].Rung != 100 {
			t.Errorf("%+v", late)
		}
		var drawn struct {
			Of    int                `json:"of"`
			Items []oversight.Sample `json:"items"`
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/questions/samples", nil).Into(t, http.StatusOK, &drawn)
		if drawn.Of != 1 || len(drawn.Items) != 1 || drawn.Items[0].Number != solved.number {
			t.Errorf("%+v", drawn)
		}
		// Recused: neither listed nor counted among the drawn.
		recused := b.Caller("recused", authz.Grant{Role: "district_head", Tenant: shinan, Division: shinan})
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			for _, id := range []uuid.UUID{solved.id, overdue.id} {
				if err := tx.ReportRecusal.Create().SetReportID(id).SetPersonID(recused.PersonID).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		b.Ask(t, "recused", shinan, http.MethodGet, "/oversight/questions/samples", nil).Into(t, http.StatusOK, &drawn)
		b.Ask(t, "recused", shinan, http.MethodGet, "/oversight/questions/overdue", nil).Into(t, http.StatusOK, &late)
		if drawn.Of != 0 || len(late.Items) != 0 {
			t.Errorf("recused, and sees %+v %+v", drawn, late)
		}
	})
}
