package testkit

import (
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Wire is a network connection that a test can cut, silence and heal. It is a
// TCP proxy in front of a real service.
type Wire struct {
	t     testing.TB
	proxy *toxiproxy.Proxy
}

// NewWire starts a wire to upstream ("host:port") that ends with the test.
func NewWire(t testing.TB, upstream string) *Wire {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	w := &Wire{t: t, proxy: toxiproxy.NewProxy(server, "wire", "127.0.0.1:0", upstream)}
	if err := server.Collection.Add(w.proxy, true); err != nil {
		t.Fatalf("testkit: wire to %s: %v", upstream, err)
	}
	t.Cleanup(w.proxy.Stop)
	return w
}

// Address is "host:port" to connect to instead of the upstream; it stays the
// same while the wire is cut.
func (w *Wire) Address() string { return w.proxy.Listen }

// Cut ends every connection and refuses new ones until Heal.
func (w *Wire) Cut() { w.proxy.Stop() }

// Hang keeps connections open but lets no answer through until Heal.
func (w *Wire) Hang() {
	w.t.Helper()
	toxic := `{"name":"hang","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`
	if _, err := w.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		w.t.Fatalf("testkit: hang: %v", err)
	}
}

// Heal undoes Cut and Hang.
func (w *Wire) Heal() {
	w.t.Helper()
	w.proxy.Toxics.ResetToxics(w.t.Context())
	if err := w.proxy.Update(&toxiproxy.Proxy{Listen: w.proxy.Listen, Upstream: w.proxy.Upstream, Enabled: true}); err != nil {
		w.t.Fatalf("testkit: heal: %v", err)
	}
}
