package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"huying/internal/app/apptest"
)

// A class of reports is supervised together: each report says so, the unit answers, and every reporter hears what came
// of it. Then the city asks the district, whose answer comes back to it.
func TestSupervision(t *testing.T) {
	apptest.Pairs(t, func(t *testing.T, s apptest.Setup) {
		h := apptest.Boot(t, s)
		c := h.Shinan
		p := h.People(c, 1)
		staff := func(role string) *apptest.Client { return apptest.Staff(t, h.URL, c.Tenant, c.Username(role)) }
		district, signer := staff("staff"), staff("head")
		city := apptest.Staff(t, h.URL, "370200", "city")
		r := p.Citizen.Submit(c, 1)
		for i, step := range p.Steps(c)[:4] {
			r = step.Take(t, r, uint64(10+i))
		}
		said := func(who *apptest.Client, text string) func() bool {
			return func() bool {
				var v apptest.Report
				who.Must(http.MethodGet, "/reports/"+r.ID, nil, &v)
				return slices.ContainsFunc(v.Timeline, func(e struct {
					Action string `json:"action"`
					Text   string `json:"text"`
				},
				) bool {
					return strings.Contains(e.Text, text)
				})
			}
		}
		var n struct {
			ID      string
			State   string
			Matters []struct{ Number string }
		}
		district.Must(http.MethodPost, "/supervision-notices", map[string]any{
			"kind": "letter", "title": "路面塌陷集中反映", "letter": "同一路段多次塌陷，请查明原因并整改。", "asks": []string{"原因", "完成时限"},
			"unit_id": c.Unit, "numbers": []string{r.Number},
		}, &n)
		at := "/supervision-notices/" + n.ID
		signer.Must(http.MethodPost, at+"/sign", map[string]any{}, &n)
		within(t, "the report says it is supervised together", said(p.Citizen, "已就这类问题集中督办"))
		within(t, "the unit's head is told", func() bool { return told(p.Head, "路面塌陷集中反映") })
		p.Head.Must(http.MethodPost, at+"/answer", map[string]any{"answers": []string{"管线渗漏所致", "12月20日前完成"}}, nil)
		signer.Must(http.MethodPost, at+"/accept", map[string]any{"result": "路段管线已更换，路面重铺。"}, &n)
		if n.State != "accepted" || len(n.Matters) != 1 {
			t.Fatalf("%+v", n)
		}
		within(t, "the reporter hears what came of it", said(p.Citizen, "路段管线已更换"))
		within(t, "and is told", func() bool { return told(p.Citizen, "路段管线已更换") })

		var issued struct{ Items []struct{ ID string } }
		city.Must(http.MethodPost, "/city-supervision-notices", map[string]any{
			"kind": "topic", "topic_month": time.Now().Format("2006-01"), "title": "每月一题：路面塌陷", "letter": "请就路面塌陷作全面排查并报告。",
			"asks": []string{"排查结果"}, "to": []any{map[string]any{"tenant": c.Tenant}}, "numbers": []string{r.Number},
		}, &issued)
		at = "/supervision-notices/" + issued.Items[0].ID
		within(t, "the district has the city's notice", func() bool { return signer.Do(http.MethodGet, at, nil).Status == http.StatusOK })
		signer.Must(http.MethodPost, at+"/answer", map[string]any{"answers": []string{"全区排查三处，已修复"}}, nil)
		within(t, "the city has the answer", func() bool {
			city.Must(http.MethodGet, at, nil, &n)
			return n.State == "answered"
		})
		if len(n.Matters) != 1 {
			t.Errorf("the city sees %d of its matters", len(n.Matters))
		}
		city.Must(http.MethodPost, at+"/send-back", map[string]any{"reason": "请附三处的位置和照片"}, nil)
		within(t, "the district has it back", func() bool {
			var v struct{ Round int }
			signer.Must(http.MethodGet, at, nil, &v)
			return v.Round == 2
		})
	})
}

// told says whether somebody's inbox holds a text.
func told(who *apptest.Client, text string) bool {
	var inbox struct{ Items []struct{ Text string } }
	who.Must(http.MethodGet, "/notices", nil, &inbox)
	return slices.ContainsFunc(inbox.Items, func(n struct{ Text string }) bool { return strings.Contains(n.Text, text) })
}
