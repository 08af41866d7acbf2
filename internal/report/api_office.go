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
