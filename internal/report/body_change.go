package report

import "github.com/google/uuid"

// ReasonBody is the body of actions that must be reasoned.
type ReasonBody struct {
	Versioned
	Reason string `json:"reason" minLength:"2" maxLength:"300" doc:"原因"`
}

// HandOverBody is the body of hand-over.
type HandOverBody struct {
	Versioned
	DeputyID *uuid.UUID `json:"deputy_id,omitempty" doc:"交给哪位代表；街镇人大不填则由自己负责"`
	Reason   string     `json:"reason" minLength:"2" maxLength:"300" doc:"原因"`
}

// RecuseBody is the body of recuse.
type RecuseBody struct {
	Versioned
	DeputyID *uuid.UUID `json:"deputy_id,omitempty" doc:"街镇人大办理时填：哪位代表须回避；代表本人回避不填"`
	Reason   string     `json:"reason" minLength:"2" maxLength:"300" doc:"为什么须回避；不公开"`
}
