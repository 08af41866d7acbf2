package report

import (
	"context"
	"fmt"
	"regexp"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/assignment"
	"huying/ent/db/deadline"
	"huying/ent/db/followup"
	"huying/ent/db/rateexclusion"
	"huying/ent/db/rating"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportfollower"
	"huying/ent/db/reportproposal"
	"huying/ent/db/reportterm"
	"huying/ent/db/reporttransfer"
	"huying/ent/db/screenitem"
	"huying/ent/db/senderblock"
	"huying/ent/db/supervision"
	"huying/internal/platform/database"
)

// anonymousTitle stands where a title was.
const anonymousTitle = "（内容已按期清除）"

// Aliases are who stands for whom: fresh random ids that map to nobody, the same for one person in one thread, so that
// what is counted once stays counted once.
type Aliases map[uuid.UUID]uuid.UUID

// of gives the alias of a person, made on first use.
func (a Aliases) of(person uuid.UUID) uuid.UUID {
	if _, known := a[person]; !known {
		a[person] = uuid.New()
	}
	return a[person]
}

// anonymise removes from one report, in its transaction, everything that points to a person: texts, exact place,
// photos, what was typed on the way. State, category, community, times, rounds, units and marks stay, so every
// statistic counts as before. Citizens are those who sent, follow or rated it; all of them get aliases.
func (s *Service) anonymise(ctx context.Context, tx *database.Tx, r *db.Report, aliases Aliases) (photos int, err error) {
	if err := s.aliasCitizens(ctx, tx, r, aliases); err != nil {
		return 0, err
	}
	if photos, err = s.Evidence.Anonymise(ctx, tx, r.ID, aliases); err != nil {
		return 0, err
	}
	if err := clearEvents(ctx, tx, r.ID, aliases); err != nil {
		return 0, err
	}
	if err := clearNotes(ctx, tx, r.ID); err != nil {
		return 0, err
	}
	if _, err := tx.ReportTerm.Delete().Where(reportterm.ID(r.ID)).Exec(ctx); err != nil {
		return 0, fmt.Errorf("anonymise terms: %w", err)
	}
	n, err := tx.Report.Update().Where(entreport.ID(r.ID), entreport.Version(r.Version)).AddVersion(1).
		SetTitle(anonymousTitle).SetDescription("").SetPublicTitle("").SetPublicDescription("").ClearPublishedAt().
		SetAddress("").ClearPlaceID().SetDivisionCode(community(r.DivisionCode)).
		ClearLat().ClearLng().ClearAccuracyM().ClearCellLat().ClearCellLng().ClearTile().ClearSourceLat().ClearSourceLng().
		ClearOccursFrom().ClearOccursTo().SetRespondent("").SetRespondentKey("").ClearOnBehalfSealed().ClearAnswers().
		SetReporterID(aliases.of(r.ReporterID)).SetAnonymisedAt(s.Clock.Now()).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("anonymise report: %w", err)
	}
	if n == 0 {
		return 0, errStale
	}
	return photos, nil
}

// aliasCitizens puts aliases for the people who sent, follow or rated a report.
func (s *Service) aliasCitizens(ctx context.Context, tx *database.Tx, r *db.Report, aliases Aliases) error {
	followers, err := tx.ReportFollower.Query().Where(reportfollower.ReportID(r.ID)).All(ctx)
	if err != nil {
		return fmt.Errorf("anonymise followers: %w", err)
	}
	for _, f := range followers {
		if err := tx.ReportFollower.Update().Where(reportfollower.ID(f.ID)).SetPersonID(aliases.of(f.PersonID)).Exec(ctx); err != nil {
			return fmt.Errorf("anonymise follower: %w", err)
		}
	}
	marks, err := tx.Rating.Query().Where(rating.SubjectKind(subjectKind), rating.SubjectID(r.ID)).All(ctx)
	if err != nil {
		return fmt.Errorf("anonymise ratings: %w", err)
	}
	for _, x := range marks {
		err := tx.Rating.Update().Where(rating.ID(x.ID)).SetPersonID(aliases.of(x.PersonID)).SetComment("").Exec(ctx)
		if err != nil {
			return fmt.Errorf("anonymise rating: %w", err)
		}
	}
	err = tx.SenderBlock.Update().Where(senderblock.ReportID(r.ID)).AddVersion(1).SetPersonID(aliases.of(r.ReporterID)).
		SetReason("").SetReviewRequest("").SetReviewOutcome("").Exec(ctx)
	if err != nil {
		return fmt.Errorf("anonymise suspensions: %w", err)
	}
	return nil
}

// clearEvents takes the words out of a report's history and keeps its steps; who acted stays a bare id, but for citizens.
func clearEvents(ctx context.Context, tx *database.Tx, id uuid.UUID, aliases Aliases) error {
	events, err := tx.ReportEvent.Query().Where(reportevent.ReportID(id)).All(ctx)
	if err != nil {
		return fmt.Errorf("anonymise events: %w", err)
	}
	for _, e := range events {
		u := tx.ReportEvent.Update().Where(reportevent.ID(e.ID)).SetPublicText("").SetInternalNote("")
		if kept := codes(e.Data); len(kept) > 0 {
			u.SetData(kept)
		} else {
			u.ClearData()
		}
		if e.ActorID != nil {
			if alias, citizen := aliases[*e.ActorID]; citizen || e.ActorPart == string(Reporter) {
				if !citizen {
					alias = aliases.of(*e.ActorID)
				}
				u.SetActorID(alias)
			}
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("anonymise event: %w", err)
		}
	}
	return nil
}

// codeForm is a word of the program, not of a person: result classes, ways of contact, kinds of clock; or a time.
var codeForm = regexp.MustCompile(`^([a-z][a-z_.-]{0,39}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+))$`)

// idKeys name rows that are no persons.
var idKeys = map[string]bool{"unit": true, "unit_id": true, "unit_ids": true, "lead_unit_id": true, "deputy_id": true, "report_id": true, linkedKey: true}

// codes keeps of an event's particulars what statistics count and nobody can be found by.
func codes(data map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range data {
		switch x := v.(type) {
		case bool, float64, int:
			out[k] = x
		case string:
			if codeForm.MatchString(x) || idKeys[k] {
				out[k] = x
			}
		case map[string]any:
			if kept := codes(x); len(kept) > 0 {
				out[k] = kept
			}
		case []any:
			if idKeys[k] {
				out[k] = x
			}
		}
	}
	return out
}

// clearNotes empties every text that staff wrote about the report on the way.
func clearNotes(ctx context.Context, tx *database.Tx, id uuid.UUID) error {
	steps := []struct {
		what  string
		clear func() error
	}{
		{"proposals", func() error {
			return tx.ReportProposal.Update().Where(reportproposal.ReportID(id)).AddVersion(1).SetBody([]byte("{}")).SetReason("").Exec(ctx)
		}},
		{"assignments", func() error {
			return tx.Assignment.Update().Where(assignment.SubjectKind(subjectKind), assignment.SubjectID(id)).AddVersion(1).
				SetNote("").SetReturnReason("").SetOpinion("").Exec(ctx)
		}},
		{"call-backs", func() error {
			return tx.FollowUp.Update().Where(followup.SubjectKind(subjectKind), followup.SubjectID(id)).SetNote("").Exec(ctx)
		}},
		{"exclusions", func() error {
			return tx.RateExclusion.Update().Where(rateexclusion.SubjectKind(subjectKind), rateexclusion.SubjectID(id)).SetReason("").Exec(ctx)
		}},
		{"screening", func() error {
			return tx.ScreenItem.Update().Where(screenitem.SubjectID(id)).AddVersion(1).SetNote("").Exec(ctx)
		}},
		{"supervision", func() error {
			return tx.Supervision.Update().Where(supervision.ReportID(id)).AddVersion(1).SetLetter("").SetAnswer("").Exec(ctx)
		}},
		{"transfers", func() error {
			return tx.ReportTransfer.Update().Where(reporttransfer.ReportID(id)).AddVersion(1).
				SetTitle("").SetDescription("").SetReason("").SetDecisionReason("").Exec(ctx)
		}},
		{"clocks", func() error {
			return tx.Deadline.Update().Where(deadline.SubjectKind(subjectKind), deadline.SubjectID(id)).AddVersion(1).SetPauseReason("").Exec(ctx)
		}},
	}
	for _, s := range steps {
		if err := s.clear(); err != nil {
			return fmt.Errorf("anonymise %s: %w", s.what, err)
		}
	}
	return nil
}
