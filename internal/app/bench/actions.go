package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"

	entreport "huying/ent/db/report"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

const actionRatio = 0.5

// troupe are those who take a report from its submission to its rating.
type troupe struct {
	h                                    *house
	citizen, office, deputy, clerk, head person
	deputyID, unitID, community          string
}

// assemble signs everybody in and finds the unit of the dispatch catalogue.
func (h *house) assemble(ctx context.Context) (*troupe, error) {
	t := &troupe{h: h, community: h.street}
	var err error
	if t.citizen, err = h.citizen(ctx, number()); err != nil {
		return nil, err
	}
	if t.office, err = h.staff(h.street + ".office"); err != nil {
		return nil, err
	}
	if t.deputy, err = h.staff(tenant + ".deputy1"); err != nil {
		return nil, err
	}
	var me struct {
		Grants []struct {
			DeputyID string `json:"deputy_id"`
		} `json:"grants"`
	}
	if err := h.must(t.deputy, http.MethodGet, "/me", nil, &me); err != nil {
		return nil, err
	}
	for _, g := range me.Grants {
		if g.DeputyID != "" {
			t.deputyID = g.DeputyID
		}
	}
	var units struct {
		Items []struct {
			ID   string `json:"id"`
			Code string `json:"code"`
		} `json:"items"`
	}
	if err := h.must(t.office, http.MethodGet, "/units?category=road&division_code="+t.community, nil, &units); err != nil {
		return nil, err
	}
	if len(units.Items) == 0 {
		return nil, errors.New("the dispatch catalogue has no unit")
	}
	t.unitID = units.Items[0].ID
	account := tenant + "." + units.Items[0].Code
	if len(units.Items[0].Code) == 9 {
		account = units.Items[0].Code + ".gov"
	}
	if t.clerk, err = h.staff(account); err != nil {
		return nil, err
	}
	t.head, err = h.staff(account + ".head")
	return t, err
}

// step is one action of the straight path.
type step struct {
	who    person
	action string
	body   map[string]any
}

func (t *troupe) steps() []step {
	return []step{
		{t.office, "admit", map[string]any{}},
		{t.deputy, "accept", map[string]any{}},
		{t.deputy, "verify", map[string]any{"findings": "到现场看过，路面下沉约五厘米。"}},
		{t.office, "dispatch", map[string]any{"lead_unit_id": t.unitID}},
		{t.clerk, "take", map[string]any{}},
		{t.clerk, "contact", map[string]any{"way": "phone", "outcome": "reached"}},
		{t.clerk, "reply", map[string]any{"result": "explained", "content": "已安排养护，预计两周内完成。"}},
		{t.head, "approve", map[string]any{}},
		{t.deputy, "confirm", map[string]any{"confirmed": true}},
		{t.citizen, "rate", map[string]any{"result": 1}},
	}
}

// submission is what the citizen sends.
func (t *troupe) submission(uploads ...string) map[string]any {
	return map[string]any{
		"category": "road", "description": "小区门口路面破损，老人容易绊倒。", "division_code": t.community,
		"visibility": "private", "deputy_id": t.deputyID, "upload_ids": append([]string{}, uploads...),
	}
}

// life is a report on its straight path, and what it sent to the database.
type life struct {
	id, number string
	// submitted is before the first action, acted are the actions one by one.
	submitted []statement
	acted     [][]statement
}

// live takes one report from submission to rating. Recording it listens to every step.
func (t *troupe) live(recorded bool) (*life, time.Duration, error) {
	l := &life{}
	send := func(p person, path string, body, out any) ([]statement, error) {
		id := ""
		if recorded {
			id = "bench-" + uuid.NewString()
			t.h.rec.listen(id)
			defer t.h.rec.stop(id)
		}
		if err := t.h.post(p, path, body, out, id); err != nil {
			return nil, err
		}
		return t.h.rec.stop(id), nil
	}
	var r known
	var err error
	if l.submitted, err = send(t.citizen, "/reports", t.submission(), &r); err != nil {
		return nil, 0, err
	}
	l.id, l.number = r.ID, r.Number
	now := clock.System().Now
	start := now()
	for _, s := range t.steps() {
		if s.action == "verify" {
			s.body = map[string]any{"findings": s.body["findings"], "seen": map[string]any{
				"from": start.Add(-time.Hour).Format(time.RFC3339), "to": start.Add(-time.Minute).Format(time.RFC3339),
			}}
		}
		list, err := send(s.who, "/reports/"+r.ID+"/"+s.action, s.body, nil)
		if err != nil {
			return nil, 0, err
		}
		l.acted = append(l.acted, list)
	}
	return l, now().Sub(start), nil
}

// actions is (e): actions a second, one after the other, against the same
// statements sent bare, each action's in one transaction.
func actions(ctx context.Context, h *house) ([]Line, error) {
	t, err := h.assemble(ctx)
	if err != nil {
		return nil, err
	}
	if _, _, err := t.live(false); err != nil { // caches are warm
		return nil, err
	}
	sample, _, err := t.live(true)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(sample.submitted, slices.Concat(sample.acted...))
	write, err := h.bare.writer(ctx, all)
	if err != nil {
		return nil, err
	}
	var ratios, product, bare, strict []float64
	n := float64(len(sample.acted))
	for round := range h.Rounds {
		sides := []func() error{
			func() error {
				_, took, err := t.live(false)
				product = append(product, n/took.Seconds())
				return err
			},
			func() error {
				took, err := h.replayed(ctx, sample, write, false)
				bare = append(bare, n/took.Seconds())
				return err
			},
			func() error {
				took, err := h.replayed(ctx, sample, write, true)
				strict = append(strict, n/took.Seconds())
				return err
			},
		}
		if round%2 == 1 {
			slices.Reverse(sides)
		}
		for _, side := range sides {
			if err := side(); err != nil {
				return nil, err
			}
		}
		ratios = append(ratios, product[round]/bare[round])
	}
	writes := 0
	for _, s := range all[len(sample.submitted):] {
		if !isRead(s.query) {
			writes++
		}
	}
	return []Line{{
		Key: "e", What: "an action of accept … rate", Value: median(ratios), Unit: "×", Bound: actionRatio, AtLeast: true,
		Product: median(product), Bare: median(bare), Spread: [2]float64{slices.Min(ratios), slices.Max(ratios)},
		Against: fmt.Sprintf("its %.0f statements sent bare in one transaction (the %.1f that write, alone: %.4g/s)",
			float64(len(all)-len(sample.submitted))/n, float64(writes)/n, median(strict)),
	}}, nil
}

// replayed replays a life and makes sure that it came to its end: statements
// that changed nothing would be fast.
func (h *house) replayed(ctx context.Context, l *life, write func(context.Context, []statement) error, writesOnly bool) (time.Duration, error) {
	id, took, err := l.replay(ctx, write, writesOnly)
	if err != nil {
		return 0, err
	}
	err = h.app.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		r, err := tx.Report.Query().Where(entreport.ID(id)).Only(ctx)
		if err == nil && r.State != entreport.StateClosed {
			err = fmt.Errorf("the statements sent bare left the report %s", r.State)
		}
		return err
	})
	return took, err
}

var (
	numberForm = regexp.MustCompile(`^\d{6}-\d{4}-\d{6,}$`)
	bornAfter  = 24 * time.Hour
)

// replay runs a life's statements again under ids of its own and times the
// actions. writesOnly leaves out what they read.
func (l *life) replay(ctx context.Context, write func(context.Context, []statement) error, writesOnly bool) (uuid.UUID, time.Duration, error) {
	fresh := &renewer{ids: map[uuid.UUID]uuid.UUID{}, texts: map[string]string{}, since: clock.System().Now().Add(-bornAfter), made: born(slices.Concat(l.submitted, slices.Concat(l.acted...)))}
	if err := write(ctx, fresh.renew(l.submitted, false)); err != nil {
		return uuid.Nil, 0, err
	}
	lists := make([][]statement, len(l.acted))
	for i, list := range l.acted {
		lists[i] = fresh.renew(list, writesOnly)
	}
	now := clock.System().Now
	start := now()
	for _, list := range lists {
		if err := write(ctx, list); err != nil {
			return uuid.Nil, 0, err
		}
	}
	id, err := uuid.Parse(l.id)
	return fresh.ids[id], now().Sub(start), err
}

// born are the ids that a life's INSERTs made.
func born(list []statement) map[uuid.UUID]bool {
	out := map[uuid.UUID]bool{}
	for _, s := range list {
		if isRead(s.query) {
			continue
		}
		for _, a := range s.args {
			if id, ok := asID(a); ok {
				out[id] = true
			}
		}
	}
	return out
}

func asID(a any) (uuid.UUID, bool) {
	switch v := a.(type) {
	case uuid.UUID:
		return v, true
	case *uuid.UUID:
		if v != nil {
			return *v, true
		}
	case string:
		if len(v) == 36 {
			id, err := uuid.Parse(v)
			return id, err == nil
		}
	}
	return uuid.Nil, false
}

// renewer gives what a life made new names, the same for the same.
type renewer struct {
	ids   map[uuid.UUID]uuid.UUID
	texts map[string]string
	made  map[uuid.UUID]bool
	since time.Time
}

func (r *renewer) renew(list []statement, writesOnly bool) []statement {
	var out []statement
	for _, s := range list {
		if writesOnly && isRead(s.query) {
			continue
		}
		s.args = slices.Clone(s.args)
		for i, a := range s.args {
			s.args[i] = r.arg(a)
		}
		out = append(out, s)
	}
	return out
}

func (r *renewer) arg(a any) any {
	if id, ok := asID(a); ok && r.young(id) {
		if r.ids[id] == uuid.Nil {
			r.ids[id] = uuid.Must(uuid.NewV7())
		}
		switch a.(type) {
		case string:
			return r.ids[id].String()
		case *uuid.UUID:
			fresh := r.ids[id]
			return &fresh
		}
		return r.ids[id]
	}
	text, ok := a.(string)
	if !ok || !numberForm.MatchString(text) {
		return a
	}
	if r.texts[text] == "" {
		r.texts[text] = text[:12] + fmt.Sprintf("%09d", 500_000_000+uuid.New().ID()%400_000_000)
	}
	return r.texts[text]
}

// young says whether an id was made by this run: of version 4, or of a time within the last day. People,
// units and sessions that the statements read keep their ids, except sessions, which are as young; their
// ids occur in reads only.
func (r *renewer) young(id uuid.UUID) bool {
	if !r.made[id] {
		return false
	}
	if id.Version() != 7 {
		return true
	}
	sec, nsec := id.Time().UnixTime()
	return time.Unix(sec, nsec).After(r.since)
}
