package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"huying/internal/platform/fault"
)

// The codes and statuses outside clients rely on. A change here is a change of the contract.
func TestKinds(t *testing.T) {
	want := map[string]int{
		"bad_request": 400, "unauthenticated": 401, "forbidden": 403, "not_found": 404, "method_not_allowed": 405,
		"not_acceptable": 406, "request_timeout": 408, "conflict": 409, "version_conflict": 409, "body_too_large": 413,
		"unsupported_media_type": 415, "invalid_input": 422, "too_many_requests": 429, "internal": 500, "unavailable": 503,
	}
	got := map[string]int{}
	for _, k := range fault.All() {
		got[k.Code] = k.Status
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("codes changed:\n got %v\nwant %v", got, want)
	}
}

func TestDefine(t *testing.T) {
	bad := map[string]func(){
		"a_repeated_code":      func() { fault.Define("not_found", 404, "没有") },
		"a_code_with_capitals": func() { fault.Define("NotFound", 404, "没有") },
		"a_status_that_is_ok":  func() { fault.Define("fine_after_all", 200, "好") },
		"no_title":             func() { fault.Define("nameless_kind", 400, "") },
	}
	for name, define := range bad {
		t.Run(name+"_is_refused", func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Fatal("accepted")
				}
			}()
			define()
		})
	}
}

func TestWire(t *testing.T) {
	t.Run("the_cause_never_leaves", func(t *testing.T) {
		cause := errors.New("pq: password for user huying rejected")
		err := fmt.Errorf("admit: %w", fault.Unavailable.With(cause, "请稍后再试").After(5*time.Second))
		e, ok := fault.As(err)
		if !ok || !errors.Is(err, cause) || !fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Internal) {
			t.Fatalf("lost the fault in %v", err)
		}
		out, _ := json.Marshal(e.Wire("r1"))
		if strings.Contains(string(out), "password") {
			t.Fatalf("leaked: %s", out)
		}
	})
	t.Run("fields_and_facts_are_members", func(t *testing.T) {
		e := fault.Invalid.New("请改正后再提交", fault.Field{Name: "division_code", Message: "没有这个区划"}).Fact("nearest", []string{"370202001"})
		out, err := json.Marshal(e.Wire("r2"))
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		want := map[string]any{
			"type": "urn:huying:problem:invalid_input", "title": "填写的内容有误", "status": 422.0, "detail": "请改正后再提交",
			"code": "invalid_input", "request_id": "r2",
			"errors":  []any{map[string]any{"field": "division_code", "message": "没有这个区划"}},
			"nearest": []any{"370202001"},
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v", got)
		}
	})
	t.Run("a_fact_cannot_hide_a_member", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Fatal("accepted")
			}
		}()
		fault.Conflict.New("").Fact("code", "other")
	})
}
