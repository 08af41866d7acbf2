package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/evidence"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/rating"
)

// answerAttitudeStep is row 33: the head of the unit answers for its manners.
func (s *Service) answerAttitudeStep(b AttitudeBody) step {
	return step{
		action: "answer-attitude", version: b.Version,
		apply: func(ctx context.Context, m *moment) error {
			mine := handling.ByUnits(m.assignments, m.asker.headOf())
			if err := s.nameUnit(ctx, m, mine); err != nil {
				return err
			}
			m.params["content"], m.data["content"] = b.Content, b.Content
			m.citizen("report_replied", true, map[string]string{"unit": m.params["unit"]})
			return nil
		},
	}
}

// followUpStep is row 35. A call that nobody answered is kept and is not valid.
func (s *Service) followUpStep(b FollowUpBody) step {
	call := rating.FollowUp{
		SubjectKind: subjectKind, Reached: b.Reached, Contacted: b.Contacted, Solved: b.Solved, Satisfied: b.Satisfied, Note: b.Note,
	}
	return step{
		action: "follow-up", version: b.Version, note: b.Note,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			f[reached] = b.Reached
			f[callUnsolved] = b.Reached && (!b.Solved || !b.Contacted && m.claimedContact())
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			if field, problem := call.Check(); problem != "" {
				return invalid(field, problem)
			}
			call.SubjectID, call.ThreadID, call.Round = m.report.ID, m.report.ThreadID, m.report.Round
			call.CallerID, call.At = m.asker.person, m.now
			if err := rating.RecordFollowUp(ctx, m.tx, call); err != nil {
				return err
			}
			m.data["reached"], m.data["solved"], m.data["satisfied"] = b.Reached, b.Solved, b.Satisfied
			if b.Reached && (!b.Solved || !b.Contacted && m.claimedContact()) {
				m.change.SetFalseClosing(true)
				m.data["false_closing"] = true
			}
			if m.move.To == Reopened {
				return s.reopened(m)
			}
			return nil
		},
	}
}

// claimedContact says whether a unit recorded in this round that it had reached
// the citizen.
func (r *relation) claimedContact() bool {
	return slices.ContainsFunc(r.events, func(e *db.ReportEvent) bool {
		return e.Action == "contact" && e.Round == r.report.Round && e.Data["outcome"] == "reached"
	})
}

// reopenStep is row 36.
func (s *Service) reopenStep(b ReopenBody) step {
	return step{
		action: "reopen", version: b.Version,
		apply: func(ctx context.Context, m *moment) error {
			if len(b.UploadIDs) == 0 && len([]rune(strings.TrimSpace(b.Evidence))) < 2 {
				return invalid("evidence", "请写明现在的情况，或附上照片")
			}
			if err := s.attach(ctx, m, b.UploadIDs, evidence.Inspection); err != nil {
				return err
			}
			if m.move.Part == LeadDeputy {
				if err := s.nameActor(ctx, m); err != nil {
					return err
				}
			}
			m.data["evidence"], m.data["photos"] = b.Evidence, len(b.UploadIDs)
			if err := s.reopened(m); err != nil {
				return err
			}
			return s.recurred(ctx, m)
		},
	}
}

// reopened makes the report live again and says who has to give it out.
func (s *Service) reopened(m *moment) error {
	m.change.ClearClosedAt().SetCloseReason("none")
	m.owner, m.ownerLabel, m.ownerID = OwnerOffice, officeName(m.dir, m.report.DivisionCode), nil
	m.citizen("report_reopened", true, map[string]string{"due": dueParam + clockRedispatch})
	m.staff("street_office", "report_to_redispatch", false, uuid.Nil, map[string]string{"due": dueParam + clockRedispatch})
	return nil
}

// explainStep is row 38: a meeting instead of another round.
func (s *Service) explainStep(b ExplainBody) step {
	return step{
		action: "explain-close", version: b.Version,
		apply: func(ctx context.Context, m *moment) error {
			since := m.unhappyAt()
			if b.MeetingAt.After(m.now) || since != nil && b.MeetingAt.Before(*since) {
				return invalid("meeting_at", "当面说明应在群众最后一次评价之后、此刻之前")
			}
			d, ok, err := s.Deputies.Deputy(ctx, m.tx, b.DeputyID)
			if err != nil {
				return fmt.Errorf("deputy: %w", err)
			}
			barred, err := s.barred(ctx, m.tx, m.report.ID)
			if err != nil {
				return err
			}
			if !ok || barred[d.PersonID] || m.lead() != nil && !m.holds(b.DeputyID) {
				return invalid("deputy_id", "在场的应是此件的联系代表；没有联系代表时，应是本区市一位不须回避的代表")
			}
			m.params["channel"] = b.Channel
			m.data["meeting_at"], m.data["deputy_id"], m.data["deputy"] = b.MeetingAt.UTC().Format(time.RFC3339), b.DeputyID, d.Name
			m.data["summary"], m.data["channel"] = b.Summary, b.Channel
			m.change.SetCloseReason("explained")
			m.citizen("report_explained", true, map[string]string{"channel": b.Channel})
			return nil
		},
	}
}

// askExcludeStep is row 43's first person: the unit asks.
func (s *Service) askExcludeStep(b ReasonBody) step {
	return step{
		action: "ask-exclude", version: b.Version, note: b.Reason,
		apply: func(ctx context.Context, m *moment) error {
			m.staff("district_staff", "report_signature", false, uuid.Nil, map[string]string{"step": "不计入比率的申请"})
			return s.nameUnit(ctx, m, handling.ByUnits(m.assignments, m.asker.units()))
		},
	}
}

// excludeStep is row 43's second and third person: the congress's staff
// proposes, its head signs; neither is who asked.
func (s *Service) excludeStep(b ReasonBody) step {
	return step{
		action: "exclude", version: b.Version,
		propose: func(_ context.Context, m *moment) ([]byte, error) {
			if err := m.notTheAsker(); err != nil {
				return nil, err
			}
			m.staff("district_head", "report_signature", false, uuid.Nil, map[string]string{"step": "不计入比率"})
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error {
			if err := m.notTheAsker(); err != nil {
				return err
			}
			m.note = b.Reason
			m.change.SetExcludedAt(m.now)
			proposer := m.proposal.ProposerID
			return rating.Exclude(ctx, m.tx, rating.Exclusion{
				SubjectKind: subjectKind, SubjectID: m.report.ID, Kind: rating.Approved, Reason: b.Reason,
				ProposedBy: &proposer, ApprovedBy: &m.asker.person, At: m.now,
			})
		},
	}
}

func (m *moment) notTheAsker() error {
	if asked := m.askedExclusion(); asked != nil && asked.ActorID != nil && *asked.ActorID == m.asker.person {
		return OwnProposal.New("申请人不能再提出或签批，请另一人办理")
	}
	return nil
}
