package supervision

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/supervisionnotice"
	"huying/ent/db/supervisionstep"
	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
	"huying/internal/roomtest"
)

const (
	shinan = "370202"
	city   = tenancy.CityTenant
)

// neighbours are the rooms that this one asks.
type neighbours struct {
	matters    []Matter
	city       []uuid.UUID // units with people of the city
	supervised int
	results    []string
}

func (n *neighbours) Named(_ context.Context, _ string, numbers []string) (out []Matter, _ error) {
	for _, m := range n.matters {
		if slices.Contains(numbers, m.Number) {
			out = append(out, m)
		}
	}
	return out, nil
}

func (n *neighbours) Numbers(context.Context, *database.Tx, []uuid.UUID) ([]Matter, error) {
	return n.matters, nil
}

func (n *neighbours) Readable(_ context.Context, _ string, ids []uuid.UUID) ([]uuid.UUID, error) {
	return ids, nil
}

func (n *neighbours) Supervised(_ context.Context, _ *database.Tx, _ uuid.UUID, ids []uuid.UUID, _ string, _ time.Time) error {
	n.supervised += len(ids)
	return nil
}

func (n *neighbours) Concluded(_ context.Context, _ *database.Tx, _ uuid.UUID, _ []uuid.UUID, result string) error {
	n.results = append(n.results, result)
	return nil
}

func (n *neighbours) PeopleWith(_ context.Context, _, role, _ string, unit uuid.UUID) ([]uuid.UUID, error) {
	if role == "city_unit" && slices.Contains(n.city, unit) {
		return []uuid.UUID{uuid.New()}, nil
	}
	return nil, nil
}

func (n *neighbours) Notify(context.Context, *database.Tx, Notice) error { return nil }

// office is the room on one engine with its people.
type office struct {
	*roomtest.Bench
	*neighbours
	t     *testing.T
	room  *Service
	unit  uuid.UUID
	other uuid.UUID
}

func offices(t *testing.T, test func(o *office)) {
	o := &office{}
	roomtest.Engines(t, func(b *roomtest.Bench) {
		o.Bench, o.neighbours = b, &neighbours{matters: []Matter{{uuid.New(), "370202-2026-000001"}, {uuid.New(), "370202-2026-000002"}}}
		o.room = New(Deps{
			DB: b.DB, Clock: b.Clock, Jobs: jobs.New(b.DB, jobs.Options{}), Index: b.Index, Territory: b.Division, Reports: o, People: o, Notices: o,
			CityAudit: audit.New(audit.Deps{DB: b.DB, Clock: b.Clock}),
			Calendar: func(ctx context.Context, _ string) (*deadline.Calendar, error) {
				dir, err := b.Division.Directory(ctx)
				if err != nil {
					return nil, err
				}
				return deadline.NewCalendar(dir.Calendar(), nil), nil
			},
		})
		o.room.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		o.t = t
		if err := o.room.d.Jobs.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			for code, id := range map[string]*uuid.UUID{"water": &o.unit, "park": &o.other} {
				u, err := tx.HandlingUnit.Create().SetCode(code).SetName("市南区" + code).SetKind("administrative").SetLevel("district").SetDivisionCode(shinan).Save(ctx)
				if err != nil {
					return err
				}
				*id = u.ID
			}
			return nil
		})
		in := func(role string) authz.Grant { return authz.Grant{Role: role, Tenant: shinan, Division: shinan} }
		of := func(role string, unit uuid.UUID) authz.Grant {
			return authz.Grant{Role: role, Tenant: shinan, Division: shinan, UnitID: unit}
		}
		b.Caller("staff", in("district_staff"))
		b.Caller("head", in("district_head"))
		b.Caller("both", in("district_staff"), in("district_head"))
		b.Caller("unit", of("unit_head", o.unit))
		b.Caller("clerk", of("unit_clerk", o.unit))
		b.Caller("other", of("unit_head", o.other))
		b.Caller("city", authz.Grant{Role: "city_supervisor", Tenant: city, Division: "3702"})
		test(o)
	})
}

// ask does something to a notice and expects a status.
func (o *office) ask(who, tenant, path string, body any, status int) (v View) {
	o.t.Helper()
	method := "POST"
	if body == nil {
		method = "GET"
	}
	a := o.Ask(o.t, who, tenant, method, path, body)
	if status/100 == 2 {
		a.Into(o.t, status, &v)
	} else if a.Status != status {
		o.t.Fatalf("%s %s: %d, want %d: %s", who, path, a.Status, status, a.Body)
	}
	return v
}

type m = map[string]any

// letter is a draft to the unit.
func (o *office) letter(more m) m {
	out := m{"kind": "letter", "title": "供水抢修迟缓", "letter": "近一月多次爆管，抢修迟缓，请说明。", "asks": []string{"原因", "完成时限"}, "unit_id": o.unit}
	for k, v := range more {
		out[k] = v
	}
	return out
}

func TestNotice_of_a_district(t *testing.T) {
	offices(t, func(o *office) {
		t := o.t
		o.ask("unit", shinan, "/supervision-notices", o.letter(nil), 403)
		o.ask("staff", shinan, "/supervision-notices", o.letter(m{"unit_id": uuid.New()}), 422)
		o.ask("staff", shinan, "/supervision-notices", o.letter(m{"kind": "topic"}), 422)
		o.ask("staff", shinan, "/supervision-notices", o.letter(m{"kind": "class"}), 422)
		o.ask("staff", shinan, "/supervision-notices", o.letter(m{"numbers": []string{"370202-2026-999999"}}), 422)
		n := o.ask("both", shinan, "/supervision-notices", o.letter(m{"numbers": []string{"370202-2026-000001", "370202-2026-000002"}}), 201)
		at := "/supervision-notices/" + n.ID.String()
		if n.State != Draft || len(n.Matters) != 2 || slices.Contains(n.AllowedActions, Sign) {
			t.Fatalf("%+v", n)
		}
		o.ask("unit", shinan, at, nil, 404) // a unit does not see what is not signed
		o.ask("both", shinan, at+"/sign", m{}, 403)
		o.ask("head", shinan, at+"/sign", m{"version": n.Version + 5}, 409)
		n = o.ask("head", shinan, at+"/sign", m{}, 200)
		if n.State != Open || n.DueAt == nil || o.supervised != 2 {
			t.Fatalf("%+v, %d reports", n, o.supervised)
		}
		o.ask("head", shinan, at+"/refuse", m{"reason": "不宜签发"}, 409)
		o.ask("other", shinan, at, nil, 404)
		o.ask("clerk", shinan, at+"/answer", m{"answers": []string{"管线老化所致", "12月20日前完成"}}, 403)
		o.ask("head", shinan, at+"/answer", m{"answers": []string{"管线老化所致", "12月20日前完成"}}, 403)
		o.ask("unit", shinan, at+"/answer", m{"answers": []string{"管线老化所致"}}, 422)
		o.ask("head", shinan, at+"/accept", m{}, 409)
		o.ask("clerk", shinan, at+"/progress", m{"text": "已换管三百米"}, 200)
		if n = o.ask("unit", shinan, at+"/answer", m{"answers": []string{"管线老化所致", "12月20日前完成"}}, 200); n.State != Answered {
			t.Fatalf("%+v", n)
		}
		o.ask("unit", shinan, at+"/accept", m{}, 403)
		if n = o.ask("head", shinan, at+"/send-back", m{"reason": "没有说明抢修为何迟缓"}, 200); n.State != Open || n.Round != 2 {
			t.Fatalf("%+v", n)
		}
		soon, past := o.Clock.Now().Add(24*time.Hour), o.Clock.Now().Add(-time.Hour)
		o.ask("unit", shinan, at+"/hearing", m{"stage": "called", "at": soon, "place": "区人大三楼"}, 403)
		o.ask("staff", shinan, at+"/hearing", m{"stage": "called", "at": past, "place": "区人大三楼"}, 422)
		o.ask("staff", shinan, at+"/hearing", m{"stage": "called", "at": soon, "place": "区人大三楼", "participants": []string{"水务局", "三名代表"}}, 200)
		o.ask("staff", shinan, at+"/inspection", m{"stage": "held", "at": past, "place": "延安路", "findings": "抢修物资不足"}, 200)
		o.ask("unit", shinan, at+"/answer", m{"answers": []string{"抢修人手不足", "12月20日前完成"}}, 200)
		n = o.ask("head", shinan, at+"/accept", m{"note": "同意", "result": "老旧管线已全部更换。"}, 200)
		var words []string
		for _, st := range n.Steps {
			words = append(words, st.Action)
		}
		want := []string{Sign, Progress, Answer, SendBack, Hearing, Inspection, Answer, Accept}
		if n.State != Accepted || !slices.Equal(words, want) || !slices.Equal(o.results, []string{"老旧管线已全部更换。"}) || len(n.AllowedActions) != 0 {
			t.Fatalf("%v %+v %v", words, n, o.results)
		}
		if a := o.Ask(t, "unit", shinan, "GET", "/supervision-notices?state=accepted", nil); !slices.Contains([]int{200}, a.Status) {
			t.Fatal(string(a.Body))
		}
	})
}

// Every rung is told once and stays on the notice: neither an answer nor a sending back takes it away.
func TestNotice_rungs_stay(t *testing.T) {
	offices(t, func(o *office) {
		t := o.t
		sweeper := deadline.NewSweeper(deadline.SweeperDeps{
			DB: o.DB, Clock: o.Clock, Tenants: func(context.Context) ([]string, error) { return []string{shinan}, nil },
			Calendar: o.room.d.Calendar,
		})
		sweeper.Handle(SubjectKind, o.room.Duty())
		n := o.ask("staff", shinan, "/supervision-notices", o.letter(nil), 201)
		at := "/supervision-notices/" + n.ID.String()
		o.ask("head", shinan, at+"/sign", m{}, 200)
		sweep := func(after time.Duration) {
			o.Clock.Advance(after)
			for range 10 {
				if _, err := sweeper.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		sweep(60 * 24 * time.Hour)
		rungs := func(v View) (out []int) {
			for _, st := range v.Steps {
				if st.Action == Rung {
					out = append(out, st.Rung)
				}
			}
			return out
		}
		n = o.ask("head", shinan, at, nil, 200)
		if !slices.Equal(rungs(n), []int{80, 100, 150, 200}) || n.Rung != 200 || !n.Overdue {
			t.Fatalf("%v %+v", rungs(n), n.Item)
		}
		o.ask("unit", shinan, at+"/answer", m{"answers": []string{"管线老化所致", "12月20日前完成"}}, 200)
		n = o.ask("head", shinan, at+"/send-back", m{"reason": "答非所问，请重答"}, 200)
		if n.Rung != 200 || n.Overdue || !n.DueAt.After(o.Clock.Now()) {
			t.Fatalf("%+v", n.Item)
		}
		sweep(60 * 24 * time.Hour)
		if n = o.ask("head", shinan, at, nil, 200); len(rungs(n)) != 8 || n.Rung != 200 {
			t.Fatalf("%v %+v", rungs(n), n.Item)
		}
	})
}

func TestNotice_of_the_city(t *testing.T) {
	offices(t, func(o *office) {
		t := o.t
		body := func(to ...m) m {
			return m{"kind": "topic", "topic_month": "2026-11", "title": "十一月每月一题：供水", "letter": "请就供水抢修情况作出说明。", "to": to}
		}
		o.ask("head", shinan, "/city-supervision-notices", body(m{"tenant": shinan}), 403)
		o.ask("city", city, "/city-supervision-notices", body(m{"tenant": "370299"}), 422)
		o.ask("city", city, "/city-supervision-notices", body(m{"tenant": shinan, "unit_id": o.unit}), 422)
		o.city = []uuid.UUID{o.unit}
		a := o.Ask(t, "city", city, "POST", "/city-supervision-notices", body(m{"tenant": shinan}, m{"tenant": shinan, "unit_id": o.unit}))
		var made struct{ Items []Item }
		a.Into(t, 201, &made)
		if len(made.Items) != 2 || made.Items[0].State != Open || made.Items[0].To != "市南区人大" || made.Items[1].To != "市南区water" {
			t.Fatalf("%+v", made)
		}
		at := "/supervision-notices/" + made.Items[0].ID.String()
		o.ask("head", shinan, at, nil, 404)
		o.carryTo(shinan, made.Items[0].ID)
		o.carryTo(shinan, made.Items[0].ID) // delivered twice, done once
		n := o.ask("head", shinan, at, nil, 200)
		if n.State != Open || n.From != "市人大常委会" || len(n.Steps) != 1 || slices.Contains(n.AllowedActions, Accept) {
			t.Fatalf("%+v", n)
		}
		o.ask("unit", shinan, at, nil, 404) // the congress answers, no unit of the district
		answers := m{"answers": []string{"管线老化", "已排查整改", "三处同类点位", "建立台账制度"}}
		o.ask("head", shinan, at+"/answer", answers, 200)
		o.ask("head", shinan, at+"/accept", m{}, 403) // nobody judges their own answer
		o.ask("city", city, at+"/accept", m{}, 409)
		o.carryTo(city, made.Items[0].ID)
		if n = o.ask("city", city, at+"/accept", m{"note": "同意"}, 200); n.State != Accepted {
			t.Fatalf("%+v", n)
		}
		o.carryTo(shinan, made.Items[0].ID)
		if n = o.ask("head", shinan, at, nil, 200); n.State != Accepted || len(n.Steps) != 3 {
			t.Fatalf("%+v", n)
		}
	})
}

// carryTo works the jobs that carry the other side's steps to a tenant, all of them again.
func (o *office) carryTo(tenant string, id uuid.UUID) {
	o.t.Helper()
	other := map[string]string{shinan: city, city: shinan}[tenant]
	var todo []CarryArgs
	o.Do(o.t, other, func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.SupervisionNotice.Query().Where(supervisionnotice.ID(id)).Only(ctx)
		if err != nil {
			return err
		}
		h, err := headOf(ctx, tx, n)
		if err != nil {
			return err
		}
		steps, err := tx.SupervisionStep.Query().Where(supervisionstep.NoticeID(id), supervisionstep.ByTenant(other)).Order(supervisionstep.ByAt()).All(ctx)
		for _, st := range steps {
			todo = append(todo, CarryArgs{Tenant: tenant, Notice: id, Head: &h, Step: again(st, n)})
		}
		return err
	})
	for _, a := range todo {
		if err := (&carryWorker{s: o.room}).Work(o.t.Context(), &river.Job[CarryArgs]{Args: a}); err != nil {
			o.t.Fatal(err)
		}
	}
}

// again is a step as its job carried it.
func again(st *db.SupervisionStep, n *db.SupervisionNotice) step {
	return step{ID: st.ID, Action: st.Action, ByTenant: st.ByTenant, By: st.By, At: st.At, Round: st.Round, Text: st.Text, Data: st.Data, DueAt: n.DueAt}
}
