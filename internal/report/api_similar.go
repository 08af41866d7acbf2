package report

import "github.com/google/uuid"

// SimilarAsk is what somebody is about to report.
type SimilarAsk struct {
	Category     string      `json:"category" minLength:"1" maxLength:"40"`
	Title        string      `json:"title,omitempty" maxLength:"40"`
	Description  string      `json:"description,omitempty" maxLength:"1000"`
	DivisionCode string      `json:"division_code,omitempty" pattern:"^[0-9]{4,15}$"`
	Position     *Position   `json:"position,omitempty"`
	PlaceID      *uuid.UUID  `json:"place_id,omitempty"`
	UploadIDs    []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9"`
}

// SimilarAnswer is what is known already, as far as the asker may know it.
type SimilarAnswer struct {
	Items        []SimilarItem `json:"items"`
	PrivateCount int           `json:"private_count" doc:"另有几件类似的不公开反映"`
	PrivateText  string        `json:"private_text,omitempty"`
}

// SimilarItem is one report that may be the same matter.
type SimilarItem struct {
	Item
	Reasons   string `json:"reasons" doc:"为什么觉得是同一件：同一小区 · 同类问题 · 昨天"`
	Own       bool   `json:"own" doc:"是自己反映的"`
	Follow    bool   `json:"follow" doc:"可以“我也遇到了”，不必再报一次"`
	Followers int    `json:"follower_count"`
}

// MergeCandidate is a report an office may merge with another, and why.
type MergeCandidate struct {
	Item
	Score   int      `json:"score" doc:"相像程度，55分以上才列出"`
	Reasons []string `json:"reasons"`
	Merge   bool     `json:"merge" doc:"两件此刻都还可以合并"`
}
