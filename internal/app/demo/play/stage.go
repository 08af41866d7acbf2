package play

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/internal/app"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Stage is a house with a clock of its own in which plays are acted.
type Stage struct {
	app   *app.App
	clock *clock.Fake
	http  *http.Client
	url   string
	stop  func()
	// seen are the sign-ins, by person.
	tokens map[uuid.UUID]string
	// photos are drawn once.
	photos map[string][]byte
	// citizens counts the invented numbers.
	citizens int
}

// Open builds the stage beside a running or filling house; Close ends it.
func Open(ctx context.Context, a *app.App) (*Stage, error) {
	clk := clock.NewFake(a.Clock.Now())
	beside, err := a.Beside(ctx, clk)
	if err != nil {
		return nil, err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("stage: %w", err), beside.Close(ctx))
	}
	s := &Stage{
		app: beside, clock: clk, http: &http.Client{Timeout: time.Minute}, url: "http://" + ln.Addr().String(),
		tokens: map[uuid.UUID]string{}, photos: map[string][]byte{}, citizens: int(a.Clock.Now().UnixMilli() % 1_000_000),
	}
	done := make(chan error, 1)
	go func() { done <- beside.Web.Fiber().Listener(ln) }()
	s.stop = func() {
		_ = beside.Web.Fiber().ShutdownWithTimeout(5 * time.Second)
		if err := <-done; err != nil {
			beside.Log.Error("the stage's listener ended", "err", err)
		}
	}
	return s, nil
}

// Close ends the stage. What was played stays.
func (s *Stage) Close(ctx context.Context) error {
	s.stop()
	return s.app.Close(ctx)
}

// Kept is a report a play made.
type Kept struct {
	ID, Number, Tenant string
}

// Played is what a play left.
type Played struct {
	Play    string          `json:"play"`
	Acts    int             `json:"acts"`
	Reports map[string]Kept `json:"reports"`
}

// Setting is where and when a play is acted.
type Setting struct {
	// Tenant is the district; Other is another one, for what crosses the border.
	Tenant, Other string
	// Begin is when the first act's wait starts. Zero lets the last act end now.
	Begin time.Time
	// Acts is how many acts are played; zero is all.
	Acts int
	// Strict lets the wrong people try every act first.
	Strict bool
}

// Act plays a script and answers the reports it made, by name.
func (s *Stage) Act(ctx context.Context, p Play, set Setting) (*Played, error) {
	n := set.Acts
	if n <= 0 || n > len(p.Acts) {
		n = len(p.Acts)
	}
	begin := set.Begin
	if begin.IsZero() {
		begin = clock.System().Now().Add(-p.Length(n))
	}
	s.clock.Set(begin)
	run := &run{Stage: s, ctx: ctx, set: set, kept: map[string]Kept{}, cast: map[string]*actor{}}
	if err := run.furnish(); err != nil {
		return nil, fmt.Errorf("play %s: %w", p.Key, err)
	}
	for i, a := range p.Acts[:n] {
		if err := run.act(a); err != nil {
			return nil, fmt.Errorf("play %s, act %d %q: %w", p.Key, i+1, a.Says, err)
		}
	}
	return &Played{Play: p.Key, Acts: n, Reports: run.kept}, nil
}

// run is one performance.
type run struct {
	*Stage
	ctx  context.Context //nolint:containedctx // one performance is one call
	set  Setting
	kept map[string]Kept
	cast map[string]*actor
	// street and community are where it plays; otherStreet is another one of the district.
	street, community, otherStreet string
	units                          map[string]string
}

func (r *run) act(a Act) error {
	if err := r.wait(a.After); err != nil {
		return err
	}
	if a.Who == "" {
		return r.stands(a)
	}
	times := max(1, a.Times)
	for i := range times {
		one := a
		one.Who = strings.ReplaceAll(a.Who, "#", strconv.Itoa(i+1))
		one.Keep = strings.ReplaceAll(a.Keep, "#", strconv.Itoa(i+1))
		one.On = strings.ReplaceAll(a.On, "#", strconv.Itoa(i+1))
		if err := r.once(one, i == 0 && r.set.Strict); err != nil {
			return err
		}
	}
	return r.stands(a)
}

// once lets the wrong people try and then the right one.
func (r *run) once(a Act, strict bool) error {
	method, path, body, err := r.call(a)
	if err != nil {
		return err
	}
	if strict && !a.Refused && !a.Empty {
		for _, who := range r.wrong(a) {
			p, err := r.actor(who)
			if err != nil {
				return err
			}
			status, answer, err := r.askIn(p, r.tenantOf(a), method, path, photoless(body))
			if err != nil {
				return err
			}
			if !refused(status) && !lacksPhoto(status, answer) {
				return fmt.Errorf("%s was not refused: %d %.300s", who, status, answer)
			}
		}
	}
	status, answer, err := r.ask(a.Who, method, path, body)
	if err != nil {
		return err
	}
	switch {
	case a.Refused && refused(status):
		return nil
	case status/100 != 2 || a.Refused:
		return fmt.Errorf("%s by %s: %d %.500s", a.Do+a.Path, a.Who, status, answer)
	case a.Empty:
		return empty(answer)
	}
	return r.keep(a, answer)
}

// refused says whether an answer keeps a wrong person out.
func refused(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound
}

// strangers have nothing to do with any play.
var strangers = []string{"visitor", "citizen:外人", "otheroffice", "dept3", "dept3.head", "admin", "neighbour.staff", "neighbour.office", "city.leader"}

func (r *run) wrong(a Act) []string {
	if a.Do == "submit" || a.Anyone || strings.HasPrefix(a.Path, "GET ") {
		return a.Not
	}
	who := append(slices.Clone(a.Not), strangers...)
	return slices.DeleteFunc(who, func(w string) bool { return w == a.Who })
}

// photoless takes another's photos out of what a wrong person sends: those would
// be refused for themselves.
func photoless(body any) any {
	fields, ok := body.(map[string]any)
	if !ok {
		return body
	}
	fields = maps.Clone(fields)
	delete(fields, "upload_ids")
	return fields
}

// lacksPhoto says that an act which needs a photo was refused for want of one,
// before anybody asked who it is.
func lacksPhoto(status int, answer []byte) bool {
	return status == http.StatusUnprocessableEntity && bytes.Contains(answer, []byte(`"field":"upload_ids"`))
}

// tenantOf is the district whose report an act is about: where the wrong people try.
func (r *run) tenantOf(a Act) string {
	if k, ok := r.kept[a.on()]; ok {
		return k.Tenant
	}
	return r.set.Tenant
}

// wait lets time pass, stopping at every instant at which a timer of this play's reports is due.
func (r *run) wait(d time.Duration) error {
	until := r.clock.Now().Add(d)
	for d > 0 {
		next, err := r.nextCheck()
		if err != nil {
			return err
		}
		if next == nil || next.After(until) {
			break
		}
		if next.After(r.clock.Now()) {
			r.clock.Set(*next)
		}
		n, err := r.app.Sweeper.Sweep(r.ctx)
		if err != nil {
			return fmt.Errorf("timers: %w", err)
		}
		if n == 0 {
			break
		}
	}
	r.clock.Set(until)
	if d > 0 {
		clear(r.tokens) // sessions that rested too long are over
	}
	return nil
}

// nextCheck is when the sweeper has to look at one of the play's reports next.
func (r *run) nextCheck() (*time.Time, error) {
	byTenant := map[string][]uuid.UUID{}
	for _, k := range r.kept {
		byTenant[k.Tenant] = append(byTenant[k.Tenant], uuid.MustParse(k.ID))
	}
	var first *time.Time
	for tenant, ids := range byTenant {
		err := r.app.DB.View(r.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
			row, err := tx.Deadline.Query().Where(entdeadline.SubjectIDIn(ids...), entdeadline.NextCheckAtNotNil()).
				Order(entdeadline.ByNextCheckAt()).First(ctx)
			if db.IsNotFound(err) {
				return nil
			}
			if err == nil && (first == nil || row.NextCheckAt.Before(*first)) {
				first = row.NextCheckAt
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("next timer: %w", err)
		}
	}
	return first, nil
}

// stands checks where the report of an act stands, as the district's staff sees it.
func (r *run) stands(a Act) error {
	if a.State == "" {
		return nil
	}
	v, err := r.read("staff", a.on())
	if err != nil {
		return err
	}
	if v.State != a.State {
		return fmt.Errorf("%s stands at %q, want %q", a.on(), v.State, a.State)
	}
	return nil
}
