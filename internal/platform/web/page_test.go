package web_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

func TestCursor(t *testing.T) {
	id := uuid.Must(uuid.NewV7())
	for name, c := range map[string]web.Cursor{
		"by_time": {At: time.Date(2026, 3, 1, 8, 0, 0, 123456000, time.UTC), ID: id},
		"by_text": {Key: "中山路街道", ID: id},
		"by_both": {At: time.Unix(1, 0).UTC(), Key: "x"},
	} {
		t.Run(name+"_comes_back", func(t *testing.T) {
			got, err := web.DecodeCursor(web.EncodeCursor(c))
			if err != nil || !got.At.Equal(c.At) || got.Key != c.Key || got.ID != c.ID {
				t.Fatalf("%+v %v", got, err)
			}
		})
	}
	t.Run("none_is_the_first_page", func(t *testing.T) {
		if c, err := (web.Paging{}).Start(); err != nil || !c.IsZero() {
			t.Fatal(c, err)
		}
	})
	good := web.EncodeCursor(web.Cursor{At: time.Unix(1, 0), ID: id})
	for name, text := range map[string]string{
		"rubbish": "drop table", "shortened": good[:len(good)-2], "changed": strings.Replace(good, good[4:6], "zz", 1), "padded": good + "==",
		"another_version": web.EncodeCursor(web.Cursor{})[1:], "very_long": strings.Repeat("A", 5000),
	} {
		t.Run(name+"_is_refused_naming_the_field", func(t *testing.T) {
			_, err := (web.Paging{Cursor: text}).Start()
			e, ok := fault.As(err)
			if !ok || e.Kind != fault.Invalid || e.Fields[0].Name != "cursor" {
				t.Fatalf("%v", err)
			}
		})
	}
}

func TestPage_without_items_is_an_empty_list(t *testing.T) {
	out, _ := json.Marshal(web.NewPage[int](nil, ""))
	if string(out) != `{"items":[]}` {
		t.Fatal(string(out))
	}
}

func FuzzDecodeCursor(f *testing.F) {
	f.Add(web.EncodeCursor(web.Cursor{At: time.Unix(1_700_000_000, 0), Key: "键", ID: uuid.New()}))
	f.Add("")
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := web.DecodeCursor(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%v", err)
			}
			return
		}
		if again := web.EncodeCursor(c); again != text {
			t.Fatalf("%q decodes and encodes as %q", text, again)
		}
	})
}
