package supervision

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/supervisionmatter"
	"huying/ent/db/supervisionnotice"
	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// SubjectKind is the word under which clocks of this room are kept.
const SubjectKind = "supervision"

// clockAnswer is the only clock of a notice.
const clockAnswer = "answer"

// head is what a notice says; it never changes once signed.
type head struct {
	ID         uuid.UUID  `json:"id"`
	From       string     `json:"from"`
	To         string     `json:"to"`
	UnitID     *uuid.UUID `json:"unit_id,omitempty"`
	UnitName   string     `json:"unit_name,omitempty"`
	Kind       string     `json:"kind"`
	ClassID    *uuid.UUID `json:"class_id,omitempty"`
	TopicMonth string     `json:"topic_month,omitempty"`
	Reference  string     `json:"reference,omitempty"`
	Title      string     `json:"title"`
	Letter     string     `json:"letter"`
	Asks       []string   `json:"asks"`
	Days       int        `json:"days"`
	DraftedBy  uuid.UUID  `json:"drafted_by"`
	Matters    []Matter   `json:"matters,omitempty"`
}

// step is one thing that happens to a notice.
type step struct {
	ID       uuid.UUID      `json:"id"`
	Action   string         `json:"action"`
	ByTenant string         `json:"by_tenant"`
	By       *uuid.UUID     `json:"by,omitempty"`
	At       time.Time      `json:"at"`
	Round    int            `json:"round"`
	Text     string         `json:"text,omitempty"`
	Data     map[string]any `json:"data,omitempty"`
	// DueAt is the new time of an answer, Rung what the timer told, Result what the reporters are told.
	DueAt  *time.Time `json:"due_at,omitempty"`
	Rung   int        `json:"rung,omitempty"`
	Result string     `json:"result,omitempty"`
}

// step begins a step of the caller in the tenant of ctx.
func (s *Service) step(ctx context.Context, action string, n *db.SupervisionNotice) step {
	st := step{ID: uuid.Must(uuid.NewV7()), Action: action, ByTenant: n.TenantID, At: s.d.Clock.Now(), Round: n.Round, Data: map[string]any{}}
	if c := auth.From(ctx); c != nil {
		st.By = &c.PersonID
	}
	return st
}

// keep writes a notice as a draft, with what it is about.
func (s *Service) keep(ctx context.Context, tx *database.Tx, h head) (*db.SupervisionNotice, error) {
	row, err := tx.SupervisionNotice.Create().SetID(h.ID).SetCreatedAt(s.d.Clock.Now()).SetFromTenant(h.From).SetToTenant(h.To).
		SetNillableUnitID(h.UnitID).SetUnitName(h.UnitName).SetKind(supervisionnotice.Kind(h.Kind)).SetNillableClassID(h.ClassID).
		SetTopicMonth(h.TopicMonth).SetReference(h.Reference).SetTitle(h.Title).SetLetter(h.Letter).SetAsks(h.Asks).SetDays(h.Days).
		SetDraftedBy(h.DraftedBy).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("supervision notice: %w", err)
	}
	for _, m := range h.Matters {
		if err := tx.SupervisionMatter.Create().SetNoticeID(h.ID).SetReportID(m.ReportID).SetNumber(m.Number).Exec(ctx); err != nil {
			return nil, fmt.Errorf("matter of a notice: %w", err)
		}
	}
	return row, audit.Write(ctx, tx, audit.Line{
		Action: "supervision-notice.draft", SubjectKind: subject, SubjectID: h.ID.String(), Facts: map[string]any{"to": h.To, "matters": len(h.Matters)},
	})
}

const subject = "supervision_notice"

// apply carries out one step on a notice: its state, its clock, the record, and whom it is told. A step of this tenant's own
// is carried to the other side. It fails with Conflict or VersionConflict.
func (s *Service) apply(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice, st step) error {
	next, err := Next(string(n.State), st.Action)
	if err != nil {
		return err
	}
	u := tx.SupervisionNotice.Update().Where(supervisionnotice.ID(n.ID), supervisionnotice.Version(n.Version)).AddVersion(1).
		SetState(supervisionnotice.State(next))
	switch st.Action {
	case Sign:
		u.SetNillableSignedBy(st.By).SetSignedAt(st.At).SetNillableDueAt(st.DueAt)
	case SendBack:
		u.SetRound(n.Round + 1).SetNillableDueAt(st.DueAt).ClearAnsweredAt()
	case Answer:
		u.SetAnsweredAt(st.At)
	case Accept:
		u.SetClosedAt(st.At).SetResult(st.Result)
	case Rung:
		u.SetRung(max(n.Rung, st.Rung))
	}
	changed, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("notice %s: %w", st.Action, err)
	}
	if changed == 0 {
		return fault.VersionConflict.New("这份通知刚刚有变化，请刷新后再操作")
	}
	if err := s.keepStep(ctx, tx, n, st); err != nil {
		return err
	}
	if err := s.effects(ctx, tx, n, st); err != nil {
		return err
	}
	if n.FromTenant == n.ToTenant || st.ByTenant != n.TenantID {
		return nil
	}
	return s.carry(ctx, tx, n, st)
}

func (s *Service) keepStep(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice, st step) error {
	data := map[string]any{}
	for k, v := range st.Data {
		data[k] = v
	}
	if st.DueAt != nil {
		data["due_at"] = st.DueAt.UTC().Format(time.RFC3339)
	}
	if st.Rung > 0 {
		data["rung"] = st.Rung
	}
	err := tx.SupervisionStep.Create().SetID(st.ID).SetNoticeID(n.ID).SetAction(st.Action).SetByTenant(st.ByTenant).SetNillableBy(st.By).
		SetAt(st.At).SetRound(st.Round).SetText(st.Text).SetData(data).Exec(ctx)
	if err != nil {
		return fmt.Errorf("notice's step: %w", err)
	}
	return audit.Write(ctx, tx, audit.Line{
		Action: "supervision-notice." + st.Action, SubjectKind: subject, SubjectID: n.ID.String(), Reason: st.Text,
		Facts: map[string]any{"round": st.Round, "rung": st.Rung},
	})
}

// effects moves the clock, which runs where the answer is owed, and tells people and reports on this side.
func (s *Service) effects(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice, st step) error {
	if n.TenantID == n.ToTenant {
		if err := s.moveClock(ctx, tx, n, st); err != nil {
			return err
		}
		if err := s.onReports(ctx, tx, n, st); err != nil {
			return err
		}
	}
	return s.announce(ctx, tx, n, st)
}

func (s *Service) moveClock(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice, st step) error {
	about := deadline.Subject{Kind: SubjectKind, ID: n.ID}
	switch st.Action {
	case Sign, SendBack:
		cal, err := s.d.Calendar(ctx, n.ToTenant)
		if err != nil {
			return err
		}
		round := n.Round
		if st.Action == SendBack {
			round++
		}
		_, err = deadline.Begin(ctx, tx, cal, deadline.Order{
			Subject: about, Clock: clockAnswer, Span: deadline.Span{N: n.Days, Unit: deadline.WorkingDays}, From: st.At, NotAfter: *st.DueAt,
			Ladder: ladder, Round: round, OwnerKind: "unit", OwnerID: n.UnitID,
		})
		return err
	case Answer:
		return deadline.Stop(ctx, tx, about, clockAnswer, st.At)
	}
	return nil
}

// onReports notes the notice in its reports, and at its end tells their reporters.
func (s *Service) onReports(ctx context.Context, tx *database.Tx, n *db.SupervisionNotice, st step) error {
	if st.Action != Sign && (st.Action != Accept || st.Result == "") {
		return nil
	}
	rows, err := tx.SupervisionMatter.Query().Where(supervisionmatter.NoticeID(n.ID)).All(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ReportID
	}
	if st.Action == Accept {
		return s.d.Reports.Concluded(ctx, tx, n.ID, ids, st.Result)
	}
	from := "区市人大"
	if n.FromTenant == tenancy.CityTenant {
		from = "市人大"
	}
	return s.d.Reports.Supervised(ctx, tx, n.ID, ids, from, *st.DueAt)
}
