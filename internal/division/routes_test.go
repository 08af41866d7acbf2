package division_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"huying/internal/division"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
	"huying/internal/platform/web"
	"huying/policy"
)

// api is the room's routes behind the real gate; a bearer token is the role it stands for, in 370202.
type api struct {
	t   *testing.T
	srv *web.Server
}

func newAPI(t *testing.T, kit *testkit.Kit) api {
	t.Helper()
	index, err := authz.Load(policy.FS)
	if err != nil {
		t.Fatal(err)
	}
	s := serving(kit)
	srv, err := web.New(web.Options{
		Authority: index, Clock: kit.Clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), KnownTenant: s.KnownTenant,
		Authenticate: func(_ context.Context, bearer string, _ auth.Meta) (*auth.Caller, error) {
			g := authz.Grant{Role: bearer, Tenant: "370202", Division: "370202"}
			return &auth.Caller{PersonID: uuid.New(), Kind: auth.KindStaff, AllGrants: []authz.Grant{g}, SecondFactor: true}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Mount(srv)
	if err := srv.Err(); err != nil {
		t.Fatal(err)
	}
	return api{t, srv}
}

// call sends a request and decodes the answer into out.
func (a api) call(method, path, role string, body, out any) int {
	a.t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			a.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req := httptest.NewRequest(method, "/api/v1"+path, r)
	req.Header.Set("X-Tenant", "370202")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+role)
	}
	res, err := a.srv.Fiber().Test(req, 10_000)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // a test's response
	if out != nil {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			a.t.Fatal(err)
		}
	}
	return res.StatusCode
}

type listed struct {
	Items []struct {
		Code         string `json:"code"`
		Name         string `json:"name"`
		DivisionName string `json:"division_name"`
	} `json:"items"`
	NextCursor string `json:"next_cursor"`
}

func TestPublicRoutes(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		a := newAPI(t, kit)
		var tenants listed
		a.call(http.MethodGet, "/tenants", "", nil, &tenants)
		if len(tenants.Items) != 10 || tenants.Items[0].Code != "370202" {
			t.Errorf("tenants: %+v", tenants)
		}
		for _, it := range tenants.Items {
			if it.Code == "370200" {
				t.Error("the city's reserved tenant is listed")
			}
		}
		var streets listed
		a.call(http.MethodGet, "/divisions?parent=370202&limit=3", "", nil, &streets)
		if len(streets.Items) != 3 || streets.NextCursor == "" {
			t.Fatalf("first page: %+v", streets)
		}
		var more listed
		a.call(http.MethodGet, "/divisions?parent=370202&limit=3&cursor="+streets.NextCursor, "", nil, &more)
		if len(more.Items) != 3 || more.Items[0].Code <= streets.Items[2].Code {
			t.Errorf("second page: %+v", more)
		}
		var one struct {
			FullName  string `json:"full_name"`
			Ancestors []struct{ Name string }
		}
		a.call(http.MethodGet, "/divisions/370202001", "", nil, &one)
		if one.FullName != "市南区香港中路街道" || len(one.Ancestors) != 2 || one.Ancestors[0].Name != "青岛市" {
			t.Errorf("one division: %+v", one)
		}
		if got := a.call(http.MethodGet, "/divisions/370299", "", nil, nil); got != http.StatusNotFound {
			t.Errorf("an unknown division answers %d", got)
		}
		if got := a.call(http.MethodGet, "/divisions?parent=%27%20OR%201", "", nil, nil); got != http.StatusUnprocessableEntity {
			t.Errorf("an unknown parent answers %d", got)
		}
		var categories listed
		a.call(http.MethodGet, "/categories", "", nil, &categories)
		if len(categories.Items) != 12 || categories.Items[0].Name != "路面破损" {
			t.Errorf("categories: %+v", categories)
		}
	}, withReference)
}

func TestPlaces(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		add := func(tenant string, places ...division.NewPlace) {
			t.Helper()
			err := kit.DB.Do(t.Context(), tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
				_, err := division.AddPlaces(ctx, tx, places)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		add("370202",
			division.NewPlace{Kind: "compound", Name: "海韵花园", Aliases: []string{"老电厂宿舍"}, DivisionCode: "370202001"},
			division.NewPlace{Kind: "compound", Name: "新海韵花园二期", DivisionCode: "370202002"},
			division.NewPlace{Kind: "park", Name: "园花韵海公园", DivisionCode: "370202002"},
		)
		add("370203", division.NewPlace{Kind: "compound", Name: "海韵花园北区", DivisionCode: "370203002"})
		a := newAPI(t, kit)
		for name, tc := range map[string]struct {
			query string
			want  []string
		}{
			"by_name_best_first":            {"q=海韵花园", []string{"海韵花园", "新海韵花园二期"}},
			"by_alias":                      {"q=电厂宿舍", []string{"海韵花园"}},
			"by_one_character":              {"q=期", []string{"新海韵花园二期"}},
			"inside_a_division":             {"q=海韵&division_code=370202002", []string{"新海韵花园二期"}},
			"in_full_width_and_with_blanks": {"q= 海韵　花园 ", []string{"海韵花园", "新海韵花园二期"}},
			"wildcards_mean_nothing":        {"q=%_'\"", nil},
			"never_in_another_tenant":       {"q=北区", nil},
			"no_query_lists_all":            {"q=", []string{"海韵花园", "新海韵花园二期", "园花韵海公园"}},
		} {
			t.Run(name, func(t *testing.T) {
				var got listed
				q, err := url.ParseQuery(tc.query)
				if err != nil {
					q = url.Values{"q": {tc.query[2:]}}
				}
				if status := a.call(http.MethodGet, "/places?"+q.Encode(), "", nil, &got); status != http.StatusOK {
					t.Fatalf("status %d", status)
				}
				if len(got.Items) != len(tc.want) {
					t.Fatalf("got %+v, want %v", got.Items, tc.want)
				}
				for i := range tc.want {
					if got.Items[i].Name != tc.want[i] {
						t.Errorf("got %+v, want %v", got.Items, tc.want)
					}
				}
			})
		}
	}, withReference)
}

func TestTenantSettings(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		a := newAPI(t, kit)
		type settings struct {
			division.Settings
			Version int `json:"version"`
		}
		var got settings
		if status := a.call(http.MethodGet, "/tenant-settings", "tenant_admin", nil, &got); status != http.StatusOK || got.MinimumSample != 10 {
			t.Fatalf("%d %+v", status, got)
		}
		change := got
		change.Clocks = map[string]string{"verify": "1wd"}
		change.MinimumSample = 20
		if status := a.call(http.MethodPut, "/tenant-settings", "district_staff", change, nil); status != http.StatusForbidden {
			t.Errorf("district staff changes settings: %d", status)
		}
		if status := a.call(http.MethodPut, "/tenant-settings", "tenant_admin", change, nil); status != http.StatusOK {
			t.Fatalf("a sound change: %d", status)
		}
		if status := a.call(http.MethodPut, "/tenant-settings", "tenant_admin", change, nil); status != http.StatusConflict {
			t.Errorf("a change of an old version: %d", status)
		}
		var now settings
		a.call(http.MethodGet, "/tenant-settings", "district_staff", nil, &now)
		if len(now.RateHistory) != 1 || now.RateHistory[0].MinimumSample != 10 {
			t.Errorf("what held before: %+v", now.RateHistory)
		}
		if now.Clocks["verify"] != "1wd" || now.MinimumSample != 20 || now.Version != got.Version+1 {
			t.Errorf("stored: %+v", now)
		}
		d := directory(t, serving(kit))
		if other, _ := d.Tenant("370203"); other.Settings.MinimumSample != 10 {
			t.Error("another tenant's settings changed")
		}
		bad := now
		bad.RateWeights.Response = 99
		var problem struct {
			Code   string        `json:"code"`
			Errors []fault.Field `json:"errors"`
		}
		if status := a.call(http.MethodPut, "/tenant-settings", "tenant_admin", bad, &problem); status != http.StatusUnprocessableEntity || len(problem.Errors) != 1 {
			t.Errorf("unsound weights: %d %+v", status, problem)
		}
	}, withReference)
}

func TestTenantLook(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		a := newAPI(t, kit)
		type settings struct {
			division.Settings
			Version  int                 `json:"version"`
			Official []division.LocalDay `json:"official_days"`
		}
		var got settings
		if status := a.call(http.MethodGet, "/tenant-settings", "tenant_admin", nil, &got); status != http.StatusOK {
			t.Fatal(status)
		}
		if got.Brand.Name != "市南人大随手拍" || len(got.Modules) != 3 || len(got.Official) == 0 {
			t.Fatalf("%+v", got.Look)
		}
		dot := "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
		change := got
		change.Brand = &division.Brand{Name: "导航进站 智链万家", Color: "#15529c", Logo: dot}
		change.Modules = []string{"report"}
		change.Categories = map[string]division.CategorySetting{"noise": {Off: true}}
		change.LocalDays = []division.LocalDay{{Day: "2026-12-01", Name: "台风停工"}}
		if status := a.call(http.MethodPut, "/tenant-settings", "tenant_admin", change, nil); status != http.StatusOK {
			t.Fatalf("a sound change: %d", status)
		}

		var tenants struct {
			Items []struct {
				Code      string   `json:"code"`
				BrandName string   `json:"brand_name"`
				Modules   []string `json:"modules"`
				LogoURL   string   `json:"logo_url"`
			} `json:"items"`
		}
		a.call(http.MethodGet, "/tenants", "", nil, &tenants)
		for _, x := range tenants.Items {
			if mine := x.Code == "370202"; mine != (x.BrandName == "导航进站 智链万家") || mine != (x.LogoURL != "") || mine != (len(x.Modules) == 1) {
				t.Errorf("%+v", x)
			}
		}
		if status := a.call(http.MethodGet, "/tenants/370202/logo", "", nil, nil); status != http.StatusOK {
			t.Errorf("the logo: %d", status)
		}
		if status := a.call(http.MethodGet, "/tenants/370203/logo", "", nil, nil); status != http.StatusNotFound {
			t.Errorf("no logo: %d", status)
		}
		var kinds, all listed
		a.call(http.MethodGet, "/categories", "", nil, &kinds)
		a.call(http.MethodGet, "/categories?all=true", "", nil, &all)
		if len(all.Items) != 12 || len(kinds.Items) != 11 {
			t.Errorf("%d categories open, %d in all", len(kinds.Items), len(all.Items))
		}

		// A change that names nothing of the look leaves it as it is.
		var now settings
		a.call(http.MethodGet, "/tenant-settings", "tenant_admin", nil, &now)
		plain := now
		plain.Look = division.Look{}
		plain.MinimumSample = 15
		if status := a.call(http.MethodPut, "/tenant-settings", "tenant_admin", plain, &now); status != http.StatusOK || now.Brand.Name != "导航进站 智链万家" || len(now.Categories) != 1 {
			t.Errorf("%d, the look after a change of something else: %+v", status, now.Look)
		}
		var history struct {
			Items []struct{ Before, After settings } `json:"items"`
		}
		if status := a.call(http.MethodGet, "/tenant-settings/history", "district_staff", nil, &history); status != http.StatusOK || len(history.Items) != 2 {
			t.Fatalf("history: %d, %d changes", status, len(history.Items))
		}
		first := history.Items[1]
		if first.Before.Brand.Name != "市南人大随手拍" || first.After.Brand.Name != "导航进站 智链万家" || first.After.Brand.Logo == dot || first.After.Brand.Logo == "" {
			t.Errorf("the first change: %+v → %+v", first.Before.Brand, first.After.Brand)
		}
	}, withReference)
}

func TestMapRoutes(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		a := newAPI(t, kit)
		var id uuid.UUID
		err := kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
			stored, err := division.AddPlaces(ctx, tx, []division.NewPlace{
				{Kind: "compound", Name: "海韵一号院", DivisionCode: "370202001001", Position: &division.Point{Lat: 36.07, Lng: 120.38}},
				{Kind: "road", Name: "望潮路", DivisionCode: "370202001004", Position: &division.Point{Lat: 36.05, Lng: 120.40}},
				{Kind: "park", Name: "无名园", DivisionCode: "370202002001"},
			})
			if err == nil {
				id = stored[0].ID
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Run("a_place_by_its_id", func(t *testing.T) {
			var one struct{ Name, DivisionCode string }
			if got := a.call(http.MethodGet, "/places/"+id.String(), "", nil, &one); got != http.StatusOK || one.Name != "海韵一号院" {
				t.Errorf("%d %+v", got, one)
			}
			if got := a.call(http.MethodGet, "/places/"+uuid.NewString(), "", nil, nil); got != http.StatusNotFound {
				t.Errorf("an unknown place answers %d", got)
			}
		})
		t.Run("the_nearest_first", func(t *testing.T) {
			var near listed
			a.call(http.MethodGet, "/places?lat=36.0501&lng=120.4001", "", nil, &near)
			if len(near.Items) != 2 || near.Items[0].Name != "望潮路" {
				t.Errorf("%+v", near)
			}
			for _, half := range []string{"?lat=36.05", "?lng=120.4", "?lat=91&lng=120", "?lat=x&lng=y"} {
				if got := a.call(http.MethodGet, "/places"+half, "", nil, nil); got != http.StatusUnprocessableEntity {
					t.Errorf("%s answers %d", half, got)
				}
			}
		})
		t.Run("the_middle_of_what_lies_in_a_division", func(t *testing.T) {
			var m struct {
				Tiles     *division.Tiles `json:"tiles"`
				Divisions []struct {
					Code     string
					Position struct{ Lat, Lng float64 }
				}
			}
			a.call(http.MethodGet, "/map", "", nil, &m)
			at := map[string]float64{}
			for _, d := range m.Divisions {
				at[d.Code] = d.Position.Lat
			}
			if m.Tiles != nil || len(at) != 3 || math.Abs(at["370202001"]-36.06) > 1e-9 || at["370202001001"] != 36.07 {
				t.Errorf("%+v", m)
			}
		})
	}, withReference)
}
