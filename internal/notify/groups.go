package notify

import (
	"slices"
	"time"
)

// Group is what a person can choose not to be told by SMS. The inbox keeps everything.
type Group struct {
	ID, Name string
	// Kept groups are always sent: who signs in needs the code, danger waits for nobody, and a decision on one's own
	// report opens a time in which to object (rows 3 and 4 of the report's table).
	Kept bool
}

// The closed list of groups.
const (
	GroupSignIn   = "sign_in"
	GroupDanger   = "danger"
	GroupDecision = "decision"
	GroupReply    = "reply"
	GroupProgress = "progress"
	GroupRate     = "rate"
	GroupWork     = "work"
	GroupDue      = "due"
)

var groups = []Group{
	{ID: GroupSignIn, Name: "登录验证码", Kept: true},
	{ID: GroupDanger, Name: "危险情况", Kept: true},
	{ID: GroupDecision, Name: "对您所反映事项的正式决定", Kept: true},
	{ID: GroupReply, Name: "对您回复短信的答复", Kept: true},
	{ID: GroupProgress, Name: "您所反映事项的进展"},
	{ID: GroupRate, Name: "请您评价"},
	{ID: GroupWork, Name: "待您办理的事项"},
	{ID: GroupDue, Name: "时限提醒"},
}

// Groups returns the closed list, in the order people see it.
func Groups() []Group { return slices.Clone(groups) }

var groupByID = func() map[string]Group {
	out := map[string]Group{}
	for _, g := range groups {
		out[g.ID] = g
	}
	return out
}()

// trait is how messages of a template are sent.
type trait struct {
	group string
	// urgent goes out in quiet hours too: it answers somebody who is awake, or danger.
	urgent bool
	// digest is what a deputy's daily message counts it under, or empty.
	digest string
	// answer is how long 1, 2 or 3 sent back counts as a rating, or zero.
	answer time.Duration
	// life is how long after its fact a message is still worth sending.
	life time.Duration
}

// What a deputy's daily message counts.
const (
	digestOffers   = "offers"
	digestConfirms = "confirms"
	digestDues     = "dues"
)

const (
	// rateTime is how long a result waits for its rating: row 30 of the report's table, 15 natural days.
	rateTime = 15 * 24 * time.Hour
	// codeLife is what the wording of a sign-in code promises.
	codeLife = 5 * time.Minute
	// usualLife carries a message over a weekend without a gateway; later than that it confuses.
	usualLife = 72 * time.Hour
)

// traits of the templates whose group is not GroupProgress.
var traits = map[string]trait{
	LoginCode:    {group: GroupSignIn, urgent: true, life: codeLife},
	"duty_alert": {group: GroupDanger, urgent: true, life: 12 * time.Hour},

	"report_rejected": {group: GroupDecision},

	"report_legal_route":    {group: GroupDecision},
	"report_appeal_decided": {group: GroupDecision},
	"report_merged":         {group: GroupDecision},
	"report_explained":      {group: GroupDecision},

	"report_resolved":      {group: GroupRate, answer: rateTime},
	"report_rate_reminder": {group: GroupRate, answer: rateTime},

	"report_offered":   {group: GroupWork, digest: digestOffers},
	"report_confirm":   {group: GroupWork, digest: digestConfirms},
	"report_assigned":  {group: GroupWork},
	"report_signature": {group: GroupWork},
	Digest:             {group: GroupWork},

	"report_appeal":        {group: GroupWork},
	"report_referred_up":   {group: GroupWork},
	"report_handler":       {group: GroupWork},
	"report_relay":         {group: GroupWork},
	"report_to_redispatch": {group: GroupWork},
	"report_deputy_left":   {group: GroupWork},
	"report_attitude":      {group: GroupWork},
	"class_proposed":       {group: GroupWork},
	"report_crowd":         {group: GroupWork},

	"oversight_week":        {group: GroupWork},
	"supervision_signature": {group: GroupWork},
	"supervision_refused":   {group: GroupWork},
	"supervision_received":  {group: GroupWork},
	"supervision_answered":  {group: GroupWork},
	"supervision_sent_back": {group: GroupWork},
	"supervision_accepted":  {group: GroupWork},
	"supervision_session":   {group: GroupWork},

	"supervision_due_soon": {group: GroupDue, digest: digestDues},
	"supervision_overdue":  {group: GroupDue, digest: digestDues},
	"supervision_late":     {group: GroupDue, digest: digestDues},

	"report_due_soon": {group: GroupDue, digest: digestDues},
	"report_overdue":  {group: GroupDue, digest: digestDues},

	SMSRated:         {group: GroupReply, urgent: true},
	SMSTooLate:       {group: GroupReply, urgent: true},
	SMSAlready:       {group: GroupReply, urgent: true},
	SMSNotUnderstood: {group: GroupReply, urgent: true},
	SMSUnknown:       {group: GroupReply, urgent: true},
	SMSUnsubscribed:  {group: GroupReply, urgent: true},
}

// traitOf returns how a template is sent.
func traitOf(template string) trait {
	t := traits[template]
	if t.group == "" {
		t.group = GroupProgress
	}
	if t.life == 0 {
		t.life = usualLife
	}
	return t
}

// GroupOf returns the group a template belongs to.
func GroupOf(template string) Group { return groupByID[traitOf(template).group] }

// Switchable says whether a tenant may send what the template says without an SMS, to the inbox alone.
func Switchable(template string) bool {
	_, known := templateByID[template]
	return known && !GroupOf(template).Kept
}
