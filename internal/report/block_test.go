package report

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

func (h *house) proposeBlock(p person, ref string) (BlockView, error) {
	out, err := h.s.proposeBlock(h.as(p, shinan, "sender-block.propose"), &blockInput{
		RefInput: RefInput{ID: ref}, Body: BlockBody{Reason: "一天内反复提交辱骂内容", Days: 7},
	})
	if err != nil {
		return BlockView{}, err
	}
	return out.Body, nil
}

func (h *house) approveBlock(p person, id uuid.UUID) error {
	_, err := h.s.approveBlock(h.as(p, shinan, "sender-block.sign"), &BlockRef{ID: id})
	return err
}

func (h *house) objectTo(p person, id uuid.UUID) error {
	_, err := h.s.objectToBlock(h.as(p, shinan, "sender-block.object"), &blockObjectionInput{BlockRef{id}, BlockObjection{Reason: "我只是着急"}})
	return err
}

func (h *house) reviewBlock(p person, id uuid.UUID, decision string) error {
	_, err := h.s.reviewBlock(h.as(p, shinan, "sender-block.review"), &blockReviewInput{BlockRef{id}, BlockReview{Decision: decision, Reason: "已作说明"}})
	return err
}

func (h *house) blocksSeen(p person) []BlockView {
	h.t.Helper()
	out, err := h.s.listBlocks(h.as(p, shinan, "sender-block.list"), &blockListInput{Paging: web.Paging{Limit: 20}})
	if err != nil {
		h.t.Fatal(err)
	}
	return out.Body.Items
}

func TestAnAbusiveSenderIsSuspendedByTwoAndReviewedByAThird(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit()
		head, second := h.leader(), h.person("另一名工作人员", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		elsewhere := h.person("别的街道", authz.Grant{Role: "street_office", Tenant: shinan, Division: "370202099"})
		again := func(key string, change ...func(*Submission)) error {
			in := h.submission()
			for _, c := range change {
				c(&in)
			}
			_, err := h.submitAs(h.citizen, in, key)
			return err
		}

		_, err := h.proposeBlock(elsewhere, r.Number)
		h.refused("an office of another street", err, fault.NotFound)
		b, err := h.proposeBlock(h.office, r.Number)
		if err != nil || b.State != "proposed" || b.Running || b.ReportNumber != r.Number {
			h.t.Fatalf("%+v %v", b, err)
		}
		_, err = h.proposeBlock(h.office, r.Number)
		h.refused("proposed twice", err, fault.Conflict)
		if err := again("while-proposed"); err != nil {
			h.t.Errorf("a proposal holds already: %v", err)
		}
		h.refused("the reviewer before it holds", h.reviewBlock(second, b.ID, "lift"), fault.Conflict)

		if err := h.approveBlock(head, b.ID); err != nil {
			h.t.Fatal(err)
		}
		h.refused("signed twice", h.approveBlock(head, b.ID), fault.Conflict)
		h.refused("an ordinary report", again("blocked"), SenderBlocked)
		if err := again("danger", func(in *Submission) { in.Danger = true }); err != nil {
			h.t.Errorf("danger is refused: %v", err)
		}
		if _, err := h.submitAs(h.person("别人"), h.submission(), "somebody-else"); err != nil {
			h.t.Errorf("somebody else is refused: %v", err)
		}

		own, err := h.s.ownBlocks(h.as(h.citizen, shinan, "sender-block.mine"), nil)
		if err != nil || len(own.Body.Items) != 1 || !own.Body.Items[0].Running || !own.Body.Items[0].MayObject || own.Body.Items[0].Reason == "" {
			h.t.Fatalf("%+v %v", own, err)
		}
		h.refused("somebody else objects", h.objectTo(h.person("邻居"), b.ID), fault.NotFound)
		if err := h.objectTo(h.citizen, b.ID); err != nil {
			h.t.Fatal(err)
		}
		h.refused("objected twice", h.objectTo(h.citizen, b.ID), fault.Conflict)
		h.refused("who signed it reviews it", h.reviewBlock(head, b.ID, "keep"), OwnProposal)
		if seen := h.blocksSeen(second); len(seen) != 1 || !seen[0].MayReview || seen[0].MaySign || seen[0].ReviewRequest != "我只是着急" {
			h.t.Errorf("the reviewer sees %+v", seen)
		}
		if err := h.reviewBlock(second, b.ID, "keep"); err != nil {
			h.t.Fatal(err)
		}
		h.refused("kept, so still suspended", again("kept"), SenderBlocked)
		if err := h.reviewBlock(second, b.ID, "lift"); err != nil {
			h.t.Fatal(err)
		}
		if err := again("lifted"); err != nil {
			h.t.Errorf("lifted, and still refused: %v", err)
		}
	})
}

func TestASuspensionEndsByItselfAndIsSeenByWhoAnswersForIt(t *testing.T) {
	engines(t, func(h *house) {
		r := h.submit()
		head := h.leader()
		staff := h.person("工作人员", authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		b, err := h.proposeBlock(staff, r.Number)
		if err != nil {
			h.t.Fatal(err)
		}
		both := h.person("兼职", authz.Grant{Role: "district_head", Tenant: shinan, Division: shinan}, authz.Grant{Role: "district_staff", Tenant: shinan, Division: shinan})
		if seen := h.blocksSeen(h.office); len(seen) != 0 {
			h.t.Errorf("an office sees what it did not propose: %+v", seen)
		}
		h.kit.Clock.Advance(3 * 24 * time.Hour)
		if err := h.approveBlock(head, b.ID); err != nil {
			h.t.Fatal(err)
		}
		for _, when := range []struct {
			after   time.Duration
			blocked bool
		}{{7*24*time.Hour - time.Minute, true}, {2 * time.Minute, false}} {
			h.kit.Clock.Advance(when.after)
			_, err := h.submitAs(h.citizen, h.submission(), uuid.NewString())
			if fault.Is(err, SenderBlocked) != when.blocked {
				h.t.Errorf("%s later: %v", when.after, err)
			}
		}
		h.refused("an objection to what is over", h.objectTo(h.citizen, b.ID), fault.Conflict)

		mine, err := h.proposeBlock(both, r.Number)
		if err != nil || mine.Before != 1 || mine.MaySign {
			h.t.Fatalf("%+v %v", mine, err)
		}
		h.refused("the proposer signs", h.approveBlock(both, mine.ID), OwnProposal)
		_, err = h.s.refuseBlock(h.as(head, shinan, "sender-block.sign"), &blockRefusalInput{BlockRef{mine.ID}, BlockRefusal{Reason: "不足以暂停"}})
		if err != nil {
			h.t.Fatal(err)
		}
		own, err := h.s.ownBlocks(h.as(h.citizen, shinan, "sender-block.mine"), nil)
		if err != nil || len(own.Body.Items) != 1 {
			h.t.Errorf("a refused proposal is told to the person: %+v %v", own, err)
		}

		h.write(func(ctx context.Context, tx *database.Tx) error {
			return tx.ReportRecusal.Create().SetReportID(r.ID).SetPersonID(staff.id).SetReason("亲属").Exec(ctx)
		})
		if seen := h.blocksSeen(staff); len(seen) != 0 {
			h.t.Errorf("who is recused sees %+v", seen)
		}
	})
}
