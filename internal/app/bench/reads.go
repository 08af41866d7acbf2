package bench

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/valyala/fasthttp"

	"huying/ent/db/auditline"
	entreport "huying/ent/db/report"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/report"
	"huying/policy"
)

// Promises of the reads, from the issue they were made in.
const (
	listRatio   = 0.5
	detailRatio = 0.4
	searchMS    = 20
	cityMS      = 10
	decisionUS  = 0.5
)

// lists are the filters a desk uses; 20 newest each.
func (h *house) lists() []string {
	return []string{
		"/api/v1/reports?limit=20&status=handling", "/api/v1/reports?limit=20&category=road",
		"/api/v1/reports?limit=20&division_code=" + h.street, "/api/v1/reports?limit=20&status=closed&category=parking",
	}
}

func isRead(query string) bool {
	return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(query)), "SELECT")
}

// unsealed says whether the audit trail of the scope's tenant has lines without a seal.
func unsealed(ctx context.Context, tx *database.Tx) (bool, error) {
	return tx.AuditLine.Query().Where(auditline.SeqIsNil()).Exist(ctx)
}

// authority times the decision alone, in blocks that are long against the
// clock's own cost, and counts what it allocates.
func authority(_ context.Context, h *house) ([]Line, error) {
	ix, err := authz.Load(policy.FS)
	if err != nil {
		return nil, err
	}
	grants := []authz.Grant{
		authz.Citizen,
		{Role: "unit_clerk", Tenant: "370203", Division: "370203"},
		{Role: "unit_clerk", Tenant: "370202", Division: "370202"},
		{Role: "deputy", Tenant: "370202", Division: "370202001"},
	}
	row := authz.Row{Division: "370202001001"}
	var p99s []float64
	allocated := math.Inf(1) // what it allocates it allocates in every round; others in this process do in some
	for range h.Rounds {
		p99, more := decisions(func() {
			a := ix.Access(grants, "370202", "report.list")
			_ = a.OK() && a.Covers(row)
		})
		p99s, allocated = append(p99s, p99), min(allocated, more)
	}
	return []Line{
		{
			Key: "a", What: "authority decision, p99", Value: median(p99s), Unit: "µs", Bound: decisionUS, Spread: [2]float64{slices.Min(p99s), slices.Max(p99s)},
			Against: fmt.Sprintf("four grants, a list permission and one row, processor time, %d rounds of %d blocks of %d", h.Rounds, decisionBlocks, decisionBlock),
		},
		{Key: "a", What: "allocations of a decision", Value: float64(int(allocated*100)) / 100, Unit: "", Bound: 0, Against: "the same"},
	}, nil
}

// A block is what one look at the clock measures; its own cost disappears in it.
const decisionBlock, decisionBlocks = 256, 5_000

// decisions takes one round: the processor time that ninety-nine of a hundred blocks stay below, for one decision, and
// what it allocates. It is the thread's own time: what a neighbour on the machine takes away is none of the decision.
func decisions(decide func()) (p99, allocated float64) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took := make([]float64, decisionBlocks)
	allocated = allocations(func() {
		for i := range took {
			start := threadTime()
			for range decisionBlock {
				decide()
			}
			took[i] = float64((threadTime() - start).Nanoseconds()) / decisionBlock / 1000
		}
	}) / (decisionBlock * decisionBlocks)
	slices.Sort(took)
	return took[decisionBlocks*99/100], allocated
}

// threadTime is the processor time of this thread.
func threadTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// reads are (b) and (c): what a desk reads all day.
func reads(ctx context.Context, h *house) ([]Line, error) {
	staff, err := h.staff(tenant + ".staff")
	if err != nil {
		return nil, err
	}
	var out []Line
	if h.wants("b") {
		l, err := h.against(ctx, staff, h.lists())
		if err != nil {
			return nil, err
		}
		l.Key, l.What, l.Bound, l.Unit = "b", "GET /reports, 20 filtered, signed in", listRatio, "×"
		out = append(out, l)
	}
	if h.wants("c") {
		ids, err := h.some(ctx, 24)
		if err != nil {
			return nil, err
		}
		var paths []string
		for _, id := range ids {
			paths = append(paths, "/api/v1/reports/"+id)
		}
		l, err := h.against(ctx, staff, paths)
		if err != nil {
			return nil, err
		}
		l.Key, l.What, l.Bound, l.Unit = "c", "GET /reports/{id} with timeline", detailRatio, "×"
		out = append(out, l)
	}
	return out, nil
}

// against compares reads of a person with a bare handler that runs the same
// statements and answers the same bytes.
func (h *house) against(ctx context.Context, p person, paths []string) (Line, error) {
	list, err := h.record(p, paths...)
	if err != nil {
		return Line{}, err
	}
	other, err := h.replayer(ctx, list)
	if err != nil {
		return Line{}, err
	}
	statements := 0
	for _, x := range list {
		statements += len(x.sql)
	}
	product := func(_ context.Context, worker, n int) error {
		return h.get(h.base+list[(worker+n)%len(list)].path, p)
	}
	bare := func(_ context.Context, worker, n int) error {
		return h.get(other.base+"/"+strconv.Itoa((worker+n)%len(list)), person{})
	}
	l, err := h.duel(ctx, h.Clients, product, bare)
	l.Against = fmt.Sprintf("a bare Fiber handler with the same SQL (%.1f statements a request) and bytes, %d clients",
		float64(statements)/float64(len(list)), h.Clients)
	if cerr := other.close(); err == nil {
		err = cerr
	}
	return l, err
}

// get asks and throws the answer away.
func (h *house) get(address string, p person) error {
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(res)
	req.SetRequestURI(address)
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
		req.Header.Set("X-Tenant", p.tenant)
	}
	if err := h.client.Do(req, res); err != nil {
		return err
	}
	if res.StatusCode() != http.StatusOK {
		return fmt.Errorf("%s: %d %.200s", address, res.StatusCode(), res.Body())
	}
	return nil
}

// some gives ids of closed reports, which have their whole timeline, spread over the tenant's year.
func (h *house) some(ctx context.Context, n int) (ids []string, err error) {
	err = h.app.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Report.Query().Where(entreport.StateEQ(entreport.StateClosed)).Order(entreport.ByID()).Limit(50 * n).IDs(ctx)
		for i := 0; i < len(rows); i += max(1, len(rows)/n) {
			ids = append(ids, rows[i].String())
		}
		return err
	})
	if err == nil && len(ids) == 0 {
		err = fmt.Errorf("%s has no closed report", tenant)
	}
	return ids, err
}

// searches are (g) and (h): words of two characters, and the city's newest.
func searches(ctx context.Context, h *house) ([]Line, error) {
	var out []Line
	const times = 200
	staff, err := h.staff(tenant + ".staff")
	if err != nil {
		return nil, err
	}
	if h.wants("g") {
		frequent, rare, err := h.words(ctx)
		if err != nil {
			return nil, err
		}
		for name, word := range map[string]string{"frequent": frequent, "rare": rare} {
			address := h.base + "/api/v1/reports?limit=20&q=" + url.QueryEscape(word)
			ms, err := latency(ctx, times, 0.95, func(context.Context, int, int) error { return h.get(address, staff) })
			if err != nil {
				return nil, err
			}
			out = append(out, Line{
				Key: "g", What: "search of a " + name + " word of two characters, p95", Value: ms, Unit: "ms", Bound: searchMS,
				Against: fmt.Sprintf("q=%s, %d requests one after the other", word, times),
			})
		}
	}
	if h.wants("h") {
		city, err := h.staff("city")
		if err != nil {
			return nil, err
		}
		ms, err := latency(ctx, times, 0.95, func(context.Context, int, int) error { return h.get(h.base+"/api/v1/reports?limit=20", city) })
		if err != nil {
			return nil, err
		}
		out = append(out, Line{
			Key: "h", What: "city's newest 20 over ten tenants, p95", Value: ms, Unit: "ms", Bound: cityMS,
			Against: fmt.Sprintf("%d requests one after the other, each with its audit line committed first", times),
		})
	}
	return out, nil
}

// words are the most and the least frequent pair of characters in a sample of the texts.
func (h *house) words(ctx context.Context) (frequent, rare string, err error) {
	var texts []string
	err = h.app.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return tx.Report.Query().Order(entreport.ByID()).Limit(2000).Select(entreport.FieldDescription).Scan(ctx, &texts)
	})
	if err != nil {
		return "", "", fmt.Errorf("words: %w", err)
	}
	counts := map[string]int{}
	for _, text := range texts {
		for _, term := range report.Terms(text) {
			if r := []rune(term); len(r) == 2 && unicode.Is(unicode.Han, r[0]) {
				counts[term]++
			}
		}
	}
	for term, n := range counts {
		if frequent == "" || n > counts[frequent] || n == counts[frequent] && term < frequent {
			frequent = term
		}
		if rare == "" || n < counts[rare] || n == counts[rare] && term < rare {
			rare = term
		}
	}
	return frequent, rare, nil
}

// post sends JSON and reads the answer.
func (h *house) post(p person, path string, body, out any, id string) error {
	return h.mustAs(p, http.MethodPost, path, body, out, id)
}

// known reads ids out of an answer without knowing the rest of it.
type known struct {
	ID           string `json:"id"`
	Number       string `json:"number"`
	State        string `json:"state"`
	DivisionCode string `json:"division_code"`
	Offers       []struct {
		DeputyID string `json:"deputy_id"`
	} `json:"offers"`
}
