package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/internal/evidence"
	"huying/internal/flow"
)

// deputyFacts adds whether the offered deputy has room for one more report.
func (s *Service) deputyFacts(ctx context.Context, m *moment, f flow.Facts) error {
	o := m.offerOf(m.asker.person)
	if o == nil {
		return nil
	}
	d, ok, err := s.Deputies.Deputy(ctx, m.tx, o.DeputyID)
	if err != nil {
		return fmt.Errorf("deputy: %w", err)
	}
	f[deputyHasRoom] = ok && (d.Live < MaxLive || m.holds(o.DeputyID))
	f[handedOver] = m.handedTo(o.DeputyID)
	f[roomForDeputy] = m.mayTakeUp(o, f[handedOver])
	m.label = d.Name + "代表"
	m.params["deputy"] = d.Name
	return nil
}

// mayTakeUp says whether the offered deputy may lead: nobody does, or the
// report was handed over to this very deputy. Once there is an owner, only
// who is asked now may; who was overtaken may while units work alone.
func (m *moment) mayTakeUp(o *db.ReportOffer, handed bool) bool {
	if m.lead() != nil {
		return handed && o.State == reportoffer.StateOffered
	}
	return o.State == reportoffer.StateOffered || m.state() == Dispatched || m.state() == Handling
}

// handedTo says whether the report was handed over to the deputy.
func (m *moment) handedTo(deputy uuid.UUID) bool {
	return slices.ContainsFunc(m.events, func(e *db.ReportEvent) bool {
		return (e.Action == "hand-over" || e.Action == "deputy-away") && e.Data["deputy_id"] == deputy.String()
	})
}

func (m *moment) holds(deputy uuid.UUID) bool {
	return slices.ContainsFunc(m.deputies, func(d *db.ReportDeputy) bool { return d.DeputyID == deputy })
}

// acceptStep is row 8: the first deputy to accept leads. Accepting a hand-over
// takes the place of the one who led (row 10).
func (s *Service) acceptStep(b PlainBody) step {
	return step{
		action: "accept", version: b.Version, facts: s.deputyFacts,
		apply: func(ctx context.Context, m *moment) error {
			if before := m.lead(); before != nil {
				if err := s.part(ctx, m, before.DeputyID, endedHandedOver); err != nil {
					return err
				}
			}
			if err := s.keep(ctx, m, clockVerify, clockVerify); err != nil {
				return err
			}
			if err := s.takePart(ctx, m, reportdeputy.PartLead, reportoffer.StateAccepted); err != nil {
				return err
			}
			_, err := m.tx.ReportOffer.Update().
				Where(reportoffer.ReportID(m.report.ID), reportoffer.StateEQ(reportoffer.StateOffered)).
				SetState(reportoffer.StateTakenByOther).AddVersion(1).Save(ctx)
			if err != nil {
				return fmt.Errorf("other offers: %w", err)
			}
			m.hasDeputy = true
			if m.move.To == Accepted || m.report.OwnerKind == OwnerDeputy {
				o := m.offerOf(m.asker.person)
				m.owner, m.ownerID, m.ownerLabel = OwnerDeputy, &o.DeputyID, m.label
				m.citizen("report_accepted", true, map[string]string{"deputy": m.params["deputy"], "due": dueParam + clockVerify})
			}
			return nil
		},
	}
}

// joinStep is row 8: up to two colleagues work with the one who leads.
func (s *Service) joinStep(b PlainBody) step {
	return step{
		action: "join", version: b.Version, facts: s.deputyFacts,
		apply: func(ctx context.Context, m *moment) error {
			return s.takePart(ctx, m, reportdeputy.PartJoined, reportoffer.StateJoined)
		},
	}
}

func (s *Service) takePart(ctx context.Context, m *moment, part reportdeputy.Part, offer reportoffer.State) error {
	o := m.offerOf(m.asker.person)
	if _, err := m.tx.ReportOffer.Update().Where(reportoffer.ID(o.ID), reportoffer.Version(o.Version)).
		SetState(offer).SetAnsweredAt(m.now).AddVersion(1).Save(ctx); err != nil {
		return fmt.Errorf("answer offer: %w", err)
	}
	held := m.holds(o.DeputyID)
	if err := m.seat(ctx, o, part); err != nil {
		return err
	}
	if part == reportdeputy.PartLead {
		m.change.SetLeadDeputyID(o.DeputyID)
	}
	if held {
		return nil
	}
	taken, err := s.Deputies.Take(ctx, m.tx, o.DeputyID)
	if err != nil {
		return fmt.Errorf("deputy's load: %w", err)
	}
	if !taken {
		return flow.TransitionNotAllowed.New("您手上已有5件在办，办结一件后再接").Fact("state", string(m.state()))
	}
	return nil
}

// seat gives a deputy the part; who had one before gets it again in the same row.
func (m *moment) seat(ctx context.Context, o *db.ReportOffer, part reportdeputy.Part) error {
	n, err := m.tx.ReportDeputy.Update().Where(reportdeputy.ReportID(m.report.ID), reportdeputy.DeputyID(o.DeputyID)).
		SetPart(part).ClearEndedAt().SetEndedReason("").AddVersion(1).Save(ctx)
	if err == nil && n == 0 {
		err = m.tx.ReportDeputy.Create().SetReportID(m.report.ID).SetDeputyID(o.DeputyID).
			SetPersonID(o.PersonID).SetPart(part).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("deputy of report: %w", err)
	}
	return nil
}

// declineStep is row 9: the last deputy to decline hands the report to the office.
func (s *Service) declineStep(b PlainBody) step {
	return step{
		action: "decline", version: b.Version, note: b.Reason, facts: s.deputyFacts,
		apply: func(ctx context.Context, m *moment) error {
			o := m.offerOf(m.asker.person)
			if _, err := m.tx.ReportOffer.Update().Where(reportoffer.ID(o.ID), reportoffer.Version(o.Version)).
				SetState(reportoffer.StateDeclined).SetAnsweredAt(m.now).AddVersion(1).Save(ctx); err != nil {
				return fmt.Errorf("decline: %w", err)
			}
			if m.move.To != m.move.From {
				return s.toOffice(ctx, m)
			}
			return nil
		},
	}
}

// toOffice makes the street's office the owner and tells the citizen.
func (s *Service) toOffice(ctx context.Context, m *moment) error {
	name := officeName(m.dir, m.report.DivisionCode)
	m.owner, m.ownerLabel, m.ownerID = OwnerOffice, name, nil
	m.params["office"] = name
	m.citizen("report_office", true, map[string]string{"office": name})
	return s.keep(ctx, m, clockVerify, clockVerify)
}

// verifyStep is row 11.
func (s *Service) verifyStep(b VerifyBody) step {
	return step{
		action: "verify", version: b.Version, note: b.Note,
		apply: func(ctx context.Context, m *moment) error {
			if len(b.UploadIDs) == 0 && b.Seen == nil {
				return invalid("upload_ids", "请附现场照片，或填写查看时段")
			}
			if b.Seen != nil {
				if problem := b.Seen.check(m.now); problem != "" {
					return invalid("seen", problem)
				}
				m.data["seen"] = b.Seen
			}
			if err := s.attach(ctx, m, b.UploadIDs, evidence.Inspection); err != nil {
				return err
			}
			m.params["findings"] = b.Findings
			m.data["findings"], m.data["photos"] = b.Findings, len(b.UploadIDs)
			m.citizen("report_verified", false, nil)
			return s.nameActor(ctx, m)
		},
	}
}

// resolveStep is row 12: the deputy's own answer, countersigned by the office.
func (s *Service) resolveStep(b ResolveBody) step {
	return step{
		action: "resolve", version: b.Version,
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			if err := s.nameActor(ctx, m); err != nil {
				return nil, err
			}
			m.staff("street_office", "report_signature", false, uuid.Nil, map[string]string{"step": "代表答复"})
			if err := s.attach(ctx, m, b.UploadIDs, evidence.Inspection); err != nil {
				return nil, err
			}
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error {
			lead := m.lead()
			if lead == nil {
				return fmt.Errorf("report %s: an answer without a deputy", m.report.Number)
			}
			name, err := s.deputyName(ctx, m.tx, lead.DeputyID)
			if err != nil {
				return err
			}
			m.params["deputy"], m.params["summary"] = name, b.Summary
			m.data["way"], m.data["summary"] = b.Way, b.Summary
			m.owner, m.ownerID, m.ownerLabel = OwnerDeputy, &lead.DeputyID, name+"代表"
			m.citizen("report_replied", true, map[string]string{"unit": name + "代表"})
			return nil
		},
	}
}

// nameActor makes a deputy act under the own name and an office under its own.
func (s *Service) nameActor(ctx context.Context, m *moment) error {
	if m.move.Part != LeadDeputy {
		return nil
	}
	name, err := s.deputyName(ctx, m.tx, m.lead().DeputyID)
	if err != nil {
		return err
	}
	m.label = name + "代表"
	return nil
}

// attach adds photos that were verified before the transaction.
func (s *Service) attach(ctx context.Context, m *moment, uploads []uuid.UUID, role evidence.Role) error {
	if len(uploads) == 0 {
		return nil
	}
	return s.Evidence.Attach(ctx, m.tx, evidence.Attachment{
		ReportID: m.report.ID, UploadIDs: uploads, Role: role, PersonID: m.asker.person,
	})
}

// confirmStep is rows 30 and 31.
func (s *Service) confirmStep(b ConfirmBody) step {
	return step{
		action: "confirm", version: b.Version,
		facts: func(_ context.Context, m *moment, f flow.Facts) error {
			f[solved] = b.Confirmed
			return nil
		},
		apply: func(ctx context.Context, m *moment) error {
			if !b.Confirmed && b.Reason == "" {
				return invalid("reason", "请写明未通过的原因")
			}
			if err := s.attach(ctx, m, b.UploadIDs, evidence.Inspection); err != nil {
				return err
			}
			if err := s.nameActor(ctx, m); err != nil {
				return err
			}
			m.data["confirmed"] = b.Confirmed
			if b.Confirmed {
				m.citizen("report_resolved", true, nil)
				return nil
			}
			m.params["reason"], m.data["reason"] = b.Reason, b.Reason
			return s.redo(ctx, m)
		},
	}
}
