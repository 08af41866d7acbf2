package app_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/consentrecord"
	"huying/internal/app/apptest"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// bothEngines boots the house on each engine with the embedded store.
func bothEngines(t *testing.T, test func(t *testing.T, h *apptest.House)) {
	for _, engine := range []string{config.SQLite, config.Postgres} {
		t.Run(engine, func(t *testing.T) { test(t, apptest.Boot(t, apptest.Setup{Engine: engine})) })
	}
}

type consentList struct {
	Items []struct {
		Purpose  string `json:"purpose"`
		Given    bool   `json:"given"`
		Version  string `json:"notice_version"`
		ReportID string `json:"report_id"`
	} `json:"items"`
}

// Submitting in public is the act of consent; taking it back hides at once.
func TestConsent(t *testing.T) {
	bothEngines(t, func(t *testing.T, h *apptest.House) {
		p := h.People(h.Shinan, 41)
		visitor := apptest.Visitor(t, h.URL, h.Shinan.Tenant)
		var notices struct {
			Version string `json:"notice_version"`
			Items   []any  `json:"items"`
		}
		visitor.Must(http.MethodGet, "/consent-notices", nil, &notices)
		if notices.Version == "" || len(notices.Items) != 4 {
			t.Fatalf("notices: %+v", notices)
		}
		body := h.Shinan.NewReport(p.Citizen.UploadPhoto(41))
		body["visibility"], body["position"] = "public", map[string]any{"lat": 36.067, "lng": 120.382}
		var r apptest.Report
		p.Citizen.Must(http.MethodPost, "/reports", body, &r)
		var list consentList
		eventually(t, 2*time.Minute, func() error {
			p.Citizen.Must(http.MethodGet, "/me/consents", nil, &list)
			if len(list.Items) != 4 {
				return fmt.Errorf("%d consents in the ledger", len(list.Items))
			}
			return nil
		})
		for _, c := range list.Items {
			if !c.Given || c.Version != notices.Version || c.ReportID != r.ID {
				t.Errorf("consent %+v", c)
			}
		}
		p.Office.Must(http.MethodPost, "/reports/"+r.ID+"/admit", map[string]any{}, nil)
		if a := visitor.Do(http.MethodGet, "/public/reports/"+r.Number, nil); a.Status != 200 {
			t.Fatalf("public before: %d %s", a.Status, a.Body)
		}
		refusals(t, h, p, r)
		var done struct {
			Touched int `json:"touched"`
		}
		p.Citizen.Must(http.MethodPost, "/me/consents", map[string]any{"purpose": "publish_text", "given": false}, &done)
		if a := visitor.Do(http.MethodGet, "/public/reports/"+r.Number, nil); a.Status != 404 || done.Touched != 1 {
			t.Errorf("public after taking back (%d touched): %d", done.Touched, a.Status)
		}
		again := map[string]any{"purpose": "publish_text", "given": true, "notice_version": notices.Version, "tenant": r.Tenant, "report_id": r.ID}
		p.Citizen.Must(http.MethodPost, "/me/consents", again, nil)
		if a := visitor.Do(http.MethodGet, "/public/reports/"+r.Number, nil); a.Status != 200 {
			t.Errorf("public after agreeing again: %d", a.Status)
		}
		var me struct {
			ID uuid.UUID `json:"id"`
		}
		p.Citizen.Must(http.MethodGet, "/me", nil, &me)
		if ok, err := h.App.Rights.Allows(t.Context(), me.ID, "follow_up_call"); err != nil || !ok {
			t.Errorf("calls before taking back: %v %v", ok, err)
		}
		p.Citizen.Must(http.MethodPost, "/me/consents", map[string]any{"purpose": "follow_up_call", "given": false}, nil)
		if ok, err := h.App.Rights.Allows(t.Context(), me.ID, "follow_up_call"); err != nil || ok {
			t.Errorf("calls after taking back: %v %v", ok, err)
		}
		ledger(t, h, me.ID, 7)
	})
}

func refusals(t *testing.T, h *apptest.House, p apptest.People, r apptest.Report) {
	t.Helper()
	stranger := apptest.Citizen(t, h.URL, h.Shinan.Tenant, apptest.Phone(42))
	for _, c := range []struct {
		who    *apptest.Client
		body   map[string]any
		status int
	}{
		{p.Citizen, map[string]any{"purpose": "everything", "given": true}, 422},
		{p.Citizen, map[string]any{"purpose": "follow_up_call", "given": true, "notice_version": "1999-01-01"}, 409},
		{p.Citizen, map[string]any{"purpose": "publish_text", "given": false, "tenant": r.Tenant}, 422},
		{stranger, map[string]any{"purpose": "publish_text", "given": false, "tenant": r.Tenant, "report_id": r.ID}, 404},
		{stranger, map[string]any{"purpose": "publish_text", "given": false, "tenant": r.Tenant, "report_id": uuid.NewString()}, 404},
		{apptest.Visitor(t, h.URL, r.Tenant), map[string]any{"purpose": "publish_text", "given": false}, 401},
	} {
		if a := c.who.Do(http.MethodPost, "/me/consents", c.body); a.Status != c.status {
			t.Errorf("%s %v: %d, want %d: %s", c.who.Name, c.body, a.Status, c.status, a.Body)
		}
	}
}

func ledger(t *testing.T, h *apptest.House, person uuid.UUID, want int) {
	t.Helper()
	err := h.App.DB.View(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.ConsentRecord.Query().Where(consentrecord.PersonID(person)).Count(ctx)
		if n != want {
			t.Errorf("%d entries in the ledger, want %d", n, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
