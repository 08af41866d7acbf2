package rights

// Purposes for which a person is asked, each apart (个§14, §23, §25, §29).
const (
	PublishText    = "publish_text"
	PublishPhoto   = "publish_photo"
	PrecisePlace   = "precise_position"
	FollowUpCall   = "follow_up_call"
	noticeVersion  = "2026-11-22"
	channelApp     = "app"
	channelStation = "station"
)

// NoticeVersion is the version of the notices in force; a changed text is a new version.
const NoticeVersion = noticeVersion

// NoticeText is what a person reads before agreeing to one purpose.
type NoticeText struct {
	Purpose string `json:"purpose" doc:"用途代码"`
	Title   string `json:"title"`
	// Text says what is done with what, and by whom.
	Text string `json:"text" doc:"告知的内容"`
	// IfWithdrawn says what happens when the consent is taken back.
	IfWithdrawn string `json:"if_withdrawn" doc:"撤回以后会怎样"`
	// Sensitive personal data needs consent of its own (个§29).
	Sensitive bool `json:"sensitive" doc:"是否属于敏感个人信息"`
}

// Notices are the texts in force, in the order they are shown.
func Notices() []NoticeText {
	return []NoticeText{
		{
			Purpose: PublishText, Title: "公开文字",
			Text:        "您选择“公开”后，工作人员会先检查，去掉姓名、电话等内容，再把标题和说明放到网上，谁都可以看。不会公开您是谁。不选“公开”，照样受理。",
			IfWithdrawn: "马上不再公开。受理和办理不受影响。",
		},
		{
			Purpose: PublishPhoto, Title: "公开照片",
			Text:        "您选择“公开”后，工作人员会先检查，遮住人脸和车牌，再把照片放到网上，谁都可以看。原始照片不公开。",
			IfWithdrawn: "马上不再公开。受理和办理不受影响。",
		},
		{
			Purpose: PrecisePlace, Title: "使用准确位置", Sensitive: true,
			Text:        "您打开定位或在地图上选点后，办理单位能看到问题的准确位置，好尽快找到。网上只显示到社区。不定位也可以反映，选社区、写清地方就行。",
			IfWithdrawn: "已经办完的事项，马上删掉准确位置，只留社区。正在办理的，办完后删掉。",
		},
		{
			Purpose: FollowUpCall, Title: "电话回访",
			Text:        "您留下手机号后，工作人员会打电话向您了解情况，办完后可能回访。每次查看您的电话都有记录，您可以在“谁看过我的信息”里查到。",
			IfWithdrawn: "不再打回访电话。正在办理的事项，仍可能为办事联系您。",
		},
	}
}

func known(purpose string) bool {
	for _, n := range Notices() {
		if n.Purpose == purpose {
			return true
		}
	}
	return false
}
