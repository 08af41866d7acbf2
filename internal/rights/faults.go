package rights

import "huying/internal/platform/fault"

// Failures of this room.
var (
	// NoticeOutdated: the person was shown another version of the notice than the one in force.
	NoticeOutdated = fault.Define("notice_outdated", 409, "告知内容已更新，请重新阅读后再选择")
	// HoldsGrants: an account with a role cannot erase itself; the role has to be taken away first.
	HoldsGrants = fault.Define("holds_grants", 409, "您还有工作角色，不能自行注销")
	// RequestOpen: one request of this kind is being worked on already.
	RequestOpen = fault.Define("request_open", 409, "已有一个申请正在处理")
	// ProofNeeded: the number has to be proved again with a fresh code.
	ProofNeeded = fault.Define("proof_needed", 401, "请再验证一次手机号")
	// NotCancellable: the erasure has begun, or there is none.
	NotCancellable = fault.Define("not_cancellable", 409, "现在不能撤销")
	// ExportGone: the file is not ready yet, or its days are over.
	ExportGone = fault.Define("export_gone", 410, "这份资料已不能下载")
)
