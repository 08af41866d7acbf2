package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reportoffer"
	"huying/internal/deadline"
)

// keep makes a clock that is started now end no later than a promise that runs
// already: another deputy gets no new time.
func (s *Service) keep(ctx context.Context, m *moment, promised string, clocks ...string) error {
	rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID})
	if err != nil {
		return err
	}
	for _, d := range rows {
		if d.Kind != promised || !deadline.Running(d) {
			continue
		}
		for _, clock := range clocks {
			m.notAfter[clock] = later(d.DueAt, m.now)
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// offerTo asks one deputy personally. The offer stands beside whoever holds
// the report; accepting it is what moves it.
func (s *Service) offerTo(ctx context.Context, m *moment, deputy uuid.UUID, why string) error {
	d, ok, err := s.Deputies.Deputy(ctx, m.tx, deputy)
	if err != nil {
		return fmt.Errorf("deputy: %w", err)
	}
	problem, err := s.unfit(ctx, m, d, ok)
	if err != nil {
		return err
	}
	if problem != "" {
		return invalid("deputy_id", problem)
	}
	m.data["deputy_id"], m.data["deputy"] = deputy, d.Name
	m.tell = append(m.tell, notice{person: d.PersonID, template: "report_offered", sms: true, params: map[string]string{
		"title": toldTitle(m.report), "due": spoken(m.report.PromisedAt, m.now),
	}})
	return s.ask(ctx, m, Candidate{DeputyID: deputy, PersonID: d.PersonID, Name: d.Name, Reasons: []string{why}})
}

// unfit says why a deputy cannot be asked, or nothing.
func (s *Service) unfit(ctx context.Context, m *moment, d Deputy, known bool) (string, error) {
	switch {
	case !known:
		return "本区市没有这名代表", nil
	case d.Live >= MaxLive:
		return d.Name + "代表手上已有5件在办，请另选一位", nil
	case d.PersonID == m.report.ReporterID:
		return "反映人不能办理自己反映的事项", nil
	case d.ID == m.leadID():
		return d.Name + "代表正是此件的联系代表", nil
	}
	away, err := s.Deputies.Away(ctx, m.tx, d.ID)
	if err != nil {
		return "", fmt.Errorf("deputy: %w", err)
	}
	if away != "" {
		return d.Name + "代表" + away + "，请另选一位", nil
	}
	barred, err := s.barred(ctx, m.tx, m.report.ID)
	if err != nil {
		return "", err
	}
	recused, err := s.Deputies.Recused(ctx, m.tx, matter(m.report, m.unitIDs()))
	if err != nil {
		return "", fmt.Errorf("recusals: %w", err)
	}
	if barred[d.PersonID] || slices.Contains(recused, d.PersonID) {
		return d.Name + "代表须回避，请另选一位", nil
	}
	return "", nil
}

func (m *moment) unitIDs() []uuid.UUID {
	ids := make([]uuid.UUID, len(m.assignments))
	for i, a := range m.assignments {
		ids[i] = a.UnitID
	}
	return ids
}

// ask writes offers; one that exists already is opened again.
func (s *Service) ask(ctx context.Context, m *moment, asked ...Candidate) error {
	var fresh []*db.ReportOfferCreate
	for _, c := range asked {
		at := slices.IndexFunc(m.offers, func(o *db.ReportOffer) bool { return o.DeputyID == c.DeputyID })
		if at < 0 {
			fresh = append(fresh, m.tx.ReportOffer.Create().SetReportID(m.report.ID).SetDeputyID(c.DeputyID).
				SetPersonID(c.PersonID).SetScore(c.Score).SetReasons(c.Reasons))
			continue
		}
		_, err := m.tx.ReportOffer.Update().Where(reportoffer.ID(m.offers[at].ID)).
			SetState(reportoffer.StateOffered).SetScore(c.Score).SetReasons(c.Reasons).ClearAnsweredAt().AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("offer again: %w", err)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := m.tx.ReportOffer.CreateBulk(fresh...).Exec(ctx); err != nil {
		return fmt.Errorf("offers: %w", err)
	}
	return nil
}

// answered are the people who are not asked again: who holds the report, gave
// it up, or declined it.
func (m *moment) answered() []uuid.UUID {
	var out []uuid.UUID
	for _, o := range m.offers {
		if o.State == reportoffer.StateDeclined {
			out = append(out, o.PersonID)
		}
	}
	for _, d := range m.deputies {
		out = append(out, d.PersonID)
	}
	return out
}
