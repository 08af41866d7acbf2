package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"huying/internal/app/demo/fiction"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/report"
)

// Deps are the rooms the demo speaks to. DB is open as the app role; the reference tables are filled.
type Deps struct {
	DB       *database.DB
	Division *division.Service
	Identity *identity.Service
	Reports  *report.Service
	// Evidence may be nil: then nothing is pictured.
	Evidence *evidence.Service
	// Recount, when given, counts a tenant's invented past for the boards.
	Recount func(ctx context.Context, tenant string) error
}

// Options say how large a city is invented.
type Options struct {
	// Seed makes two cities differ; zero is the usual one.
	Seed uint64
	// Now is the day the year ends with.
	Now time.Time
	// Tenants are the districts to fill; none means all.
	Tenants []string
	// Reports is how many there are over all tenants.
	Reports int
	// Pictured is how many of them have photographs.
	Pictured int
	// Scenes is how many different pictures each category has, or 0 for what so many photographs deserve.
	Scenes int
	// Shared lets all photographs of a scene point at the same stored objects: for measuring, not for using.
	Shared bool
	// Crowded lets few communities report most (Zipf), the first of a tenant the most of all.
	Crowded bool
	// Note, when set, hears what is being done.
	Note func(format string, args ...any)
}

// Summary says what was made.
type Summary struct {
	Tenants, People, Units, Deputies, Stations, Places, Reports, Photos int
	// States counts the reports by state.
	States map[string]int
}

// Full are the options of `huying demo`: every tenant, about two thousand reports.
func Full(now time.Time) Options { return Options{Now: now, Reports: 2000, Pictured: 420} }

// year is how far back the history reaches.
const year = 365 * 24 * time.Hour

// ErrFilled says that the people of the demo are there already.
var ErrFilled = errors.New("demo: filled already")

// Seed fills an installation whose reference tables are filled and which has no people yet; one with the
// demo's people answers ErrFilled and is left alone.
func Seed(ctx context.Context, d Deps, o Options) (*Summary, error) {
	if o.Note == nil {
		o.Note = func(string, ...any) {}
	}
	dir, err := d.Division.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if filled, err := Filled(ctx, d); err != nil {
		return nil, err
	} else if filled {
		return nil, ErrFilled
	}
	hash, err := auth.HashPassword(ctx, Password)
	if err != nil {
		return nil, err
	}
	sum := &Summary{States: map[string]int{}}
	var casts []*cast
	weight := 0
	for _, t := range dir.Tenants() {
		if len(o.Tenants) > 0 && !slices.Contains(o.Tenants, t.Code) {
			continue
		}
		c, err := populate(ctx, d, dir, t, hash, o)
		if err != nil {
			return nil, fmt.Errorf("demo: people of %s: %w", t.Code, err)
		}
		casts = append(casts, c)
		weight += share(t.Code)
		sum.count(c)
	}
	o.Note("人员、单位、代表、联络站、地点已就绪：%d 个区市，%d 人", sum.Tenants, sum.People)
	told := make([]*telling, len(casts))
	passed, given := 0, 0
	for i, c := range casts {
		// Shares of the running total, so that rounding loses no report.
		passed += share(c.tenant.Code)
		part := o.Reports*passed/max(weight, 1) - given
		given += part
		if told[i], err = c.tellAll(d.Reports, o, part); err != nil {
			return nil, fmt.Errorf("demo: reports of %s: %w", c.tenant.Code, err)
		}
	}
	if err := writeAll(ctx, d, told, sum, o); err != nil {
		return nil, err
	}
	if d.Recount != nil {
		for _, c := range casts {
			if err := d.Recount(ctx, c.tenant.Code); err != nil {
				return nil, err
			}
		}
	}
	// The city's people come last: their user names say that everything before is complete.
	return sum, enrolCity(ctx, d, dir, casts, hash, o)
}

// writeAll writes the rows while the pictures are drawn, because one waits for the disk and the other for
// the processor, and then hangs the pictures up.
func writeAll(ctx context.Context, d Deps, told []*telling, sum *Summary, o Options) error {
	var developed map[shot]*evidence.Developed
	group, gctx := errgroup.WithContext(ctx)
	if d.Evidence != nil && o.Pictured > 0 {
		group.Go(func() (err error) {
			developed, err = develop(gctx, d.Evidence, told)
			return err
		})
	}
	group.Go(func() error {
		for _, t := range told {
			if err := t.write(gctx, d, sum); err != nil {
				return fmt.Errorf("demo: write reports of %s: %w", t.c.tenant.Code, err)
			}
		}
		o.Note("诉求已就绪：%d 件", sum.Reports)
		return nil
	})
	if err := group.Wait(); err != nil {
		return err
	}
	if developed == nil {
		return nil
	}
	if err := hang(ctx, d.Evidence, told, developed, sum, o.Shared); err != nil {
		return fmt.Errorf("demo: photographs: %w", err)
	}
	o.Note("现场照片已就绪：%d 张", sum.Photos)
	return nil
}

// Filled says whether the demo's people are there. They are the last thing that filling makes.
func Filled(ctx context.Context, d Deps) (bool, error) {
	_, err := d.Identity.ByUsername(ctx, "city")
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *Summary) count(c *cast) {
	s.Tenants++
	s.People += len(c.enrolments)
	s.Units += len(c.teams)
	s.Deputies += len(c.deputies)
	s.Stations += len(c.stations)
	s.Places += len(c.places)
}

// populate makes everybody and everything of a tenant except reports.
func populate(ctx context.Context, d Deps, dir *division.Directory, t division.Tenant, hash string, o Options) (*cast, error) {
	branch := uint64(0)
	for _, digit := range t.Code {
		branch = branch*10 + uint64(digit-'0') //nolint:gosec // a digit
	}
	c := &cast{
		tenant: t, dir: dir, hash: hash, since: o.Now.Add(-year - 30*24*time.Hour).UTC().Truncate(24 * time.Hour),
		tell: fiction.NewTeller(o.Seed+1, branch), r: rand.New(rand.NewPCG(o.Seed+2, branch)), //nolint:gosec // invented data
		phones: int(branch%1000) * 10_000, //nolint:gosec // below ten million
	}
	c.streets = dir.Children(t.Code)
	c.desk()
	c.units()
	c.desks()
	c.posts()
	c.members(max(16, 2*len(c.streets)))
	c.settle(6)
	if o.Crowded {
		c.crowded = rand.NewZipf(c.r, 1.1, 2, uint64(len(c.places)-1))
	}
	c.crowd(40 + o.Reports*anchors[t.Code].weight/2000)
	if err := d.Identity.Enrol(ctx, t.Code, c.enrolments); err != nil {
		return nil, err
	}
	return c, c.writeBase(ctx, d)
}

// telling are the told lives of one tenant, in order of submission.
type telling struct {
	c     *cast
	lives []*life
	dir   *division.Directory
}

// standing are the states of which every tenant has some, whatever the day.
var standing = []struct {
	until string
	count int
}{
	{untilSubmitted, 3},
	{untilOpen, 4},
	{untilAccepted, 4},
	{untilVerified, 3},
	{untilDispatched, 3},
	{untilHandling, 5},
	{untilReplied, 3},
	{untilResolved, 4},
	{untilReopened, 2},
	{untilWithdrawn, 1},
}

// tellAll tells n lives: a few that stand in each state now, the others over the year.
func (c *cast) tellAll(s *report.Service, o Options, n int) (*telling, error) {
	t := &telling{c: c, dir: c.dir}
	if c.variants = o.Scenes; c.variants == 0 {
		c.variants = variantsOf(o.Pictured)
	}
	pictured := func() bool { return o.Reports > 0 && c.tell.Below(o.Reports) < o.Pictured }
	add := func(l *life) {
		for _, id := range l.x.Holders() {
			for _, m := range c.deputies {
				if m.id == id {
					m.live++
				}
			}
		}
		t.lives = append(t.lives, l)
	}
	for _, st := range standing {
		for range min(st.count, max(1, n/len(standing)/3)) {
			l, err := c.standing(s, o.Now, st.until, pictured())
			if err != nil {
				return nil, err
			}
			add(l)
		}
	}
	for len(t.lives) < n {
		l, err := c.tellLife(s, plot{number: "000000-0000-000000", at: c.moment(o.Now, c.span()), now: o.Now, until: untilClosed, pictured: pictured()})
		if err != nil {
			return nil, err
		}
		if _, err := l.x.Until(o.Now); err != nil {
			continue // a step of the timer is due just now: another life is told
		}
		add(l)
	}
	slices.SortFunc(t.lives, func(a, b *life) int {
		return cmp.Or(a.x.Report.CreatedAt.Compare(b.x.Report.CreatedAt), slices.Compare(a.x.Report.ID[:], b.x.Report.ID[:]))
	})
	last := map[int]int64{}
	for _, l := range t.lives {
		y := report.LocalYear(l.x.Report.CreatedAt)
		last[y]++
		l.x.Renumber(report.FormatNumber(c.tenant.Code, y, last[y]))
	}
	return t, nil
}

// standing tells a life that stands in a state right now: it is told again until the hours fit.
func (c *cast) standing(s *report.Service, now time.Time, until string, pictured bool) (*life, error) {
	var last error
	for range 400 {
		at := now.Add(-time.Duration(c.tell.Between(0.3, 30) * float64(time.Hour)))
		l, err := c.tellLife(s, plot{number: "000000-0000-000000", at: at, now: now, until: until, hasty: true, pictured: pictured})
		if err == nil && l.x.State() == until {
			if _, err = l.x.Until(now); err == nil {
				return l, nil
			}
		}
		last = err
	}
	return nil, fmt.Errorf("no life came to stand in %s: %w", until, last)
}
