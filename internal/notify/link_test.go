package notify_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/notify"
	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
)

const number = "370202-2026-000123"

func TestLink(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me, other, report, another := uuid.New(), uuid.New(), uuid.New(), uuid.New()
		address := b.Link("370202", number, report, me)
		token, ok := strings.CutPrefix(address, "https://huying.example/t/")
		if !ok || len(token) != 32 {
			t.Fatal(address)
		}
		if got, ok := b.ReadLink(token); !ok || got != number {
			t.Fatalf("%q %v", got, ok)
		}
		if !b.ProvesLink(token, "370202", report, me) {
			t.Fatal("it proves nothing")
		}
		for name, proves := range map[string]bool{
			"another person": b.ProvesLink(token, "370202", report, other),
			"another report": b.ProvesLink(token, "370202", another, me),
			"another tenant": b.ProvesLink(token, "370203", report, me),
		} {
			if proves {
				t.Errorf("it proves %s", name)
			}
		}
		raw, err := base64.RawURLEncoding.DecodeString(token)
		must(t, err)
		for i := 8; i < len(raw); i++ {
			raw[i] ^= 1
			if b.ProvesLink(base64.RawURLEncoding.EncodeToString(raw), "370202", report, me) {
				t.Fatalf("byte %d may be changed", i)
			}
			raw[i] ^= 1
		}
		for _, bad := range []string{"", "a", token[:31], token + "A", strings.Repeat("A", 32), "../../../etc/passwd/aaaaaaaaaaaa", strings.Repeat("é", 16), token[:31] + "="} {
			if n, ok := b.ReadLink(bad); ok {
				t.Errorf("%q was read as %q", bad, n)
			}
			if b.ProvesLink(bad, "370202", report, me) {
				t.Errorf("%q proves something", bad)
			}
		}
		for _, bad := range []string{"", "370202", "370203-2026-000123", "370202-1999-000001", "370202-2026-12345678901"} {
			if got := b.Link("370202", bad, report, me); got != "" {
				t.Errorf("a link for %q: %s", bad, got)
			}
		}
	})
}

func TestLink_is_in_the_message_and_not_in_the_table(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		me, report := b.person(t, phone), uuid.New()
		n := received(me, number, true)
		n.ReportID = report
		must(t, b.tell(t, "370202", n))
		b.texts(t, 1)
		if got := b.gateway.sent()[0].Params["link"]; got != b.Link("370202", number, report, me) {
			t.Fatalf("the message says %q", got)
		}
		rows, err := b.Inbox(t.Context(), notify.Shelf{PersonID: me, Limit: 1})
		must(t, err)
		if _, kept := rows[0].Params["link"]; kept {
			t.Fatal("the table keeps it")
		}
	})
}

func TestAllowLink(t *testing.T) {
	onEngines(t, true, func(t *testing.T, b *bench) {
		from := func(address string) context.Context {
			return telemetry.WithOrigin(t.Context(), telemetry.Origin{Address: address})
		}
		for range 60 {
			must(t, b.AllowLink(from("192.0.2.1"), true))
		}
		if err := b.AllowLink(from("192.0.2.1"), true); !fault.Is(err, fault.TooMany) {
			t.Fatal(err)
		}
		must(t, b.AllowLink(from("192.0.2.2"), true))
		b.kit.Clock.Advance(10 * time.Minute)
		must(t, b.AllowLink(from("192.0.2.1"), false))
	})
}

func FuzzReadLink(f *testing.F) {
	for _, s := range []string{"", "WmZqBAAAAHsAAAAAAAAAAAAAAAAAAAAA", strings.Repeat("_", 32)} {
		f.Add(s)
	}
	s := &notify.Service{}
	f.Fuzz(func(t *testing.T, token string) {
		if n, ok := s.ReadLink(token); ok && (len(n) < 18 || strings.Count(n, "-") != 2) {
			t.Fatalf("%q says %q", token, n)
		}
	})
}
