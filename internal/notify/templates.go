package notify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Template is one declared wording. Text holds its parameters in braces; every parameter named there
// must be given and no other may be.
type Template struct {
	ID string
	// Title heads the line in the inbox.
	Title string
	Text  string
	// Secret says that the parameters are worth nothing after sending and are forgotten then.
	Secret bool
}

// Templates of sign-in.
const (
	LoginCode = "login_code"
)

// Templates of this package's own messages.
const (
	Digest           = "digest"
	SMSRated         = "sms_rated"
	SMSTooLate       = "sms_too_late"
	SMSAlready       = "sms_already"
	SMSNotUnderstood = "sms_not_understood"
	SMSUnknown       = "sms_unknown"
	SMSUnsubscribed  = "sms_unsubscribed"
)

// templates is the whole list. A new wording also has to be registered with the SMS provider.
var templates = []Template{
	{ID: LoginCode, Title: "登录验证码", Text: "验证码{code}，{minutes}分钟内有效，用于登录呼应。请勿告诉他人。", Secret: true},
	{ID: Digest, Title: "今日提醒", Text: "您有{offers}件新推荐、{confirms}件待核实、{dues}件时限提醒，请登录呼应查看。"},
	{ID: SMSRated, Title: "已记录您的评价", Text: "已记录您对{number}的评价：{result}。感谢您。"},
	{ID: SMSTooLate, Title: "评价时间已过", Text: "没有等您评价的事项，或评价时间已过。没解决请登录呼应反映。"},
	{ID: SMSAlready, Title: "已经评价过", Text: "您已评价过{number}，不再重复记录。没解决请登录呼应反映。"},
	{ID: SMSNotUnderstood, Title: "没有看懂您的回复", Text: "没有看懂您的回复。评价请只回复数字：1满意，2基本满意，3不满意。"},
	{ID: SMSUnknown, Title: "没有等您评价的事项", Text: "这个号码没有等待评价的事项。要反映问题请登录呼应，紧急请拨110、119或120。"},
	{ID: SMSUnsubscribed, Title: "已停发短信提醒", Text: "已停发短信提醒，验证码和正式决定仍会发送。消息请登录呼应查看，可随时恢复。"},
	{ID: "report_received", Title: "已收到您的反映", Text: "已收到您的反映，受理编号{number}，{due}前告知是否受理。有危险请先拨打110、119或120。查看进展：{link}"},
	{ID: "report_admitted", Title: "已受理", Text: "您反映的事项{number}已受理，正请代表接单，{due}前一定有人负责。"},
	{ID: "report_rejected", Title: "不属受理范围", Text: "您反映的事项{number}不在受理范围内：{reason}。请到{where}，电话{phone}。申请复核的期限：{due}。"},
	{ID: "report_appeal", Title: "有复核申请", Text: "事项{number}的反映人不同意不予受理，请另一名工作人员在{due}前复核。"},
	{ID: "report_appeal_decided", Title: "复核结果", Text: "您反映的事项{number}经复核，决定{outcome}。"},
	{ID: "report_legal_route", Title: "已进入法定程序", Text: "您反映的事项{number}已进入{procedure}，依法由{body}处理。有了结果还需要帮助的，可凭原编号再反映。"},
	{ID: "report_merged", Title: "合并办理", Text: "您反映的事项{number}与{master}是同一件事，合并办理，结果同样通知您。不是同一件，请在{due}前告诉我们。"},
	{ID: "report_unmerged", Title: "恢复单独办理", Text: "您反映的事项{number}已恢复单独办理。"},
	{ID: "report_merged_step", Title: "合并办理的进展", Text: "您反映的事项{number}（合并办理）：{text}"},
	{ID: "report_followed_step", Title: "您关注的事项", Text: "您关注的事项{number}：{text}"},
	{ID: "report_reporter_added", Title: "反映人有补充", Text: "事项{number}的反映人补充了说明，请查看。"},
	{ID: "report_partner_note", Title: "合作系统有消息", Text: "合作系统对事项{number}有新的消息，请查看。"},
	{ID: "report_split", Title: "分开办理", Text: "您反映的事项{number}中的几件事已分开办理，新编号：{numbers}。"},
	{ID: "report_referred_up", Title: "街镇报来一件事项", Text: "事项{number}（{title}）超出街镇职责，请在{due}前确定承办单位。"},
	{ID: "report_offered", Title: "有新的事项请您接单", Text: "有一件群众反映的事项{number}（{title}）请您接单，请在{due}前处理。"},
	{ID: "report_accepted", Title: "代表已接单", Text: "{deputy}代表已接单，您反映的事项{number}将在{due}前核实或与您联系。"},
	{ID: "report_office", Title: "已由人大工委负责", Text: "您反映的事项{number}已由{office}负责，不影响办理。"},
	{ID: "report_verified", Title: "已核实", Text: "您反映的事项{number}已核实，正转交有关单位。"},
	{ID: "report_dispatched", Title: "已转交承办单位", Text: "您反映的事项{number}已转交{unit}，{due}前答复您。"},
	{ID: "report_assigned", Title: "有新的承办事项", Text: "事项{number}（{title}）已派给你单位，请在{due}前签收。"},
	{ID: "report_handler", Title: "请您经办", Text: "事项{number}（{title}）指定由您经办，请及时查看办理。"},
	{ID: "report_taken", Title: "承办单位已签收", Text: "{unit}已签收您反映的事项{number}，{due}前联系您。"},
	{ID: "report_contacted", Title: "承办单位已联系", Text: "{unit}已就您反映的事项{number}与您联系。"},
	{ID: "report_relayed", Title: "有话转告您", Text: "{unit}请{office}转告您一句话，请在事项{number}里查看，也可以答复。"},
	{ID: "report_relay", Title: "请转告反映人", Text: "事项{number}的反映人要求保密，{unit}有话请您转告，请查看并尽快转达。"},
	{ID: "report_replied", Title: "已有答复", Text: "{unit}已答复您反映的事项{number}，正在核实。"},
	{ID: "report_confirm", Title: "请核实办理结果", Text: "事项{number}已由{unit}答复，请在{due}前核实。"},
	{ID: "report_resolved", Title: "请您评价", Text: "您反映的事项{number}已核实。请评价：1满意，2基本满意，3不满意。"},
	{ID: "report_rate_reminder", Title: "请您评价", Text: "您反映的事项{number}等您评价：1满意，2基本满意，3不满意。没解决也请告诉我们。"},
	{ID: "report_closed", Title: "已办结", Text: "您反映的事项{number}已办结。如果没有解决，90天内还可以告诉我们。"},
	{ID: "report_reopened", Title: "已重新办理", Text: "您反映的事项{number}已重新办理，{due}前告知由谁负责。"},
	{ID: "report_to_redispatch", Title: "有事项要重新交办", Text: "事项{number}已重新办理，请在{due}前重新交办。"},
	{ID: "report_deputy_left", Title: "联系代表已更换", Text: "事项{number}的联系代表已退出，现由{office}负责，请安排后续办理。"},
	{ID: "report_attitude", Title: "群众对态度有意见", Text: "事项{number}已办结，反映人对办理态度不满意，请单位负责人在{due}前答复。"},
	{ID: "report_explained", Title: "已当面说明", Text: "您反映的事项{number}已当面说明办结。如果不同意，还可以通过{channel}解决。"},
	{ID: "class_proposed", Title: "同类问题反复出现", Text: "事项{number}所反映的问题90日内反复出现{count}次，请研究是否作为一类问题解决。"},
	{ID: "report_due_soon", Title: "时限将到", Text: "事项{number}的{step}时限将在{due}到期，请及时办理。"},
	{ID: "report_overdue", Title: "已超时限", Text: "事项{number}的{step}已超过时限{due}，请立即办理。"},
	{ID: "report_crowd", Title: "多人集中反映", Text: "{place}{hours}小时内已有{people}人反映或关注，请尽快了解情况。最近一件：{number}。"},
	{ID: "report_escalated", Title: "严重超时", Text: "事项{number}的{step}期限{due}，已严重超时，请督促办理。"},
	{ID: "report_returned", Title: "有退单等您裁定", Text: "{unit}退回事项{number}，请在{due}前裁定由谁办理。"},
	{ID: "report_ruled", Title: "退单已裁定", Text: "事项{number}的退单已裁定，由{unit}办理。"},
	{ID: "report_assisting", Title: "请协办", Text: "事项{number}请你单位协办，请在{due}前提出意见。"},
	{ID: "report_opinion", Title: "收到协办意见", Text: "事项{number}收到{unit}的协办意见。"},
	{ID: "report_question", Title: "请您补充情况", Text: "您反映的事项{number}需要您补充：{question}。{due}前没有补充的，按现有情况办理。"},
	{ID: "report_supplement", Title: "请继续办理", Text: "事项{number}的提问已有结果，请查看并继续办理。"},
	{ID: "report_extended", Title: "办理延期", Text: "您反映的事项{number}因{reason}延期，{due}前答复您。不同意的，可以告诉我们。"},
	{ID: "report_extension_refused", Title: "延期未获批准", Text: "事项{number}的延期申请到期未批，原时限不变。"},
	{ID: "report_paused", Title: "办理进展", Text: "您反映的事项{number}正在{matter}，{due}前告知进展。"},
	{ID: "report_resumed", Title: "已恢复办理", Text: "您反映的事项{number}已恢复办理，{due}前答复您。"},
	{ID: "report_carried_over", Title: "暂时办不了，已挂账", Text: "事项{number}目前还办不了，已登记挂账，由{person}负责，{due}前告知进展。"},
	{ID: "report_restarted", Title: "挂账的事可以办了", Text: "您反映的挂账事项{number}现在可以办了，{due}前答复您。"},
	{ID: "report_review", Title: "挂账事项请复查", Text: "挂账事项{number}到了复查日期，请决定；{due}前未决定，自动重新启动。"},
	{ID: "report_supervised", Title: "督办函", Text: "事项{number}已被督办，请在{due}前说明情况。"},
	{ID: "report_letter_answered", Title: "督办已有答复", Text: "{unit}已就事项{number}的督办作出说明。"},
	{ID: "report_class_result", Title: "这类问题有了结果", Text: "您反映的事项{number}所属的一类问题已有处理结果：{result}"},
	{ID: "supervision_signature", Title: "督办通知等您签发", Text: "督办通知“{title}”已拟好，等您签发。"},
	{ID: "supervision_refused", Title: "督办通知未签发", Text: "督办通知“{title}”未签发：{reason}"},
	{ID: "supervision_received", Title: "督办通知", Text: "收到人大督办通知“{title}”，请在{due}前逐项书面答复。"},
	{ID: "supervision_answered", Title: "督办通知已有答复", Text: "{unit}已答复督办通知“{title}”，请审核。"},
	{ID: "supervision_sent_back", Title: "答复被退回", Text: "督办通知“{title}”的答复被退回，请在{due}前重新答复。"},
	{ID: "supervision_accepted", Title: "答复已认可", Text: "督办通知“{title}”的答复已认可，此件办结。"},
	{ID: "supervision_session", Title: "听证或现场检查", Text: "就督办通知“{title}”定于{time}进行{what}，地点：{place}。"},
	{ID: "supervision_due_soon", Title: "答复期限将到", Text: "督办通知“{title}”的答复期限是{due}，请及时答复。"},
	{ID: "supervision_overdue", Title: "督办答复已超期", Text: "督办通知“{title}”的答复期限{due}已过，请立即答复。"},
	{ID: "supervision_late", Title: "督办逾期未答复", Text: "{unit}对督办通知“{title}”逾期未答复，期限{due}。"},
	{ID: "oversight_week", Title: "上周情况", Text: "{name}上周点单{submitted}件，解决{resolved}件，评价不满意{unsatisfied}次；现在承办超期{late}件。详见监督看板。"},
	{ID: "report_signature", Title: "有事项等您审签", Text: "事项{number}有一项{step}等您审签。"},
	{ID: "transfer_asked", Title: "跨区移交等您答复", Text: "{district}提出移交事项{number}，请在{due}前答复。"},
	{ID: "transfer_refused", Title: "移交未获同意", Text: "市人大决定事项{number}不移交{district}：{reason}。请继续办理。"},
	{ID: "report_transferred", Title: "已移交", Text: "您反映的事项{old}属于{district}，已转过去办理，新编号{number}，用原编号也能查到。"},
	{ID: "sender_blocked", Title: "暂停在线提交", Text: "您在{until}前暂时不能在线提交，原因请登录呼应查看。遇到危险不受影响，也可拨打12345或到联络站反映。不同意可以申请复核。"},
	{ID: "sender_block_decided", Title: "复核结果", Text: "您申请的暂停提交复核已有结果：{outcome}。理由请登录呼应查看。"},
	{ID: "sender_block_review", Title: "有人申请复核", Text: "事项{number}的反映人不同意暂停在线提交，请没有参与此事的工作人员复核。"},
	{ID: "duty_alert", Title: "危险情况", Text: "危险情况：{place}，受理编号{number}，请立即处置。"},
}

var templateByID = func() map[string]Template {
	out := map[string]Template{}
	for _, t := range templates {
		out[t.ID] = t
	}
	return out
}()

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// Templates returns the declared list, for the documents and the registration with a provider.
func Templates() []Template { return slices.Clone(templates) }

// Params returns the names of the parameters, in the order of the text.
func (t Template) Params() []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(t.Text, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// check returns the template, or what is wrong with using it with these parameters.
func check(id string, params map[string]string) (Template, error) {
	t, ok := templateByID[id]
	if !ok {
		return Template{}, fmt.Errorf("notify: no template %q", id)
	}
	names := t.Params()
	for _, n := range names {
		if _, given := params[n]; !given {
			return Template{}, fmt.Errorf("notify: template %q needs %q", id, n)
		}
	}
	for n := range params {
		if !slices.Contains(names, n) {
			return Template{}, fmt.Errorf("notify: template %q has no %q", id, n)
		}
	}
	return t, nil
}

// Render puts the parameters into the text. A parameter is taken as it is: braces in it stay braces.
func (t Template) Render(params map[string]string) string {
	return placeholder.ReplaceAllStringFunc(t.Text, func(m string) string {
		if v, ok := params[strings.Trim(m, "{}")]; ok {
			return v
		}
		return m
	})
}
