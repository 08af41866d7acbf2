package report

import "github.com/google/uuid"

// WhereTo is the body that is responsible instead.
type WhereTo struct {
	Unit  string `json:"unit" minLength:"2" maxLength:"60" doc:"应找的单位"`
	Phone string `json:"phone" minLength:"5" maxLength:"20" doc:"该单位电话"`
}

// RejectBody is the body of reject.
type RejectBody struct {
	Versioned
	Reason     string  `json:"reason" minLength:"4" maxLength:"300" doc:"为什么不属受理范围，会告知群众"`
	WhereTo    WhereTo `json:"where_to" doc:"群众应找哪里"`
	Accusation bool    `json:"accusation,omitempty" doc:"属于检举、控告：只由区市人大负责人直接决定，立即不再公开"`
	Note       string  `json:"note,omitempty" maxLength:"1000" doc:"内部备注"`
}

// DecideAppealBody is the body of decide-appeal.
type DecideAppealBody struct {
	Versioned
	Accepted bool   `json:"accepted" doc:"true 重新审核，false 维持不予受理"`
	Reason   string `json:"reason" minLength:"4" maxLength:"300" doc:"理由；维持时会告知群众"`
}

// CommitteeBody is the body of dispatch-village.
type CommitteeBody struct {
	Versioned
	UnitID *uuid.UUID `json:"unit_id,omitempty" doc:"居（村）委会；目录里只有一个时可不填"`
	Note   string     `json:"note,omitempty" maxLength:"1000"`
}

// LegalRouteBody is the body of legal-route.
type LegalRouteBody struct {
	Versioned
	Kind        string      `json:"kind" enum:"litigation,administrative_review,arbitration,mediation_agreement,petition" doc:"诉讼、行政复议、仲裁、调解协议、信访"`
	Body        string      `json:"body" minLength:"2" maxLength:"60" doc:"依法办理的机关，如某区人民法院"`
	Proof       string      `json:"proof,omitempty" maxLength:"300" doc:"凭据，如案号；与照片至少一项"`
	UploadIDs   []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9" doc:"凭据照片，不公开"`
	OutsidePart string      `json:"outside_part,omitempty" maxLength:"1000" doc:"程序以外、仍由我们办理的部分，另立一件"`
}

// SplitPart is one matter that leaves a report.
type SplitPart struct {
	Category     string      `json:"category,omitempty" maxLength:"40" doc:"不填同原件"`
	Title        string      `json:"title,omitempty" maxLength:"40"`
	Description  string      `json:"description" minLength:"2" maxLength:"1000"`
	DivisionCode string      `json:"division_code,omitempty" pattern:"^([0-9]{4,15})?$" doc:"不填同原件"`
	PlaceID      *uuid.UUID  `json:"place_id,omitempty"`
	Address      string      `json:"address,omitempty" maxLength:"100"`
	Danger       bool        `json:"danger,omitempty"`
	PhotoIDs     []uuid.UUID `json:"photo_ids,omitempty" maxItems:"9" doc:"原件中一并展示的照片"`
}

// SplitBody is the body of split.
type SplitBody struct {
	Versioned
	Parts []SplitPart `json:"parts" minItems:"1" maxItems:"5" doc:"分出的事项，每项另立一件"`
	Note  string      `json:"note,omitempty" maxLength:"1000" doc:"内部备注"`
}

// MergeBody is the body of merge.
type MergeBody struct {
	Versioned
	Into    string   `json:"into,omitempty" maxLength:"36" doc:"把这一件并入哪一件：编号或 id；与 reports 二选一"`
	Reports []string `json:"reports,omitempty" maxItems:"50" doc:"把哪些件并入这一件：编号或 id，一次最多50件，全部成功或全部不动"`
	Note    string   `json:"note,omitempty" maxLength:"1000" doc:"内部备注"`
}
