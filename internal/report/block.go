package report

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// SenderBlocked is answered to a submission of somebody whose online submitting is suspended.
var SenderBlocked = fault.Define("sender_blocked", 403, "暂停在线提交")

// BlockBody proposes to keep the reporter of a report from submitting for a while.
type BlockBody struct {
	Reason string `json:"reason" minLength:"4" maxLength:"150" doc:"事实和理由，反映人看得到"`
	Days   int    `json:"days" minimum:"1" maximum:"30" doc:"暂停几天"`
}

// BlockRefusal says why a proposal is not signed.
type BlockRefusal struct {
	Reason string `json:"reason" minLength:"2" maxLength:"150"`
}

// BlockReview decides about a running suspension, asked for or not.
type BlockReview struct {
	Decision string `json:"decision" enum:"keep,lift" doc:"维持，或恢复在线提交"`
	Reason   string `json:"reason" minLength:"2" maxLength:"150" doc:"理由，反映人看得到"`
}

// BlockObjection asks for a review.
type BlockObjection struct {
	Reason string `json:"reason" minLength:"2" maxLength:"300" doc:"为什么不同意"`
}

// BlockView is a suspension as the offices see it. Who it is stays with the report.
type BlockView struct {
	ID            uuid.UUID  `json:"id"`
	ReportID      uuid.UUID  `json:"report_id"`
	ReportNumber  string     `json:"report_number"`
	State         string     `json:"state" enum:"proposed,active,refused,lifted" doc:"待签批、已暂停、未同意、已恢复"`
	Reason        string     `json:"reason"`
	BlockedUntil  time.Time  `json:"blocked_until"`
	Running       bool       `json:"running" doc:"现在不能在线提交"`
	Before        int        `json:"before" doc:"同一人此前被暂停的次数"`
	ReviewRequest string     `json:"review_request,omitempty"`
	ReviewAskedAt *time.Time `json:"review_asked_at,omitempty"`
	ReviewOutcome string     `json:"review_outcome,omitempty"`
	ReviewedAt    *time.Time `json:"reviewed_at,omitempty"`
	MaySign       bool       `json:"may_sign" doc:"调用者可以签批"`
	MayReview     bool       `json:"may_review" doc:"调用者可以复核：既不是提出人，也不是签批人"`
	CreatedAt     time.Time  `json:"created_at"`
}

// OwnBlockView is the same as the person sees it.
type OwnBlockView struct {
	ID            uuid.UUID  `json:"id"`
	Reason        string     `json:"reason"`
	BlockedUntil  time.Time  `json:"blocked_until"`
	Running       bool       `json:"running"`
	MayObject     bool       `json:"may_object" doc:"还可以申请复核（一次）"`
	ReviewAskedAt *time.Time `json:"review_asked_at,omitempty"`
	ReviewOutcome string     `json:"review_outcome,omitempty"`
}

// BlockRef names a suspension.
type BlockRef struct {
	ID uuid.UUID `path:"id"`
}

type (
	blockInput struct {
		RefInput
		Body BlockBody
	}
	blockRefusalInput struct {
		BlockRef
		Body BlockRefusal
	}
	blockReviewInput struct {
		BlockRef
		Body BlockReview
	}
	blockObjectionInput struct {
		BlockRef
		Body BlockObjection
	}
	blockListInput struct {
		web.Paging
		State   string `query:"state" enum:"proposed,active,refused,lifted" doc:"不填为全部"`
		Waiting bool   `query:"waiting" doc:"只要等待复核的"`
	}
	blockOutput     struct{ Body BlockView }
	blockPageOutput struct{ Body web.Page[BlockView] }
	ownBlocksOutput struct {
		Body struct {
			Items []OwnBlockView `json:"items"`
		}
	}
	ownBlockOutput struct{ Body OwnBlockView }
)

func (s *Service) mountBlocks(srv *web.Server) {
	const blocks = "暂停在线提交"
	line := func(method, path, permission, summary string) web.Route {
		r := web.Route{Method: method, Path: path, Permission: permission, Tag: blocks, Summary: summary}
		if method == http.MethodPost {
			r.Body = web.JSON
		}
		return r
	}
	web.Op(srv, line(http.MethodPost, "/reports/{id}/block-sender", "sender-block.propose", "提出暂停这名反映人在线提交（区市人大负责人签批）"), s.proposeBlock)
	web.Op(srv, line(http.MethodGet, "/sender-blocks", "sender-block.list", "暂停在线提交的记录"), s.listBlocks)
	approve := line(http.MethodPost, "/sender-blocks/{id}/approve", "sender-block.sign", "签批暂停")
	approve.Body = web.NoBody
	web.Op(srv, approve, s.approveBlock)
	web.Op(srv, line(http.MethodPost, "/sender-blocks/{id}/refuse", "sender-block.sign", "不同意暂停"), s.refuseBlock)
	web.Op(srv, line(http.MethodPost, "/sender-blocks/{id}/review", "sender-block.review", "复核：维持或恢复"), s.reviewBlock)
	web.Op(srv, line(http.MethodGet, "/me/sender-blocks", "sender-block.mine", "本人被暂停在线提交的记录"), s.ownBlocks)
	web.Op(srv, line(http.MethodPost, "/me/sender-blocks/{id}/object", "sender-block.object", "申请复核"), s.objectToBlock)
}

// runs says whether a block holds at an instant.
func runs(b *db.SenderBlock, now time.Time) bool {
	return b.State == "active" && b.BlockedUntil.After(now)
}

func viewOwnBlock(b *db.SenderBlock, now time.Time) OwnBlockView {
	return OwnBlockView{
		ID: b.ID, Reason: b.Reason, BlockedUntil: b.BlockedUntil, Running: runs(b, now), MayObject: runs(b, now) && b.ReviewAskedAt == nil,
		ReviewAskedAt: b.ReviewAskedAt, ReviewOutcome: b.ReviewOutcome,
	}
}
