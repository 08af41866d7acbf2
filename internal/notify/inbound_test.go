package notify

import (
	"testing"
	"unicode/utf8"
)

func FuzzInbound(f *testing.F) {
	for _, s := range []string{
		`{"receipts":[{"id":"01a205e8-0c58-7c16-a73d-b9c94d11086a","status":"delivered","at":"2026-03-02T10:00:00+08:00"}]}`,
		`{"id":"a","phone":"13812345678","text":"1"}`, `{}`, `[]`, `null`, `{"receipts":null}`, `{"receipts":[{}]}`, "\xff", `{"id":1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if list, err := readReceipts(body); err == nil && (len(list) == 0 || len(list) > maxReceipts) {
			t.Fatalf("%d receipts", len(list))
		}
		if in, err := readIncoming(body); err == nil && (in.ID == "" || in.Phone == "" || utf8.RuneCountInString(in.Text) > maxText) {
			t.Fatalf("%+v", in)
		}
	})
}
