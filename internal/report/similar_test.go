package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"huying/internal/platform/authz"
	"huying/internal/platform/fault"
)

func at(lat, lng float64) look { return look{category: "manhole", lat: &lat, lng: &lng} }

func TestResemble(t *testing.T) {
	now := time.Date(2026, 3, 2, 15, 50, 0, 0, time.UTC)
	place := uuid.New()
	base := func(change ...func(*look)) look {
		l := at(36.0671, 120.3826)
		l.at, l.division, l.terms = now, "370202001001", Terms("井盖没了，人行道上一个大洞")
		for _, c := range change {
			c(&l)
		}
		return l
	}
	move := func(lat, lng float64) func(*look) { return func(l *look) { l.lat, l.lng = &lat, &lng } }
	cases := []struct {
		name    string
		a, b    look
		same    bool
		reasons string
	}{
		{"neighbour_ten_minutes_later", base(), base(func(l *look) {
			l.at, l.terms = now.Add(-10*time.Minute), Terms("路上少了个盖子很危险")
			move(36.0672, 120.3828)(l)
		}), true, "相距约20米 · 同类问题 · 今天"},
		{"same_words_five_kilometres_away", base(), base(move(36.112, 120.3826)), false, ""},
		{"same_words_two_months_ago", base(), base(func(l *look) { l.at = now.AddDate(0, -2, 0) }), false, ""},
		{"another_matter_at_the_spot", base(), base(func(l *look) { l.category, l.terms = "noise", Terms("广场舞太吵") }), false, "相距约10米 · 今天"},
		{"one_compound_without_positions", base(func(l *look) { l.lat, l.place, l.compound = nil, place, true }), base(func(l *look) {
			l.lat, l.place, l.at = nil, place, now.AddDate(0, 0, -1)
		}), true, "同一小区 · 同类问题 · 昨天 · 说法相近"},
		{"other_compounds_of_one_community", base(func(l *look) { l.lat, l.place = nil, place }), base(func(l *look) { l.lat, l.place = nil, uuid.New() }), false, ""},
		{"only_the_community_is_known", base(func(l *look) { l.lat = nil }), base(func(l *look) { l.lat = nil }), true, "同一社区 · 同类问题 · 今天 · 说法相近"},
		{"only_the_community_and_other_words", base(func(l *look) { l.lat = nil }), base(func(l *look) { l.lat, l.terms = nil, Terms("三号楼后面的路灯") }), false, "同一社区 · 同类问题 · 今天"},
		{"one_photo", base(func(l *look) { l.category, l.hashes = "other", []int64{0x5a5a5a5a} }), base(func(l *look) {
			l.terms, l.hashes = nil, []int64{0x5a5a5a5b}
		}), true, "相距约10米 · 今天 · 照片相似"},
		{"no_photo_is_like_none", base(func(l *look) { l.category, l.terms, l.hashes = "noise", nil, []int64{0} }), base(func(l *look) { l.hashes = []int64{0} }), false, "相距约10米 · 今天"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			score, reasons := resemble(c.a, c.b, now)
			if (score >= similarScore) != c.same || strings.Join(reasons, " · ") != c.reasons {
				t.Fatalf("%d %q, want %v %q", score, strings.Join(reasons, " · "), c.same, c.reasons)
			}
		})
	}
}

func TestResemblanceIsMutual(t *testing.T) {
	now := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	draw := func(t *rapid.T, name string) look {
		l := at(36+float64(rapid.IntRange(0, 80).Draw(t, name+"lat"))/10000, 120.3)
		l.at = now.Add(-time.Duration(rapid.IntRange(0, 1000).Draw(t, name+"hours")) * time.Hour)
		l.category = rapid.SampledFrom([]string{"road", "noise", "other"}).Draw(t, name+"category")
		l.terms = Terms(rapid.StringOfN(rapid.SampledFrom([]rune("井盖丢失路灯")), 0, 12, -1).Draw(t, name+"text"))
		return l
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		one, _ := resemble(a, b, now)
		other, _ := resemble(b, a, now)
		if one != other || one < 0 || one > 140 {
			t.Fatalf("%d one way, %d the other", one, other)
		}
	})
}

func (h *house) similar(p person, in SimilarAsk) SimilarAnswer {
	h.t.Helper()
	a, err := h.s.Similar(h.as(p, shinan, similarAsk), shinan, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// askAbout is what a neighbour is about to send about the same hole.
func (h *house) askAbout(lat, lng float64) SimilarAsk {
	return SimilarAsk{Category: "road", Description: "人行道塌了一个坑", Position: &Position{Lat: lat, Lng: lng}, DivisionCode: h.community}
}

func TestANeighbourIsToldBeforeSending(t *testing.T) {
	engines(t, func(h *house) {
		open := h.submit()
		h.submit(func(in *Submission) { in.Visibility = "private" })
		h.submit(func(in *Submission) { in.Position = &Position{Lat: 36.112, Lng: 120.3826} })
		near := h.askAbout(36.0672, 120.3827)
		a := h.similar(h.other, near)
		if len(a.Items) != 1 || a.Items[0].Number != open.Number || a.Items[0].Follow || a.PrivateText != "另有1件类似的不公开反映" {
			h.t.Fatalf("%+v", a)
		}
		it := a.Items[0]
		if it.Title != "" || it.Address != "" || it.Position != nil || !strings.Contains(it.Reasons, "同类问题 · 今天") {
			h.t.Errorf("a stranger reads %+v", it)
		}
		h.do(h.screener(shinan), open.Number, h.s.publishStep(PlainBody{}))
		if a := h.similar(h.other, near); len(a.Items) != 1 || !a.Items[0].Follow || a.Items[0].Title != "路面塌陷" {
			h.t.Errorf("once it is published a stranger reads %+v", a)
		}
		if own := h.similar(h.citizen, near); len(own.Items) != 2 || !own.Items[0].Own || own.Items[0].Follow || own.PrivateCount != 0 {
			h.t.Errorf("the reporter reads %+v", own)
		}
		if far := h.similar(h.other, h.askAbout(36.09, 120.40)); len(far.Items)+far.PrivateCount != 0 {
			h.t.Errorf("found far away: %+v", far)
		}
		other := near
		other.DivisionCode, other.Position = "", nil
		if _, err := h.s.Similar(h.as(h.other, shinan, similarAsk), shinan, other); err == nil {
			h.t.Error("nothing says where, and it was searched")
		}
		elsewhere, err := h.s.Similar(h.as(h.other, shibei, similarAsk), shibei, SimilarAsk{Category: "road", Description: near.Description, Position: near.Position})
		if err != nil || len(elsewhere.Items)+elsewhere.PrivateCount != 0 {
			h.t.Errorf("another tenant is searched: %+v %v", elsewhere, err)
		}
		h.do(h.citizen, open.Number, h.s.withdrawStep(PlainBody{}))
		if a := h.similar(h.other, near); len(a.Items) != 0 {
			h.t.Errorf("a withdrawn report is offered: %+v", a)
		}
	})
}

func TestRecusedAreNotToldOfSimilarOnes(t *testing.T) {
	engines(t, func(h *house) {
		h.recused = []uuid.UUID{h.other.id}
		h.submit(func(in *Submission) { in.Respondent = "某物业" })
		if a := h.similar(h.other, h.askAbout(36.0671, 120.3826)); len(a.Items)+a.PrivateCount != 0 {
			h.t.Errorf("a recused person is told: %+v", a)
		}
	})
}

func TestAnOfficeSeesWhatItMightMerge(t *testing.T) {
	engines(t, func(h *house) {
		first := h.submit()
		second := h.submit(func(in *Submission) { in.Visibility, in.Description = "private", "人行道塌陷一个坑" })
		h.submit(func(in *Submission) {
			in.Category, in.Title, in.Description = "noise", "装修噪声", "楼上周末装修"
		})
		list := func(p person, tenant string) ([]MergeCandidate, error) {
			return h.s.SimilarTo(h.as(p, tenant, similarList), tenant, first.Number)
		}
		found, err := list(h.office, shinan)
		if err != nil || len(found) != 1 || found[0].Number != second.Number || !found[0].Merge || found[0].Score < similarScore {
			h.t.Fatalf("%+v %v", found, err)
		}
		for _, p := range []person{
			h.citizen, h.deputies[0], h.clerk,
			h.person("邻街工委", authz.Grant{Role: "street_office", Tenant: shinan, Division: another}),
		} {
			if _, err := list(p, shinan); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("%s: %v", p.name, err)
			}
		}
		if _, err := list(h.office, shibei); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("in another tenant: %v", err)
		}
		h.recused = []uuid.UUID{h.office.id}
		h.submit(func(in *Submission) { in.Respondent = "某物业" })
		if found, _ := list(h.office, shinan); len(found) != 1 {
			h.t.Errorf("the recused office sees %d", len(found))
		}
	})
}
