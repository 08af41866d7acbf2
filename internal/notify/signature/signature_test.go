package signature

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

var key = Key{ID: "qd-1", Secret: []byte("0123456789abcdef0123456789abcdef")}

// The vectors were computed with OpenSSL; a gateway's author checks an implementation against them.
func TestOf(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"1"}`: "9dca4d8f49bf8ffefa19fd8e7a20bb13d8b394848d10b4c6f739fc4107760d5e",
		``:           "1bef40b8a74277cfc4c3128dbc1ba5d4b234f38ca9d1ffc6ad63f4d913c25c15",
	} {
		if got := key.Of(Send, "1772416800", "00112233445566778899aabbccddeeff", []byte(body)); got != want {
			t.Errorf("%q is signed %s, want %s", body, got, want)
		}
	}
}

func TestVerify(t *testing.T) {
	now, body := time.Unix(1772416800, 0), []byte(`{"id":"1"}`)
	signed := func(at time.Time) http.Header {
		h := http.Header{}
		if err := key.Sign(h, Answers, at, body); err != nil {
			t.Fatal(err)
		}
		return h
	}
	for name, c := range map[string]struct {
		at      time.Time
		change  func(h http.Header)
		key     Key
		purpose string
		body    string
		holds   bool
	}{
		"as signed":                {at: now, holds: true},
		"five minutes old":         {at: now.Add(-Window), holds: true},
		"five minutes ahead":       {at: now.Add(Window), holds: true},
		"older":                    {at: now.Add(-Window - time.Second)},
		"from the future":          {at: now.Add(Window + time.Second)},
		"another body":             {at: now, body: `{"id":"2"}`},
		"for something else":       {at: now, purpose: Receipts},
		"another secret":           {at: now, key: Key{ID: key.ID, Secret: []byte("another secret of the same lengt")}},
		"another key's name":       {at: now, change: func(h http.Header) { h.Set(KeyHeader, "qd-2") }},
		"another nonce":            {at: now, change: func(h http.Header) { h.Set(NonceHeader, "ffffffffffffffffffffffffffffffff") }},
		"a moved timestamp":        {at: now, change: func(h http.Header) { h.Set(TimestampHeader, strconv.FormatInt(now.Unix()+1, 10)) }},
		"no timestamp":             {at: now, change: func(h http.Header) { h.Del(TimestampHeader) }},
		"a timestamp of words":     {at: now, change: func(h http.Header) { h.Set(TimestampHeader, "now") }},
		"no signature":             {at: now, change: func(h http.Header) { h.Del(Header) }},
		"a signature cut short":    {at: now, change: func(h http.Header) { h.Set(Header, h.Get(Header)[:20]) }},
		"no key configured at all": {at: now, key: Key{ID: key.ID, Secret: []byte{}}},
	} {
		t.Run(name, func(t *testing.T) {
			h, k, purpose, text := signed(c.at), key, Answers, body
			if c.change != nil {
				c.change(h)
			}
			if c.key.Secret != nil {
				k = c.key
			}
			if c.purpose != "" {
				purpose = c.purpose
			}
			if c.body != "" {
				text = []byte(c.body)
			}
			if err := k.Verify(h.Get, purpose, now, text); (err == nil) != c.holds {
				t.Fatalf("%v", err)
			}
		})
	}
}
