package rights

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
)

// Counts is how many of what: the keys are stable words, explained by countWords.
type Counts map[string]int

// Add adds other counts.
func (c Counts) Add(other Counts) {
	for k, n := range other {
		c[k] += n
	}
}

// Person is whose data it is about. Name, Phone and Indexes find traces in texts and tables; they are never logged.
type Person struct {
	ID          uuid.UUID
	Name, Phone string
	// Indexes are the blind indexes of the number.
	Indexes []string
}

// Copied is one part of a copy of somebody's own data.
type Copied struct {
	// Section is the title under which Content, which becomes JSON, stands in the copy.
	Section string
	Content any
	// Photos are own originals that go along.
	Photos []*db.Photo
}

// Holding is the personal data that one owner in the house keeps. Every method may be called again after it failed or
// was killed.
type Holding interface {
	// Preview counts what an erasure would do, and what it would have to keep.
	Preview(ctx context.Context, p Person) (Counts, error)
	// Copy gives the person's own data.
	Copy(ctx context.Context, p Person) ([]Copied, error)
	// Erase ends it and counts what it did.
	Erase(ctx context.Context, p Person) (Counts, error)
}

// People is what this room needs of the identity door.
type People interface {
	// Known identifies a person; false when there is nobody, or nobody any more.
	Known(ctx context.Context, id uuid.UUID) (Person, bool, error)
	HoldsGrants(ctx context.Context, id uuid.UUID) (bool, error)
	// SignedOut ends every session.
	SignedOut(ctx context.Context, id uuid.UUID) error
	// ProveNumber checks a fresh code of the caller's number, unless the session has a second factor.
	ProveNumber(ctx context.Context, code string) error
}

// countWords say each count in plain words, for what a person is shown beforehand and afterwards.
var countWords = map[string]string{
	"reports_ending":     "正在等待办理的事项，将撤回并结束",
	"reports_run_on":     "已进入办理或有危险的事项，依法继续办理，但不再有您的信息",
	"reports_anonymised": "已结束的事项，内容清除，只留类别、社区和时间用于统计",
	"photos":             "照片，马上不能再看",
	"originals_locked":   "照片原件，依证据保存规定到期才能删除，期间任何页面都看不到",
	"follows":            "您关注的事项，不再关注",
	"traces":             "您在别人事项上的评价和留言，不再显示是谁",
	"uploads":            "没有提交的照片",
	"notices":            "站内消息",
	"messages":           "短信记录",
	"consents":           "同意和撤回的记录",
	"sessions":           "登录设备",
	"keys":               "提交时的临时记录",
}

// CountView is one count in words.
type CountView struct {
	Key  string `json:"key"`
	Text string `json:"text"`
	N    int    `json:"count"`
}

func viewCounts(c Counts) []CountView {
	out := []CountView{}
	for _, k := range slices.Sorted(maps.Keys(c)) {
		if c[k] > 0 {
			out = append(out, CountView{Key: k, Text: countWords[k], N: c[k]})
		}
	}
	return out
}
