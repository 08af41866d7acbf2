package identity

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"huying/internal/platform/auth"
	"huying/internal/platform/crypto"
)

func TestParsePhone(t *testing.T) {
	for typed, want := range map[string]string{
		"13812345678":         "13812345678",
		" 138 1234 5678 ":     "13812345678",
		"+86 138-1234-5678":   "13812345678",
		"0086 13812345678":    "13812345678",
		"8613812345678":       "13812345678",
		"１３８１２３４５６７８":         "13812345678",
		"19912345678":         "19912345678",
		"":                    "",
		"1381234567":          "",
		"138123456789":        "",
		"12812345678":         "",
		"23812345678":         "",
		"1381234567a":         "",
		"+1 4155550100":       "",
		"+86 +86 13812345678": "",
		"13812345678; DROP":   "",
		"1381234\x005678":     "",
		"138\xff12345678":     "",
		"٠١٢٣٤٥٦٧٨٩٠":         "",
		"053285880000":        "",
		"+8613812345678+86":   "",
		"0086861 3812345678":  "",
		"138123456781381234567813812345678138123456781381234567813812": "",
	} {
		got, err := ParsePhone(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", typed, got, err)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"13812345678", "+86 138-1234-5678", "１３８", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := ParsePhone(typed)
		if err != nil {
			return
		}
		if again, err := ParsePhone(got); len(got) != 11 || err != nil || again != got {
			t.Fatalf("%q became %q, which reads as %q, %v", typed, got, again, err)
		}
	})
}

func TestMask(t *testing.T) {
	if got := MaskPhone("13812345678"); got != "138****5678" {
		t.Errorf("number %q", got)
	}
	if got := MaskPhone("110"); got != "****" {
		t.Errorf("short number %q", got)
	}
	for name, want := range map[string]string{"王": "王**", "王小明": "王**", "欧阳娜娜": "欧**", "": "", "\xff": ""} {
		if got := MaskName(name); got != want {
			t.Errorf("name %q: %q", name, got)
		}
	}
}

func TestSMSDoor(t *testing.T) {
	now := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	recent, long := now.Add(-absence), now.Add(-absence-time.Second)
	for _, c := range []struct {
		name                string
		kind                string
		password, hasGrants bool
		lastSeen            time.Time
		want                door
	}{
		{"citizen seen lately comes in", auth.KindCitizen, false, false, recent, doorOpen},
		{"citizen silent for long steps up", auth.KindCitizen, false, false, long, doorStepUp},
		{"deputy seen lately comes in", auth.KindDeputy, true, true, recent, doorOpen},
		{"deputy silent for long needs the password", auth.KindDeputy, true, true, long, doorPassword},
		{"deputy without password, silent for long, does not hand the role on", auth.KindDeputy, false, true, long, doorPassword},
		{"citizen with a role, silent for long, does not hand it on", auth.KindCitizen, false, true, long, doorPassword},
		{"staff never come in by code", auth.KindStaff, true, true, now, doorPassword},
		{"former deputy without grants steps up", auth.KindDeputy, false, false, long, doorStepUp},
	} {
		if got := smsDoor(c.kind, c.password, c.hasGrants, c.lastSeen, now); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestSessionServes(t *testing.T) {
	now := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	live := sessionState{kind: auth.KindStaff, lastUsed: now.Add(-30 * time.Minute), expiresAt: now.Add(time.Second)}
	with := func(f func(*sessionState)) sessionState { s := live; f(&s); return s }
	for _, c := range []struct {
		name  string
		state sessionState
		want  refusal
	}{
		{"staff at exactly thirty minutes", live, ""},
		{"staff a moment later", with(func(s *sessionState) { s.lastUsed = s.lastUsed.Add(-time.Microsecond) }), refusedIdle},
		{"citizens may rest", with(func(s *sessionState) { s.kind, s.lastUsed = auth.KindCitizen, now.Add(-24*time.Hour) }), ""},
		{"over", with(func(s *sessionState) { s.expiresAt = now }), refusedExpired},
		{"revoked", with(func(s *sessionState) { s.revoked = true }), refusedRevoked},
	} {
		if got := c.state.serves(now, MaxStaffIdle); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestStaffIdleIsNeverLongerThanThirtyMinutes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := time.Duration(rapid.Int64().Draw(rt, "idle"))
		if got := (Config{StaffIdle: d}).withDefaults().StaffIdle; got <= 0 || got > 30*time.Minute {
			rt.Fatalf("%v became %v", d, got)
		}
	})
}

func FuzzParseRefresh(f *testing.F) {
	material, err := crypto.Generate(time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC))
	if err != nil {
		f.Fatal(err)
	}
	keys, err := crypto.New(material)
	if err != nil {
		f.Fatal(err)
	}
	s := &Service{d: Deps{Keys: keys}}
	id := uuid.New()
	good := s.refreshToken(id, 7)
	f.Add(good)
	f.Add(good[:len(good)-1] + "A")
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		got, generation, err := s.parseRefresh(token)
		if (err == nil) != (token == good) {
			t.Fatalf("%q: %v", token, err)
		}
		if err == nil && (got != id || generation != 7) {
			t.Fatalf("read as %v, %d", got, generation)
		}
	})
}
