package report

import (
	"time"

	"github.com/google/uuid"
)

// ReturnBody is the body of return.
type ReturnBody struct {
	Versioned
	Reason         string    `json:"reason" minLength:"4" maxLength:"300" doc:"退单理由"`
	ProposedUnitID uuid.UUID `json:"proposed_unit_id" doc:"应由哪个单位办理"`
}

// DecideReturnBody is the body of decide-return.
type DecideReturnBody struct {
	Versioned
	LeadUnitID   uuid.UUID   `json:"lead_unit_id" doc:"由哪个单位办理；与退单单位相同即维持"`
	Reason       string      `json:"reason" minLength:"2" maxLength:"300" doc:"裁定理由"`
	HeardUnitIDs []uuid.UUID `json:"heard_unit_ids,omitempty" maxItems:"8" doc:"已听取意见的单位；第二次退单必填，须含退单单位"`
}

// AddUnitBody is the body of add-unit.
type AddUnitBody struct {
	Versioned
	UnitID uuid.UUID `json:"unit_id" doc:"协办单位"`
	Reason string    `json:"reason" minLength:"2" maxLength:"300" doc:"需要协办什么"`
}

// OpinionBody is the body of opinion.
type OpinionBody struct {
	Versioned
	Content string `json:"content" minLength:"2" maxLength:"1000" doc:"协办意见，群众看不到"`
}

// AskBody is the body of ask.
type AskBody struct {
	Versioned
	Question string `json:"question" minLength:"2" maxLength:"200" doc:"请反映人补充什么，会告知反映人"`
}

// AnswerBody is the body of answer.
type AnswerBody struct {
	Versioned
	Content   string      `json:"content" minLength:"2" maxLength:"1000" doc:"补充的情况"`
	UploadIDs []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9"`
}

// ExtendBody is the body of extend.
type ExtendBody struct {
	Versioned
	DueAt  time.Time `json:"due_at" doc:"延到什么时候"`
	Reason string    `json:"reason" minLength:"2" maxLength:"160" doc:"延期原因，会告知群众"`
}

// PauseBody is the body of pause.
type PauseBody struct {
	Versioned
	Kind   string    `json:"kind" enum:"joint_meeting,mediation,weather,third_party" doc:"协调会、调解、天气、第三方"`
	Until  time.Time `json:"until" doc:"暂停到什么时候，最长30天"`
	Reason string    `json:"reason" minLength:"2" maxLength:"160" doc:"情况说明"`
}

// ResumeBody is the body of resume.
type ResumeBody struct {
	Versioned
	Note string `json:"note,omitempty" maxLength:"1000" doc:"内部备注"`
}

// CarryOverBody is the body of carry-over.
type CarryOverBody struct {
	Versioned
	Reason   string    `json:"reason" minLength:"2" maxLength:"300" doc:"为什么现在不能办，会告知群众"`
	Plan     string    `json:"plan" minLength:"2" maxLength:"1000" doc:"打算怎么办"`
	Person   string    `json:"person" minLength:"2" maxLength:"40" doc:"责任人（姓名、职务），会告知群众"`
	ReviewAt time.Time `json:"review_at" doc:"复查日期，90天以内"`
}

// carrySignature is a carry-over that the coordinator has agreed to, with who
// asked for it: the three people are three.
type carrySignature struct {
	CarryOverBody
	AskedBy uuid.UUID `json:"asked_by"`
}

// ReviewBody is the body of review.
type ReviewBody struct {
	Versioned
	Decision string     `json:"decision" enum:"restart,keep" doc:"重新启动、继续挂账"`
	Reason   string     `json:"reason,omitempty" maxLength:"300" doc:"继续挂账的原因，会告知群众"`
	ReviewAt *time.Time `json:"review_at,omitempty" doc:"下次复查日期，90天以内"`
}

// InterimBody is the body of interim.
type InterimBody struct {
	Versioned
	Measure   string      `json:"measure" enum:"fenced,visited" doc:"已围挡、已到现场查看"`
	UploadIDs []uuid.UUID `json:"upload_ids" minItems:"1" maxItems:"9" doc:"现场照片"`
	Note      string      `json:"note,omitempty" maxLength:"1000" doc:"内部备注"`
}

// SuperviseBody is the body of supervise.
type SuperviseBody struct {
	Versioned
	Letter string     `json:"letter" minLength:"4" maxLength:"1000" doc:"督办函内容"`
	DueAt  *time.Time `json:"due_at,omitempty" doc:"何时前说明；不填为5个工作日"`
}

// letterDraft is a letter that waits for its signature; Rung is set when the
// timer drafted it.
type letterDraft struct {
	SuperviseBody
	Rung int `json:"rung,omitempty"`
}

// AnswerLetterBody is the body of answer-supervision.
type AnswerLetterBody struct {
	Versioned
	Content string `json:"content" minLength:"2" maxLength:"1000" doc:"说明"`
}

// LetterView is a supervision letter and its answer.
type LetterView struct {
	ID         uuid.UUID  `json:"id"`
	To         string     `json:"to" doc:"由谁答复"`
	Letter     string     `json:"letter"`
	Rung       int        `json:"rung,omitempty" doc:"因超时自动提出时，用去时限的百分比"`
	SignedAt   time.Time  `json:"signed_at"`
	DueAt      time.Time  `json:"due_at"`
	Answer     string     `json:"answer,omitempty"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Overdue    bool       `json:"overdue"`
}
