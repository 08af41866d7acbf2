package partner

import (
	"encoding/xml"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"huying/ent/db"
	"huying/ent/db/partnerlink"
	"huying/internal/platform/outbound"
)

func TestMappings(t *testing.T) {
	mapping := map[string]string{"road": "0601", "lamp": "0602", "other": "", "*": "9999"}
	for category, want := range map[string]string{"road": "0601", "noise": "9999", "other": ""} {
		code, ok := theirCategory(mapping, category)
		if code != want || ok != (want != "") {
			t.Errorf("%s is %q, %v", category, code, ok)
		}
	}
	if _, ok := theirCategory(map[string]string{"road": "1"}, "lamp"); ok {
		t.Error("a category that is not listed is pushed")
	}
	known := func(c string) bool { return c == "lamp" || c == "other" }
	for code, want := range map[string]string{"0601": "road", "lamp": "lamp", "nonsense": "other"} {
		if got := ourCategory(mapping, code, known); got != want {
			t.Errorf("%s is our %s, want %s", code, got, want)
		}
	}
	statuses := map[string]string{"处理完毕": "closed", "in_progress": "open", "退回": "returned"}
	for status, want := range map[string]string{
		"处理完毕": "closed", "IN_PROGRESS": "open", "退回": "returned", "Closed": "closed", "open": "open", "办结": "closed", "退单": "returned", "签收": "open",
		"等待材料": "", "": "",
	} {
		if got := meaning(statuses, status); got != want {
			t.Errorf("%q means %q, want %q", status, got, want)
		}
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		step          Step
		event, action string
	}{
		{Step{Action: "submit", To: "submitted"}, eventSubmitted, actNote},
		{Step{Action: "admit", From: "submitted", To: "open"}, eventMoved, actTake},
		{Step{Action: "admit", From: "submitted", To: "dispatched"}, eventMoved, actTake},
		{Step{Action: "reject", From: "submitted", To: "rejected", Over: true}, eventEnded, actReturn},
		{Step{Action: "transfer", From: "open", To: "transferred", Over: true}, eventEnded, actReturn},
		{Step{Action: "confirm", From: "replied", To: "resolved", Over: true}, eventEnded, actFinish},
		{Step{Action: "rate", From: "resolved", To: "closed", Over: true}, eventEnded, actFollowUp},
		{Step{Action: "contact", From: "handling", To: "handling"}, "", ""},
		{Step{Action: "rate", From: "resolved", To: "reopened"}, eventMoved, actFollowUp},
	} {
		if got := stepEvent(c.step); got != c.event {
			t.Errorf("%+v is told as %q, want %q", c.step, got, c.event)
		}
		if got := orderAction(c.step); got != c.action {
			t.Errorf("%+v is the order %q, want %q", c.step, got, c.action)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	url := outbound.New(outbound.Options{}).Check
	known := func(c string) bool { return c == "road" }
	good := Body{Name: "区中心", Channel: "http", URL: "https://centre.example/open311/v2"}
	for name, c := range map[string]struct {
		kind   string
		change func(*Body)
		wrong  []string
	}{
		"good":                            {kindOpen311, func(b *Body) { b.Categories, b.PushAt, b.Pull = map[string]string{"*": "1"}, "accepted", true }, nil},
		"inside_address":                  {kindWebhook, func(b *Body) { b.URL = "https://169.254.169.254/latest" }, []string{"url"}},
		"no_tls":                          {kindWebhook, func(b *Body) { b.URL = "http://hooks.example/" }, []string{"url"}},
		"files_are_for_work_orders":       {kindOpen311, func(b *Body) { b.Channel, b.URL = "file", "" }, []string{"channel"}},
		"a_file_partner_has_no_address":   {kindWorkOrder, func(b *Body) { b.Channel = "file" }, []string{"url"}},
		"an_unknown_event":                {kindWebhook, func(b *Body) { b.Events = []string{"person.created"} }, []string{"events"}},
		"an_unknown_category":             {kindOpen311, func(b *Body) { b.Categories = map[string]string{"ufo": "1"} }, []string{"categories"}},
		"a_status_means_something":        {kindOpen311, func(b *Body) { b.Statuses = map[string]string{"完毕": "done"} }, []string{"statuses"}},
		"pushing_needs_categories":        {kindOpen311, func(b *Body) { b.PushAt = "accepted" }, []string{"categories"}},
		"nothing_is_pushed_when_closed":   {kindOpen311, func(b *Body) { b.PushAt, b.Categories = "closed", map[string]string{"*": "1"} }, []string{"push_at"}},
		"a_webhook_neither_pulls_nor_has": {kindWebhook, func(b *Body) { b.Pull = true }, []string{"pull"}},
	} {
		b := good
		c.change(&b)
		var wrong []string
		for _, f := range b.check(c.kind, known, url) {
			wrong = append(wrong, f.Name)
		}
		if !slices.Equal(wrong, c.wrong) {
			t.Errorf("%s: wrong %v, want %v", name, wrong, c.wrong)
		}
	}
}

// What we sign, the reference implementation of Standard Webhooks verifies; and what it signs, we do.
func TestSignatures(t *testing.T) {
	secret, err := newSecret()
	if err != nil {
		t.Fatal(err)
	}
	other, _ := newSecret()
	now, body := time.Now(), []byte(`{"type":"ping"}`)
	h := http.Header{}
	if err := sign(h, []string{secret, other}, "msg_1", now, body); err != nil {
		t.Fatal(err)
	}
	for _, one := range []string{secret, other} {
		wh, err := standardwebhooks.NewWebhook(one)
		if err != nil {
			t.Fatal(err)
		}
		if err := wh.Verify(body, h); err != nil {
			t.Errorf("the reference refuses our signature: %v", err)
		}
		if wh.Verify([]byte(`{"type":"pong"}`), h) == nil {
			t.Error("the reference takes another body")
		}
	}
	wh, _ := standardwebhooks.NewWebhook(secret)
	theirs, err := wh.Sign("msg_2", now, body)
	if err != nil {
		t.Fatal(err)
	}
	in := func(stamp time.Time, signature string) func(string) string {
		h := http.Header{}
		if err := sign(h, []string{secret}, "msg_2", stamp, body); err != nil {
			t.Fatal(err)
		}
		h.Set("webhook-signature", signature)
		return h.Get
	}
	if !signed(in(now, "v1,bm9uZQ== "+theirs), []string{secret}, now, body) {
		t.Error("their signature is refused")
	}
	for name, refused := range map[string]bool{
		"another_secret": signed(in(now, theirs), []string{other}, now, body),
		"another_body":   signed(in(now, theirs), []string{secret}, now, []byte("{}")),
		"long_ago":       signed(in(now, theirs), []string{secret}, now.Add(6*time.Minute), body),
		"no_signature":   signed(in(now, ""), []string{secret}, now, body),
		"another_scheme": signed(in(now, "v9"+theirs[2:]), []string{secret}, now, body),
		"no_secret":      signed(in(now, theirs), nil, now, body),
	} {
		if refused {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestRetriesGrowAndEnd(t *testing.T) {
	at := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	last := time.Duration(0)
	for n := 1; n < maxAttempts; n++ {
		wait := nextTry(n, at).Sub(at)
		if wait <= last {
			t.Fatalf("after attempt %d %s, after the one before %s", n, wait, last)
		}
		last = wait
	}
	if total := last; total != 24*time.Hour {
		t.Errorf("the last wait is %s", total)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "foreign", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestForeignAnswers(t *testing.T) {
	updates, err := elements[remoteUpdate](read(t, "duplicates.xml"), "request_update")
	if err != nil || len(updates) != 5 || updates[2].Updated != "" || updates[3].Status != "等待材料" {
		t.Fatalf("%v %+v", err, updates)
	}
	requests, err := elements[remoteRequest](read(t, "gb2312.xml"), "request")
	if err != nil || len(requests) != 1 || requests[0].Status != "处理完毕" || requests[0].Notes != "路面已修复" {
		t.Fatalf("%v %+v", err, requests)
	}
	if tokens, err := elements[remoteRequest](read(t, "token.xml"), "request"); err != nil || tokens[0].Token != "T-77" {
		t.Fatalf("%v %+v", err, tokens)
	}
	if failures, err := elements[remoteError](read(t, "refused.xml"), "error"); err != nil || len(failures) != 2 || failures[1].Description != "lat is required" {
		t.Fatalf("%v %+v", err, failures)
	}
	for name, body := range map[string][]byte{"a_page": read(t, "maintenance.html"), "json": []byte(`{"errors":[]}`), "half": []byte("<a><b>"), "words": []byte("OK")} {
		if _, err := elements[remoteUpdate](body, "request_update"); !errors.Is(err, errForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if found, err := elements[remoteUpdate]([]byte(" \n"), "request_update"); err != nil || found != nil {
		t.Errorf("an empty answer: %v %v", found, err)
	}
}

func TestMoments(t *testing.T) {
	want := time.Date(2026, 11, 20, 1, 30, 0, 0, time.UTC)
	for _, text := range []string{"2026-11-20T09:30:00+08:00", "2026-11-20T01:30:00Z", "2026-11-20T09:30:00+0800", "2026-11-20T09:30:00", "2026-11-20 09:30:00", " 2026-11-20T09:30+08:00 "} {
		if got := moment(text); !got.Equal(want) {
			t.Errorf("%q is %v", text, got)
		}
	}
	for _, text := range []string{"", "0000-00-00", "yesterday"} {
		if got := moment(text); !got.IsZero() {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestDifferences(t *testing.T) {
	now := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) *time.Time { at := now.Add(-d); return &at }
	for name, c := range map[string]struct {
		link  db.PartnerLink
		ended bool
		want  string
	}{
		"failed":              {db.PartnerLink{State: partnerlink.StateFailed}, false, diffUnsent},
		"waits_long":          {db.PartnerLink{State: partnerlink.StateWaiting, CreatedAt: *ago(2 * time.Hour)}, false, diffUnsent},
		"waits_a_moment":      {db.PartnerLink{State: partnerlink.StateWaiting, CreatedAt: *ago(time.Minute)}, false, ""},
		"closed_there":        {db.PartnerLink{State: partnerlink.StateClosed}, false, diffClosedThere},
		"closed_on_both":      {db.PartnerLink{State: partnerlink.StateClosed}, true, ""},
		"returned":            {db.PartnerLink{State: partnerlink.StateReturned}, false, diffReturned},
		"open_there":          {db.PartnerLink{State: partnerlink.StateSent, Direction: partnerlink.DirectionSent}, true, diffOpenThere},
		"silent":              {db.PartnerLink{State: partnerlink.StateSent, Direction: partnerlink.DirectionSent, SentAt: ago(73 * time.Hour)}, false, diffSilent},
		"not_yet_silent":      {db.PartnerLink{State: partnerlink.StateSent, Direction: partnerlink.DirectionSent, SentAt: ago(time.Hour)}, false, ""},
		"unmapped":            {db.PartnerLink{State: partnerlink.StateSent, Direction: partnerlink.DirectionSent, RemoteStatus: "等待材料"}, false, diffUnmapped},
		"came_in_and_is_over": {db.PartnerLink{State: partnerlink.StateSent, Direction: partnerlink.DirectionReceived, RemoteStatus: "派单"}, true, ""},
	} {
		if got, _ := difference(&c.link, nil, c.ended, now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTables(t *testing.T) {
	text := "\ufeff工单号,动作,内容,消息编号\nGD-1,办结,路面已修复,m1\nGD-2,退单,不属我单位,\n"
	orders, err := readTable([]byte(text))
	if err != nil || len(orders) != 2 || orders[0] != (Order{ID: "m1", WorkOrder: "GD-1", Action: actFinish, Content: "路面已修复"}) || orders[1].ID == "" {
		t.Fatalf("%v %+v", err, orders)
	}
	again, _ := readTable([]byte(text))
	if again[1].ID != orders[1].ID {
		t.Error("the same line twice is two messages")
	}
	for name, text := range map[string]string{"empty": "", "unknown_heading": "工单号,密码\n", "too_many_cells": "工单号\na,b\n"} {
		if _, err := readTable([]byte(text)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	if got := safeName("../../etc/passwd 工单"); got != "______etc_passwd___" {
		t.Errorf("a file would be called %s", got)
	}
}

func FuzzElements(f *testing.F) {
	f.Add([]byte("<a><request_update><update_id>1</update_id></request_update></a>"))
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if found, err := elements[remoteUpdate](body, "request_update"); err == nil {
			if _, err := xml.Marshal(found); err != nil && len(found) > 0 {
				t.Fatal(err)
			}
		}
	})
}
