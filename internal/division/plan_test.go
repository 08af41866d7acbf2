package division

import (
	"testing"
	"time"
)

func day(s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func dayPtr(s string) *time.Time { t := day(s); return &t }

func TestPlanDivisions(t *testing.T) {
	old := Division{Code: "370202001", Name: "甲街道", Level: LevelStreet, ParentCode: "370202", ValidFrom: day("2023-06-30")}
	parent := Division{Code: "370202", Name: "市南区", Level: LevelDistrict, ParentCode: "3702", ValidFrom: day("2023-06-30")}
	other := Division{Code: "370202002", Name: "乙街道", Level: LevelStreet, ParentCode: "370202", ValidFrom: day("2023-06-30")}
	stored := map[string]Division{old.Code: old, parent.Code: parent, other.Code: other}
	options := ImportOptions{Effective: day("2026-03-01")}
	row := func(change func(*Division)) Row {
		d := old
		d.ValidFrom = time.Time{}
		change(&d)
		return Row{d, 2}
	}

	t.Run("the_same_file_again_changes_nothing", func(t *testing.T) {
		p, bad := planDivisions(stored, []Row{row(func(*Division) {})}, options)
		if len(bad)+len(p.create)+len(p.update)+len(p.close) > 0 || p.unchanged != 1 {
			t.Errorf("%+v %v", p, bad)
		}
	})
	t.Run("a_new_name_ends_the_old_version_and_begins_another", func(t *testing.T) {
		p, _ := planDivisions(stored, []Row{row(func(d *Division) { d.Name = "丙街道" })}, options)
		if len(p.update) != 1 || p.update[0].Name != "甲街道" || p.update[0].ValidTo == nil || !p.update[0].ValidTo.Equal(options.Effective) {
			t.Fatalf("the old version: %+v", p.update)
		}
		if len(p.create) != 1 || p.create[0].Name != "丙街道" || !p.create[0].ValidFrom.Equal(options.Effective) {
			t.Errorf("the new version: %+v", p.create)
		}
	})
	t.Run("a_correction_that_repeats_the_first_day_changes_in_place", func(t *testing.T) {
		p, _ := planDivisions(stored, []Row{row(func(d *Division) { d.Name, d.ValidFrom = "甲街道办", day("2023-06-30") })}, options)
		if len(p.create) != 0 || len(p.update) != 1 || p.update[0].Name != "甲街道办" || p.update[0].ValidTo != nil {
			t.Errorf("%+v", p)
		}
	})
	t.Run("a_merged_one_is_closed_with_its_successor", func(t *testing.T) {
		p, bad := planDivisions(stored, []Row{row(func(d *Division) { d.ValidTo, d.Successors = dayPtr("2026-01-01"), []string{"370202002"} })}, options)
		if len(bad) > 0 || len(p.update) != 1 || p.update[0].Open() || p.update[0].Successors[0] != "370202002" {
			t.Errorf("%+v %v", p, bad)
		}
	})
	t.Run("a_successor_nobody_knows_is_an_error", func(t *testing.T) {
		_, bad := planDivisions(stored, []Row{row(func(d *Division) { d.ValidTo, d.Successors = dayPtr("2026-01-01"), []string{"370202009"} })}, options)
		if len(bad) != 1 || bad[0].Column != "successors" || bad[0].Line != 2 {
			t.Errorf("%v", bad)
		}
	})
	t.Run("a_parent_nobody_knows_is_an_error", func(t *testing.T) {
		_, bad := planDivisions(stored, []Row{{Division{Code: "370203001", Name: "丁街道", Level: LevelStreet, ParentCode: "370203"}, 7}}, options)
		if len(bad) != 1 || bad[0].Column != "parent_code" || bad[0].Line != 7 {
			t.Errorf("%v", bad)
		}
	})
	t.Run("a_complete_file_closes_what_it_leaves_out_below_its_tops", func(t *testing.T) {
		complete := options
		complete.Complete = true
		top := parent
		top.ValidFrom = time.Time{}
		p, _ := planDivisions(stored, []Row{{top, 2}, row(func(*Division) {})}, complete)
		if len(p.close) != 1 || p.close[0].Code != "370202002" || !p.close[0].ValidTo.Equal(options.Effective) {
			t.Errorf("%+v", p.close)
		}
		p, _ = planDivisions(stored, []Row{row(func(*Division) {})}, complete)
		if len(p.close) != 0 {
			t.Errorf("a file of one street closed %+v outside it", p.close)
		}
	})
	t.Run("a_code_that_returns_begins_a_new_version", func(t *testing.T) {
		closed := old
		closed.ValidTo = dayPtr("2025-01-01")
		p, _ := planDivisions(map[string]Division{old.Code: closed, parent.Code: parent}, []Row{row(func(*Division) {})}, options)
		if len(p.update) != 0 || len(p.create) != 1 || !p.create[0].ValidFrom.Equal(options.Effective) {
			t.Errorf("%+v", p)
		}
	})
}

func TestDirectory(t *testing.T) {
	versions := []Division{
		{Code: "3702", Name: "青岛市", Level: LevelCity, ParentCode: "37"},
		{Code: "370202", Name: "市南区", Level: LevelDistrict, ParentCode: "3702"},
		{Code: "370202001", Name: "新街道", Level: LevelStreet, ParentCode: "370202", ValidFrom: day("2025-01-01")},
		{Code: "370202001", Name: "旧街道", Level: LevelStreet, ParentCode: "370202", ValidFrom: day("2020-01-01"), ValidTo: dayPtr("2025-01-01")},
		{Code: "370202001009", Name: "并走的社区", Level: LevelCommunity, ParentCode: "370202001", ValidFrom: day("2020-01-01"), ValidTo: dayPtr("2024-01-01"), Successors: []string{"370202001010"}},
		{Code: "370202001010", Name: "接手的社区", Level: LevelCommunity, ParentCode: "370202001", ValidFrom: day("2020-01-01")},
	}
	d := newDirectory(versions, nil, []Tenant{{Code: "370202", Open: true, Hosts: []string{"shinan.example.org"}}, {Code: "370200", Open: true, Reserved: true}}, Calendar{}, nil)

	if got := d.FullName("370202001009"); got != "市南区新街道并走的社区" {
		t.Errorf("a closed community reads %q", got)
	}
	if v, _ := d.DivisionAt("370202001", day("2022-05-01")); v.Name != "旧街道" {
		t.Errorf("in 2022 the street was called %q", v.Name)
	}
	if v, _ := d.DivisionAt("370202001", day("2025-01-01")); v.Name != "新街道" {
		t.Errorf("from 2025 the street is called %q", v.Name)
	}
	if c := d.Children("370202001"); len(c) != 1 || c[0].Name != "接手的社区" {
		t.Errorf("children: %+v", c)
	}
	if c := d.Descendants("3702", LevelCommunity); len(c) != 1 {
		t.Errorf("communities of the city: %+v", c)
	}
	if a := d.Ancestors("370202001010"); len(a) != 3 || a[0].Level != LevelCity || a[2].Name != "新街道" {
		t.Errorf("ancestors: %+v", a)
	}
	if ts := d.Tenants(); len(ts) != 1 || ts[0].Code != "370202" {
		t.Errorf("the reserved tenant is listed: %+v", ts)
	}
	if _, ok := d.Tenant("370200"); !ok {
		t.Error("the reserved tenant cannot be found")
	}
	if _, ok := d.TenantByHost("SHINAN.example.org"); !ok {
		t.Error("a host name is not found in capitals")
	}
	if _, ok := d.TenantByHost(""); ok {
		t.Error("no host name is mapped to a tenant")
	}
}
