package oversight

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/rating"
)

// subject is the word by which ratings, call-backs and clocks name a report.
const subject = "report"

// judged is one report that was judged in a period.
type judged struct {
	rating.Case
	Report           uuid.UUID
	Number, Division string
}

// duty is one duty to be in touch that fell due in a period.
type duty struct {
	rating.Contact
	Report           uuid.UUID
	Number, Division string
}

// evidence is what the rates of a division and a period are made of.
type evidence struct {
	period rating.Period
	judged []*judged
	duties []duty
}

// within gives the part of the evidence that belongs to a division; a report counts where it lies.
func (e evidence) within(code string) (cases []rating.Case, contacts []rating.Contact) {
	for _, j := range e.judged {
		if strings.HasPrefix(j.Division, code) {
			cases = append(cases, j.Case)
		}
	}
	for _, d := range e.duties {
		if strings.HasPrefix(d.Division, code) {
			contacts = append(contacts, d.Contact)
		}
	}
	return cases, contacts
}

// rates computes the three rates of a division.
func (e evidence) rates(code string, weights rating.Schedule) rating.Three {
	cases, contacts := e.within(code)
	return rating.Rates(e.period, cases, contacts, weights)
}

// schedule turns a tenant's settings and what held before them into weights by date.
func schedule(s division.Settings) rating.Schedule {
	var out rating.Schedule
	var from time.Time
	add := func(at division.PastRates) {
		out = append(out, rating.Weights{
			From: from, Response: at.RateWeights.Response, Resolution: at.RateWeights.Resolution, Satisfaction: at.RateWeights.Satisfaction,
			Basically: at.BasicallySatisfied, MinimumSample: at.MinimumSample,
		})
	}
	for _, past := range s.RateHistory {
		add(past)
		from = past.Until
	}
	add(division.PastRates{MinimumSample: s.MinimumSample, BasicallySatisfied: s.BasicallySatisfied, RateWeights: s.RateWeights})
	return out
}

// gather reads what the rates of the reach and the period are made of.
func (s *Service) gather(ctx context.Context, r reach, p span) (e evidence, err error) {
	e.period = rating.Period{From: p.first.UTC(), To: p.after.UTC()}
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		excluded, err := exclusions(ctx, tx, r)
		if err != nil {
			return err
		}
		if e.judged, err = judgements(ctx, tx, r, e.period, excluded); err != nil {
			return err
		}
		e.duties, err = contacts(ctx, tx, r, e.period, excluded)
		return err
	})
	return e, err
}

// where is the condition on tenants and the division looked at, for a table of reports named r. It begins a statement's conditions.
func (r reach) where() (string, []any) {
	args := make([]any, 0, len(r.tenants)+2)
	for _, t := range r.tenants {
		args = append(args, t)
	}
	text := "r.tenant_id IN (?" + strings.Repeat(", ?", len(r.tenants)-1) + ")"
	if len(r.at.Code) > 6 {
		text += " AND r.division_code >= ? AND r.division_code < ?"
		args = append(args, r.at.Code, r.at.Code+":")
	}
	return text, args
}

// exclusions are the reports that do not count, but for carry-overs: those exclude only while they last.
func exclusions(ctx context.Context, tx *database.Tx, r reach) (map[uuid.UUID]bool, error) {
	where, args := reach{tenants: r.tenants}.where()
	rows, err := tx.Query(ctx, "SELECT r.subject_id FROM rate_exclusions r WHERE "+where+" AND r.subject_kind = ? AND r.kind <> 'carried_over'", append(args, subject)...)
	if err != nil {
		return nil, fmt.Errorf("exclusions: %w", err)
	}
	out := map[uuid.UUID]bool{}
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		out[id] = true
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

// judgements are the ratings and the calls that reached somebody, by report.
func judgements(ctx context.Context, tx *database.Tx, r reach, p rating.Period, excluded map[uuid.UUID]bool) ([]*judged, error) {
	where, args := r.where()
	var out []*judged
	known := map[uuid.UUID]*judged{}
	for _, source := range []string{
		`SELECT x.thread_id, x.round, x.created_at, 0, x.result, r.id, r.number, r.division_code, r.state, r.close_reason, r.false_closing
			FROM ratings x JOIN reports r ON r.tenant_id = x.tenant_id AND r.id = x.subject_id
			WHERE ` + where + ` AND x.subject_kind = ? AND x.created_at >= ? AND x.created_at < ?`,
		`SELECT x.thread_id, x.round, x.at, CASE WHEN x.solved THEN 1 ELSE 2 END, x.satisfied, r.id, r.number, r.division_code, r.state, r.close_reason, r.false_closing
			FROM follow_ups x JOIN reports r ON r.tenant_id = x.tenant_id AND r.id = x.subject_id
			WHERE ` + where + ` AND x.subject_kind = ? AND x.at >= ? AND x.at < ? AND x.reached`,
	} {
		rows, err := tx.Query(ctx, source, append(append([]any{}, args...), subject, p.From, p.To)...)
		if err != nil {
			return nil, fmt.Errorf("judgements: %w", err)
		}
		for rows.Next() {
			var thread uuid.UUID
			var j rating.Judgement
			var solved int
			var one judged
			var state, reason string
			err := rows.Scan(&thread, &j.Round, &j.At, &solved, &j.Satisfied, &one.Report, &one.Number, &one.Division, &state, &reason, &one.FalseClosing)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("judgements: %w", err), rows.Close())
			}
			if j.Solved = solved == 1; solved == 0 {
				j = rating.Rating{Round: j.Round, Result: j.Satisfied}.Judgement(j.At)
			}
			if known[one.Report] == nil {
				one.Thread, one.Explained = thread.String(), reason == "explained"
				one.Excluded = excluded[one.Report] || state == "carried_over"
				known[one.Report] = &one
				out = append(out, &one)
			}
			known[one.Report].Judged = append(known[one.Report].Judged, j)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, fmt.Errorf("judgements: %w", err)
		}
	}
	return out, nil
}

// contacts are the duties to be in touch that fell due. A clock that ended before its time without a contact (withdrawn,
// merged, given to another unit) left nobody to be called.
func contacts(ctx context.Context, tx *database.Tx, r reach, p rating.Period, excluded map[uuid.UUID]bool) ([]duty, error) {
	where, args := r.where()
	rows, err := tx.Query(ctx, `SELECT x.due_at, x.stopped_at, r.id, r.number, r.division_code, r.detached_at,
			CASE WHEN EXISTS (SELECT 1 FROM assignments a WHERE a.tenant_id = x.tenant_id AND a.subject_kind = x.subject_kind
				AND a.subject_id = x.subject_id AND a.contacted_at >= x.started_at AND a.contacted_at <= x.due_at) THEN 1 ELSE 0 END
		FROM deadlines x JOIN reports r ON r.tenant_id = x.tenant_id AND r.id = x.subject_id
		WHERE `+where+` AND x.subject_kind = ? AND x.kind = 'contact' AND x.due_at >= ? AND x.due_at < ?`, append(args, subject, p.From, p.To)...)
	if err != nil {
		return nil, fmt.Errorf("contacts: %w", err)
	}
	var out []duty
	for rows.Next() {
		var d duty
		var stopped, detached sql.NullTime
		var inTime int
		if err := rows.Scan(&d.Due, &stopped, &d.Report, &d.Number, &d.Division, &detached, &inTime); err != nil {
			return nil, errors.Join(fmt.Errorf("contacts: %w", err), rows.Close())
		}
		if inTime == 1 {
			due := d.Due
			d.Done = &due
		}
		d.Waived = excluded[d.Report] || detached.Valid || inTime == 0 && stopped.Valid && stopped.Time.Before(d.Due)
		out = append(out, d)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}
