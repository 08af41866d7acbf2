package report

import "huying/internal/platform/fault"

// Faults of this room, beside those of the platform and of flow.
var (
	// SignatureAwaited is answered when an action already waits for a second person.
	SignatureAwaited = fault.Define("signature_awaited", 409, "正等待签批")
	// OwnProposal is answered when the person who proposed tries to decide.
	OwnProposal = fault.Define("own_proposal", 403, "提出人不能自己签批")
	// OutsideCatalogue is answered when an office hands over to a unit that the
	// dispatch catalogue does not list for this matter and place.
	OutsideCatalogue = fault.Define("outside_catalogue", 422, "不在派单目录内")
	// ModuleClosed is answered where a tenant has not opened reporting.
	ModuleClosed = fault.Define("module_closed", 403, "没有开放")
	// PartnerExhausted is answered when another system has handed over what it may in a day.
	PartnerExhausted = fault.Define("partner_exhausted", 429, "今日提交已达上限")
)

func invalid(field, message string) error {
	return fault.Invalid.New(message, fault.Field{Name: field, Message: message})
}

func notFound() error { return fault.NotFound.New("没有这件事项，或您无权查看") }
