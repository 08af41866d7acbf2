package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"huying/internal/platform/config"
)

// large are the tables that grow with the reports. All of one, read in order to
// answer one request, is a fault in a plan.
var large = []string{
	"reports", "report_events", "report_offers", "report_deputies", "report_terms", "assignments", "deadlines", "ratings",
	"uploads", "photos", "audit_lines", "person_reports", "people", "sessions", "notices",
}

// fewRows is how many rows may be sorted although an index could have given
// their order: those of one report, one person or one page.
const fewRows = 500

// ask is one hot read as somebody sends it.
type ask struct {
	name string
	who  person
	path string
}

// planned is one statement of one read with its plan and what is wrong with it.
type planned struct {
	asked  string
	shape  string
	lines  []string
	faults []string
}

// Plans records the plan of every statement that the hot reads send, as the
// role and in the scope they were sent, judges them and writes them down.
func Plans(ctx context.Context, o Options, path string) (err error) {
	h, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	asks, err := h.hot(ctx)
	if err != nil {
		return err
	}
	var all []planned
	seen := map[string]bool{}
	for _, a := range asks {
		list, err := h.record(a.who, a.path)
		if err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		for _, s := range list[0].sql {
			shape := shapeOf(s.query)
			key := shape + fmt.Sprint(s.city)
			if seen[key] {
				continue
			}
			seen[key] = true
			p, err := h.explain(ctx, s)
			if err != nil {
				return fmt.Errorf("%s: explain %.300s: %w", a.name, s.query, err)
			}
			p.asked, p.shape = a.name, shape
			all = append(all, p)
		}
	}
	return h.tell(all, path)
}

// tell writes the record and a verdict per statement.
func (h *house) tell(all []planned, path string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Plans of the hot reads on %s\n\nWritten by `make plans` on %d reports; %d statements, each as the product sent it, as its own role and scope.\n",
		map[string]string{config.SQLite: "SQLite", config.Postgres: "PostgreSQL under row-level security"}[h.Config.Database.Engine], h.reports, len(all))
	wrong, last := 0, ""
	for _, p := range all {
		if p.asked != last {
			fmt.Fprintf(&b, "\n## %s\n", p.asked)
			last = p.asked
		}
		verdict := "good"
		if len(p.faults) > 0 {
			wrong++
			verdict = strings.Join(p.faults, "; ")
		}
		fmt.Fprintf(&b, "\n**%s**\n\n```sql\n%s\n```\n```\n%s\n```\n", verdict, p.shape, strings.Join(p.lines, "\n"))
		fmt.Fprintf(h.Out, "%-46.46s %-60.60s %s\n", p.asked, p.shape, verdict)
	}
	fmt.Fprintf(h.Out, "%d statements, %d with faults\n", len(all), wrong)
	if path != "" {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil { //nolint:gosec // a document
			return fmt.Errorf("plans: %w", err)
		}
	}
	if wrong > 0 {
		return ErrMissed
	}
	return nil
}

// hot are the reads that people wait for, each as those who send it.
func (h *house) hot(ctx context.Context) ([]ask, error) {
	t, err := h.assemble(ctx)
	if err != nil {
		return nil, err
	}
	if _, _, err := t.live(false); err != nil { // the citizen has something of their own
		return nil, err
	}
	staff, err := h.staff(tenant + ".staff")
	if err != nil {
		return nil, err
	}
	city, err := h.staff("city")
	if err != nil {
		return nil, err
	}
	ids, err := h.some(ctx, 1)
	if err != nil {
		return nil, err
	}
	frequent, rare, err := h.words(ctx)
	if err != nil {
		return nil, err
	}
	list, one := "/api/v1/reports?limit=20", "/api/v1/reports/"+ids[0]
	asks := []ask{
		{"district, newest 20", staff, list},
		{"district, one state", staff, list + "&status=handling"},
		{"district, one category", staff, list + "&category=road"},
		{"district, one street", staff, list + "&division_code=" + t.community},
		{"district, overdue", staff, list + "&overdue=true"},
		{"district, waiting for me", staff, list + "&assigned_to_me=true"},
		{"district, on the map", staff, list + "&bbox=120.36,36.08,120.38,36.10"},
		{"district, frequent word", staff, list + "&q=" + url.QueryEscape(frequent)},
		{"district, rare word", staff, list + "&q=" + url.QueryEscape(rare)},
		{"district, second page", staff, list + "&cursor=" + h.cursor(staff)},
		{"district, one report", staff, one},
		{"street's desk, newest 20", t.office, list},
		{"street's desk, waiting for me", t.office, list + "&assigned_to_me=true"},
		{"deputy, newest 20", t.deputy, list},
		{"deputy, waiting for me", t.deputy, list + "&assigned_to_me=true"},
		{"unit, newest 20", t.clerk, list},
		{"unit, waiting for me", t.clerk, list + "&assigned_to_me=true"},
		{"citizen, mine", t.citizen, list + "&mine=true"},
		{"visitor, newest 20", person{tenant: tenant}, "/api/v1/public/reports?limit=20"},
		{"visitor, one category", person{tenant: tenant}, "/api/v1/public/reports?limit=20&category=road"},
		{"visitor, frequent word", person{tenant: tenant}, "/api/v1/public/reports?limit=20&q=" + url.QueryEscape(frequent)},
		{"city, newest 20 of ten tenants", city, list},
		{"city, one state", city, list + "&status=handling"},
		{"everybody, who am I", staff, "/api/v1/me"},
	}
	return asks, nil
}

// cursor is where the second page of a person's list begins.
func (h *house) cursor(p person) string {
	var page struct {
		Next string `json:"next_cursor"`
	}
	if err := h.must(p, http.MethodGet, "/reports?limit=20", nil, &page); err != nil {
		return ""
	}
	return url.QueryEscape(page.Next)
}

var (
	places = regexp.MustCompile(`\$\d+|\?\d*`)
	runs   = regexp.MustCompile(`\?(, ?\?)+`)
)

// shapeOf is a statement without its values, so that lists of two lengths are one.
func shapeOf(query string) string {
	return runs.ReplaceAllString(places.ReplaceAllString(query, "?"), "?…")
}

// explain asks the engine for the plan of a statement.
func (h *house) explain(ctx context.Context, s statement) (planned, error) {
	if h.Config.Database.Engine == config.Postgres {
		return h.explainPostgres(ctx, s)
	}
	return h.explainSQLite(ctx, s)
}

// isLarge says whether a plan's line speaks of a large table.
func isLarge(table string) bool { return slices.Contains(large, strings.Trim(table, `"`)) }
