package report

import (
	"time"

	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/flow"
)

// Submission is the body of POST /reports.
type Submission struct {
	Category       string      `json:"category" minLength:"1" maxLength:"40" doc:"类别：GET /categories 里的 key，或群众看到的词，如 井盖"`
	Title          string      `json:"title,omitempty" maxLength:"40" doc:"标题；不填则取说明的开头"`
	Description    string      `json:"description" minLength:"2" maxLength:"1000" doc:"情况说明"`
	DivisionCode   string      `json:"division_code,omitempty" pattern:"^[0-9]{4,15}$" doc:"所在街道、社区或网格的代码"`
	Position       *Position   `json:"position,omitempty" doc:"手机定位或地图上的点，WGS-84"`
	Address        string      `json:"address,omitempty" maxLength:"100" doc:"地点描述"`
	UploadIDs      []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9" doc:"照片，先经 POST /uploads"`
	IdentityLevel  string      `json:"identity_level,omitempty" enum:"hidden_public,hidden_all,no_phone" doc:"身份保护：对公众保密（默认）、对单位和代表也保密、不留电话"`
	Visibility     string      `json:"visibility,omitempty" enum:"public,private" doc:"是否同意审核后公开文字和照片；不填为不公开"`
	Danger         bool        `json:"danger,omitempty" doc:"有人身危险"`
	SourcePosition *Position   `json:"source_position,omitempty" doc:"问题来源的位置，与反映人位置不同时填"`
	Occurs         *Window     `json:"occurs,omitempty" doc:"通常发生的时段"`
	PlaceID        *uuid.UUID  `json:"place_id,omitempty" doc:"小区、道路、公园，见 GET /places"`
	Respondent     string      `json:"respondent,omitempty" maxLength:"40" doc:"被反映的单位或人；永不公开"`
	InLegalProcess bool        `json:"in_legal_process,omitempty" doc:"是否已在诉讼、仲裁、复议中"`
	DeputyID       *uuid.UUID  `json:"deputy_id,omitempty" doc:"希望由哪位代表接单"`
	StationID      *uuid.UUID  `json:"station_id,omitempty" doc:"从哪个联络站反映"`
	OnBehalf       *OnBehalf   `json:"on_behalf,omitempty" doc:"代他人反映"`
	// Answers is by the keys of the category's questions.
	Answers map[string]string `json:"answers,omitempty" doc:"对类别所问的回答，键见 GET /categories 的 questions；有选项的填选项的 key"`
	Follows string            `json:"follows,omitempty" maxLength:"36" doc:"接续自己已转法定程序的一件：编号或 id"`
}

// Position is a point in WGS-84.
type Position struct {
	Lat       float64  `json:"lat"`
	Lng       float64  `json:"lng"`
	AccuracyM *float64 `json:"accuracy_m,omitempty" doc:"误差，米"`
}

// Window is a span of time.
type Window struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// OnBehalf names the person somebody else speaks for.
type OnBehalf struct {
	Name     string `json:"name" minLength:"1" maxLength:"20"`
	Phone    string `json:"phone" minLength:"5" maxLength:"20"`
	Relation string `json:"relation,omitempty" maxLength:"20" doc:"关系，如 母亲、来访群众"`
}

// Receipt answers a submission; a repetition gets the same bytes.
type Receipt struct {
	ID         uuid.UUID  `json:"id"`
	Number     string     `json:"number" doc:"受理编号"`
	Tenant     string     `json:"tenant"`
	State      string     `json:"state"`
	StateName  string     `json:"state_name"`
	Version    int        `json:"version"`
	Category   string     `json:"category"`
	Title      string     `json:"title"`
	Division   string     `json:"division_code"`
	PhotoCount int        `json:"photo_count"`
	Danger     bool       `json:"danger"`
	CreatedAt  time.Time  `json:"created_at"`
	PromisedAt *time.Time `json:"promised_at,omitempty" doc:"最迟何时告知是否受理"`
	QueryCode  string     `json:"query_code,omitempty" doc:"没有留电话的凭此查询码查进展，只显示这一次，请记下"`
	Message    string     `json:"message" doc:"给群众的一句话"`
	Link       string     `json:"link" doc:"手机页面"`
}

// Item is one report in a list.
type Item struct {
	ID           uuid.UUID  `json:"id"`
	Number       string     `json:"number"`
	Tenant       string     `json:"tenant"`
	State        string     `json:"state"`
	StateName    string     `json:"state_name"`
	CloseReason  string     `json:"close_reason,omitempty"`
	Category     string     `json:"category"`
	CategoryName string     `json:"category_name"`
	Title        string     `json:"title,omitempty"`
	DivisionCode string     `json:"division_code"`
	DivisionName string     `json:"division_name"`
	Address      string     `json:"address,omitempty"`
	Position     *Position  `json:"position,omitempty"`
	Danger       bool       `json:"danger"`
	Round        int        `json:"round"`
	Owner        *Owner     `json:"owner,omitempty"`
	PromisedAt   *time.Time `json:"promised_at,omitempty"`
	DueAt        *time.Time `json:"due_at,omitempty"`
	Overdue      bool       `json:"overdue"`
	Rung         int        `json:"rung,omitempty" doc:"承办时限已催办到百分之几：80黄、100红、150、200、300"`
	PausedUntil  *time.Time `json:"paused_until,omitempty" doc:"暂停计时到何时"`
	Disputed     bool       `json:"return_disputed,omitempty" doc:"退单正在裁定"`
	Supervised   bool       `json:"supervised,omitempty" doc:"有督办函等待说明"`
	Version      int        `json:"version"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
}

// Owner is who has to act next.
type Owner struct {
	Kind string `json:"kind" doc:"office, district, duty, deputy, unit, citizen, none"`
	Name string `json:"name,omitempty"`
}

// View is one report as its caller may see it.
type View struct {
	Item
	Description     string               `json:"description,omitempty"`
	PlaceID         *uuid.UUID           `json:"place_id,omitempty"`
	SourcePosition  *Position            `json:"source_position,omitempty"`
	Occurs          *Window              `json:"occurs,omitempty"`
	Visibility      string               `json:"visibility,omitempty"`
	Published       bool                 `json:"published"`
	IdentityLevel   string               `json:"identity_level,omitempty"`
	Source          string               `json:"source,omitempty"`
	InLegalProcess  bool                 `json:"in_legal_process,omitempty"`
	Respondent      string               `json:"respondent,omitempty"`
	Answers         []AnswerView         `json:"answers,omitempty" doc:"反映人对类别所问的回答"`
	Reporter        *ReporterView        `json:"reporter,omitempty"`
	Detached        bool                 `json:"detached,omitempty" doc:"反映人已撤回"`
	DeskCheck       bool                 `json:"desk_check,omitempty" doc:"书面核查，未到现场"`
	FollowerCount   int                  `json:"follower_count"`
	Deputies        []DeputyView         `json:"deputies"`
	Units           []UnitView           `json:"units"`
	Offers          []OfferView          `json:"offers,omitempty"`
	Timeline        []EventView          `json:"timeline"`
	Clocks          []ClockView          `json:"clocks"`
	Photos          []evidence.PhotoView `json:"photos"`
	Letters         []LetterView         `json:"letters,omitempty" doc:"督办函"`
	Awaiting        *AwaitingView        `json:"awaiting,omitempty" doc:"等待签批的事项"`
	CameFrom        *PassView            `json:"came_from,omitempty" doc:"由哪个区市移交来"`
	WentTo          *PassView            `json:"went_to,omitempty" doc:"移交到哪个区市，新编号"`
	Held            []HeldView           `json:"held,omitempty" doc:"跨区移交的：各区市各办了多久"`
	Rating          *RatingView          `json:"rating,omitempty"`
	Master          *MasterView          `json:"master,omitempty" doc:"已合并时：合并后那一件的公开进展"`
	Links           []LinkView           `json:"links,omitempty" doc:"合并、拆分、接续的事项，限本人可见的"`
	AllowedActions  []flow.Offer         `json:"allowed_actions"`
	MayRevealPerson bool                 `json:"may_reveal,omitempty" doc:"可以写明理由查看反映人电话"`
}

// ReporterView is the reporter with the middle of name and number hidden.
type ReporterView struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
}

// DeputyView is a deputy who works on the report.
type DeputyView struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
	Part string    `json:"part" doc:"lead 或 joined"`
}

// UnitView is a unit that works on the report.
type UnitView struct {
	ID          uuid.UUID  `json:"id"`
	Name        string     `json:"name"`
	Phone       string     `json:"phone,omitempty"`
	Part        string     `json:"part" doc:"lead, assisting 或 separate"`
	State       string     `json:"state"`
	TakenAt     *time.Time `json:"taken_at,omitempty"`
	ContactedAt *time.Time `json:"contacted_at,omitempty"`
	RepliedAt   *time.Time `json:"replied_at,omitempty"`
	HandlerID   *uuid.UUID `json:"handler_id,omitempty" doc:"单位内的经办人，只给承办单位看"`
	DueAt       *time.Time `json:"due_at,omitempty" doc:"协办单位的期限"`
	Opinion     string     `json:"opinion,omitempty" doc:"协办意见，群众看不到"`
	Returned    string     `json:"return_reason,omitempty" doc:"退单理由，群众看不到"`
}

// OfferView is an offer with the reasons for it. The office sees all, a deputy
// only their own.
type OfferView struct {
	DeputyID uuid.UUID `json:"deputy_id"`
	State    string    `json:"state"`
	Reasons  []string  `json:"reasons"`
}

// EventView is one step of the timeline.
type EventView struct {
	At        time.Time `json:"at"`
	Action    string    `json:"action"`
	Title     string    `json:"title"`
	State     string    `json:"state" doc:"这一步之后的状态"`
	StateName string    `json:"state_name"`
	Round     int       `json:"round"`
	By        string    `json:"by,omitempty"`
	District  string    `json:"district,omitempty" doc:"移交前由哪个区市办理的一步"`
	Owner     *Owner    `json:"owner,omitempty" doc:"这一步之后由谁负责"`
	Text      string    `json:"text,omitempty" doc:"告知群众的话"`
	Note      string    `json:"note,omitempty" doc:"内部备注，群众看不到"`
	Data      any       `json:"data,omitempty" doc:"内部要素，群众看不到"`
}

// ClockView is one clock.
type ClockView struct {
	Kind        string     `json:"kind"`
	Name        string     `json:"name"`
	StartedAt   time.Time  `json:"started_at"`
	DueAt       time.Time  `json:"due_at"`
	StoppedAt   *time.Time `json:"stopped_at,omitempty"`
	FirstDueAt  time.Time  `json:"first_due_at" doc:"最初的期限"`
	Round       int        `json:"round"`
	Paused      bool       `json:"paused,omitempty"`
	PausedUntil *time.Time `json:"paused_until,omitempty" doc:"最迟何时恢复计时"`
	PauseReason string     `json:"pause_reason,omitempty"`
	Extended    bool       `json:"extended,omitempty" doc:"已延期"`
	Rung        int        `json:"rung,omitempty" doc:"已催办到时限的百分之几"`
	Overdue     bool       `json:"overdue" doc:"到期未完成，或完成晚于期限"`
	Provisional bool       `json:"provisional,omitempty" doc:"下一年放假安排公布后可能调整"`
}

// AwaitingView is an action that waits for a signature.
type AwaitingView struct {
	Action    string    `json:"action"`
	Title     string    `json:"title"`
	Proposed  time.Time `json:"proposed_at"`
	Body      any       `json:"body,omitempty"`
	MaySign   bool      `json:"may_sign"`
	SignedBy  string    `json:"signed_by" doc:"由谁签批"`
	ProposeBy string    `json:"proposed_by" doc:"提出人的身份"`
	// PhotoIDs are among the report's photos.
	PhotoIDs []uuid.UUID `json:"photo_ids" doc:"提出时附的照片，见 photos"`
}

// RatingView is what the reporter thought.
type RatingView struct {
	Result   int       `json:"result"`
	Attitude *int      `json:"attitude,omitempty"`
	Comment  string    `json:"comment,omitempty"`
	At       time.Time `json:"at"`
}

// Contact is the unmasked reporter.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
}

// Versioned is embedded in every action's body.
type Versioned struct {
	Version int `json:"version,omitempty" minimum:"0" doc:"看到的版本；填了而此件已变化时返回 version_conflict"`
}

// AdmitBody is the body of admit.
type AdmitBody struct {
	Versioned
	LeadUnitID *uuid.UUID `json:"lead_unit_id,omitempty" doc:"危险或免核实类别直接交办的单位；不填按派单目录"`
	Note       string     `json:"note,omitempty" maxLength:"1000"`
}

// PlainBody is the body of actions that need nothing more.
type PlainBody struct {
	Versioned
	Reason string `json:"reason,omitempty" maxLength:"300" doc:"原因"`
}

// VerifyBody is the body of verify.
type VerifyBody struct {
	Versioned
	Findings  string      `json:"findings" minLength:"2" maxLength:"1000" doc:"核实情况，会告知群众"`
	UploadIDs []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9" doc:"现场照片"`
	Seen      *Window     `json:"seen,omitempty" doc:"查看时段"`
	Note      string      `json:"note,omitempty" maxLength:"1000" doc:"内部备注"`
}

// ResolveBody is the body of resolve.
type ResolveBody struct {
	Versioned
	Way       string      `json:"way" enum:"answered,explained,coordinated" doc:"当场答复、说明、协调"`
	Summary   string      `json:"summary" minLength:"2" maxLength:"1000" doc:"答复内容，会告知群众"`
	UploadIDs []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9"`
}

// DispatchBody is the body of dispatch.
type DispatchBody struct {
	Versioned
	LeadUnitID       *uuid.UUID  `json:"lead_unit_id,omitempty" doc:"主办单位"`
	AssistingUnitIDs []uuid.UUID `json:"assisting_unit_ids,omitempty" maxItems:"8" doc:"协办单位"`
	SeparateUnitIDs  []uuid.UUID `json:"separate_unit_ids,omitempty" maxItems:"8" doc:"分办单位，与主办二选一"`
	DueAt            *time.Time  `json:"due_at,omitempty" doc:"早于规定时限的期限"`
	Note             string      `json:"note,omitempty" maxLength:"1000"`
}

// ContactBody is the body of contact.
type ContactBody struct {
	Versioned
	Way     string `json:"way" enum:"phone,visit,message,office" doc:"电话、上门、短信、经人大工委转达"`
	Outcome string `json:"outcome" enum:"reached,unreachable"`
	Message string `json:"message,omitempty" maxLength:"300" doc:"经人大工委转告反映人的话；反映人要求对单位保密或没有留电话时必填"`
	Note    string `json:"note,omitempty" maxLength:"1000"`
}

// ReplyBody is the body of reply.
type ReplyBody struct {
	Versioned
	Result    string      `json:"result" enum:"solved,partly_solved,explained,not_possible" doc:"已解决、部分解决、已说明、暂不能解决"`
	Content   string      `json:"content" minLength:"2" maxLength:"1000" doc:"答复内容，会告知群众"`
	UploadIDs []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9" doc:"办理后照片"`
}

// ConfirmBody is the body of confirm.
type ConfirmBody struct {
	Versioned
	Confirmed bool        `json:"confirmed"`
	Reason    string      `json:"reason,omitempty" maxLength:"300" doc:"未通过的原因，会告知群众"`
	UploadIDs []uuid.UUID `json:"upload_ids,omitempty" maxItems:"9"`
}

// RateBody is the body of rate.
type RateBody struct {
	Versioned
	Result   int    `json:"result" minimum:"1" maximum:"3" doc:"1满意 2基本满意 3不满意"`
	Attitude *int   `json:"attitude,omitempty" minimum:"1" maximum:"3"`
	Comment  string `json:"comment,omitempty" maxLength:"300"`
	// channel is how the rating came, when not through the app.
	channel string
}

// SignBody is the body of approve and refuse.
type SignBody struct {
	Versioned
	Action string `json:"action,omitempty" maxLength:"40" doc:"几项同时等待签批时，写明是哪一项"`
	Reason string `json:"reason,omitempty" maxLength:"160" doc:"退回时必填"`
}

// RevealBody is the body of reveal.
type RevealBody struct {
	Reason string `json:"reason" minLength:"4" maxLength:"100" doc:"为什么需要联系"`
}

// PublicView is a report as a visitor may see it: text and photos only when the
// reporter agreed and a screener passed them.
type PublicView struct {
	Item
	Published     bool                 `json:"published"`
	FollowerCount int                  `json:"follower_count" doc:"还有多少人也遇到"`
	Description   string               `json:"description,omitempty"`
	Timeline      []EventView          `json:"timeline"`
	Photos        []evidence.PhotoView `json:"photos"`
}
