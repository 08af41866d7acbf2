package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"huying/internal/platform/telemetry"
)

func TestLogger(t *testing.T) {
	line := func(log func(context.Context, *slog.Logger)) string {
		var out bytes.Buffer
		ctx := telemetry.WithOrigin(context.Background(), telemetry.Origin{RequestID: "req-77"})
		log(ctx, telemetry.NewLogger(&out, "debug"))
		return out.String()
	}
	t.Run("carries_the_request_id", func(t *testing.T) {
		got := line(func(ctx context.Context, l *slog.Logger) { l.With("a", 1).InfoContext(ctx, "done") })
		if !strings.Contains(got, `"request_id":"req-77"`) {
			t.Fatal(got)
		}
	})
	t.Run("never_prints_a_secret_or_a_phone", func(t *testing.T) {
		jwt := "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
		got := line(func(ctx context.Context, l *slog.Logger) {
			l.ErrorContext(ctx, "calling 13812345678,13912345678 failed",
				"password", "hunter2", "refresh_token", "abc", "to", "+8613812345678", "err", errors.New("dial postgres://huying:hunter2@db:5432: "+jwt),
				slog.Group("sms", "phone", "whatever"))
		})
		for _, leak := range []string{"13812345678", "13912345678", "hunter2", `"abc"`, jwt, "whatever"} {
			if strings.Contains(got, leak) {
				t.Errorf("%q in %s", leak, got)
			}
		}
	})
	t.Run("keeps_numbers_that_are_no_phone", func(t *testing.T) {
		for _, s := range []string{"370202-2026-000123", "1700000000000", "018f3a1b-1381-7234-8567-813812345678"} {
			if got := telemetry.Scrub(s); got != s {
				t.Errorf("%s became %s", s, got)
			}
		}
	})
}

func TestGauge(t *testing.T) {
	m := telemetry.NewMetrics()
	known := true
	m.Gauge("huying_test_waiting", "for the test", func() (float64, bool) { return 3, known })
	read := func() (float64, bool) {
		families, err := m.Registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "huying_test_waiting" {
				return f.GetMetric()[0].GetGauge().GetValue(), true
			}
		}
		return 0, false
	}
	if v, there := read(); !there || v != 3 {
		t.Errorf("%v %v", v, there)
	}
	known = false
	if _, there := read(); there {
		t.Error("a number that is not known is shown")
	}
}

func TestFamily(t *testing.T) {
	m := telemetry.NewMetrics()
	m.Family(telemetry.Family{
		Name: "huying_test_waits_total", Help: "for the test", Labels: []string{"pool"}, Counting: true,
		Ask: func(emit func(float64, ...string)) { emit(2, "app"); emit(5, "city") },
	})
	m.StoreCall("put", "ok", time.Second)
	m.SMS("refused")
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, one := range f.GetMetric() {
			for _, l := range one.GetLabel() {
				got[f.GetName()+"/"+l.GetValue()] = one.GetCounter().GetValue() + float64(one.GetHistogram().GetSampleCount())
			}
		}
	}
	for name, want := range map[string]float64{
		"huying_test_waits_total/app": 2, "huying_test_waits_total/city": 5,
		"huying_store_duration_seconds/put": 1, "huying_sms_sends_total/refused": 1,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
}

func TestMetrics(t *testing.T) {
	m := telemetry.NewMetrics()
	done := m.Begin()
	done("BREW", "/api/v1/reports/:id", 404, time.Millisecond)
	families, err := m.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "huying_http_requests_total" {
			continue
		}
		got := map[string]string{}
		for _, l := range f.GetMetric()[0].GetLabel() {
			got[l.GetName()] = l.GetValue()
		}
		if got["method"] != "other" || got["status"] != "4xx" || got["route"] != "/api/v1/reports/:id" {
			t.Fatalf("labels %v", got)
		}
		return
	}
	t.Fatal("no request counter")
}
