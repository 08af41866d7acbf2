package report

import (
	"context"
	"fmt"
	"slices"

	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"

	"github.com/google/uuid"
)

// Events without a row of the table: they move nothing.
const (
	eventComment    = "comment"
	eventSupplement = "supplement"
)

// Limits of what is written beside the path, for one report.
const (
	maxSupplements = 20
	maxComments    = 200
)

// CommentBody is the body of comment.
type CommentBody struct {
	Text string `json:"text" minLength:"2" maxLength:"1000" doc:"工作人员和代表写内部备注，反映人写补充说明；都不公开"`
}

// Comment keeps what somebody adds to a report without moving it: whoever works
// on it an internal note, its reporter a supplement that the reporter and those
// who work on it read. Neither is ever public. It fails with invalid_input
// naming text, forbidden for who has no part in the report, and
// transition_not_allowed where the report has ended for its reporter.
func (s *Service) Comment(ctx context.Context, tenant, ref string, b CommentBody) (uuid.UUID, error) {
	if problem := checkText(b.Text, 2, 1000); problem != "" {
		return uuid.Nil, invalid("text", problem)
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
		m := s.moment(tx, rel, who, dir, b.Text)
		action, part, err := rel.mayComment(m.parts)
		if err != nil {
			return err
		}
		if !s.covers(ctx, rel, who) {
			return fault.Forbidden.New("这一步不由您办理")
		}
		m.move = flow.Transition{Action: action, Part: part, From: m.state(), To: m.state()}
		m.label = s.actorLabel(m)
		if action == eventSupplement {
			s.tellHolder(m, "report_reporter_added")
		}
		if err := s.record(ctx, m); err != nil {
			return err
		}
		return s.send(ctx, m)
	})
	return id, err
}

// mayComment says what somebody with these parts may add now.
func (r *relation) mayComment(p flow.Parts) (flow.Action, flow.Part, error) {
	refuse := func(why string) (flow.Action, flow.Part, error) {
		return "", "", flow.TransitionNotAllowed.New(why).Fact("state", string(r.report.State)).Fact("action", eventComment)
	}
	if p[Reporter] {
		switch {
		case r.report.DetachedAt != nil:
			return refuse("您已撤回此件，不能再补充")
		case !Live(r.state()) && !r.appealPending():
			return refuse("此件目前“" + Table.Word(r.state()) + "”，不能再补充")
		case r.written(eventSupplement) >= maxSupplements:
			return refuse(fmt.Sprintf("补充说明最多%d条", maxSupplements))
		}
		return eventSupplement, Reporter, nil
	}
	i := slices.IndexFunc(insiders, func(part flow.Part) bool { return p[part] })
	switch {
	case i < 0 || insiders[i] == CitySupervisor:
		return "", "", fault.Forbidden.New("只有办理此件的人可以写备注")
	case r.report.AnonymisedAt != nil:
		return refuse("此件已归档，不再增加备注")
	case r.written(eventComment) >= maxComments:
		return refuse(fmt.Sprintf("备注最多%d条", maxComments))
	}
	return eventComment, insiders[i], nil
}

func (r *relation) written(action string) (n int) {
	for _, e := range r.events {
		if e.Action == action {
			n++
		}
	}
	return n
}

// tellHolder tells whoever has to act next that something was added.
func (s *Service) tellHolder(m *moment, template string) {
	switch m.report.OwnerKind {
	case OwnerUnit:
		for _, a := range m.assignments {
			m.staff("unit_clerk", template, false, a.UnitID, nil)
		}
	case OwnerDeputy:
		if lead := m.lead(); lead != nil && !m.leadRecused {
			m.tell = append(m.tell, notice{person: lead.PersonID, template: template})
		}
	case OwnerDistrict:
		m.staff("district_staff", template, false, uuid.Nil, nil)
	case OwnerDuty:
		m.staff("duty_officer", template, true, uuid.Nil, nil)
	default:
		m.staff("street_office", template, false, uuid.Nil, nil)
	}
}

// offerComment lists comment among the allowed actions, where it is one.
func (s *Service) offerComment(m *moment) []flow.Offer {
	action, _, err := m.mayComment(m.parts)
	if err != nil || !coveredBy(s.Index.Access(m.asker.grants, m.asker.tenant, "report.comment"), m.relation, m.asker) {
		return nil
	}
	return []flow.Offer{{Action: eventComment, Title: eventTitle(string(action)), Needs: []flow.Need{
		{Field: "text", Kind: "text", Label: eventTitle(string(action)) + "（不公开）", Required: true},
	}}}
}
