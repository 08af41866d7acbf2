package division_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/category"
	"huying/ent/db/categorycode"
	entdivision "huying/ent/db/division"
	enttenant "huying/ent/db/tenant"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

var withReference = testkit.Filled("reference_with_questions", division.EnsureReference)

// owner is the service as the import commands run it: with the owner's connection.
func owner(kit *testkit.Kit) *division.Service {
	return division.New(division.Deps{DB: kit.Owner, Clock: kit.Clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

// serving is the service as the API runs it.
func serving(kit *testkit.Kit) *division.Service {
	return division.New(division.Deps{DB: kit.DB, Clock: kit.Clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

func directory(t *testing.T, s *division.Service) *division.Directory {
	t.Helper()
	d, err := s.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEnsureReference(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		if err := division.EnsureReference(t.Context(), kit.Owner); err != nil {
			t.Fatal(err)
		}
		if err := division.EnsureReference(t.Context(), kit.Owner); err != nil {
			t.Fatal("a filled database:", err)
		}
		d := directory(t, serving(kit))
		if n := len(d.Descendants("3702", division.LevelCommunity)); n != 2120 {
			t.Errorf("%d communities", n)
		}
		if len(d.Tenants()) != 10 || len(d.Categories()) != 12 {
			t.Errorf("%d tenants, %d categories", len(d.Tenants()), len(d.Categories()))
		}
		if c, _ := d.Category("manhole"); c.Name != "井盖" || c.VerifyFirst || c.ClockClass != division.ClassUrgent || len(c.Codes) == 0 {
			t.Errorf("manhole: %+v", c)
		}
		if work, known := d.Calendar().Workday(time.Date(2026, 10, 10, 4, 0, 0, 0, time.UTC)); !work || !known {
			t.Error("the make-up Saturday of October 2026 is not a known working day")
		}
		if _, known := d.Calendar().Workday(time.Date(2027, 3, 1, 4, 0, 0, 0, time.UTC)); known {
			t.Error("2027 is claimed to be announced")
		}
		if tn, ok := d.Tenant("370200"); !ok || !tn.Reserved || tn.DivisionCode != "3702" {
			t.Errorf("the city's tenant: %+v", tn)
		}
	})
}

func TestImportDivisions(t *testing.T) {
	head := "code,name,level,parent_code,valid_to,successors\n"
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		s := owner(kit)
		merge := head + "370202001009,甲社区,community,370202001,2026-01-01,370202001010\n370202001010,乙社区,community,370202001,,\n"
		load := func(file string, o division.ImportOptions) division.ImportResult {
			t.Helper()
			res, err := s.ImportDivisions(t.Context(), strings.NewReader(file), o)
			if err != nil {
				t.Fatal(err)
			}
			return res
		}
		if res := load(merge, division.ImportOptions{DryRun: true}); res.Created != 2 || len(res.Errors) != 0 {
			t.Fatalf("dry run: %+v", res)
		}
		if _, ok := directory(t, s).Division("370202001009"); ok {
			t.Fatal("a dry run wrote")
		}
		if res := load(merge+"370202,坏行,district,9999,,\n", division.ImportOptions{}); len(res.Errors) != 1 || res.Errors[0].Line != 4 {
			t.Fatalf("row errors: %+v", res.Errors)
		}
		if _, ok := directory(t, s).Division("370202001009"); ok {
			t.Fatal("a file with an error was partly written")
		}
		load(merge, division.ImportOptions{})
		if res := load(merge, division.ImportOptions{}); res.Unchanged != 2 || res.Created+res.Updated+res.Closed != 0 {
			t.Errorf("the same file again: %+v", res)
		}
		d := directory(t, s)
		if got := d.FullName("370202001009"); !strings.HasSuffix(got, "甲社区") {
			t.Errorf("the merged community reads %q", got)
		}
		_, err := s.Resolve(t.Context(), "370202", division.Question{DivisionCode: "370202001009"})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "乙社区") {
			t.Errorf("a new report in a merged community: %v", err)
		}
		kit.Clock.Advance(48 * time.Hour)
		if res := load("code,name,level,parent_code\n370202001010,丙社区,community,370202001\n", division.ImportOptions{}); res.Created != 1 || res.Updated != 1 {
			t.Errorf("a new name: %+v", res)
		}
		if v := directory(t, s).Versions("370202001010"); len(v) != 2 || v[0].Name != "乙社区" || v[0].Open() || v[1].Name != "丙社区" {
			t.Errorf("versions: %+v", v)
		}
	}, withReference)
}

func TestBoundariesAndResolve(t *testing.T) {
	square := func(code string, lng, lat, r float64) string {
		return fmt.Sprintf(`{"type":"Feature","properties":{"code":"%s"},"geometry":{"type":"Polygon","coordinates":[[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}`,
			code, lng-r, lat-r, lng+r, lat-r, lng+r, lat+r, lng-r, lat+r, lng-r, lat-r)
	}
	file := func(features ...string) io.Reader {
		return strings.NewReader(`{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`)
	}
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		ctx := t.Context()
		s := owner(kit)
		if res, err := s.ImportBoundaries(ctx, file(square("370202", 120.4, 36.1, 0.1), square("370299", 120, 36, 0.1)), "测试", false); err != nil || len(res.Errors) != 1 || res.Errors[0].Line != 2 {
			t.Fatalf("an unknown division: %+v %v", res, err)
		}
		if _, found, _ := s.Locate(ctx, 36.1, 120.4); found {
			t.Fatal("a file with an error was partly written")
		}
		for range 2 {
			if res, err := s.ImportBoundaries(ctx, file(square("370202", 120.4, 36.1, 0.1), square("370203", 120.7, 36.1, 0.1)), "测试", false); err != nil || len(res.Errors) != 0 {
				t.Fatalf("%+v %v", res, err)
			}
		}
		var placed uuid.UUID
		err := kit.DB.Do(ctx, tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			stored, err := division.AddPlaces(ctx, tx, []division.NewPlace{
				{Kind: "compound", Name: "海韵一号院", DivisionCode: "370202001", Position: &division.Point{Lat: 36.3, Lng: 120.4}},
				{Kind: "compound", Name: "云岚苑", DivisionCode: "370202002", Position: &division.Point{Lat: 36.301, Lng: 120.4}},
			})
			if err == nil {
				placed = stored[0].ID
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		at := func(lat, lng float64) *division.Point { return &division.Point{Lat: lat, Lng: lng} }
		for name, tc := range map[string]struct {
			q     division.Question
			want  string
			kind  *fault.Kind
			field string
		}{
			"the_chosen_community":               {division.Question{DivisionCode: "370202001"}, "370202001", nil, ""},
			"the_division_of_the_place":          {division.Question{PlaceID: placed}, "370202001", nil, ""},
			"a_position_inside_a_boundary":       {division.Question{Position: at(36.1, 120.4)}, "370202", nil, ""},
			"a_position_in_another_tenant":       {division.Question{Position: at(36.1, 120.7)}, "", division.OtherTenant, "division_code"},
			"a_position_elsewhere_beats_a_claim": {division.Question{DivisionCode: "370202001", Position: at(36.1, 120.7)}, "", division.OtherTenant, "division_code"},
			"a_division_of_another_tenant":       {division.Question{DivisionCode: "370203"}, "", division.OtherTenant, "division_code"},
			"a_division_nobody_knows":            {division.Question{DivisionCode: "370202999"}, "", fault.Invalid, "division_code"},
			"the_whole_city":                     {division.Question{DivisionCode: "3702"}, "", fault.Invalid, "division_code"},
			"hostile_text":                       {division.Question{DivisionCode: "370202' OR 1=1"}, "", fault.Invalid, "division_code"},
			"a_place_nobody_knows":               {division.Question{PlaceID: uuid.New()}, "", fault.Invalid, "place_id"},
			"a_position_outside_the_world":       {division.Question{Position: at(136.1, 120.4)}, "", fault.Invalid, "position"},
			"a_position_outside_the_city":        {division.Question{DivisionCode: "370202001", Position: at(39.9, 116.4)}, "", fault.Invalid, "position"},
			"a_position_no_boundary_covers":      {division.Question{Position: at(36.3, 120.4)}, "", division.Needed, "division_code"},
			"nothing_at_all":                     {division.Question{}, "", division.Needed, "division_code"},
		} {
			t.Run(name, func(t *testing.T) {
				got, err := s.Resolve(ctx, "370202", tc.q)
				if tc.kind == nil {
					if err != nil || got.Code != tc.want {
						t.Errorf("got %q %v, want %q", got.Code, err, tc.want)
					}
					return
				}
				f, ok := fault.As(err)
				if !ok || f.Kind != tc.kind || len(f.Fields) != 1 || f.Fields[0].Name != tc.field {
					t.Errorf("got %v, want %s naming %s", err, tc.kind.Code, tc.field)
				}
			})
		}
		_, err = s.Resolve(ctx, "370202", division.Question{Position: at(36.3, 120.4)})
		f, _ := fault.As(err)
		choices, _ := f.Facts["choices"].([]division.Choice)
		if len(choices) != 2 || choices[0].Code != "370202001" || choices[1].Code != "370202002" {
			t.Errorf("the nearest choices: %+v", choices)
		}
	}, withReference)
}

func TestImportCalendar(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		s := owner(kit)
		year := "date,kind,name\n2027-01-01,holiday,元旦\n2027-10-01,holiday,国庆节\n2027-10-09,workday,国庆节\n"
		for range 2 {
			res, err := s.ImportCalendar(t.Context(), strings.NewReader(year), "国办通知", false)
			if err != nil || len(res.Errors) > 0 || res.Created != 3 {
				t.Fatalf("%+v %v", res, err)
			}
		}
		if work, known := directory(t, s).Calendar().Workday(time.Date(2027, 10, 9, 4, 0, 0, 0, time.UTC)); !work || !known {
			t.Error("the imported make-up Saturday is not known")
		}
	}, withReference)
}

func TestDirectoryKeepsServing(t *testing.T) {
	kit := testkit.New(t, database.EngineSQLite, withReference)
	s := serving(kit)
	first := directory(t, s)
	kit.DB.Close()
	kit.Clock.Advance(time.Hour)
	if again := directory(t, s); again != first {
		t.Error("the last reading was dropped while the database is away")
	}
	if _, err := serving(kit).Directory(t.Context()); err == nil {
		t.Error("a service that never read anything answered")
	}
}

// Another process changes a row of each kind; this one reads again when it did and only then.
func TestDirectoryIsReadAgainWhenRowsChanged(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		s := serving(kit)
		before := directory(t, s)
		unchanged := func() {
			t.Helper()
			kit.Clock.Advance(time.Minute)
			if again := directory(t, s); again != before {
				t.Error("unchanged rows were read again")
			}
		}
		unchanged()
		for name, change := range map[string]func(ctx context.Context, tx *database.Tx) error{
			"a division": func(ctx context.Context, tx *database.Tx) error {
				return tx.Division.Update().Where(entdivision.Code("370202001")).SetPopulation(map[string]int{"2026": 1}).Exec(ctx)
			},
			"a tenant": func(ctx context.Context, tx *database.Tx) error {
				return tx.Tenant.Update().Where(enttenant.Code("370202")).SetBrandName("新名").AddVersion(1).Exec(ctx)
			},
			"a category": func(ctx context.Context, tx *database.Tx) error {
				return tx.Category.Update().Where(category.Code("road")).SetHint("小心").Exec(ctx)
			},
			"codes": func(ctx context.Context, tx *database.Tx) error {
				_, err := tx.CategoryCode.Delete().Where(categorycode.Category("road")).Exec(ctx)
				return err
			},
			"the calendar": func(ctx context.Context, tx *database.Tx) error {
				_, err := tx.CalendarDay.Delete().Exec(ctx)
				return err
			},
			"boundaries": func(ctx context.Context, tx *database.Tx) error {
				square := [][][][2]float64{{{{120, 36}, {121, 36}, {121, 37}, {120, 36}}}}
				return tx.DivisionBoundary.Create().SetDivisionCode("370202").SetPolygons(square).SetMinLat(36).SetMaxLat(37).SetMinLng(120).SetMaxLng(121).Exec(ctx)
			},
		} {
			if err := kit.Owner.Do(t.Context(), tenancy.Reference(), change); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			kit.Clock.Advance(time.Minute)
			after := directory(t, s)
			if after == before {
				t.Errorf("%s changed and nobody noticed", name)
			}
			before = after
			unchanged()
		}
	}, withReference)
}

func TestImportPlaces(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		s := serving(kit)
		load := func(file string, dryRun bool) division.ImportResult {
			t.Helper()
			res, err := s.ImportPlaces(t.Context(), "370202", strings.NewReader(file), dryRun)
			if err != nil {
				t.Fatal(err)
			}
			return res
		}
		head := "kind,name,division_code,aliases,lat,lng\n"
		good := head + "compound,海韵花园,370202001,老电厂;电厂宿舍,36.06,120.38\nroad,潮声路,370202002,,,\n"
		if res := load(good, true); res.Created != 2 || len(res.Errors) > 0 {
			t.Fatalf("dry run: %+v", res)
		}
		if res := load(good, false); res.Created != 2 {
			t.Fatalf("first time: %+v", res)
		}
		if res := load(good, false); res.Unchanged != 2 || res.Created+res.Updated != 0 {
			t.Errorf("the same file again: %+v", res)
		}
		if res := load(head+"compound,海韵花园,370202001,新电厂,36.06,120.38\n", false); res.Updated != 1 {
			t.Errorf("another alias: %+v", res)
		}
		bad := load(head+
			"castle,甲,370202001,,,\n"+
			"compound,,370202001,,,\n"+
			"compound,乙,370203,,,\n"+
			"compound,丙,370202001,,36.06,\n"+
			"compound,丁,370202001,,39.9,116.4\n"+
			"compound,戊,370202001,,,\ncompound,戊,370202001,,,\n", false)
		want := []string{"2 kind", "3 name", "4 division_code", "5 lat", "6 lat", "8 name"}
		if len(bad.Errors) != len(want) {
			t.Fatalf("row errors: %v", bad.Errors)
		}
		for i, e := range bad.Errors {
			if got := fmt.Sprintf("%d %s", e.Line, e.Column); got != want[i] {
				t.Errorf("error %d is at %s, want %s", i, got, want[i])
			}
		}
		err := kit.DB.View(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			places, err := tx.Place.Query().All(ctx)
			if err == nil && (len(places) != 2 || places[0].Aliases[0] != "新电厂") {
				t.Errorf("stored: %v", places)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}, withReference)
}
