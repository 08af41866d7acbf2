package app_test

import (
	"bytes"
	"image/jpeg"
	"net/http"
	"testing"

	"huying/internal/app/apptest"
)

// A screener covers a part of a photo; what is published afterwards is covered, and nobody else may do it.
func TestRedactedBeforePublished(t *testing.T) {
	apptest.Pairs(t, func(t *testing.T, s apptest.Setup) {
		h := apptest.Boot(t, s)
		cast := h.Shinan
		citizen := apptest.Citizen(t, h.URL, cast.Tenant, apptest.Phone(1))
		screener := apptest.Staff(t, h.URL, cast.Tenant, cast.Username("screener"))
		var r apptest.Report
		body := cast.NewReport(citizen.UploadPhoto(3))
		body["visibility"] = "public"
		citizen.Must(http.MethodPost, "/reports", body, &r, apptest.Key("redact-1"))
		screener.Must(http.MethodGet, "/reports/"+r.ID, nil, &r)
		if !r.May("redact") {
			t.Fatal("the screener is not offered redact")
		}
		path, photo := "/reports/"+r.ID+"/redact", r.Photos[0].ID
		covered := map[string]any{
			"photo_id": photo, "reason": "路人的脸",
			"regions": []map[string]float64{{"x": 0, "y": 0, "width": 0.5, "height": 0.5}},
		}
		for _, c := range []*apptest.Client{
			citizen, apptest.Visitor(t, h.URL, cast.Tenant), apptest.Staff(t, h.URL, cast.Tenant, cast.Username("office")),
			apptest.Staff(t, h.URL, cast.Tenant, cast.Username("staff")), apptest.Staff(t, h.URL, cast.Tenant, cast.Username("deputy1")),
			apptest.Staff(t, h.URL, h.Shibei.Tenant, h.Shibei.Username("screener")),
		} {
			if a := c.Do(http.MethodPost, path, covered); a.Status != 401 && a.Status != 403 && a.Status != 404 {
				t.Errorf("%s: %d %s", c.Name, a.Status, a.Body)
			}
		}
		for name, bad := range map[string]map[string]any{
			"photo_id": {"photo_id": "00000000-0000-7000-8000-000000000001", "reason": "路人的脸"},
			"regions":  {"photo_id": photo, "reason": "路人的脸", "regions": []map[string]float64{{"x": 0.2, "y": 0.2, "width": 0, "height": 1}}},
			"reason":   {"photo_id": photo, "reason": ""},
		} {
			if a := screener.Do(http.MethodPost, path, bad); a.Status != 422 && (name != "photo_id" || a.Status != 404) {
				t.Errorf("bad %s: %d %s", name, a.Status, a.Body)
			}
		}
		screener.Must(http.MethodPost, path, covered, nil)
		screener.Must(http.MethodPost, "/reports/"+r.ID+"/publish", map[string]any{}, nil)
		a := apptest.Visitor(t, h.URL, cast.Tenant).Must(http.MethodGet, "/reports/"+r.ID+"/photos/"+photo+"/medium", nil, nil)
		m, err := jpeg.Decode(bytes.NewReader(a.Body))
		if err != nil {
			t.Fatal(err)
		}
		if red, _, _, _ := m.At(20, 20).RGBA(); red>>8 > 16 {
			t.Error("the public sees what was covered")
		}
	})
}
