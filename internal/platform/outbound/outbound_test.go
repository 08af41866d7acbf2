package outbound_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"huying/internal/platform/outbound"
)

func get(t *testing.T, c *outbound.Client, address string) (*outbound.Answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Do(t.Context(), req)
}

func TestAddressesInsideAreNotDialled(t *testing.T) {
	c := outbound.New(outbound.Options{})
	for _, host := range []string{
		"127.0.0.1", "localhost", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[fe80::1]", "[fd00::1]",
		"[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "198.18.0.1", "240.0.0.1", "224.0.0.1",
	} {
		for _, scheme := range []string{"https", "http"} {
			_, err := get(t, c, scheme+"://"+host+":1/")
			if !errors.Is(err, outbound.ErrBlocked) {
				t.Errorf("%s %s: %v, want it blocked", scheme, host, err)
			}
		}
	}
}

func TestAllowedNetworksAreReached(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		case "/long":
			_, _ = w.Write(make([]byte, 2000))
		default:
			_, _ = w.Write([]byte("here"))
		}
	}))
	defer srv.Close()
	if _, err := get(t, outbound.New(outbound.Options{}), srv.URL); !errors.Is(err, outbound.ErrBlocked) {
		t.Fatalf("without being allowed: %v", err)
	}
	c := outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxAnswer: 1000})
	if a, err := get(t, c, srv.URL); err != nil || string(a.Body) != "here" {
		t.Fatalf("allowed: %v", err)
	}
	if a, err := get(t, c, srv.URL+"/away"); err != nil || a.Status != http.StatusFound {
		t.Errorf("a redirect is followed: %v", err)
	}
	if _, err := get(t, c, srv.URL+"/long"); !errors.Is(err, outbound.ErrTooLong) {
		t.Errorf("a long answer: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
	if _, err := c.Do(ctx, req); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled request: %v", err)
	}
}

func TestCheck(t *testing.T) {
	plain, open := outbound.New(outbound.Options{}), outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	for address, want := range map[string][2]bool{
		"https://example.cn/hook":        {true, true},
		"http://example.cn/hook":         {false, true},
		"https://10.0.0.1/hook":          {false, true},
		"http://10.0.0.1/hook":           {false, true},
		"http://8.8.8.8/hook":            {false, false},
		"https://127.0.0.1/":             {false, false},
		"https://[::ffff:10.0.0.1]/":     {false, true},
		"https://user:secret@example.cn": {false, false},
		"ftp://example.cn":               {false, false},
		"https://":                       {false, false},
		"example.cn":                     {false, false},
	} {
		if got := [2]bool{plain.Check(address) == "", open.Check(address) == ""}; got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}
