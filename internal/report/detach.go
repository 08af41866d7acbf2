package report

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportproposal"
	"huying/ent/db/reportterm"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/database"
)

// detach lets a live report go on without the one who told of it: the alias stands in, the number to call is gone, and
// the person's name and number are blacked out of the texts that the work still needs. When it ends, retention
// anonymises the rest the same night.
func (s *Service) detach(ctx context.Context, tx *database.Tx, rel *relation, who Eraser, aliases Aliases, dir *division.Directory) error {
	r, black := rel.report, blackener(who.Needles)
	alias := aliases.of(who.Person)
	r.Title, r.Description, r.Address = black(r.Title), black(r.Description), black(r.Address)
	r.Respondent, r.PublicTitle, r.PublicDescription = black(r.Respondent), black(r.PublicTitle), black(r.PublicDescription)
	answers := make(map[string]string, len(r.Answers))
	for k, v := range r.Answers {
		answers[k] = black(v)
	}
	n, err := tx.Report.Update().Where(entreport.ID(r.ID), entreport.Version(r.Version)).AddVersion(1).SetReporterID(alias).
		SetTitle(r.Title).SetDescription(r.Description).SetAddress(r.Address).SetRespondent(r.Respondent).SetRespondentKey(black(r.RespondentKey)).SetAnswers(answers).
		SetPublicTitle(r.PublicTitle).SetPublicDescription(r.PublicDescription).ClearOnBehalfSealed().Save(ctx)
	if err != nil {
		return fmt.Errorf("detach: %w", err)
	}
	if n == 0 {
		return errStale
	}
	if err := s.detachHistory(ctx, tx, rel, who, alias, black); err != nil {
		return err
	}
	if _, err := tx.ReportTerm.Delete().Where(reportterm.ID(r.ID)).Exec(ctx); err != nil {
		return fmt.Errorf("detach terms: %w", err)
	}
	if err := WriteTerms(ctx, tx, r, dir, ""); err != nil {
		return err
	}
	photos, err := s.Evidence.List(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	if err := s.Evidence.Rename(ctx, tx, photos, aliases); err != nil {
		return err
	}
	err = tx.ReportEvent.Create().SetReportID(r.ID).SetRow(39).SetAction(actErased).SetFromState(string(r.State)).SetToState(string(r.State)).
		SetRound(r.Round).SetActorPart(string(System)).SetActorLabel("系统").SetAt(s.Clock.Now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("detach: event: %w", err)
	}
	return audit.Write(ctx, tx, audit.Line{
		Action: "report." + actErased, SubjectKind: subjectKind, SubjectID: r.ID.String(), Facts: map[string]any{"number": r.Number},
		Actor: &audit.Actor{Kind: audit.KindSystem, Role: audit.KindSystem},
	})
}

// detachHistory blackens what was written about a live report so far.
func (s *Service) detachHistory(ctx context.Context, tx *database.Tx, rel *relation, who Eraser, alias uuid.UUID, black func(string) string) error {
	for _, e := range rel.events {
		u := tx.ReportEvent.Update().Where(reportevent.ID(e.ID)).SetPublicText(black(e.PublicText)).SetInternalNote(black(e.InternalNote))
		if data, ok := blacken(e.Data, black).(map[string]any); ok && len(data) > 0 {
			u.SetData(data)
		}
		if e.ActorID != nil && *e.ActorID == who.Person {
			u.SetActorID(alias)
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("detach event: %w", err)
		}
	}
	for _, a := range rel.assignments {
		err := tx.Assignment.Update().Where(assignment.ID(a.ID)).AddVersion(1).SetNote(black(a.Note)).SetOpinion(black(a.Opinion)).
			SetReturnReason(black(a.ReturnReason)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("detach assignment: %w", err)
		}
	}
	for _, p := range rel.proposals {
		if err := tx.ReportProposal.Update().Where(reportproposal.ID(p.ID)).AddVersion(1).SetBody([]byte(black(string(p.Body)))).Exec(ctx); err != nil {
			return fmt.Errorf("detach proposal: %w", err)
		}
	}
	return nil
}

// blackener replaces a person's name and number in a text. A name of one character would blacken too much.
func blackener(needles []string) func(string) string {
	var pairs []string
	for _, n := range needles {
		if len([]rune(n)) > 1 {
			pairs = append(pairs, n, "＊＊")
		}
	}
	return strings.NewReplacer(pairs...).Replace
}

func blacken(v any, black func(string) string) any {
	switch x := v.(type) {
	case string:
		return black(x)
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = blacken(e, black)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = blacken(e, black)
		}
		return out
	default:
		return v
	}
}
