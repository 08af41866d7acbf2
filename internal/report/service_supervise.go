package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/supervision"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/platform/database"
)

// letterDays bounds how long a letter gives for its answer.
const letterDays = 30

// superviseStep is row 41: the district's staff draft, or the timer does, and
// the head signs.
func (s *Service) superviseStep(b letterDraft) step {
	return step{
		action: "supervise", version: b.Version,
		propose: func(_ context.Context, m *moment) ([]byte, error) {
			if problem := checkLetterDue(b.DueAt, m.now); problem != "" {
				return nil, invalid("due_at", problem)
			}
			m.staff("district_head", "report_signature", false, uuid.Nil, map[string]string{"step": "督办"})
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error {
			l := &db.Supervision{
				ID: uuid.Must(uuid.NewV7()), UnitID: m.report.LeadUnitID, Letter: b.Letter, Rung: b.Rung,
				SignedAt: m.now, SignedBy: &m.asker.person,
			}
			if m.proposal != nil && m.proposal.ProposerID != uuid.Nil {
				l.DraftedBy = &m.proposal.ProposerID
			}
			if b.DueAt != nil && checkLetterDue(b.DueAt, m.now) == "" {
				l.DueAt = *b.DueAt
			}
			return s.deliver(ctx, m, l)
		},
	}
}

func checkLetterDue(due *time.Time, now time.Time) string {
	switch {
	case due == nil:
		return ""
	case !due.After(now):
		return "应在此刻之后"
	case due.After(now.Add(letterDays * 24 * time.Hour)):
		return fmt.Sprintf("最长%d天", letterDays)
	}
	return ""
}

// deliver writes a signed letter, sets its clock and tells who has to answer.
// While an earlier letter waits, the clock keeps the earlier time.
func (s *Service) deliver(ctx context.Context, m *moment, l *db.Supervision) error {
	if l.DueAt.IsZero() {
		span := spanFor(s.clockSettings(m.dir, m.asker.tenant), clockSupervise, m.report.ClockClass, false)
		l.DueAt, _ = m.calendar().Add(m.now, span)
	}
	l.DueAt = micro(l.DueAt)
	err := m.tx.Supervision.Create().SetID(l.ID).SetReportID(m.report.ID).SetNillableUnitID(l.UnitID).SetLetter(l.Letter).
		SetRung(l.Rung).SetNillableDraftedBy(l.DraftedBy).SetNillableSignedBy(l.SignedBy).SetSignedAt(l.SignedAt).
		SetDueAt(l.DueAt).Exec(ctx)
	if err != nil {
		return fmt.Errorf("supervision letter: %w", err)
	}
	earliest := l.DueAt
	for _, open := range m.letters {
		if open.DueAt.Before(earliest) && open.DueAt.After(m.now) {
			earliest = open.DueAt
		}
	}
	m.spans[clockSupervise] = deadline.Span{N: max(1, int(earliest.Sub(m.now)/time.Minute)+1), Unit: deadline.Minutes}
	m.notAfter[clockSupervise] = earliest
	m.change.SetSupervised(true)
	m.note = l.Letter
	m.data["letter"], m.data["due_at"] = l.ID, l.DueAt
	params := map[string]string{"due": spoken(&l.DueAt, m.now)}
	if l.UnitID != nil {
		m.staff("unit_head", "report_supervised", true, *l.UnitID, params)
	} else {
		m.staff("district_head", "report_supervised", false, uuid.Nil, params)
		m.staff("district_staff", "report_supervised", false, uuid.Nil, params)
	}
	return nil
}

// answerLetterStep is row 41's answer, to every letter that waits for the asker.
func (s *Service) answerLetterStep(b AnswerLetterBody) step {
	return step{
		action: "answer-supervision", version: b.Version, note: b.Content,
		apply: func(ctx context.Context, m *moment) error {
			mine := m.lettersTo(m.parts, m.asker.headOf())
			ids := make([]uuid.UUID, len(mine))
			for i, l := range mine {
				ids[i] = l.ID
			}
			n, err := m.tx.Supervision.Update().
				Where(supervision.IDIn(ids...), supervision.StateEQ(supervision.StateOpen)).
				SetState(supervision.StateAnswered).SetAnswer(b.Content).SetAnsweredBy(m.asker.person).SetAnsweredAt(m.now).
				AddVersion(1).Save(ctx)
			if err != nil || n != len(ids) {
				return fmt.Errorf("answer letters: %d of %d: %w", n, len(ids), err)
			}
			m.label = Table.PartWord(m.move.Part)
			if mine[0].UnitID != nil {
				if m.label, err = s.namesOf(ctx, m.tx, []uuid.UUID{*mine[0].UnitID}); err != nil {
					return err
				}
			}
			m.params["unit"], m.data["letters"] = m.label, ids
			m.change.SetSupervised(len(ids) < len(m.letters))
			m.staff("district_staff", "report_letter_answered", false, uuid.Nil, map[string]string{"unit": m.label})
			return s.tellCity(ctx, m, ids, b.Content)
		},
	}
}

// viewLetters are a report's letters, for insiders.
func (s *Service) viewLetters(ctx context.Context, tx *database.Tx, r *db.Report, now time.Time) ([]LetterView, error) {
	rows, err := tx.Supervision.Query().Where(supervision.ReportID(r.ID)).Order(supervision.ByID()).All(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var out []LetterView
	for _, l := range rows {
		to := "区市人大"
		if l.UnitID != nil {
			if to, err = s.namesOf(ctx, tx, []uuid.UUID{*l.UnitID}); err != nil {
				return nil, err
			}
		}
		end := now
		if l.AnsweredAt != nil {
			end = *l.AnsweredAt
		}
		out = append(out, LetterView{
			ID: l.ID, To: to, Letter: l.Letter, Rung: l.Rung, SignedAt: l.SignedAt, DueAt: l.DueAt, Answer: l.Answer,
			AnsweredAt: l.AnsweredAt, Overdue: end.After(l.DueAt),
		})
	}
	return out, nil
}

// cityLetterStep is row 41 from the city: the letter was written in the city's
// own tenant and reaches the district as a step of the system.
func (s *Service) cityLetterStep(l *db.Supervision) step {
	return step{action: "supervise-city", apply: func(ctx context.Context, m *moment) error { return s.deliver(ctx, m, l) }}
}

// fromCity says whether a letter of this report came from the city.
func (r *relation) fromCity(letter uuid.UUID) bool {
	for _, e := range r.events {
		if e.Action == "supervise-city" && e.Data["letter"] == letter.String() {
			return true
		}
	}
	return false
}

// tellCity sends the answers to the city's letters back to the city.
func (s *Service) tellCity(ctx context.Context, m *moment, letters []uuid.UUID, content string) error {
	for _, id := range letters {
		if !m.fromCity(id) {
			continue
		}
		if err := s.Jobs.Insert(ctx, m.tx, CityAnswerArgs{Letter: id, Answer: content, By: m.asker.person, At: m.now}, nil); err != nil {
			return fmt.Errorf("answer to the city: %w", err)
		}
	}
	return nil
}

// supervisable says whether a letter may still be written about a report.
func supervisable(state string) bool { return Table.Reaches(flow.State(state), "supervise") }
