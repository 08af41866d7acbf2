package screening

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
)

// WordView is a word of the tenant's list on the wire.
type WordView struct {
	ID        uuid.UUID `json:"id"`
	Word      string    `json:"word"`
	List      string    `json:"list,omitempty" doc:"所属名单，如 辱骂"`
	Active    bool      `json:"active" doc:"停用的词不再提示；与内置词同形时，内置词也停用"`
	Version   int       `json:"version"`
	UpdatedAt time.Time `json:"updated_at"`
}

// ShippedView is a word the product comes with.
type ShippedView struct {
	Word string `json:"word"`
	List string `json:"list"`
}

// ListInput narrows the list of words.
type ListInput struct {
	web.Paging
	Query string `query:"q" maxLength:"60" doc:"词里的几个字"`
	List  string `query:"list" maxLength:"40"`
}

// WordsPage is a page of the tenant's words, and the shipped ones in force.
type WordsPage struct {
	web.Page[WordView]
	Shipped []ShippedView `json:"shipped" doc:"内置词，本区没有另行规定的；只在第一页给出"`
}

// ListOutput is the answer of ListInput.
type ListOutput struct{ Body WordsPage }

// SaveInput adds a word or changes it.
type SaveInput struct{ Body SaveBody }

// SaveBody is the body of SaveInput.
type SaveBody struct {
	Word   string `json:"word" minLength:"2" maxLength:"20" doc:"至少两个字或字母"`
	List   string `json:"list,omitempty" maxLength:"20" doc:"所属名单，如 辱骂"`
	Active *bool  `json:"active,omitempty" doc:"不填为启用"`
}

// SaveOutput is the word as saved.
type SaveOutput struct{ Body WordView }

// DeleteInput names the word to remove.
type DeleteInput struct {
	ID uuid.UUID `path:"id"`
}

func viewWord(w *db.ScreenWord) WordView {
	return WordView{ID: w.ID, Word: w.Word, List: w.List, Active: w.Active, Version: w.Version, UpdatedAt: w.UpdatedAt}
}

func columns() []sheet.Column {
	return []sheet.Column{
		{Key: "word", Title: "词", Required: true, Max: maxWord, Example: "示例词语", Note: "至少两个字或字母", Check: func(cell string) (string, string) {
			return cell, wrongWord(cell)
		}},
		{Key: "list", Title: "名单", Max: maxWord, Example: "广告", Note: "给审核员看的分类"},
		{Key: "active", Title: "启用", Example: "是", Note: "是或否；不填为是", Check: sheet.OneOf(map[string]string{"是": "yes", "否": "no"})},
	}
}
