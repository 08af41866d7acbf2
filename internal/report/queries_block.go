package report

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportrecusal"
	"huying/ent/db/senderblock"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// ownBlocksShown is how many of the own suspensions a person is shown.
const ownBlocksShown = 20

func blockNotRecused(who asker) func(*entsql.Selector) {
	return func(sel *entsql.Selector) {
		sel.Where(entsql.NotIn(sel.C(senderblock.FieldReportID),
			sub(who.tenant, reportrecusal.Table, reportrecusal.FieldReportID, is(reportrecusal.FieldPersonID, who.person))))
	}
}

// listBlocks lists suspensions, newest first.
func (s *Service) listBlocks(ctx context.Context, in *blockListInput) (*blockPageOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &blockPageOutput{}
	err = s.DB.View(ctx, tenancy.Tenant(auth.From(ctx).Tenant), func(ctx context.Context, tx *database.Tx) error {
		q := s.blocks(tx, askerOf(ctx, auth.From(ctx).Tenant), "sender-block.list").Order(senderblock.ByID(entsql.OrderDesc())).Limit(in.Limit + 1)
		if in.State != "" {
			q.Where(senderblock.StateEQ(senderblock.State(in.State)))
		}
		if in.Waiting {
			q.Where(senderblock.StateEQ(senderblock.StateActive), senderblock.ReviewAskedAtNotNil(), senderblock.ReviewedAtIsNil())
		}
		if start.ID != uuid.Nil {
			q.Where(senderblock.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("blocks: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		views, err := s.viewBlocks(ctx, tx, rows)
		out.Body = web.NewPage(views, next)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// viewBlocks names the report that showed the abuse and counts what was before; who the person is, it does not say.
func (s *Service) viewBlocks(ctx context.Context, tx *database.Tx, rows []*db.SenderBlock) ([]BlockView, error) {
	var reports, people []uuid.UUID
	for _, b := range rows {
		people = append(people, b.PersonID)
		if b.ReportID != nil {
			reports = append(reports, *b.ReportID)
		}
	}
	found, err := tx.Report.Query().Where(entreport.IDIn(reports...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("reports of blocks: %w", err)
	}
	numbers := map[uuid.UUID]string{}
	for _, r := range found {
		numbers[r.ID] = r.Number
	}
	all, err := tx.SenderBlock.Query().Where(senderblock.PersonIDIn(people...),
		senderblock.StateIn(senderblock.StateActive, senderblock.StateLifted)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("earlier blocks: %w", err)
	}
	who, now := askerOf(ctx, auth.From(ctx).Tenant), s.Clock.Now()
	signs := s.Index.Access(who.grants, who.tenant, "sender-block.sign").OK()
	reviews := s.Index.Access(who.grants, who.tenant, "sender-block.review").OK()
	views := make([]BlockView, len(rows))
	for i, b := range rows {
		v := BlockView{
			ID: b.ID, State: string(b.State), Reason: b.Reason, BlockedUntil: b.BlockedUntil, Running: runs(b, now), CreatedAt: b.CreatedAt,
			ReviewRequest: b.ReviewRequest, ReviewAskedAt: b.ReviewAskedAt, ReviewOutcome: b.ReviewOutcome, ReviewedAt: b.ReviewedAt,
			MaySign:   signs && b.State == senderblock.StateProposed && b.ProposedBy != who.person,
			MayReview: reviews && runs(b, now) && mayReview(b, who.person),
		}
		if b.ReportID != nil {
			v.ReportID, v.ReportNumber = *b.ReportID, numbers[*b.ReportID]
		}
		for _, other := range all {
			if other.PersonID == b.PersonID && other.CreatedAt.Before(b.CreatedAt) {
				v.Before++
			}
		}
		views[i] = v
	}
	return views, nil
}

// ownBlocks tells a person of the own suspensions.
func (s *Service) ownBlocks(ctx context.Context, _ *struct{}) (out *ownBlocksOutput, err error) {
	out = &ownBlocksOutput{}
	out.Body.Items, err = s.OwnBlocks(ctx, auth.From(ctx).Tenant, auth.From(ctx).PersonID)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// OwnBlocks are a person's suspensions in a tenant, newest first; a proposal is not told before it is signed.
func (s *Service) OwnBlocks(ctx context.Context, tenant string, person uuid.UUID) ([]OwnBlockView, error) {
	out := []OwnBlockView{}
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.SenderBlock.Query().Where(senderblock.PersonID(person),
			senderblock.StateIn(senderblock.StateActive, senderblock.StateLifted)).
			Order(senderblock.ByID(entsql.OrderDesc())).Limit(ownBlocksShown).All(ctx)
		for _, b := range rows {
			out = append(out, viewOwnBlock(b, s.Clock.Now()))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("own suspensions: %w", err)
	}
	return out, nil
}

// tellSender tells the person whose submitting is suspended; who left no phone cannot be told by SMS.
func (s *Service) tellSender(ctx context.Context, tx *database.Tx, b *db.SenderBlock, template string, params map[string]string) error {
	r, err := tx.Report.Query().Where(entreport.ID(*b.ReportID)).Only(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("report of a block: %w", err)
	}
	err = s.Notices.Notify(ctx, tx, Notice{
		PersonID: b.PersonID, Template: template, Params: params, ReportID: r.ID, Number: r.Number,
		SMS: r.IdentityLevel != entreport.IdentityLevelNoPhone,
	})
	if err != nil {
		return fmt.Errorf("notice %s: %w", template, err)
	}
	return nil
}

// tellOfBlock has everybody of a role told who answers for the report's place.
func (s *Service) tellOfBlock(ctx context.Context, tx *database.Tx, r *db.Report, role, template string, params map[string]string) error {
	err := s.Jobs.Insert(ctx, tx, TellArgs{
		Tenant: r.TenantID, ReportID: r.ID, Number: r.Number, Role: role, Division: r.DivisionCode, Template: template, Params: params,
	}, nil)
	if err != nil {
		return fmt.Errorf("job to tell %s: %w", role, err)
	}
	return nil
}
