package report

import (
	"slices"
	"strings"
	"testing"

	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

func (h *house) tally(p person) Counts {
	h.t.Helper()
	c, err := h.s.Count(h.as(p, shinan, listPermission), shinan)
	if err != nil {
		h.t.Fatalf("count by %s: %v", p.name, err)
	}
	return c
}

func TestWhatWaitsForASignature(t *testing.T) {
	engines(t, func(h *house) {
		both := person{id: h.clerk.id, name: "身兼两职", grants: append(append([]grant{}, h.clerk.grants...), h.head.grants...)}
		elsewhere := h.person("他单位负责人", grant{Role: "unit_head", Tenant: shinan, Division: shinan, UnitID: newID()})
		r := h.reach("proposed")
		for _, c := range []struct {
			who  person
			says string
			want int
		}{
			{h.head, "the unit's head", 1},
			{both, "who wrote it, though head too", 0},
			{elsewhere, "another unit's head", 0},
			{h.office, "the office, which signs other things", 0},
			{h.clerk, "the clerk", 0},
		} {
			listed := len(h.list(c.who, Filter{ToSign: true}).Items)
			if listed != c.want || h.tally(c.who).ToSign != c.want {
				h.t.Errorf("%s: listed %d, counted %d, want %d", c.says, listed, h.tally(c.who).ToSign, c.want)
			}
		}
		h.sign(h.head, r.Number)
		if n := h.tally(h.head).ToSign; n != 0 {
			h.t.Errorf("%d wait after signing", n)
		}
	})
}

func TestListByClockPagesWithoutGapsOrRepeats(t *testing.T) {
	engines(t, func(h *house) {
		var all []string
		for range 3 {
			all = append(all, h.submit().Number)
		}
		urgent := h.submit(func(in *Submission) { in.Danger = true }).Number
		ended := h.submit().Number
		h.do(h.citizen, ended, h.s.withdrawStep(PlainBody{}))
		want := append(append([]string{urgent}, all...), ended)
		var got []string
		cursor := ""
		for range len(want) + 1 {
			page, err := h.listAs(h.staff, shinan, Filter{ByClock: true}, web.Paging{Limit: 2, Cursor: cursor})
			if err != nil {
				h.t.Fatal(err)
			}
			for _, it := range page.Items {
				got = append(got, it.Number)
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if len(got) != len(want) || got[0] != urgent || got[len(got)-1] != ended {
			h.t.Fatalf("listed %v, want %v first and %v last", got, urgent, ended)
		}
		slices.Sort(got)
		if len(slices.Compact(got)) != len(want) {
			h.t.Errorf("rows repeat: %v", got)
		}
	})
}

func TestExport(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit(func(in *Submission) { in.Title = "=HYPERLINK(路面塌陷)" })
		ctx := h.as(h.office, shinan, exportPermission)
		file, err := h.s.Export(ctx, shinan, Filter{}, "csv")
		if err != nil {
			h.t.Fatal(err)
		}
		text := string(file.Content)
		if !strings.Contains(text, r.Number) || !strings.Contains(text, "'=HYPERLINK") {
			h.t.Errorf("exported: %s", text)
		}
		if strings.Contains(text, "李大妈") {
			h.t.Error("the reporter's name left the house")
		}
		if _, err := h.s.Export(ctx, shinan, Filter{}, "pdf"); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("an unknown format: %v", err)
		}
		neighbour := h.person("邻街工委", grant{Role: "street_office", Tenant: shinan, Division: another})
		file, err = h.s.Export(h.as(neighbour, shinan, exportPermission), shinan, Filter{}, "csv")
		if err != nil || strings.Contains(string(file.Content), r.Number) {
			h.t.Errorf("the next street's office took out what it cannot see: %v", err)
		}
	})
}
