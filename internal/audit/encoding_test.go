package audit

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huying/ent/db/auditline"
)

func text(s string) *string { return &s }

// example is a line with something in every field.
func example() record {
	return record{
		tenant: "370202", id: "019c8a3e-2f00-7000-8000-000000000001", at: "1772416800123456",
		actor: text("019c8a3e-2f00-7000-8000-0000000000aa"), kind: "staff", role: "auditor", actorTenant: "370202",
		address: "10.0.0.7", requestID: "r-1", action: "report.reveal", subjectKind: "report", subjectID: "019c",
		reason: "核实电话", facts: text(`{"b": [1.50, null], "a": "甲"}`), seq: 7, prev: "sha256:00",
	}
}

// The seals of one line, confirmed with openssl dgst from the documentation alone: whoever changes the encoding breaks every chain
// there is.
func TestEncode_is_fixed_for_ever(t *testing.T) {
	r := example()
	var want []byte
	for _, s := range []string{
		"huying-audit-line-1", "sha256", "370202", "7", "sha256:00", r.id, "1772416800123456", *r.actor,
		"staff", "auditor", "370202", "10.0.0.7", "r-1", "report.reveal", "report", "019c", "核实电话",
		`j{"a":"甲","b":[15e-1,null]}`,
	} {
		want = append(want, 0, 0, 0, byte(len(s)))
		want = append(want, s...)
	}
	if got := r.encode(nil, SHA256); string(got) != string(want) {
		t.Errorf("got\n%s\nwant\n%s", hex.Dump(got), hex.Dump(want))
	}
	for a, sum := range map[Algorithm]string{
		SHA256: "sha256:3216059c64a2984404b84e28cb3cd716cac125c312d4291ebb010b5a751cc018",
		SM3:    "sm3:a24ea18dc973003984810bd7a882354581b4735007ce77f683d32ce9e8a041d7",
	} {
		if got := r.sum(a); got != sum {
			t.Errorf("%s: %s", a, got)
		}
	}
	r.actor, r.facts = nil, nil
	if got := r.encode(nil, SM3); strings.Count(string(got), "\xff\xff\xff\xff") != 2 || !strings.HasSuffix(string(got), "\xff\xff\xff\xff") {
		t.Errorf("nulls: %q", got)
	}
}

func TestSM3_is_the_standard_s(t *testing.T) {
	// GB/T 32905-2016, example 1.
	if got := SM3.seal([]byte("abc")); got != "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Error(got)
	}
}

func TestEncode_holds_every_column(t *testing.T) {
	for _, column := range auditline.Columns {
		if column != auditline.FieldHash && !strings.Contains(recordColumns["postgres"], column) {
			t.Errorf("column %s is not read, so it is not sealed", column)
		}
	}
	if n := len(auditline.Columns); n != reflect.TypeFor[record]().NumField() {
		t.Errorf("%d columns, %d fields of a record", n, reflect.TypeFor[record]().NumField())
	}
}

var errShort = errors.New("short")

// decode undoes encode: that it can is the proof that no two lines encode the same.
func decode(b []byte) (fields []*string, err error) {
	for len(b) > 0 {
		if len(b) < 4 {
			return nil, errShort
		}
		n := binary.BigEndian.Uint32(b)
		b = b[4:]
		if n == math.MaxUint32 {
			fields = append(fields, nil)
			continue
		}
		if uint64(len(b)) < uint64(n) {
			return nil, errShort
		}
		fields = append(fields, text(string(b[:n])))
		b = b[n:]
	}
	return fields, nil
}

func restore(t interface{ Fatalf(string, ...any) }, b []byte) (Algorithm, record) {
	f, err := decode(b)
	if err != nil || len(f) != 18 || *f[0] != encodingVersion {
		t.Fatalf("%d fields, %v", len(f), err)
	}
	seq, err := strconv.ParseInt(*f[3], 10, 64)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return Algorithm(*f[1]), record{
		tenant: *f[2], seq: seq, prev: *f[4], id: *f[5], at: *f[6], actor: f[7], kind: *f[8], role: *f[9],
		actorTenant: *f[10], address: *f[11], requestID: *f[12], action: *f[13], subjectKind: *f[14],
		subjectID: *f[15], reason: *f[16], facts: f[17],
	}
}

func anyRecord() *rapid.Generator[record] {
	s := rapid.OneOf(rapid.String(), rapid.StringN(0, 3, 3), rapid.SampledFrom([]string{"", "\x00", "\xff\xff\xff\xff", "a", "ab", "\x00\x00\x00\x01a"}))
	maybe := rapid.Ptr(s, true)
	return rapid.Custom(func(t *rapid.T) record {
		return record{
			tenant: s.Draw(t, "tenant"), id: s.Draw(t, "id"), at: s.Draw(t, "at"), actor: maybe.Draw(t, "actor"), kind: s.Draw(t, "kind"),
			role: s.Draw(t, "role"), actorTenant: s.Draw(t, "actor tenant"), address: s.Draw(t, "address"), requestID: s.Draw(t, "request"),
			action: s.Draw(t, "action"), subjectKind: s.Draw(t, "subject kind"), subjectID: s.Draw(t, "subject"), reason: s.Draw(t, "reason"),
			facts: maybe.Draw(t, "facts"), seq: rapid.Int64().Draw(t, "seq"), prev: s.Draw(t, "prev"),
		}
	})
}

func TestEncode_two_lines_never_encode_the_same(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyRecord().Draw(t, "line")
		a := rapid.SampledFrom([]Algorithm{SHA256, SM3}).Draw(t, "algorithm")
		gotA, got := restore(t, r.encode(nil, a))
		want := r
		if r.facts != nil {
			want.facts = text(string(appendFacts(nil, *r.facts)))
		}
		if gotA != a || !reflect.DeepEqual(got, want) {
			t.Fatalf("decoded\n%+v\nfrom\n%+v", got, want)
		}
	})
}

func TestFacts_have_one_form(t *testing.T) {
	for raw, want := range map[string]string{
		`{ "b":1, "a":{"y":true,"x":[]} }`: `j{"a":{"x":[],"y":true},"b":1e0}`,
		`1e+21`:                            `j1e21`,
		`1000000000000000000000`:           `j1e21`,
		`9007199254740993`:                 `j9007199254740993e0`,
		`-0.00`:                            `j0`,
		`-0.0120e2`:                        `j-12e-1`,
		`"\u003c\/\u4e2d\n\""`:             `j"</中\u000a\""`,
		`"😀"`:                              `j"😀"`,
		`"\ud83d\ude00"`:                   `j"😀"`,
		`null`:                             `jnull`,
		`{"a":1,"a":1}`:                    `r{"a":1,"a":1}`,
		`{"a":1,"\u0061":1}`:               `r{"a":1,"\u0061":1}`,
		`"\ud800"`:                         `r"\ud800"`,
		`"` + "\xff" + `"`:                 `r"` + "\xff" + `"`,
		`1 2`:                              `r1 2`,
		`[1,]`:                             `r[1,]`,
		``:                                 `r`,
		`1e1000001`:                        `r1e1000001`,
		strings.Repeat("[", 65) + strings.Repeat("]", 65): "r" + strings.Repeat("[", 65) + strings.Repeat("]", 65),
		strings.Repeat("[", 64) + strings.Repeat("]", 64): "j" + strings.Repeat("[", 64) + strings.Repeat("]", 64),
	} {
		if got := string(appendFacts(nil, raw)); got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}

// value reads JSON for comparison by another way than ours: numbers as fractions.
func value(t *testing.T, raw string) any {
	var exact func(any) any
	exact = func(v any) any {
		switch v := v.(type) {
		case json.Number:
			r, ok := new(big.Rat).SetString(v.String())
			if !ok {
				t.Fatalf("%q is no number", v)
			}
			return "number " + r.String()
		case []any:
			for i := range v {
				v[i] = exact(v[i])
			}
		case map[string]any:
			for k := range v {
				v[k] = exact(v[k])
			}
		case string:
			return "text " + v
		}
		return v
	}
	d := json.NewDecoder(strings.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	return exact(v)
}

// Two facts have the same form exactly when they say the same.
func FuzzFacts(f *testing.F) {
	for _, s := range []string{
		`{"a":1}`, `{"a":1.0}`, `{"a":10e-1}`, `{"a":"1"}`, `[1,2]`, `[12]`, `{"a":[],"b":{}}`, `{"a":{},"b":[]}`, `"\u0000"`, `"\\u0000"`, `-1e-7`, `null`, `"null"`, `"\ud800"`, `"\ufffd"`, `{"":0}`,
	} {
		f.Add(s, `{"a":1}`)
		f.Add(s, s+" ")
	}
	f.Fuzz(func(t *testing.T, x, y string) {
		cx, cy := string(appendFacts(nil, x)), string(appendFacts(nil, y))
		if cx[0] == 'r' || cy[0] == 'r' {
			if cx == cy && x != y {
				t.Fatalf("%q and %q are both %q", x, y, cx)
			}
			return
		}
		if again := string(appendFacts(nil, cx[1:])); again != cx {
			t.Fatalf("%q: the form of the form is %q", cx, again)
		}
		if len(x)+len(y) > 2000 || hugeExponent(x+y) {
			return
		}
		if same := reflect.DeepEqual(value(t, x), value(t, y)); same != (cx == cy) {
			t.Fatalf("%q and %q say the same: %v; their forms %q and %q", x, y, same, cx, cy)
		}
	})
}

// hugeExponent would make the fractions of value too long to compare.
var hugeExponent = regexp.MustCompile(`[eE][+-]?[0-9]{4}`).MatchString
