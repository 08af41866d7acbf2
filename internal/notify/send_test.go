package notify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/deadline"
	"huying/internal/notify"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// at moves the clock to a local time of 2026.
func (b *bench) at(t *testing.T, s string) {
	t.Helper()
	when, err := time.ParseInLocation("01-02 15:04", s, deadline.Zone)
	must(t, err)
	b.kit.Clock.Set(time.Date(2026, when.Month(), when.Day(), when.Hour(), when.Minute(), 0, 0, deadline.Zone))
}

// deputy makes somebody with a number and a deputy's grant.
func (b *bench) deputy(t *testing.T) uuid.UUID {
	t.Helper()
	id := b.person(t, phone)
	must(t, b.kit.DB.Do(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		return tx.Grant.Create().SetPersonID(id).SetRole("deputy").SetTenant("370202").SetDivisionCode("370202001").Exec(ctx)
	}))
	return id
}

func (b *bench) choose(t *testing.T, person uuid.UUID, change func(p *notify.Preferences)) {
	t.Helper()
	p, err := b.Preferences(t.Context(), person)
	must(t, err)
	change(&p)
	_, err = b.SetPreferences(t.Context(), person, p)
	must(t, err)
}

// texts waits until the gateway has n messages, and a moment more for one too many, and gives their templates.
func (b *bench) texts(t *testing.T, n int) []string {
	t.Helper()
	for end := time.Now().Add(time.Minute); len(b.gateway.sent()) < n && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(150 * time.Millisecond)
	var out []string
	for _, m := range b.gateway.sent() {
		out = append(out, m.Template)
	}
	if len(out) != n {
		t.Fatalf("the gateway has %v, want %d messages", out, n)
	}
	return out
}

func offered(to uuid.UUID, until time.Time) notify.Notice {
	return notify.Notice{
		PersonID: to, Template: "report_offered", SMS: true, Until: until, ReportID: uuid.Must(uuid.NewV7()),
		Params: map[string]string{"number": "370202-2026-000009", "title": "井盖", "due": "明天"},
	}
}

// filled gives every parameter of a wording a value.
func filled(template string) map[string]string {
	params := map[string]string{}
	for _, tpl := range notify.Templates() {
		if tpl.ID == template {
			for _, p := range tpl.Params() {
				params[p] = p
			}
		}
	}
	return params
}

func TestQuietHours(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, phone)
		b.at(t, "03-02 21:30")
		must(t, b.tell(t, "370202", received(me, "370202-2026-000001", true)))
		must(t, b.tell(t, "370202", notify.Notice{
			PersonID: me, Template: "duty_alert", SMS: true, Params: map[string]string{"number": "370202-2026-000002", "place": "香港中路"},
		}))
		if got := b.texts(t, 1); got[0] != "duty_alert" {
			t.Fatalf("at night %v went out", got)
		}
		waiting, err := b.Messages(t.Context(), "370202", "queued", uuid.Nil, 10)
		must(t, err)
		if len(waiting) != 1 || waiting[0].Row.NotBefore == nil || !waiting[0].Row.NotBefore.Equal(time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)) {
			t.Fatalf("%+v", waiting)
		}
		b.at(t, "03-03 07:59")
		b.texts(t, 1)
		b.at(t, "03-03 08:00")
		if got := b.texts(t, 2); got[1] != "report_received" {
			t.Fatalf("in the morning %v", got)
		}
		b.at(t, "03-03 22:00")
		b.choose(t, me, func(p *notify.Preferences) { p.QuietFrom, p.QuietTo = 0, 0 })
		must(t, b.tell(t, "370202", received(me, "370202-2026-000003", true)))
		b.texts(t, 3)
	})
}

func TestPreferences(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, phone)
		t.Run("what was never chosen is the usual", func(t *testing.T) {
			p, err := b.Preferences(t.Context(), me)
			must(t, err)
			if !p.SMS || !p.Digest || p.QuietFrom != 21*60 || p.QuietTo != 8*60 || p.DigestMinute != 8*60 || len(p.Muted) != 0 {
				t.Fatalf("%+v", p)
			}
		})
		t.Run("a choice that does not exist names its field", func(t *testing.T) {
			for field, change := range map[string]func(p *notify.Preferences){
				"muted":         func(p *notify.Preferences) { p.Muted = []string{"weather"} },
				"digest_minute": func(p *notify.Preferences) { p.DigestMinute = 20*60 + 1 },
				"quiet_from":    func(p *notify.Preferences) { p.QuietFrom = 24 * 60 },
				"quiet_to":      func(p *notify.Preferences) { p.QuietTo = -1 },
			} {
				p, err := b.Preferences(t.Context(), me)
				must(t, err)
				change(&p)
				_, err = b.SetPreferences(t.Context(), me, p)
				f, ok := fault.As(err)
				if !ok || !fault.Is(err, fault.Invalid) || len(f.Fields) != 1 || f.Fields[0].Name != field {
					t.Errorf("%s: %v", field, err)
				}
			}
			for _, g := range notify.Groups() {
				p, err := b.Preferences(t.Context(), me)
				must(t, err)
				p.Muted = []string{g.ID}
				if _, err := b.SetPreferences(t.Context(), me, p); fault.Is(err, fault.Invalid) != g.Kept {
					t.Errorf("muting %s: %v", g.ID, err)
				}
			}
		})
		t.Run("an older choice does not overwrite a newer one", func(t *testing.T) {
			p, err := b.Preferences(t.Context(), me)
			must(t, err)
			p.Muted = []string{notify.GroupProgress}
			_, err = b.SetPreferences(t.Context(), me, p)
			must(t, err)
			if _, err := b.SetPreferences(t.Context(), me, p); !fault.Is(err, fault.VersionConflict) {
				t.Fatal(err)
			}
		})
		t.Run("a muted group stays in the inbox and is not sent; a decision is", func(t *testing.T) {
			must(t, b.tell(t, "370202", received(me, "370202-2026-000001", true)))
			if s := b.status(t); s.Status != "withheld" {
				t.Fatalf("%+v", s)
			}
			must(t, b.tell(t, "370202", notify.Notice{
				PersonID: me, Template: "report_rejected", SMS: true, Params: filled("report_rejected"),
			}))
			if got := b.texts(t, 1); got[0] != "report_rejected" {
				t.Fatal(got)
			}
			if n, err := b.Unread(t.Context(), me); err != nil || n != 2 {
				t.Fatalf("%d in the inbox, %v", n, err)
			}
			failed, err := b.Messages(t.Context(), "370202", "failed", uuid.Nil, 10)
			must(t, err)
			if len(failed) != 0 {
				t.Fatalf("what was withheld counts as failed: %+v", failed)
			}
		})
		t.Run("without SMS only what cannot be muted is sent", func(t *testing.T) {
			b.choose(t, me, func(p *notify.Preferences) { p.SMS, p.Muted = false, nil })
			must(t, b.tell(t, "370202", received(me, "370202-2026-000002", true)))
			if s := b.status(t); s.Status != "withheld" {
				t.Fatalf("%+v", s)
			}
			b.texts(t, 1)
		})
	})
}

func TestDigest(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.deputy(t)
		b.at(t, "03-02 10:00")
		far, near := b.kit.Clock.Now().Add(24*time.Hour), b.kit.Clock.Now().Add(4*time.Hour)
		must(t, b.tell(t, "370202", offered(me, far)))
		must(t, b.tell(t, "370202", offered(me, far)))
		must(t, b.tell(t, "370202", notify.Notice{
			PersonID: me, Template: "report_overdue", Params: map[string]string{"number": "370202-2026-000009", "step": "核实", "due": "今天"},
		}))
		b.texts(t, 0)
		if n, err := b.Unread(t.Context(), me); err != nil || n != 3 {
			t.Fatalf("the inbox has %d at once, %v", n, err)
		}
		t.Run("an offer that lapses before the hour is told at once", func(t *testing.T) {
			must(t, b.tell(t, "370202", offered(me, near)))
			if got := b.texts(t, 1); got[0] != "report_offered" {
				t.Fatal(got)
			}
		})
		t.Run("one message at the hour counts what is unread", func(t *testing.T) {
			rows, err := b.Inbox(t.Context(), notify.Shelf{PersonID: me, Limit: 10})
			must(t, err)
			must(t, b.Read(t.Context(), me, rows[3].ID))
			b.at(t, "03-03 08:00")
			if got := b.texts(t, 2); got[1] != notify.Digest {
				t.Fatal(got)
			}
			got := b.gateway.sent()[1].Params
			if got["offers"] != "1" || got["dues"] != "1" || got["confirms"] != "0" {
				t.Fatalf("%v", got)
			}
		})
		t.Run("what comes after is the next day's, also when the hour moves", func(t *testing.T) {
			b.choose(t, me, func(p *notify.Preferences) { p.DigestMinute = 20 * 60 })
			must(t, b.tell(t, "370202", offered(me, b.kit.Clock.Now().Add(48*time.Hour))))
			b.at(t, "03-03 20:00")
			b.texts(t, 2)
			b.at(t, "03-04 20:00")
			if got := b.texts(t, 3); got[2] != notify.Digest {
				t.Fatal(got)
			}
		})
		t.Run("nothing unread, no message", func(t *testing.T) {
			must(t, b.tell(t, "370202", offered(me, b.kit.Clock.Now().Add(48*time.Hour))))
			b.texts(t, 3)
			_, err := b.ReadAll(t.Context(), me, uuid.Nil)
			must(t, err)
			b.at(t, "03-05 20:00")
			b.texts(t, 3)
		})
		t.Run("a deputy who wants each message gets each", func(t *testing.T) {
			b.at(t, "03-06 10:00")
			b.choose(t, me, func(p *notify.Preferences) { p.Digest = false })
			must(t, b.tell(t, "370202", offered(me, b.kit.Clock.Now().Add(48*time.Hour))))
			if got := b.texts(t, 4); got[3] != "report_offered" {
				t.Fatal(got)
			}
		})
		t.Run("the same wording to somebody who is no deputy goes at once", func(t *testing.T) {
			must(t, b.tell(t, "370202", offered(b.person(t, phone), b.kit.Clock.Now().Add(48*time.Hour))))
			b.texts(t, 5)
		})
	})
}

func TestOnce(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, phone)
		n := received(me, "370202-2026-000001", true)
		n.Once, n.OnceAt = "job 17", b.kit.Clock.Now()
		must(t, b.tell(t, "370202", n))
		b.texts(t, 1)
		b.kit.Clock.Advance(time.Minute)
		if err := b.tell(t, "370202", n); !database.IsUnique(err) {
			t.Fatalf("told again: %v", err)
		}
		n.Once = "job 18"
		must(t, b.tell(t, "370202", n))
		b.texts(t, 2)
		rows, err := b.Inbox(t.Context(), notify.Shelf{PersonID: me, Limit: 10})
		must(t, err)
		if len(rows) != 2 || rows[0].ID.Version() != 7 || rows[0].ID.Variant() != uuid.RFC4122 {
			t.Fatalf("%v", rows)
		}
	})
}

func TestThreads(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me := b.person(t, "")
		one, two := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
		for i, id := range []uuid.UUID{one, two, one, uuid.Nil} {
			n := received(me, "370202-2026-00000"+string(rune('1'+i)), false)
			n.ReportID = id
			must(t, b.tell(t, "370202", n))
		}
		_, err := b.ReadAll(t.Context(), me, two)
		must(t, err)
		got, err := b.Threads(t.Context(), me, 10)
		must(t, err)
		if len(got) != 2 || *got[0].Latest.SubjectID != one || got[0].Count != 2 || got[0].Unread != 2 || got[1].Count != 1 || got[1].Unread != 0 {
			t.Fatalf("%+v", got)
		}
		rows, err := b.Inbox(t.Context(), notify.Shelf{PersonID: me, ReportID: one, Limit: 1})
		must(t, err)
		if len(rows) != 2 || !strings.HasSuffix(rows[0].Params["number"], "3") {
			t.Fatalf("%+v", rows)
		}
	})
}
