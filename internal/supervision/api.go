package supervision

import (
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/web"
)

// Content is what a notice says, whoever writes it.
type Content struct {
	Kind       string     `json:"kind" enum:"letter,class,topic" doc:"letter 督办通知，class 类案集中督办，topic 每月一题（市）"`
	Reference  string     `json:"reference,omitempty" maxLength:"40" doc:"文号"`
	Title      string     `json:"title" minLength:"4" maxLength:"80"`
	Letter     string     `json:"letter" minLength:"10" maxLength:"4000" doc:"通知正文"`
	Asks       []string   `json:"asks,omitempty" maxItems:"8" doc:"要求逐项答复什么；不填用常用的几项"`
	Days       int        `json:"days,omitempty" minimum:"0" maximum:"30" doc:"几个工作日内答复；不填为5"`
	TopicMonth string     `json:"topic_month,omitempty" pattern:"^([0-9]{4}-(0[1-9]|1[0-2]))?$" doc:"每月一题的月份"`
	ClassID    *uuid.UUID `json:"class_id,omitempty" doc:"已列为类案的建议；其中各件都算本通知的事项"`
	Numbers    []string   `json:"numbers,omitempty" maxItems:"200" doc:"涉及的受理编号"`
}

// DraftBody is a district's notice to a unit of it.
type DraftBody struct {
	Content
	UnitID uuid.UUID `json:"unit_id" doc:"由哪个单位答复"`
}

// Addressee is whom the city writes to: a district's congress, or a city-level unit there.
type Addressee struct {
	Tenant string     `json:"tenant" pattern:"^[0-9]{6}$"`
	UnitID *uuid.UUID `json:"unit_id,omitempty" doc:"市级单位；不填致区市人大"`
}

// IssueBody is a notice of the city, one for each addressee.
type IssueBody struct {
	Content
	To []Addressee `json:"to" minItems:"1" maxItems:"10"`
}

// ReasonBody is the body of refuse and of send-back.
type ReasonBody struct {
	Version int    `json:"version,omitempty" minimum:"0" doc:"看到的版本；填了而此项已变化时返回 version_conflict"`
	Reason  string `json:"reason" minLength:"4" maxLength:"1000" doc:"理由"`
}

// VersionBody is the body of sign.
type VersionBody struct {
	Version int `json:"version,omitempty" minimum:"0" doc:"看到的版本；填了而此项已变化时返回 version_conflict"`
}

// AnswerBody answers everything that was asked, in its order.
type AnswerBody struct {
	Version int      `json:"version,omitempty" minimum:"0"`
	Answers []string `json:"answers" minItems:"1" maxItems:"8" doc:"逐项答复，次序与 asks 相同"`
}

// AcceptBody accepts an answer.
type AcceptBody struct {
	Version int    `json:"version,omitempty" minimum:"0"`
	Note    string `json:"note,omitempty" maxLength:"1000" doc:"审核意见"`
	Result  string `json:"result,omitempty" maxLength:"1000" doc:"处理结果；填了就告诉涉及各件的每一位反映人"`
}

// ProgressBody reports how far the work is.
type ProgressBody struct {
	Text string `json:"text" minLength:"4" maxLength:"2000"`
}

// SessionBody is a hearing or an inspection, called or held.
type SessionBody struct {
	Stage        string    `json:"stage" enum:"called,held" doc:"called 通知，held 记录"`
	At           time.Time `json:"at" doc:"时间"`
	Place        string    `json:"place" minLength:"2" maxLength:"120"`
	Participants []string  `json:"participants,omitempty" maxItems:"40" doc:"参加的单位和人员"`
	Findings     string    `json:"findings,omitempty" maxLength:"4000" doc:"查明的情况和要求；held 时必填"`
}

// StepView is one thing that happened.
type StepView struct {
	Action       string     `json:"action"`
	Word         string     `json:"word"`
	By           string     `json:"by" doc:"哪一方"`
	At           time.Time  `json:"at"`
	Round        int        `json:"round"`
	Text         string     `json:"text,omitempty"`
	Answers      []string   `json:"answers,omitempty"`
	Stage        string     `json:"stage,omitempty"`
	HeldAt       *time.Time `json:"held_at,omitempty"`
	Place        string     `json:"place,omitempty"`
	Participants []string   `json:"participants,omitempty"`
	Rung         int        `json:"rung,omitempty" doc:"催办到时限的百分之几"`
	DueAt        *time.Time `json:"due_at,omitempty"`
}

// MatterView is a report that the notice is about and that the caller may read.
type MatterView struct {
	ReportID uuid.UUID `json:"report_id"`
	Number   string    `json:"number"`
}

// Item is a notice in a list.
type Item struct {
	ID         uuid.UUID  `json:"id"`
	Kind       string     `json:"kind" enum:"letter,class,topic"`
	Reference  string     `json:"reference,omitempty"`
	Title      string     `json:"title"`
	From       string     `json:"from" doc:"哪一级人大"`
	To         string     `json:"to" doc:"由谁答复"`
	FromTenant string     `json:"from_tenant"`
	ToTenant   string     `json:"to_tenant"`
	UnitID     *uuid.UUID `json:"unit_id,omitempty"`
	TopicMonth string     `json:"topic_month,omitempty"`
	State      string     `json:"state" enum:"draft,refused,open,answered,accepted"`
	StateName  string     `json:"state_name"`
	Round      int        `json:"round" doc:"第几次要求答复"`
	Rung       int        `json:"rung" doc:"到过时限的百分之几；不会减少"`
	SignedAt   *time.Time `json:"signed_at,omitempty"`
	DueAt      *time.Time `json:"due_at,omitempty"`
	Overdue    bool       `json:"overdue"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	Version    int        `json:"version"`
}

// View is a notice in full.
type View struct {
	Item
	Letter         string       `json:"letter"`
	Asks           []string     `json:"asks"`
	Days           int          `json:"days"`
	ClassID        *uuid.UUID   `json:"class_id,omitempty"`
	Result         string       `json:"result,omitempty"`
	Steps          []StepView   `json:"steps"`
	Matters        []MatterView `json:"matters"`
	AllowedActions []string     `json:"allowed_actions"`
}

// ListInput asks for notices, newest first.
type ListInput struct {
	web.Paging
	State   string `query:"state" enum:"draft,refused,open,answered,accepted" doc:"不填为全部"`
	Overdue bool   `query:"overdue" doc:"只看过了答复期限还没有答复的"`
}

type (
	oneInput struct {
		ID uuid.UUID `path:"id"`
	}
	draftInput   struct{ Body DraftBody }
	issueInput   struct{ Body IssueBody }
	versionInput struct {
		ID   uuid.UUID `path:"id"`
		Body VersionBody
	}
	reasonInput struct {
		ID   uuid.UUID `path:"id"`
		Body ReasonBody
	}
	answerInput struct {
		ID   uuid.UUID `path:"id"`
		Body AnswerBody
	}
	acceptInput struct {
		ID   uuid.UUID `path:"id"`
		Body AcceptBody
	}
	progressInput struct {
		ID   uuid.UUID `path:"id"`
		Body ProgressBody
	}
	sessionInput struct {
		ID   uuid.UUID `path:"id"`
		Body SessionBody
	}
	listOutput struct{ Body web.Page[Item] }
	oneOutput  struct{ Body View }
	issued     struct{ Body web.Page[Item] }
)
