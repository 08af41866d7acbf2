package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reportproposal"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// propose keeps an action until a second person signs it.
func (s *Service) propose(ctx context.Context, m *moment, st step) error {
	var unit *uuid.UUID
	units := map[flow.Part][]uuid.UUID{UnitClerk: m.asker.clerkOf(), UnitHead: m.asker.headOf()}[m.move.Part]
	if owing := handling.Owing(handling.ByUnits(m.assignments, units)); len(owing) > 0 {
		unit = &owing[0].UnitID
	}
	if m.waitsOf(st.action, unit) {
		return SignatureAwaited.New("已有一项“" + rowTitle(st.action) + "”正等待签批")
	}
	body, err := st.propose(ctx, m)
	if err != nil {
		return err
	}
	create := m.tx.ReportProposal.Create().SetReportID(m.report.ID).SetAction(string(st.action)).
		SetProposerID(m.asker.person).SetProposerPart(string(m.move.Part)).SetNillableUnitID(unit).SetBody(body)
	if err := create.Exec(ctx); err != nil {
		return fmt.Errorf("propose: %w", err)
	}
	m.move.Action += "-proposed"
	return s.settle(ctx, m)
}

// settle writes what every decision writes, without moving state or clocks.
func (s *Service) settle(ctx context.Context, m *moment) error {
	if err := s.moveReport(ctx, m); err != nil {
		return err
	}
	if err := s.record(ctx, m); err != nil {
		return err
	}
	return s.send(ctx, m)
}

// signable says what approving each proposed action does: one line per action
// that needs a second person.
func (s *Service) signable() map[flow.Action]func([]byte) (step, error) {
	return map[flow.Action]func([]byte) (step, error){
		"resolve":     signed(s.resolveStep),
		"reply":       signed(s.replyStep),
		"reject":      signed(s.rejectStep),
		"legal-route": signed(s.legalRouteStep),
		"exclude":     signed(s.excludeStep),

		"return":          signed(s.returnStep),
		"add-unit":        signed(s.addUnitStep),
		"extend":          signed(s.extendStep),
		"pause":           signed(s.pauseStep),
		"carry-over":      signed(s.carryOverStep),
		"carry-over-sign": signed(s.carrySignStep),
		"supervise":       signed(s.superviseStep),
	}
}

// signed makes the step again from the body that was kept when it was proposed.
func signed[B any](build func(B) step) func([]byte) (step, error) {
	return func(body []byte) (step, error) {
		var b B
		if err := json.Unmarshal(body, &b); err != nil {
			return step{}, fmt.Errorf("proposed body: %w", err)
		}
		return build(b), nil
	}
}

// signedStep finds out what approving means on this report and builds it.
func (s *Service) signedStep(p *db.ReportProposal) (step, error) {
	build, known := s.signable()[flow.Action(p.Action)]
	if !known {
		return step{}, fmt.Errorf("proposal %s: nothing signs %q", p.ID, p.Action)
	}
	st, err := build(p.Body)
	if err != nil {
		return step{}, fmt.Errorf("proposal %s: %w", p.ID, err)
	}
	return st, nil
}

// sign approves or refuses the pending proposal of a report as its second person.
func (s *Service) sign(ctx context.Context, tenant, ref string, b SignBody, approve bool) (uuid.UUID, error) {
	if !approve && b.Reason == "" {
		return uuid.Nil, invalid("reason", "退回请写明原因")
	}
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err = s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, true, s.visible(ctx, who, readPermission)...)
		if err != nil {
			return err
		}
		id = rel.report.ID
		if !s.covers(ctx, rel, who) {
			return fault.Forbidden.New("这一步不由您办理")
		}
		if b.Version != 0 && b.Version != rel.report.Version {
			return fault.VersionConflict.New("此件刚刚有变化，请刷新后再操作").Fact("version", rel.report.Version)
		}
		m := s.moment(tx, rel, who, dir, b.Reason)
		s.pick(m, b.Action)
		if err := s.maySign(m); err != nil {
			return err
		}
		decide := s.refuse
		if approve {
			decide = s.approve
		}
		if err := decide(ctx, m); err != nil {
			return err
		}
		return remember(ctx, tx, id)
	})
	return id, err
}

// pick chooses among several proposals that wait: the named action's, else the
// first that the asker may decide, else the oldest.
func (s *Service) pick(m *moment, action string) {
	if action != "" {
		m.proposal = m.waits(flow.Action(action))
		return
	}
	for _, p := range m.proposals {
		m.proposal = p
		if s.maySign(m) == nil {
			return
		}
	}
	if len(m.proposals) > 0 {
		m.proposal = m.proposals[0]
	}
}

// maySign answers whether the asker is the second person of what waits here.
func (s *Service) maySign(m *moment) error {
	p := m.proposal
	if p == nil {
		return flow.TransitionNotAllowed.New("没有等待签批的事项").Fact("state", string(m.state()))
	}
	if p.ProposerID == m.asker.person || askedFirst(p) == m.asker.person {
		return OwnProposal.New("提出人不能自己签批，请另一人办理")
	}
	if !Table.MayApprove(m.state(), flow.Action(p.Action), m.signerParts()) {
		return fault.Forbidden.New("这一项不由您签批")
	}
	return nil
}

// signerParts are the asker's parts as a signer: the head of one unit signs
// nothing of another's.
func (m *moment) signerParts() flow.Parts {
	parts := flow.Parts{}
	for p, plays := range m.parts {
		parts[p] = plays
	}
	if m.proposal != nil && m.proposal.UnitID != nil && !slices.Contains(m.asker.headOf(), *m.proposal.UnitID) {
		delete(parts, UnitHead)
	}
	return parts
}

func (s *Service) approve(ctx context.Context, m *moment) error {
	st, err := s.signedStep(m.proposal)
	if err != nil {
		return err
	}
	units := m.asker.headOf()
	if m.proposal.UnitID != nil {
		units = []uuid.UUID{*m.proposal.UnitID}
	}
	facts := m.facts(units)
	if err := s.furtherFacts(ctx, m, facts); err != nil {
		return err
	}
	if err := s.workFacts(ctx, m, units, facts); err != nil {
		return err
	}
	if st.facts != nil {
		if err := st.facts(ctx, m, facts); err != nil {
			return err
		}
	}
	if m.move, err = Table.DecideApproval(m.state(), flow.Action(m.proposal.Action), m.signerParts(), facts); err != nil {
		return err
	}
	m.label = s.actorLabel(m)
	m.data["proposed_by"] = m.proposal.ProposerPart
	if err := s.decide(ctx, m, reportproposal.StateApproved); err != nil {
		return err
	}
	return s.execute(ctx, m, st)
}

func (s *Service) refuse(ctx context.Context, m *moment) error {
	m.move = flow.Transition{
		Action: flow.Action(m.proposal.Action + "-refused"), Part: m.signerPart(), From: m.state(), To: m.state(),
	}
	m.label = s.actorLabel(m)
	if err := s.decide(ctx, m, reportproposal.StateRefused); err != nil {
		return err
	}
	return s.settle(ctx, m)
}

func (m *moment) signerPart() flow.Part {
	return Table.ApproverPart(m.state(), flow.Action(m.proposal.Action), m.signerParts())
}

func (s *Service) decide(ctx context.Context, m *moment, state reportproposal.State) error {
	n, err := m.tx.ReportProposal.Update().
		Where(reportproposal.ID(m.proposal.ID), reportproposal.Version(m.proposal.Version), reportproposal.StateEQ(reportproposal.StatePending)).
		SetState(state).SetDecidedBy(m.asker.person).SetDecidedAt(m.now).SetReason(m.note).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("此件刚刚有变化，请刷新后再操作")
	}
	return nil
}

// supersede drops the proposals that the report has moved past.
func (s *Service) supersede(ctx context.Context, m *moment) error {
	if m.move.To == m.move.From {
		return nil
	}
	var past []uuid.UUID
	for _, p := range m.proposals {
		if !Table.Reaches(m.move.To, flow.Action(p.Action)) {
			past = append(past, p.ID)
		}
	}
	if len(past) == 0 {
		return nil
	}
	_, err := m.tx.ReportProposal.Update().
		Where(reportproposal.IDIn(past...), reportproposal.StateEQ(reportproposal.StatePending)).
		SetState(reportproposal.StateRefused).SetDecidedAt(m.now).SetReason("事项已进入下一步").AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("drop proposal: %w", err)
	}
	return deadline.Stop(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID}, clockExtension, m.now)
}

// rowTitle is the plain Chinese name of an action.
func rowTitle(action flow.Action) string {
	for _, r := range Table.Rows() {
		if r.Action == action {
			return r.Title
		}
	}
	return string(action)
}
