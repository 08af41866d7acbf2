package station_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"

	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/web"
	"huying/internal/roomtest"
	"huying/internal/station"
)

const (
	shinan = "370202"
	shibei = "370203"
	street = "370202001"
	next   = "370202002"
)

func onEngines(t *testing.T, test func(t *testing.T, b *roomtest.Bench, s *station.Service)) {
	t.Helper()
	var s *station.Service
	roomtest.Engines(t, func(b *roomtest.Bench) {
		s = station.New(station.Deps{DB: b.DB, Clock: b.Clock, Territory: b.Division})
		s.Mount(b.Server)
	}, func(t *testing.T, b *roomtest.Bench) {
		b.Caller("staff", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		b.Caller("other", authz.Grant{Role: "district_staff", Tenant: shibei, Division: shibei})
		b.Caller("office", authz.Grant{Role: "street_office", Tenant: shinan, Division: street})
		b.Caller("neighbour", authz.Grant{Role: "street_office", Tenant: shinan, Division: next})
		b.Caller("city", authz.Grant{Role: "city_supervisor", Tenant: "370200", Division: "3702"})
		b.Caller("citizen")
		test(t, b, s)
	})
}

func create(t *testing.T, b *roomtest.Bench, who, name, division string, lat float64) station.View {
	t.Helper()
	body := map[string]any{"name": name, "division_code": division}
	if lat != 0 {
		body["position"] = map[string]any{"lat": lat, "lng": 120.38}
	}
	var v station.View
	b.Ask(t, who, shinan, http.MethodPost, "/stations", body).Into(t, http.StatusCreated, &v)
	return v
}

func TestStationsNearest(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *station.Service) {
		far := create(t, b, "staff", "远处联络站", "370202002008", 36.10)
		near := create(t, b, "office", "近处联络站", "370202001001", 36.067)
		create(t, b, "office", "线上联络站", street, 0)
		var page web.Page[station.View]
		b.Ask(t, "", shinan, http.MethodGet, "/stations?lat=36.066&lng=120.38&limit=2", nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 2 || page.Items[0].ID != near.ID || page.Items[1].ID != far.ID || page.Items[0].DistanceM == nil || *page.Items[0].DistanceM > 130 {
			t.Fatalf("nearest %+v", page.Items)
		}
		b.Ask(t, "", shinan, http.MethodGet, "/stations?division_code="+street, nil).Into(t, http.StatusOK, &page)
		if len(page.Items) != 2 || page.Items[0].DivisionName == "" {
			t.Fatalf("of the street %+v", page.Items)
		}
		b.Ask(t, "", shinan, http.MethodGet, "/stations?limit=2", nil).Into(t, http.StatusOK, &page)
		var rest web.Page[station.View]
		b.Ask(t, "", shinan, http.MethodGet, "/stations?limit=2&cursor="+page.NextCursor, nil).Into(t, http.StatusOK, &rest)
		if len(page.Items) != 2 || len(rest.Items) != 1 || rest.Items[0].ID != far.ID || rest.NextCursor != "" {
			t.Fatalf("pages %+v and %+v", page, rest)
		}
		b.Do(t, shibei, func(ctx context.Context, tx *database.Tx) error {
			_, found, err := s.Station(ctx, tx, near.ID)
			if found {
				t.Error("another tenant reads the station")
			}
			return err
		})
	})
}

func TestWhoMayChangeAStation(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, s *station.Service) {
		made := create(t, b, "office", "香港中路联络站", "370202001001", 36.067)
		b.Caller("manager", authz.Grant{Role: "station_manager", Tenant: shinan, Division: street, StationID: made.ID})
		b.Caller("stranger", authz.Grant{Role: "station_manager", Tenant: shinan, Division: street, StationID: uuid.New()})
		path := "/stations/" + made.ID.String()
		hours := map[string]any{"version": 1, "opening_hours": "周一至周五 9:00–17:00"}
		for _, c := range []struct {
			who, tenant, method, path string
			body                      any
			status                    int
		}{
			{"", shinan, http.MethodPatch, path, hours, http.StatusUnauthorized},
			{"citizen", shinan, http.MethodPatch, path, hours, http.StatusForbidden},
			{"city", shinan, http.MethodPatch, path, hours, http.StatusForbidden},
			{"neighbour", shinan, http.MethodPatch, path, hours, http.StatusNotFound},
			{"stranger", shinan, http.MethodPatch, path, hours, http.StatusNotFound},
			{"other", shibei, http.MethodPatch, path, hours, http.StatusNotFound},
			{"other", shibei, http.MethodGet, path, nil, http.StatusNotFound},
			{"manager", shinan, http.MethodPatch, path, map[string]any{"version": 1, "name": "改个名字"}, http.StatusForbidden},
			{"manager", shinan, http.MethodPatch, path, map[string]any{"version": 1, "closed": true}, http.StatusForbidden},
			{"neighbour", shinan, http.MethodPost, "/stations", map[string]any{"name": "越界的站", "division_code": street}, http.StatusForbidden},
			{"manager", shinan, http.MethodPost, "/stations", map[string]any{"name": "自建的站", "division_code": street}, http.StatusForbidden},
			{"office", shinan, http.MethodPatch, path, map[string]any{"version": 1, "division_code": next}, http.StatusForbidden},
			{"manager", shinan, http.MethodPatch, path, hours, http.StatusOK},
			{"office", shinan, http.MethodPatch, path, hours, http.StatusConflict},
			{"office", shinan, http.MethodPatch, path, map[string]any{"version": 2, "name": "新名字联络站"}, http.StatusOK},
			{"staff", shinan, http.MethodPatch, path, map[string]any{"version": 3, "closed": true}, http.StatusOK},
			{"", shinan, http.MethodGet, path, nil, http.StatusNotFound},
		} {
			if a := b.Ask(t, c.who, c.tenant, c.method, c.path, c.body); a.Status != c.status {
				t.Errorf("%s %s %s %v: %d %s, want %d", c.who, c.method, c.path, c.body, a.Status, a.Code(), c.status)
			}
		}
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			brief, found, err := s.Station(ctx, tx, made.ID)
			if err == nil && (!found || brief.ClosedAt == nil) {
				t.Errorf("a closed station is lost to history: %+v", brief)
			}
			return err
		})
	})
}

func TestDeputiesOfAStation(t *testing.T) {
	onEngines(t, func(t *testing.T, b *roomtest.Bench, _ *station.Service) {
		var here, elsewhere uuid.UUID
		for tenant, to := range map[string]*uuid.UUID{shinan: &here, shibei: &elsewhere} {
			b.Do(t, tenant, func(ctx context.Context, tx *database.Tx) error {
				d, err := tx.Deputy.Create().SetPersonID(uuid.New()).SetName("王小民").SetHomeDivision(tenant).Save(ctx)
				if err == nil {
					*to = d.ID
				}
				return err
			})
		}
		made := create(t, b, "office", "香港中路联络站", street, 0)
		path := "/stations/" + made.ID.String()
		if a := b.Ask(t, "office", shinan, http.MethodPatch, path, map[string]any{"version": 1, "deputy_ids": []uuid.UUID{elsewhere}}); !slices.Equal(a.Fields(), []string{"deputy_ids"}) {
			t.Fatalf("a deputy of another tenant: %d %v", a.Status, a.Fields())
		}
		var v station.View
		b.Ask(t, "office", shinan, http.MethodPatch, path, map[string]any{"version": 1, "deputy_ids": []uuid.UUID{here, here}}).Into(t, http.StatusOK, &v)
		if len(v.Deputies) != 1 || v.Deputies[0].Name != "王小民" {
			t.Fatalf("serving %+v", v.Deputies)
		}
		b.Ask(t, "office", shinan, http.MethodPatch, path, map[string]any{"version": 2, "deputy_ids": []uuid.UUID{}}).Into(t, http.StatusOK, &v)
		if len(v.Deputies) != 0 {
			t.Fatalf("still serving %+v", v.Deputies)
		}
	})
}
