package app_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"huying/internal/app/apptest"
)

// An action that is sent again under the same key, because its answer never came, is done once and answered like the
// first time; under the same key for something else it is refused.
func TestActions_happen_once_per_key(t *testing.T) {
	apptest.Pairs(t, func(t *testing.T, s apptest.Setup) {
		h := apptest.Boot(t, s)
		cast, p := h.Shinan, h.People(h.Shinan, 1)
		r := p.Citizen.Submit(cast, 1)
		for i, step := range p.Steps(cast) {
			body := map[string]any{}
			for k, v := range step.Body {
				body[k] = v
			}
			if body["photo"] == true {
				delete(body, "photo")
				body["upload_ids"] = []string{step.Who.UploadPhoto(uint64(i) + 2)}
			}
			path, key := "/reports/"+r.ID+"/"+step.Action, apptest.Key("once-"+step.Action)
			var all sync.WaitGroup
			answers := make([]*apptest.Answer, 3)
			for n := range answers {
				all.Go(func() { answers[n] = step.Who.Do(http.MethodPost, path, body, key) })
			}
			all.Wait()
			answers = append(answers, step.Who.Do(http.MethodPost, path, body, key))
			for _, a := range answers {
				var after apptest.Report
				if a.Status != http.StatusOK || a.Into(&after) != nil || after.State != step.State {
					t.Fatalf("%s sent again: %d %s", step.Action, a.Status, a.Body)
				}
			}
			if a := step.Who.Do(http.MethodPost, path, map[string]any{"version": 77}, key); a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s under a used key: %d %s", step.Action, a.Status, a.Body)
			}
		}
		var end apptest.Report
		p.Citizen.Must(http.MethodGet, "/reports/"+r.ID, nil, &end)
		seen := map[string]int{}
		for _, e := range end.Timeline {
			seen[e.Action]++
		}
		for action, n := range seen {
			if n > 1 && !strings.HasPrefix(action, "notify") {
				t.Errorf("%s happened %d times", action, n)
			}
		}
	})
}
