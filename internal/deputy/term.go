package deputy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/congress"
	rowdeputy "huying/ent/db/deputy"
	"huying/ent/db/deputyseat"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// CongressView is one congress in one term (届).
type CongressView struct {
	ID       uuid.UUID  `json:"id"`
	Level    string     `json:"level" enum:"national,provincial,city,district,town"`
	Name     string     `json:"name"`
	Division string     `json:"division_code,omitempty"`
	Term     int        `json:"term" doc:"届"`
	TermFrom *time.Time `json:"term_from,omitempty"`
	TermTo   *time.Time `json:"term_to,omitempty" doc:"有值表示本届已结束"`
	Seats    int        `json:"seats" doc:"未终止的代表席位"`
	Version  int        `json:"version"`
}

// ClosingView is what ending a term does.
type ClosingView struct {
	CongressView
	// Leaving are the deputies who keep no mandate.
	Leaving []LeavingView `json:"leaving" doc:"不再有任何代表资格的人，及其将移交的事项"`
}

// LeavingView is a deputy who keeps no mandate.
type LeavingView struct {
	DeputyID uuid.UUID  `json:"deputy_id"`
	Name     string     `json:"name"`
	Held     []HeldView `json:"held"`
}

type (
	congressInput struct{ web.Paging }
	congressPage  struct{ Body web.Page[CongressView] }
	closingOutput struct{ Body ClosingView }
	termInput     struct {
		ID uuid.UUID `path:"id"`
	}
	closeTermInput struct {
		ID   uuid.UUID `path:"id"`
		Body CloseTermBody
	}
)

// CloseTermBody is the body of POST /congresses/{id}/close. Naming how many
// deputies leave makes sure that what is confirmed is what was shown.
type CloseTermBody struct {
	Leaving int        `json:"leaving" minimum:"0" doc:"预览中不再有代表资格的人数；与现在不符时返回 conflict"`
	EndedAt *time.Time `json:"ended_at,omitempty" doc:"届满之日；不填为现在，不能在将来"`
	Reason  string     `json:"reason" minLength:"2" maxLength:"300" doc:"依据，如换届选举结果公告"`
}

// congresses lists the congresses, those in office first by id.
func (s *Service) congresses(ctx context.Context, in *congressInput) (*congressPage, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &congressPage{}
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Congress.Query().Where(congress.DeletedAtIsNil()).Order(congress.ByID()).Limit(in.Limit + 1)
		if start.ID != uuid.Nil {
			q.Where(congress.IDGT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("congresses: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		ids := make([]uuid.UUID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		seats, err := tx.DeputySeat.Query().Where(deputyseat.CongressIDIn(ids...), deputyseat.EndedAtIsNil()).All(ctx)
		if err != nil {
			return fmt.Errorf("seats: %w", err)
		}
		count := map[uuid.UUID]int{}
		for _, seat := range seats {
			count[seat.CongressID]++
		}
		views := make([]CongressView, len(rows))
		for i, row := range rows {
			views[i] = viewCongress(row, count[row.ID])
		}
		out.Body = web.NewPage(views, next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func viewCongress(row *db.Congress, seats int) CongressView {
	return CongressView{
		ID: row.ID, Level: string(row.Level), Name: row.Name, Division: row.DivisionCode, Term: row.Term,
		TermFrom: row.TermFrom, TermTo: row.TermTo, Seats: seats, Version: row.Version,
	}
}

// closing is the dry run of closeTerm.
func (s *Service) closing(ctx context.Context, in *termInput) (*closingOutput, error) {
	out := &closingOutput{}
	err := s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		row, err := findCongress(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		out.Body, err = s.foresee(ctx, tx, row)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func findCongress(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.Congress, error) {
	row, err := tx.Congress.Query().Where(congress.ID(id), congress.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.NotFound.New("没有这一届人大")
	} else if err != nil {
		return nil, fmt.Errorf("congress: %w", err)
	}
	return row, nil
}

// foresee works out who would leave and what would be handed over.
func (s *Service) foresee(ctx context.Context, tx *database.Tx, row *db.Congress) (ClosingView, error) {
	seats, err := tx.DeputySeat.Query().Where(deputyseat.EndedAtIsNil()).All(ctx)
	if err != nil {
		return ClosingView{}, fmt.Errorf("seats: %w", err)
	}
	ending := slices.DeleteFunc(slices.Clone(seats), func(x *db.DeputySeat) bool { return x.CongressID != row.ID })
	staying := holders(slices.DeleteFunc(seats, func(x *db.DeputySeat) bool { return x.CongressID == row.ID }))
	v := ClosingView{CongressView: viewCongress(row, len(ending)), Leaving: []LeavingView{}}
	var ids []uuid.UUID
	for id := range holders(ending) {
		if !staying[id] {
			ids = append(ids, id)
		}
	}
	deputies, err := tx.Deputy.Query().Where(rowdeputy.IDIn(ids...), rowdeputy.DeletedAtIsNil()).Order(rowdeputy.ByID()).All(ctx)
	if err != nil {
		return v, fmt.Errorf("deputies: %w", err)
	}
	held, err := s.heldBy(ctx, tx, ids...)
	if err != nil {
		return v, err
	}
	for _, d := range deputies {
		one := LeavingView{DeputyID: d.ID, Name: d.Name, Held: []HeldView{}}
		for _, h := range held {
			if h.DeputyID == d.ID {
				one.Held = append(one.Held, HeldView{ReportID: h.ReportID, Number: h.Number, State: h.State, Part: h.Part})
			}
		}
		v.Leaving = append(v.Leaving, one)
	}
	return v, nil
}

// closeTerm ends a term: its seats end, and a job hands over the open reports
// of deputies who keep no mandate. Ending one that has ended changes nothing.
// It answers NotFound, Invalid, Conflict or VersionConflict.
func (s *Service) closeTerm(ctx context.Context, in *closeTermInput) (*closingOutput, error) {
	ended := s.d.Clock.Now()
	if in.Body.EndedAt != nil {
		if in.Body.EndedAt.After(ended) {
			return nil, fault.Invalid.New("届满之日有误", fault.Field{Name: "ended_at", Message: "不能在将来；到届满那天再办理"})
		}
		ended = in.Body.EndedAt.UTC()
	}
	tenant, out := web.TenantOf(ctx), &closingOutput{}
	err := s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		row, err := findCongress(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if out.Body, err = s.foresee(ctx, tx, row); err != nil || row.TermTo != nil && out.Body.Seats == 0 {
			return err
		}
		if len(out.Body.Leaving) != in.Body.Leaving {
			return fault.Conflict.New("情况有变化，请重新预览后再确认").Fact("leaving", len(out.Body.Leaving))
		}
		n, err := tx.Congress.Update().Where(congress.ID(row.ID), congress.Version(row.Version)).SetTermTo(ended).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("end term: %w", err)
		}
		if n == 0 {
			return fault.VersionConflict.New("这一届刚被他人修改，请刷新")
		}
		if _, err := tx.DeputySeat.Update().Where(deputyseat.CongressID(row.ID), deputyseat.EndedAtIsNil()).
			SetEndedAt(ended).AddVersion(1).Save(ctx); err != nil {
			return fmt.Errorf("end seats: %w", err)
		}
		out.Body.TermTo, out.Body.Version = &ended, row.Version+1
		line := audit.Line{
			Action: "congress.close", SubjectKind: "congress", SubjectID: row.ID.String(), Reason: in.Body.Reason,
			Facts: map[string]any{"seats": out.Body.Seats, "leaving": len(out.Body.Leaving)},
		}
		if err := audit.Write(ctx, tx, line); err != nil {
			return err
		}
		out.Body.Seats = 0
		return s.handOverSoon(ctx, tx, tenant)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
