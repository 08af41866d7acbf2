package report

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/senderblock"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// checkSender refuses an ordinary submission of somebody whose submitting is suspended. Danger always passes.
func (s *Service) checkSender(ctx context.Context, d *draft) error {
	if d.in.Danger {
		return nil
	}
	now := s.Clock.Now()
	var b *db.SenderBlock
	err := s.DB.View(ctx, tenancy.Tenant(d.tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		b, err = tx.SenderBlock.Query().Where(senderblock.PersonID(d.filer), senderblock.StateEQ(senderblock.StateActive),
			senderblock.BlockedUntilGT(now)).First(ctx)
		return err
	})
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	return SenderBlocked.New(fmt.Sprintf("因为：%s。您在%s前暂时不能在线提交。遇到危险请勾选“有危险”，不受影响；"+
		"也可以拨打12345，或到代表联络站当面反映。不同意可以申请复核。", b.Reason, spoken(&b.BlockedUntil, now))).
		Fact("block_id", b.ID).Fact("until", b.BlockedUntil)
}

// proposeBlock proposes to suspend the reporter of a report that the caller works on.
func (s *Service) proposeBlock(ctx context.Context, in *blockInput) (*blockOutput, error) {
	who := askerOf(ctx, auth.From(ctx).Tenant)
	return s.onBlocks(ctx, func(ctx context.Context, tx *database.Tx) (*db.SenderBlock, error) {
		rel, err := s.load(ctx, tx, in.ID, false, s.visible(ctx, who, "sender-block.propose")...)
		if err != nil {
			return nil, err
		}
		r, now := rel.report, s.Clock.Now()
		if r.DetachedAt != nil || r.ReporterID == who.person {
			return nil, fault.Conflict.New("这件事项没有可以暂停的反映人")
		}
		taken, err := tx.SenderBlock.Query().Where(senderblock.PersonID(r.ReporterID), senderblock.Or(senderblock.StateEQ(senderblock.StateProposed),
			senderblock.And(senderblock.StateEQ(senderblock.StateActive), senderblock.BlockedUntilGT(now)))).Exist(ctx)
		if err != nil {
			return nil, fmt.Errorf("sender's blocks: %w", err)
		}
		if taken {
			return nil, fault.Conflict.New("这名反映人已被暂停，或正等待签批")
		}
		b, err := tx.SenderBlock.Create().SetPersonID(r.ReporterID).SetReportID(r.ID).SetReason(in.Body.Reason).SetProposedBy(who.person).
			SetBlockedUntil(now.AddDate(0, 0, in.Body.Days)).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("propose block: %w", err)
		}
		if err := s.tellOfBlock(ctx, tx, r, "district_head", "report_signature", map[string]string{"number": r.Number, "step": "暂停在线提交"}); err != nil {
			return nil, err
		}
		return b, blockAudit(ctx, tx, b, "propose", in.Body.Reason)
	})
}

// approveBlock makes a proposal hold, from now for as long as was proposed.
func (s *Service) approveBlock(ctx context.Context, in *BlockRef) (*blockOutput, error) {
	return s.onBlocks(ctx, func(ctx context.Context, tx *database.Tx) (*db.SenderBlock, error) {
		b, err := s.proposedBlock(ctx, tx, in.ID)
		if err != nil {
			return nil, err
		}
		now := s.Clock.Now()
		until := now.Add(b.BlockedUntil.Sub(b.CreatedAt))
		err = changeBlock(ctx, tx, b, func(u *db.SenderBlockUpdate) {
			u.SetState(senderblock.StateActive).SetApprovedBy(auth.From(ctx).PersonID).SetBlockedUntil(until).SetUpdatedAt(now)
		})
		if err != nil {
			return nil, err
		}
		if err := s.tellSender(ctx, tx, b, "sender_blocked", map[string]string{"until": spoken(&until, now)}); err != nil {
			return nil, err
		}
		return b, blockAudit(ctx, tx, b, "approve", "")
	})
}

// refuseBlock ends a proposal.
func (s *Service) refuseBlock(ctx context.Context, in *blockRefusalInput) (*blockOutput, error) {
	return s.onBlocks(ctx, func(ctx context.Context, tx *database.Tx) (*db.SenderBlock, error) {
		b, err := s.proposedBlock(ctx, tx, in.ID)
		if err != nil {
			return nil, err
		}
		err = changeBlock(ctx, tx, b, func(u *db.SenderBlockUpdate) {
			u.SetState(senderblock.StateRefused).SetApprovedBy(auth.From(ctx).PersonID).SetUpdatedAt(s.Clock.Now())
		})
		if err != nil {
			return nil, err
		}
		return b, blockAudit(ctx, tx, b, "refuse", in.Body.Reason)
	})
}

// proposedBlock reads a proposal that the caller may sign.
func (s *Service) proposedBlock(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.SenderBlock, error) {
	b, err := s.block(ctx, tx, id, "sender-block.sign")
	switch {
	case err != nil:
		return nil, err
	case b.State != senderblock.StateProposed:
		return nil, fault.Conflict.New("这项提议已有决定")
	case b.ProposedBy == auth.From(ctx).PersonID:
		return nil, OwnProposal.New("提出人不能自己签批")
	}
	return b, nil
}

// objectToBlock asks for a review of the caller's own suspension, once.
func (s *Service) objectToBlock(ctx context.Context, in *blockObjectionInput) (*ownBlockOutput, error) {
	out := &ownBlockOutput{}
	person, now := auth.From(ctx).PersonID, s.Clock.Now()
	err := s.DB.Do(ctx, tenancy.Tenant(auth.From(ctx).Tenant), func(ctx context.Context, tx *database.Tx) error {
		b, err := tx.SenderBlock.Query().Where(senderblock.ID(in.ID), senderblock.PersonID(person),
			senderblock.StateIn(senderblock.StateActive, senderblock.StateLifted)).Only(ctx)
		switch {
		case db.IsNotFound(err):
			return noBlock()
		case err != nil:
			return fmt.Errorf("block: %w", err)
		case !runs(b, now):
			return fault.Conflict.New("暂停已经结束，可以正常提交")
		case b.ReviewAskedAt != nil:
			return fault.Conflict.New("已经申请过复核，请等待结果")
		}
		err = changeBlock(ctx, tx, b, func(u *db.SenderBlockUpdate) {
			u.SetReviewRequest(in.Body.Reason).SetReviewAskedAt(now).SetUpdatedAt(now)
		})
		if err != nil {
			return err
		}
		if r, err := tx.Report.Query().Where(entreport.ID(*b.ReportID)).Only(ctx); err == nil {
			if err := s.tellOfBlock(ctx, tx, r, "district_staff", "sender_block_review", map[string]string{"number": r.Number}); err != nil {
				return err
			}
		} else if !db.IsNotFound(err) {
			return fmt.Errorf("report: %w", err)
		}
		out.Body = viewOwnBlock(b, now)
		return blockAudit(ctx, tx, b, "object", "")
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// reviewBlock keeps or lifts a running suspension. Whoever proposed or signed it has no say.
func (s *Service) reviewBlock(ctx context.Context, in *blockReviewInput) (*blockOutput, error) {
	return s.onBlocks(ctx, func(ctx context.Context, tx *database.Tx) (*db.SenderBlock, error) {
		b, err := s.block(ctx, tx, in.ID, "sender-block.review")
		if err != nil {
			return nil, err
		}
		me, now := auth.From(ctx).PersonID, s.Clock.Now()
		switch {
		case !runs(b, now):
			return nil, fault.Conflict.New("没有正在执行的暂停")
		case !mayReview(b, me):
			return nil, OwnProposal.New("提出人和签批人不能复核，请由其他工作人员复核")
		}
		outcome := "维持"
		err = changeBlock(ctx, tx, b, func(u *db.SenderBlockUpdate) {
			u.SetReviewedBy(me).SetReviewedAt(now).SetReviewOutcome(in.Body.Reason).SetUpdatedAt(now)
			if in.Body.Decision == "lift" {
				outcome = "恢复在线提交"
				u.SetState(senderblock.StateLifted)
			}
		})
		if err != nil {
			return nil, err
		}
		if err := s.tellSender(ctx, tx, b, "sender_block_decided", map[string]string{"outcome": outcome}); err != nil {
			return nil, err
		}
		return b, blockAudit(ctx, tx, b, in.Body.Decision, in.Body.Reason)
	})
}

func mayReview(b *db.SenderBlock, person uuid.UUID) bool {
	return b.ProposedBy != person && (b.ApprovedBy == nil || *b.ApprovedBy != person)
}

// onBlocks does one change and shows what became of the block.
func (s *Service) onBlocks(ctx context.Context, change func(context.Context, *database.Tx) (*db.SenderBlock, error)) (*blockOutput, error) {
	out := &blockOutput{}
	err := s.DB.Do(ctx, tenancy.Tenant(auth.From(ctx).Tenant), func(ctx context.Context, tx *database.Tx) error {
		b, err := change(ctx, tx)
		if err != nil {
			return err
		}
		views, err := s.viewBlocks(ctx, tx, []*db.SenderBlock{b})
		if err == nil {
			out.Body = views[0]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// changeBlock writes a change and reads the row anew into b.
func changeBlock(ctx context.Context, tx *database.Tx, b *db.SenderBlock, set func(*db.SenderBlockUpdate)) error {
	u := tx.SenderBlock.Update().Where(senderblock.ID(b.ID), senderblock.Version(b.Version)).AddVersion(1)
	set(u)
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("change block: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("这项记录刚刚有变化，请刷新后再操作")
	}
	now, err := tx.SenderBlock.Query().Where(senderblock.ID(b.ID)).Only(ctx)
	if err != nil {
		return fmt.Errorf("block: %w", err)
	}
	*b = *now
	return nil
}

func noBlock() error { return fault.NotFound.New("没有这项记录") }

func blockAudit(ctx context.Context, tx *database.Tx, b *db.SenderBlock, action, reason string) error {
	return audit.Write(ctx, tx, audit.Line{
		Action: "sender-block." + action, SubjectKind: "sender_block", SubjectID: b.ID.String(), Reason: reason,
		Facts: map[string]any{"report_id": b.ReportID, "until": b.BlockedUntil.Format(time.RFC3339)},
	})
}

// blocks are what the caller may see with a permission: nothing of a report the caller is recused from, and those of
// the own proposing only where the grant says so.
func (s *Service) blocks(tx *database.Tx, who asker, permission string) *db.SenderBlockQuery {
	q := tx.SenderBlock.Query().Where(blockNotRecused(who))
	if access := s.Index.Access(who.grants, who.tenant, permission); !access.Reaches(authz.ScopeTenant) {
		q.Where(senderblock.ProposedBy(who.person))
	}
	return q
}

func (s *Service) block(ctx context.Context, tx *database.Tx, id uuid.UUID, permission string) (*db.SenderBlock, error) {
	b, err := s.blocks(tx, askerOf(ctx, auth.From(ctx).Tenant), permission).Where(senderblock.ID(id)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, noBlock()
	}
	if err != nil {
		return nil, fmt.Errorf("block: %w", err)
	}
	return b, nil
}
