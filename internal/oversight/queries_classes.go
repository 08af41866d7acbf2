package oversight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db/classproposal"
	"huying/ent/db/supervisionnotice"
	"huying/internal/platform/database"
)

// ClassesInput asks what became of repeated problems.
type ClassesInput struct{ DivisionInput }

// ClassItem is one kind of trouble that came back, and what was done about it.
type ClassItem struct {
	ID           uuid.UUID  `json:"id"`
	Tenant       string     `json:"tenant"`
	CategoryName string     `json:"category_name"`
	DivisionName string     `json:"division_name"`
	Reason       string     `json:"reason"`
	Count        int        `json:"count"`
	State        string     `json:"state" enum:"proposed,taken,dismissed"`
	CreatedAt    time.Time  `json:"created_at"`
	DecidedAt    *time.Time `json:"decided_at,omitempty"`
	Why          string     `json:"why,omitempty" doc:"决定的理由"`
	NoticeID     *uuid.UUID `json:"notice_id,omitempty" doc:"集中督办的通知"`
	NoticeState  string     `json:"notice_state,omitempty"`
	Unit         string     `json:"unit,omitempty" doc:"由谁整改"`
	Result       string     `json:"result,omitempty" doc:"处理结果"`
}

// ClassesOutput wraps the answer.
type ClassesOutput struct {
	Body struct {
		ByOutcome map[string]int `json:"by_outcome" doc:"proposed 等决定，dismissed 不列，taken 已列未督办，supervised 督办中，settled 有了结果"`
		Items     []ClassItem    `json:"items"`
	}
}

// classes tells what became of problems that came back: whether somebody took them up, who has to mend the cause, and the result.
func (s *Service) classes(ctx context.Context, in *ClassesInput) (*ClassesOutput, error) {
	r, barred, err := s.open(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	out := &ClassesOutput{}
	out.Body.ByOutcome, out.Body.Items = map[string]int{}, []ClassItem{}
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.ClassProposal.Query().Where(r.inside(classproposal.FieldDivisionCode)).
			Order(classproposal.ByID(entsql.OrderDesc())).Limit(cellBatch).All(ctx)
		if err != nil {
			return fmt.Errorf("classes: %w", err)
		}
		notices, err := tx.SupervisionNotice.Query().Where(supervisionnotice.ClassIDNotNil(), supervisionnotice.StateNEQ(supervisionnotice.StateRefused)).
			Order(supervisionnotice.ByID()).All(ctx)
		if err != nil {
			return fmt.Errorf("notices about classes: %w", err)
		}
		for _, c := range rows {
			if slices.ContainsFunc(c.ReportIds, func(id uuid.UUID) bool { return slices.Contains(barred, id) }) {
				continue
			}
			item := ClassItem{
				ID: c.ID, Tenant: c.TenantID, CategoryName: c.Category, DivisionName: r.dir.FullName(community(c.DivisionCode)), Reason: c.Reason,
				Count: c.Count, State: string(c.State), CreatedAt: c.CreatedAt, DecidedAt: c.DecidedAt, Why: c.DecisionReason,
			}
			if k, known := r.dir.Category(c.Category); known {
				item.CategoryName = k.Name
			}
			outcome := item.State
			for _, n := range notices {
				if *n.ClassID != c.ID || n.TenantID != c.TenantID {
					continue
				}
				item.NoticeID, item.NoticeState, item.Unit, item.Result = &n.ID, string(n.State), n.UnitName, n.Result
				if outcome = "supervised"; n.State == supervisionnotice.StateAccepted {
					outcome = "settled"
				}
			}
			out.Body.ByOutcome[outcome]++
			out.Body.Items = append(out.Body.Items, item)
		}
		return nil
	})
	return out, err
}

// DoorsInput asks through which door matters came.
type DoorsInput struct {
	DivisionInput
	PeriodInput
}

// DoorsOutput tells where matters came from and how many came twice.
type DoorsOutput struct {
	Body struct {
		From     string         `json:"from"`
		To       string         `json:"to"`
		BySource map[string]int `json:"by_source" doc:"citizen 群众自报，station 联络站，hotline 12345，family 亲友代报，partner 合作系统"`
		Both     int            `json:"both" doc:"12345 与其他渠道反映同一件、已合并的"`
		Sent     int            `json:"sent" doc:"已推送给 12345 工单系统的"`
		Received int            `json:"received" doc:"从 12345 工单系统接收的"`
		Matters  int            `json:"matters" doc:"合并以后的件数"`
	}
}

// doors compares the hotline with the other doors: how many came by each, and how many of them are one matter.
func (s *Service) doors(ctx context.Context, in *DoorsInput) (*DoorsOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	out := &DoorsOutput{}
	b := &out.Body
	b.From, b.To, b.BySource = dateText(p.from()), dateText(p.to()), map[string]int{}
	where, args := r.where()
	where += " AND r.created_at >= ? AND r.created_at < ?"
	args = append(args, p.first.UTC(), p.after.UTC())
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		err := eachCount(ctx, tx, `SELECT r.source, count(*), sum(CASE WHEN r.master_id IS NULL THEN 1 ELSE 0 END) FROM reports r WHERE `+where+` GROUP BY r.source`, args,
			func(source string, n, matters int) { b.BySource[source], b.Matters = n, b.Matters+matters })
		if err != nil {
			return fmt.Errorf("doors: %w", err)
		}
		// A merged pair is one matter that came by both when exactly one of the two came by the hotline.
		err = eachCount(ctx, tx, `SELECT 'both', count(DISTINCT m.id), 0 FROM reports r JOIN reports m ON m.tenant_id = r.tenant_id AND m.id = r.master_id
			WHERE `+where+` AND (r.source = 'hotline') <> (m.source = 'hotline')`, args, func(_ string, n, _ int) { b.Both = n })
		if err != nil {
			return fmt.Errorf("came twice: %w", err)
		}
		err = eachCount(ctx, tx, `SELECT l.direction, count(*), 0 FROM partner_links l
			JOIN partners k ON k.tenant_id = l.tenant_id AND k.id = l.partner_id AND k.kind = 'workorder'
			JOIN reports r ON r.tenant_id = l.tenant_id AND r.id = l.report_id WHERE `+where+` GROUP BY l.direction`, args,
			func(direction string, n, _ int) {
				if strings.HasPrefix(direction, "sent") {
					b.Sent = n
				} else {
					b.Received = n
				}
			})
		if err != nil {
			return fmt.Errorf("work orders: %w", err)
		}
		return nil
	})
	return out, err
}

// eachCount reads a word and two numbers from each row.
func eachCount(ctx context.Context, tx *database.Tx, query string, args []any, put func(word string, a, b int)) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		var word string
		var a, b int
		if err := rows.Scan(&word, &a, &b); err != nil {
			return errors.Join(err, rows.Close())
		}
		put(word, a, b)
	}
	return errors.Join(rows.Err(), rows.Close())
}
