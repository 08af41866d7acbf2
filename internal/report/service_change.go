package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/ent/db/reportproposal"
	"huying/internal/flow"
	"huying/internal/platform/fault"
)

// Why a deputy's part in a report ended.
const (
	endedReleased   = "released"
	endedHandedOver = "handed_over"
	endedRecused    = "recused"
	endedChanged    = "changed"
)

// leadGoes tells the table that the one who leads leaves.
func leadGoes(_ context.Context, m *moment, f flow.Facts) error {
	f[leadLeaves] = m.lead() != nil
	return nil
}

// releaseStep is row 10: the leading deputy gives the report back.
func (s *Service) releaseStep(b ReasonBody) step {
	return step{
		action: "release", version: b.Version, note: b.Reason, facts: leadGoes,
		apply: func(ctx context.Context, m *moment) error {
			lead := m.lead()
			if err := s.nameActor(ctx, m); err != nil {
				return err
			}
			if err := s.part(ctx, m, lead.DeputyID, endedReleased); err != nil {
				return err
			}
			return s.askAgain(ctx, m, nil)
		},
	}
}

// changeDeputyStep is row 10: the reporter, once, or the office asks for another.
func (s *Service) changeDeputyStep(b ReasonBody) step {
	return step{
		action: "change-deputy", version: b.Version, note: b.Reason, facts: leadGoes,
		apply: func(ctx context.Context, m *moment) error {
			if err := s.part(ctx, m, m.lead().DeputyID, endedChanged); err != nil {
				return err
			}
			return s.askAgain(ctx, m, nil)
		},
	}
}

// handOverStep is row 10: another deputy is asked personally and takes over by
// accepting; the office may take it over itself.
func (s *Service) handOverStep(b HandOverBody) step {
	return step{
		action: "hand-over", version: b.Version, note: b.Reason,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			f[leadLeaves] = b.DeputyID == nil && m.parts[Office] && m.lead() != nil
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			if err := s.nameActor(ctx, m); err != nil {
				return err
			}
			if b.DeputyID != nil {
				return s.offerTo(ctx, m, *b.DeputyID, "由"+m.label+"转交")
			}
			if m.move.Part != Office || m.lead() == nil {
				return invalid("deputy_id", "请选择交给哪位代表")
			}
			if err := s.part(ctx, m, m.lead().DeputyID, endedHandedOver); err != nil {
				return err
			}
			s.officeHolds(m)
			return nil
		},
	}
}

// recuseStep is row 10: a deny that beats every grant, from this moment on.
func (s *Service) recuseStep(b RecuseBody) step {
	return step{
		action: "recuse", version: b.Version, note: b.Reason,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			lead := m.lead()
			f[leadLeaves] = lead != nil && (lead.PersonID == m.asker.person || b.DeputyID != nil && lead.DeputyID == *b.DeputyID)
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			deputy, person, err := m.recusing(b.DeputyID)
			if err != nil {
				return err
			}
			if deputy == m.leadID() {
				if err := s.nameActor(ctx, m); err != nil {
					return err
				}
			}
			led := deputy == m.leadID()
			if err := s.bar(ctx, m.tx, m.report, []uuid.UUID{person}, b.Reason); err != nil {
				return err
			}
			if err := s.part(ctx, m, deputy, endedRecused); err != nil {
				return err
			}
			m.data["deputy_id"] = deputy
			if led {
				return s.askAgain(ctx, m, nil)
			}
			return nil
		},
	}
}

// recusing finds whom a recusal concerns: the deputy who asks, or the one the
// office names among those who hold the report or were asked.
func (m *moment) recusing(named *uuid.UUID) (deputy, person uuid.UUID, err error) {
	for _, d := range m.deputies {
		if m.move.Part != Office && d.PersonID == m.asker.person || m.move.Part == Office && named != nil && d.DeputyID == *named {
			return d.DeputyID, d.PersonID, nil
		}
	}
	for _, o := range m.offers {
		if m.move.Part == Office && named != nil && o.DeputyID == *named {
			return o.DeputyID, o.PersonID, nil
		}
	}
	return uuid.Nil, uuid.Nil, invalid("deputy_id", "请选择此件的一位代表")
}

func (m *moment) leadID() uuid.UUID {
	if lead := m.lead(); lead != nil {
		return lead.DeputyID
	}
	return uuid.Nil
}

// part ends one deputy's part in the report, open offers included, and keeps
// the load right. An answer of the leaving deputy that awaits its signature is
// dropped: nobody would stand for it.
func (s *Service) part(ctx context.Context, m *moment, deputy uuid.UUID, reason string) error {
	for _, o := range m.offers {
		if o.DeputyID != deputy {
			continue
		}
		if _, err := m.tx.ReportOffer.Update().Where(reportoffer.ID(o.ID), reportoffer.Version(o.Version)).
			SetState(reportoffer.StateDeclined).SetAnsweredAt(m.now).AddVersion(1).Save(ctx); err != nil {
			return fmt.Errorf("close offer: %w", err)
		}
		o.State = reportoffer.StateDeclined
	}
	at := slices.IndexFunc(m.deputies, func(d *db.ReportDeputy) bool { return d.DeputyID == deputy })
	if at < 0 {
		return nil
	}
	d := m.deputies[at]
	if _, err := m.tx.ReportDeputy.Update().Where(reportdeputy.ID(d.ID), reportdeputy.Version(d.Version)).
		SetEndedAt(m.now).SetEndedReason(reason).AddVersion(1).Save(ctx); err != nil {
		return fmt.Errorf("end deputy's part: %w", err)
	}
	if busy(m.move.From) {
		if err := s.Deputies.ChangeLoad(ctx, m.tx, deputy, -1); err != nil {
			return fmt.Errorf("deputy's load: %w", err)
		}
	}
	m.deputies = slices.Delete(slices.Clone(m.deputies), at, at+1)
	if d.Part != reportdeputy.PartLead {
		return nil
	}
	m.hasDeputy = false
	return s.dropOwnAnswer(ctx, m)
}

func (s *Service) dropOwnAnswer(ctx context.Context, m *moment) error {
	p := m.proposal
	if p == nil || p.ProposerPart != string(LeadDeputy) {
		return nil
	}
	_, err := m.tx.ReportProposal.Update().Where(reportproposal.ID(p.ID), reportproposal.StateEQ(reportproposal.StatePending)).
		SetState(reportproposal.StateRefused).SetDecidedAt(m.now).SetReason("联系代表已更换").AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("drop the deputy's answer: %w", err)
	}
	m.proposal = nil
	return nil
}

// askAgain follows on a leader's leaving: the office holds the report, and in
// state open others are asked, one deputy alone when only is given. When
// nobody can be asked, nobody is waited for.
func (s *Service) askAgain(ctx context.Context, m *moment, only *uuid.UUID) error {
	s.officeHolds(m)
	asked, err := s.askOnly(ctx, m, only)
	if err != nil || m.move.To != Open {
		return err
	}
	if err := s.keep(ctx, m, clockVerify, clockAccept); err != nil {
		return err
	}
	if !asked {
		n, err := s.offer(ctx, m)
		if err != nil {
			return err
		}
		asked = n > 0
	}
	if !asked {
		m.then = append(m.then, s.silenceStep())
	}
	return nil
}

// askOnly asks the one deputy who stands in; false when that one cannot either.
func (s *Service) askOnly(ctx context.Context, m *moment, only *uuid.UUID) (bool, error) {
	if only == nil || m.move.To != Open && !slices.Contains(acceptedReplied, m.move.To) {
		return false, nil
	}
	err := s.offerTo(ctx, m, *only, "替请假的代表跟进")
	if fault.Is(err, fault.Invalid) {
		return false, nil
	}
	return err == nil, err
}

// officeHolds makes the street's office the one who answers for the report,
// unless a unit works on it.
func (s *Service) officeHolds(m *moment) {
	name := officeName(m.dir, m.report.DivisionCode)
	m.params["office"] = name
	m.change.ClearLeadDeputyID()
	if m.report.OwnerKind == OwnerDeputy || m.move.To == Open {
		m.owner, m.ownerLabel, m.ownerID = OwnerOffice, name, nil
	}
	m.citizen("report_office", false, map[string]string{"office": name})
	m.staff("street_office", "report_deputy_left", false, uuid.Nil, map[string]string{"office": name})
}
