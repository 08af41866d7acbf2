package report

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// gather lets n different people report the place, and works the jobs.
func (h *house) gather(n int, change ...func(*Submission)) {
	h.t.Helper()
	for i := range n {
		in := h.submission()
		for _, c := range change {
			c(&in)
		}
		if _, err := h.submitAs(h.person(fmt.Sprint("邻居", i)), in, ""); err != nil {
			h.t.Fatal(err)
		}
	}
	h.countCrowds()
}

// countCrowds works the jobs that count crowds.
func (h *house) countCrowds() {
	h.t.Helper()
	jobs := h.crowds
	h.crowds = nil
	for _, a := range jobs {
		if err := h.s.CrowdWorker().Work(h.t.Context(), &river.Job[CrowdArgs]{Args: a}); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) alerts(p person) []CrowdView {
	h.t.Helper()
	page, err := h.s.CrowdAlerts(h.as(p, shinan, crowdList), shinan, false, web.Paging{Limit: 20})
	if err != nil {
		h.t.Fatal(err)
	}
	return page.Items
}

// crowdTold are the roles told of a crowd.
func (h *house) crowdTold() map[string]int {
	out := map[string]int{}
	for _, a := range h.told {
		if a.Template == "report_crowd" {
			out[a.Role]++
		}
	}
	return out
}

func TestTenPeopleAtOnePlaceAlertTheOffices(t *testing.T) {
	engines(t, func(h *house) {
		h.streetUnit = []uuid.UUID{uuid.New()}
		h.gather(9)
		if len(h.alerts(h.staff)) != 0 {
			h.t.Fatal("nine people are a crowd")
		}
		same, err := h.submitAs(h.citizen, h.submission(), "")
		if err != nil {
			h.t.Fatal(err)
		}
		h.countCrowds()
		got := h.alerts(h.office)
		if len(got) != 1 || got[0].People != 10 || got[0].DivisionCode != h.community {
			h.t.Fatalf("%+v", got)
		}
		want := map[string]int{"street_office": 1, "district_staff": 1, "unit_head": 1, "unit_clerk": 1}
		if told := h.crowdTold(); fmt.Sprint(told) != fmt.Sprint(want) {
			h.t.Errorf("told %v, want %v", told, want)
		}
		// The same person again is nobody new, and the same place is told of once.
		if _, err := h.submitAs(h.citizen, h.submission(), ""); err != nil {
			h.t.Fatal(err)
		}
		h.gather(2, func(in *Submission) { in.Position = &Position{Lat: 36.0680, Lng: 120.3826} })
		got = h.alerts(h.staff)
		if len(got) != 1 || got[0].People != 12 || h.crowdTold()["street_office"] != 1 {
			h.t.Errorf("afterwards %+v, told %v", got, h.crowdTold())
		}
		h.do(h.citizen, same.Number, h.s.withdrawStep(PlainBody{}))
		h.kit.Clock.Advance(73 * time.Hour)
		h.gather(3)
		if len(h.alerts(h.staff)) != 1 {
			h.t.Error("old reports are counted in a new window")
		}
		h.gather(8)
		if got := h.alerts(h.staff); len(got) != 2 || h.crowdTold()["street_office"] != 2 {
			h.t.Errorf("a new window: %+v", got)
		}
	})
}

func TestFollowersCountAsPeople(t *testing.T) {
	engines(t, func(h *house) {
		h.gather(6)
		r := h.submit()
		h.do(h.screener(shinan), r.Number, h.s.publishStep(PlainBody{}))
		for range 3 {
			p := h.person("也遇到的人")
			for range 2 {
				if _, err := h.s.Follow(h.as(p, shinan, "report.follow"), shinan, r.Number); err != nil {
					h.t.Fatal(err)
				}
			}
		}
		h.countCrowds()
		if got := h.alerts(h.staff); len(got) != 1 || got[0].People != 10 {
			h.t.Fatalf("%+v", got)
		}
	})
}

func TestPlacesOfACrowd(t *testing.T) {
	engines(t, func(h *house) {
		nowhere := func(in *Submission) { in.Position = nil }
		h.gather(5, nowhere)
		h.gather(5, nowhere, func(in *Submission) { in.Category = "noise" })
		if got := h.alerts(h.staff); len(got) != 0 {
			h.t.Fatalf("two problems of one community are one crowd: %+v", got)
		}
		h.gather(5, nowhere)
		if got := h.alerts(h.staff); len(got) != 1 || got[0].People != 10 {
			h.t.Fatalf("%+v", got)
		}
		h.gather(9, func(in *Submission) { in.Position = &Position{Lat: 36.0671, Lng: 120.40} })
		h.gather(1, func(in *Submission) { in.Position = &Position{Lat: 36.0671, Lng: 120.42} })
		if got := h.alerts(h.staff); len(got) != 1 {
			h.t.Errorf("people 2 km apart are a crowd: %+v", got)
		}
	})
}

func TestWhoSeesACrowd(t *testing.T) {
	engines(t, func(h *house) {
		h.gather(10)
		a := h.alerts(h.staff)[0]
		see := func(p person, id uuid.UUID, b SeenBody) error {
			_, err := h.s.SeeCrowd(h.as(p, shinan, crowdSeen), shinan, id, b)
			return err
		}
		neighbour := h.person("邻街工委", grant{Role: "street_office", Tenant: shinan, Division: another})
		foreign := h.person("外区", grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		for _, p := range []person{neighbour, foreign, h.citizen, h.clerk, h.deputies[0]} {
			if got := h.alerts(p); len(got) != 0 {
				h.t.Errorf("%s sees %+v", p.name, got)
			}
			if err := see(p, a.ID, SeenBody{}); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("%s: %v", p.name, err)
			}
		}
		if err := see(h.office, uuid.New(), SeenBody{}); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("never issued: %v", err)
		}
		if err := see(h.office, a.ID, SeenBody{Versioned: Versioned{Version: 9}}); !fault.Is(err, fault.VersionConflict) {
			h.t.Errorf("stale: %v", err)
		}
		if err := see(h.office, a.ID, SeenBody{Note: "已约物业和居民见面"}); err != nil {
			h.t.Fatal(err)
		}
		if err := see(h.staff, a.ID, SeenBody{Note: "再看"}); err != nil {
			h.t.Fatal(err)
		}
		if got := h.alerts(h.staff)[0]; got.SeenAt == nil || got.Note != "已约物业和居民见面" {
			h.t.Errorf("%+v", got)
		}
		h.recused = []uuid.UUID{h.office.id}
		h.submit(func(in *Submission) { in.Respondent = "某物业" })
		if got := h.alerts(h.office); len(got) != 0 {
			h.t.Errorf("a recused office sees %+v", got)
		}
	})
}

func TestTwoCountsTellOnce(t *testing.T) {
	engines(t, func(h *house) {
		h.gather(4)
		for i := range 6 {
			if _, err := h.submitAs(h.person(fmt.Sprint("同时", i)), h.submission(), ""); err != nil {
				h.t.Fatal(err)
			}
		}
		jobs := h.crowds
		errs := make(chan error, len(jobs))
		for _, a := range jobs {
			go func() { errs <- h.s.CrowdWorker().Work(h.t.Context(), &river.Job[CrowdArgs]{Args: a}) }()
		}
		for range jobs {
			if err := <-errs; err != nil {
				h.t.Error(err)
			}
		}
		if got := h.alerts(h.staff); len(got) != 1 || h.crowdTold()["street_office"] != 1 {
			h.t.Errorf("%d alerts, told %v", len(got), h.crowdTold())
		}
	})
}
