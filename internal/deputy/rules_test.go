package deputy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func id(n byte) uuid.UUID { return uuid.UUID{6: 0x70, 15: n} }

func at(v float64) *float64 { return &v }

// person is a plain deputy of street 370202001; changes say what is special.
func person(n byte, changes ...func(*Profile)) Profile {
	p := Profile{
		DeputyID: id(n), PersonID: id(100 + n), Name: "代表" + string(rune('A'+n)), HomeDivision: "370202009",
		Seats: []Seat{{Level: "district", Constituency: []string{"370202001"}}}, TakesReports: true,
	}
	for _, change := range changes {
		change(&p)
	}
	return p
}

var words = Words{
	Division: func(code string) string {
		return map[string]string{"370202001": "香港中路街道", "370202001003": "福州南路社区", "370202": "市南区"}[code]
	},
	Professions: []string{"物业", "建筑"},
}

func TestMatchOrders(t *testing.T) {
	report := Facts{DivisionCode: "370202001003", Lat: at(36.0660), Lng: at(120.3800), ReporterID: id(250)}
	near := func(p *Profile) { p.Lat, p.Lng = at(36.0670), at(120.3800) }
	far := func(p *Profile) { p.Lat, p.Lng = at(36.1060), at(120.3800) }
	elected := func(areas ...string) func(*Profile) {
		return func(p *Profile) { p.Seats = []Seat{{Level: "district", Constituency: areas}} }
	}
	live := func(n int) func(*Profile) { return func(p *Profile) { p.Live = n } }
	for _, c := range []struct {
		name     string
		facts    func(*Facts)
		deputies []Profile
		want     []byte
		because  string // in the first one's reasons
	}{
		{
			"a community's deputy before a street's before the district's", nil,
			[]Profile{person(1, elected("370202")), person(2), person(3, elected("370202001003"))},
			[]byte{3, 2, 1},
			"选区包含福州南路社区",
		},
		{"the nearer one", nil, []Profile{person(1, far), person(2, near)}, []byte{2, 1}, "距离约110米"},
		{"who knows the trade", nil, []Profile{person(1), person(2, func(p *Profile) { p.Profession = "物业管理" })}, []byte{2, 1}, "专业相关：物业管理"},
		{"who lives there", nil, []Profile{person(1), person(2, func(p *Profile) { p.HomeDivision = "370202001003" })}, []byte{2, 1}, "就在福州南路社区"},
		{"the lighter load", nil, []Profile{person(1, live(3)), person(2, live(1))}, []byte{2, 1}, "目前在办1件"},
		{"equal ones by id", nil, []Profile{person(2), person(1)}, []byte{1, 2}, ""},
		{
			"the citizen's own choice, even from another street", func(f *Facts) { f.PreferredDeputyID = id(2) },
			[]Profile{person(1), person(2, elected("370202008"), near)},
			[]byte{2, 1},
			"群众指定的代表",
		},
		{
			"who serves at the chosen station", func(f *Facts) { f.StationID = id(9) },
			[]Profile{person(1), person(2, func(p *Profile) { p.Stations = []uuid.UUID{id(9)} })},
			[]byte{2, 1},
			"驻站",
		},
		{"two seats: the nearer counts", nil, []Profile{person(1), person(2, func(p *Profile) {
			p.Seats = []Seat{{Level: "city", Constituency: []string{"3702"}}, {Level: "district", Constituency: []string{"370202001003"}}}
		})}, []byte{2, 1}, "福州南路社区"},
		{"nobody without a tie", nil, []Profile{person(1, elected("370202008")), person(2)}, []byte{2}, ""},
		{"a full deputy is left in peace", nil, []Profile{person(1, live(MaxLive)), person(2, live(MaxLive-1))}, []byte{2}, ""},
		{"not on leave", nil, []Profile{person(1, func(p *Profile) { p.OnLeave = true }), person(2)}, []byte{2}, ""},
		{"not who takes no reports", nil, []Profile{person(1, func(p *Profile) { p.TakesReports = false }), person(2)}, []byte{2}, ""},
		{"not whose mandate ended", nil, []Profile{person(1, func(p *Profile) { p.Seats = nil }), person(2)}, []byte{2}, ""},
		{"not the recused", nil, []Profile{person(1, func(p *Profile) { p.Recused = true }), person(2)}, []byte{2}, ""},
		{"not the reporter himself", func(f *Facts) { f.ReporterID = id(101) }, []Profile{person(1), person(2)}, []byte{2}, ""},
		{
			"not the manager of the company complained of", func(f *Facts) { f.Respondent = "鸿运物业" },
			[]Profile{person(1, func(p *Profile) { p.Employer = "青岛鸿运物业服务有限公司" }), person(2)},
			[]byte{2},
			"",
		},
		{
			"nor when only the text names it", func(f *Facts) { f.Text = "鸿运物业服务有限公司不修电梯，三个月了" },
			[]Profile{person(1, func(p *Profile) { p.Employer = "青岛鸿运物业服务有限公司" }), person(2)},
			[]byte{2},
			"",
		},
		{
			"nor by being chosen", func(f *Facts) { f.PreferredDeputyID, f.Respondent = id(1), "鸿运物业服务" },
			[]Profile{person(1, func(p *Profile) { p.Employer = "青岛鸿运物业服务有限公司" }), person(2)},
			[]byte{2},
			"",
		},
		{"at most as many as asked", func(f *Facts) { f.Limit = 2 }, []Profile{person(1), person(2), person(3)}, []byte{1, 2}, ""},
		{"five by default", nil, []Profile{person(1), person(2), person(3), person(4), person(5), person(6)}, []byte{1, 2, 3, 4, 5}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := report
			if c.facts != nil {
				c.facts(&f)
			}
			got := Match(f, c.deputies, words)
			var order []byte
			for _, one := range got {
				order = append(order, one.DeputyID[15])
				if len(one.Reasons) == 0 {
					t.Errorf("%s is offered without a reason", one.Name)
				}
			}
			if !slices.Equal(order, c.want) {
				t.Fatalf("order %v, want %v", order, c.want)
			}
			if c.because != "" && !strings.Contains(strings.Join(got[0].Reasons, "；"), c.because) {
				t.Fatalf("reasons %v do not say %q", got[0].Reasons, c.because)
			}
		})
	}
}

func TestMatchNeverDependsOnTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var deputies []Profile
		for n := range byte(rapid.IntRange(0, 12).Draw(t, "deputies")) {
			deputies = append(deputies, person(n, func(p *Profile) {
				p.Live = rapid.IntRange(0, 6).Draw(t, "live")
				p.Recused = rapid.Bool().Draw(t, "recused")
				p.HomeDivision = rapid.SampledFrom([]string{"370202001", "370202001003", "370202002"}).Draw(t, "home")
			}))
		}
		f := Facts{DivisionCode: "370202001003", Limit: 20}
		first := Match(f, deputies, words)
		shuffled := rapid.Permutation(deputies).Draw(t, "order")
		second := Match(f, shuffled, words)
		for i := range first {
			if first[i].DeputyID != second[i].DeputyID {
				t.Fatalf("%v and %v", first, second)
			}
		}
		for _, c := range first {
			p := deputies[slices.IndexFunc(deputies, func(p Profile) bool { return p.DeputyID == c.DeputyID })]
			if p.Recused || p.Live >= MaxLive {
				t.Fatalf("offered to %+v", p)
			}
		}
	})
}

func TestSameRespondent(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"鸿运物业服务有限公司", "青岛鸿运物业服务有限公司", true},
		{"鸿运物业", "青岛市鸿运物业服务（集团）有限公司", true},
		{"ＡＢＣ 物业", "abc物业", true},
		{"物业", "鸿运物业服务有限公司", false},
		{"物业公司", "鸿运物业公司", false},
		{"", "鸿运物业", false},
		{"有限公司", "另一有限公司", false},
		{"海信集团", "海信", true},
		{"鸿运物业", "鸿福物业", false},
	} {
		if got := SameRespondent(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
		if SameRespondent(c.a, c.b) != SameRespondent(c.b, c.a) {
			t.Errorf("%q and %q: not symmetric", c.a, c.b)
		}
	}
}

func TestTieBinds(t *testing.T) {
	f := Facts{Respondent: "青岛鸿运物业服务有限公司", PlaceID: id(1), ReportID: id(2), UnitIDs: []uuid.UUID{id(3)}}
	for _, c := range []struct {
		kind, key string
		binds     bool
	}{
		{SubjectRespondent, "鸿运物业服务", true},
		{SubjectRespondent, "鸿福物业服务", false},
		{SubjectPlace, id(1).String(), true},
		{SubjectPlace, id(2).String(), false},
		{SubjectReport, id(2).String(), true},
		{SubjectUnit, id(3).String(), true},
		{SubjectUnit, id(4).String(), false},
		{"unheard of", id(1).String(), false},
	} {
		if got := (Tie{Kind: c.kind, Key: c.key}).Binds(f); got != c.binds {
			t.Errorf("%s %s: %v", c.kind, c.key, got)
		}
	}
	if (Tie{Kind: SubjectPlace, Key: uuid.Nil.String()}).Binds(Facts{}) {
		t.Error("an unknown place binds")
	}
}

func TestMetres(t *testing.T) {
	// One minute of latitude is one nautical mile by definition of the old one: about 1,853 m on this sphere.
	if got := Metres(36, 120, 36+1.0/60, 120); got < 1848 || got > 1858 {
		t.Errorf("a minute of latitude is %d m", got)
	}
	if got := Metres(36.066, 120.38, 36.066, 120.38); got != 0 {
		t.Errorf("here to here is %d m", got)
	}
	for metres, want := range map[int]string{3: "约10米", 114: "约110米", 994: "约990米", 1240: "约1.2公里"} {
		if got := Distance(metres); got != want {
			t.Errorf("%d m is %q, want %q", metres, got, want)
		}
	}
}
