package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportoffer"
	"huying/internal/deadline"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// errStale means the report changed between reading and writing.
var errStale = errors.New("report: changed meanwhile")

// maxTries bounds how often an action that lost a race looks again.
const maxTries = 3

// step is what one action brings to the common course of all actions.
type step struct {
	action flow.Action
	// version, when given, is the version of the report the person saw.
	version int
	// facts adds what only this action knows. May be nil.
	facts func(ctx context.Context, m *moment, f flow.Facts) error
	// apply does the action's own writes and fills the moment. May be nil.
	apply func(ctx context.Context, m *moment) error
	// propose does what has to happen when the action is only proposed: it
	// gives the body to keep. Needed by rows with a second person.
	propose func(ctx context.Context, m *moment) ([]byte, error)
	// note is internal; it is never part of a public wording.
	note string
}

// moment is one action on one report while it happens.
type moment struct {
	*relation
	tx     *database.Tx
	now    time.Time
	asker  asker
	parts  flow.Parts
	move   flow.Transition
	dir    *division.Directory
	change *db.ReportUpdate
	// params fill the public wording; t is set from the promised clock.
	params map[string]string
	// data are the event's particulars.
	data map[string]any
	// label is the public name of who acted.
	label string
	// note is internal to the event.
	note string
	// spans override the length of clocks this action starts, notAfter their end.
	spans    map[string]deadline.Span
	notAfter map[string]time.Time
	// hasDeputy says whether a deputy who may act leads after this action.
	hasDeputy bool
	// owner, when set, replaces the owner the next state implies.
	owner string
	// ownerLabel names the owner in public, when the action knows better.
	ownerLabel string
	// ownerUnit and ownerDeputy identify the next owner.
	ownerID *uuid.UUID
	dues    map[string]time.Time
	// halt is the pause and extendTo the new due time of a clock that this action moves.
	halt     deadline.Break
	extendTo time.Time
	// tell are the notices of this action.
	tell []notice
	// event is the step as it was written.
	event *db.ReportEvent
	// rung is how far a unit's clock has climbed after this step.
	rung int
	// then are further system actions that follow at once, in this transaction.
	then []step
}

// act runs one action of the caller of ctx on the referenced report.
func (s *Service) act(ctx context.Context, tenant, ref string, st step) (uuid.UUID, error) {
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	for try := 1; ; try++ {
		err := s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
			rel, err := s.load(ctx, tx, ref, true, s.visible(ctx, who, readPermission)...)
			if err != nil {
				return err
			}
			id = rel.report.ID
			if !s.covers(ctx, rel, who) {
				return s.explain(ctx, s.moment(tx, rel, who, dir, ""), st.action, fault.Forbidden.New("这一步不由您办理"))
			}
			if st.version != 0 && st.version != rel.report.Version {
				return fault.VersionConflict.New("此件刚刚有变化，请刷新后再操作").Fact("version", rel.report.Version)
			}
			if err := s.perform(ctx, tx, rel, who, dir, st); err != nil {
				return err
			}
			return remember(ctx, tx, id)
		})
		if errors.Is(err, errStale) {
			if try < maxTries && st.version == 0 {
				continue
			}
			err = fault.VersionConflict.With(err, "此件刚刚有变化，请刷新后再操作")
		}
		return id, err
	}
}

// covers asks the policy whether the caller's grants for this very permission
// reach this very report.
func (s *Service) covers(ctx context.Context, r *relation, who asker) bool {
	return coveredBy(authz.AccessFrom(ctx), r, who)
}

func coveredBy(access authz.Access, r *relation, who asker) bool {
	parts := r.parts(who)
	row := authz.Row{
		Division: r.report.DivisionCode,
		Reporter: parts[Reporter],
		Holder:   parts[LeadDeputy] || parts[JoinedDeputy],
		Offered:  parts[OfferedDeputy],
	}
	for _, a := range r.assignments {
		row.Units = append(row.Units, a.UnitID)
	}
	if r.report.StationID != nil {
		row.Stations = append(row.Stations, *r.report.StationID)
	}
	return access.Covers(row)
}

// perform decides and carries out one step on a loaded report.
func (s *Service) perform(ctx context.Context, tx *database.Tx, rel *relation, who asker, dir *division.Directory, st step) error {
	m := s.moment(tx, rel, who, dir, st.note)
	facts := rel.facts(who.units())
	if err := s.furtherFacts(ctx, m, facts); err != nil {
		return err
	}
	if err := s.workFacts(ctx, m, who.units(), facts); err != nil {
		return err
	}
	if st.facts != nil {
		if err := st.facts(ctx, m, facts); err != nil {
			return err
		}
	}
	move, err := Table.Decide(rel.state(), st.action, m.parts, facts)
	if err != nil {
		return s.explain(ctx, m, st.action, err)
	}
	m.move = move
	if m.label == "" {
		m.label = s.actorLabel(m)
	}
	if move.Proposed {
		return s.propose(ctx, m, st)
	}
	return s.execute(ctx, m, st)
}

func (s *Service) moment(tx *database.Tx, rel *relation, who asker, dir *division.Directory, note string) *moment {
	return &moment{
		relation: rel, tx: tx, now: s.Clock.Now(), asker: who, parts: rel.parts(who), dir: dir, note: note,
		change: tx.Report.Update().Where(entreport.ID(rel.report.ID), entreport.Version(rel.report.Version)).AddVersion(1),
		params: map[string]string{}, data: map[string]any{}, spans: map[string]deadline.Span{},
		notAfter: map[string]time.Time{}, dues: map[string]time.Time{},
		hasDeputy: rel.lead() != nil && !rel.leadRecused, rung: rel.report.Rung,
	}
}

// explain makes the refusal of a lost race tell what happened meanwhile: a
// colleague was faster, or the time to answer was over.
func (s *Service) explain(ctx context.Context, m *moment, action flow.Action, err error) error {
	offer, lead := m.offerOf(m.asker.person), m.lead()
	if action != "accept" || offer == nil {
		return err
	}
	var detail string
	switch {
	case lead != nil && openOffer(offer) && fault.Is(err, flow.TransitionNotAllowed):
		name, lookupErr := s.deputyName(ctx, m.tx, lead.DeputyID)
		if lookupErr != nil {
			return lookupErr
		}
		detail = name + "代表已先接单，谢谢您。您可以选择“加入跟进”。"
	case offer.State == reportoffer.StateLapsed:
		detail = "接单时间已过，此件已由" + m.report.OwnerLabel + "负责，谢谢您。"
	default:
		return err
	}
	return flow.TransitionNotAllowed.New(detail).Fact("state", string(m.state())).Fact("action", string(action))
}

// execute does the action's writes, moves the clocks, the owner and the state,
// and writes the event, the audit line and the notices.
func (s *Service) execute(ctx context.Context, m *moment, st step) error {
	if st.apply != nil {
		if err := st.apply(ctx, m); err != nil {
			return err
		}
	}
	if err := s.moveClocks(ctx, m); err != nil {
		return err
	}
	if err := s.moveReport(ctx, m); err != nil {
		return err
	}
	if err := s.moveLoad(ctx, m); err != nil {
		return err
	}
	if err := s.supersede(ctx, m); err != nil {
		return err
	}
	if err := s.record(ctx, m); err != nil {
		return err
	}
	if err := s.send(ctx, m); err != nil {
		return err
	}
	return s.follow(ctx, m)
}

// follow runs the system steps that this action makes due at once.
func (s *Service) follow(ctx context.Context, m *moment) error {
	for _, next := range m.then {
		row, err := m.tx.Report.Query().Where(entreport.ID(m.report.ID)).Only(ctx)
		if err != nil {
			return fmt.Errorf("read again: %w", err)
		}
		rel, err := s.relate(ctx, m.tx, row)
		if err != nil {
			return err
		}
		if err := s.perform(ctx, m.tx, rel, asker{tenant: m.asker.tenant, system: true}, m.dir, next); err != nil {
			return err
		}
	}
	return nil
}
