package report

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/reportdeputy"
	"huying/internal/flow"
	"huying/internal/rating"
)

// check names what is missing in a rejection before anybody signs it.
func (b RejectBody) check() error {
	switch {
	case strings.TrimSpace(b.Reason) == "":
		return invalid("reason", "请写明原因")
	case strings.TrimSpace(b.WhereTo.Unit) == "":
		return invalid("where_to.unit", "请写明群众应找的单位")
	case !dialable.MatchString(b.WhereTo.Phone):
		return invalid("where_to.phone", "请填写该单位的电话号码")
	}
	return nil
}

// rejectStep is row 3: the office proposes and the district signs; an
// accusation is decided by the district's head alone and leaves the public eye
// at once.
func (s *Service) rejectStep(b RejectBody) step {
	return step{
		action: "reject", version: b.Version, note: b.Note,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			f[accusation] = b.Accusation
			if b.Accusation && m.parts[Office] && !m.parts[DistrictHead] {
				return invalid("accusation", "检举、控告请报区市人大负责人直接处理")
			}
			return nil
		},
		propose: func(_ context.Context, m *moment) ([]byte, error) {
			if err := b.check(); err != nil {
				return nil, err
			}
			m.staff("district_staff", "report_signature", false, uuid.Nil, map[string]string{"step": "不予受理"})
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error {
			if err := b.check(); err != nil {
				return err
			}
			m.params["reason"], m.params["where"], m.params["phone"] = b.Reason, b.WhereTo.Unit, b.WhereTo.Phone
			m.data["reason"], m.data["where_to"], m.data["accusation"] = b.Reason, b.WhereTo, b.Accusation
			if b.Accusation {
				m.change.SetVisibility("private").ClearPublishedAt()
			}
			due := dueParam + clockObjection
			if m.move.Promise == "" {
				due = "已复核过，不再复核"
				if err := s.excludeRejected(ctx, m, b.Reason); err != nil {
					return err
				}
			}
			m.citizen("report_rejected", true, map[string]string{
				"reason": b.Reason, "where": b.WhereTo.Unit, "phone": b.WhereTo.Phone, "due": due,
			})
			if err := s.endDeputies(ctx, m); err != nil {
				return err
			}
			return s.lapse(ctx, m)
		},
	}
}

// endDeputies ends the parts of all deputies in a report that ends.
func (s *Service) endDeputies(ctx context.Context, m *moment) error {
	_, err := m.tx.ReportDeputy.Update().Where(reportdeputy.ReportID(m.report.ID), reportdeputy.EndedAtIsNil()).
		SetEndedAt(m.now).SetEndedReason("released").AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("end deputies: %w", err)
	}
	m.change.ClearLeadDeputyID()
	return nil
}

// appealStep is row 4: once, within the objection clock.
func (s *Service) appealStep(b PlainBody) step {
	return step{
		action: "appeal", version: b.Version,
		apply: func(_ context.Context, m *moment) error {
			m.change.SetAppealedAt(m.now)
			m.owner = OwnerDistrict
			if b.Reason != "" {
				m.data["reason"] = b.Reason
			}
			m.staff("district_staff", "report_appeal", false, uuid.Nil, map[string]string{"due": dueParam + clockAppeal})
			return nil
		},
	}
}

// decideAppealStep is row 4's decision, by somebody who had no part in the rejection.
func (s *Service) decideAppealStep(b DecideAppealBody) step {
	return step{
		action: "decide-appeal", version: b.Version,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			if m.parts[DistrictStaff] && m.involvedInRejection(m.asker.person) {
				return OwnProposal.New("提出或批准不予受理的人不能复核，请另一人办理")
			}
			f[upheld] = b.Accepted
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			m.params["reason"], m.data["reason"], m.data["accepted"] = b.Reason, b.Reason, b.Accepted
			m.citizen("report_appeal_decided", true, map[string]string{"outcome": map[bool]string{
				true: "重新审核是否受理", false: "维持不予受理",
			}[b.Accepted]})
			if b.Accepted {
				return nil
			}
			m.owner = OwnerNone
			return s.excludeRejected(ctx, m, b.Reason)
		},
	}
}

// objectionSilenceStep ends an objection clock that nobody used.
func (s *Service) objectionSilenceStep() step {
	return step{action: "objection-silence", apply: func(ctx context.Context, m *moment) error {
		if m.state() != Rejected {
			return nil
		}
		return s.excludeRejected(ctx, m, "不属受理范围")
	}}
}

// excludeRejected counts a final rejection among the exclusions.
func (s *Service) excludeRejected(ctx context.Context, m *moment, reason string) error {
	return s.exclude(ctx, m, rating.OutOfScope, reason, nil)
}

// exclude keeps the report out of the rates, with the reason that is counted in public.
func (s *Service) exclude(ctx context.Context, m *moment, kind rating.ExclusionKind, reason string, proposer *uuid.UUID) error {
	e := rating.Exclusion{SubjectKind: subjectKind, SubjectID: m.report.ID, Kind: kind, Reason: reason, ProposedBy: proposer, At: m.now}
	if m.asker.person != uuid.Nil {
		e.ApprovedBy = &m.asker.person
	}
	if err := rating.Exclude(ctx, m.tx, e); err != nil {
		return err
	}
	m.change.SetExcludedAt(m.now)
	return nil
}
