package report

import (
	"time"

	"github.com/google/uuid"
)

// AttitudeBody is the body of answer-attitude.
type AttitudeBody struct {
	Versioned
	Content string `json:"content" minLength:"2" maxLength:"1000" doc:"答复内容，会告知群众"`
}

// FollowUpBody is the body of follow-up.
type FollowUpBody struct {
	Versioned
	Reached   bool   `json:"reached" doc:"是否接通；没有接通的不算有效回访"`
	Contacted bool   `json:"contacted,omitempty" doc:"承办单位是否联系过本人"`
	Solved    bool   `json:"solved,omitempty" doc:"问题是否解决"`
	Satisfied int    `json:"satisfied,omitempty" minimum:"0" maximum:"3" doc:"1满意 2基本满意 3不满意，没说填0"`
	Note      string `json:"note,omitempty" maxLength:"1000" doc:"内部备注"`
}

// ReopenBody is the body of reopen; text or photos are needed.
type ReopenBody struct {
	Versioned
	Evidence  string      `json:"evidence,omitempty" maxLength:"1000" doc:"现在的情况"`
	UploadIDs []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9" doc:"现在的照片"`
}

// ExplainBody is the body of explain-close.
type ExplainBody struct {
	Versioned
	MeetingAt time.Time `json:"meeting_at" doc:"当面说明的时间，须在群众评价之后"`
	DeputyID  uuid.UUID `json:"deputy_id" doc:"在场的代表"`
	Summary   string    `json:"summary" minLength:"2" maxLength:"1000" doc:"说明的内容"`
	Channel   string    `json:"channel" minLength:"2" maxLength:"60" doc:"群众仍可通过什么渠道主张，如 行政复议、人民法院"`
}
