package report

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/rating"
)

// rateStep is rows 32 and 33.
func (s *Service) rateStep(b RateBody) step {
	judged := rating.Rating{SubjectKind: subjectKind, Result: b.Result, Attitude: b.Attitude, Comment: b.Comment, Channel: cmp.Or(b.channel, "app")}
	return step{
		action: "rate", version: b.Version,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			f[unhappy] = judged.Unhappy()
			f[attitudeOnly] = judged.AttitudeOnly() && len(m.assignments) > 0
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			rated := m.report
			if m.move.From == Merged {
				// The thread is the master's: its own reporter's rating moves it, every rating is kept.
				var err error
				if rated, err = s.masterOf(ctx, m.tx, m.report); err != nil {
					return err
				}
			}
			judged.SubjectID, judged.ThreadID, judged.Round, judged.PersonID = rated.ID, rated.ThreadID, rated.Round, m.asker.person
			judged.At = m.now
			err := rating.Record(ctx, m.tx, judged)
			if database.IsUnique(err) {
				return fault.Conflict.New("您已评价过这一次办理")
			}
			if err != nil {
				return err
			}
			m.data["result"] = b.Result
			if m.move.From == Merged {
				return nil
			}
			if judged.Unhappy() {
				return s.reopened(m)
			}
			if judged.AttitudeOnly() && len(m.assignments) > 0 {
				m.data["attitude_owed"] = true
				for _, a := range m.assignments {
					m.staff("unit_head", "report_attitude", false, a.UnitID, map[string]string{"due": dueParam + clockAttitude})
				}
			}
			m.change.SetCloseReason("rated")
			m.citizen("report_closed", true, nil)
			return nil
		},
	}
}

// withdrawStep is row 39: the citizen's name leaves, and before handling the
// matter ends unless there is danger or others follow it.
func (s *Service) withdrawStep(b PlainBody) step {
	return step{
		action: "withdraw", version: b.Version, note: b.Reason,
		apply: func(ctx context.Context, m *moment) error {
			m.change.SetDetachedAt(m.now).ClearPublishedAt()
			if err := s.Evidence.RemovePublic(ctx, m.tx, m.report.ID); err != nil {
				return err
			}
			if m.move.From == Merged {
				if err := s.leaveMaster(ctx, m); err != nil {
					return err
				}
			}
			return s.lapse(ctx, m)
		},
	}
}

// publishStep and hideStep are row 42.
func (s *Service) publishStep(b PlainBody) step {
	return step{action: "publish", version: b.Version, facts: screenedFacts, apply: func(_ context.Context, m *moment) error {
		m.change.SetPublishedAt(m.now)
		return nil
	}}
}

func (s *Service) hideStep(b PlainBody) step {
	return step{action: "hide", version: b.Version, note: b.Reason, apply: func(_ context.Context, m *moment) error {
		m.change.ClearPublishedAt()
		if m.move.Part == Reporter {
			m.change.SetVisibility("private")
		}
		return nil
	}}
}

// silenceStep is row 9's silence: nobody accepted, the office holds the report.
func (s *Service) silenceStep() step {
	return step{action: "silence", apply: func(ctx context.Context, m *moment) error {
		if err := s.toOffice(ctx, m); err != nil {
			return err
		}
		m.staff("street_office", "report_overdue", false, uuid.Nil, map[string]string{"step": clockWord(clockAccept), "due": spoken(&m.now, m.now)})
		return s.lapse(ctx, m)
	}}
}

// verifySilenceStep is row 11's deadline: the office checks on paper.
func (s *Service) verifySilenceStep() step {
	return step{action: "verify-silence", apply: func(_ context.Context, m *moment) error {
		name := officeName(m.dir, m.report.DivisionCode)
		m.owner, m.ownerLabel, m.params["office"] = OwnerOffice, name, name
		m.change.SetDeskCheck(true)
		m.citizen("report_verified", false, nil)
		m.staff("street_office", "report_overdue", false, uuid.Nil, map[string]string{"step": clockWord(clockVerify), "due": spoken(&m.now, m.now)})
		return nil
	}}
}

// confirmSilenceStep is row 30's silence: the office confirms instead.
func (s *Service) confirmSilenceStep() step {
	return step{action: "confirm-silence", apply: func(_ context.Context, m *moment) error {
		m.owner, m.ownerLabel = OwnerOffice, officeName(m.dir, m.report.DivisionCode)
		m.staff("street_office", "report_confirm", false, uuid.Nil, map[string]string{"unit": "承办方", "due": dueParam + clockConfirm})
		return nil
	}}
}

// rateSilenceStep is row 34: closed without a rating, outside the rates.
func (s *Service) rateSilenceStep() step {
	return step{action: "rate-silence", apply: func(_ context.Context, m *moment) error {
		m.change.SetCloseReason("unrated")
		m.citizen("report_closed", true, nil)
		return nil
	}}
}
