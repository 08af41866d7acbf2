package report

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/screenitem"
	"huying/ent/schema"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/screening"
)

// What a screener's item may be about, beside the report itself (subjectKind).
const eventKind = "report_event"

// The fields of a report that are screened; an event's public wording is one field.
const (
	fieldTitle       = "title"
	fieldDescription = "description"
	fieldWording     = "wording"
)

// withheld stands in public where a screener took a text away.
const withheld = "（内容经审核不公开）"

// publicTitle and publicDescription are what the public reads: the screener's
// wording where there is one, else the reporter's own.
func publicTitle(r *db.Report) string {
	if r.PublicTitle != "" {
		return r.PublicTitle
	}
	return r.Title
}

func publicDescription(r *db.Report) string {
	if r.PublicDescription != "" {
		return r.PublicDescription
	}
	return r.Description
}

// screenReport sends the reporter's texts to a person where something in them
// may not stand in public. The report goes its way meanwhile: screening refuses
// nothing.
func (s *Service) screenReport(ctx context.Context, m *moment) error {
	matcher, err := s.Screening.Matcher(ctx, m.tx)
	if err != nil {
		return err
	}
	for _, f := range []struct{ field, text string }{{fieldTitle, m.report.Title}, {fieldDescription, m.report.Description}} {
		if err := s.queue(ctx, m, subjectKind, m.report.ID, f.field, matcher.Find(f.text)); err != nil {
			return err
		}
	}
	return nil
}

// ownParams are the parameters of a wording that the product fills itself.
var ownParams = map[string]bool{
	"t": true, "no": true, "no2": true, "nos": true, "n": true, "sno": true, "unit": true, "deputy": true, "office": true, "head": true, "phone": true, "district": true,
}

// screenEvent does the same for what somebody wrote into a step's public
// wording: until a screener has looked, the public reads it masked.
func (s *Service) screenEvent(ctx context.Context, m *moment, e *db.ReportEvent) error {
	written := false
	for name := range m.params {
		written = written || !ownParams[name]
	}
	if !written || e.PublicText == "" {
		return nil
	}
	matcher, err := s.Screening.Matcher(ctx, m.tx)
	if err != nil {
		return err
	}
	var hits []screening.Hit
	text := []rune(e.PublicText)
	for _, h := range matcher.Find(e.PublicText) {
		// The number people are asked to call back is meant to be read.
		if string(text[h.Start:h.Start+h.Length]) != m.params["phone"] {
			hits = append(hits, h)
		}
	}
	return s.queue(ctx, m, eventKind, e.ID, fieldWording, hits)
}

func (s *Service) queue(ctx context.Context, m *moment, kind string, subject uuid.UUID, field string, hits []screening.Hit) error {
	if len(hits) == 0 {
		return nil
	}
	kept := make([]schema.ScreenHit, len(hits))
	for i, h := range hits {
		kept[i] = schema.ScreenHit(h)
	}
	err := m.tx.ScreenItem.Create().SetSubjectKind(kind).SetSubjectID(subject).SetField(field).
		SetDivisionCode(m.report.DivisionCode).SetHits(kept).SetCreatedAt(m.now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("screen item: %w", err)
	}
	return nil
}

// maskOf is a text as it may be read before a screener has decided.
func maskOf(text string, kept []schema.ScreenHit) string {
	hits := make([]screening.Hit, len(kept))
	for i, h := range kept {
		hits[i] = screening.Hit(h)
	}
	return screening.Mask(text, hits)
}

// textWaits says whether a text of the report itself still waits for a screener.
func textWaits(ctx context.Context, tx *database.Tx, report uuid.UUID) (bool, error) {
	waits, err := tx.ScreenItem.Query().Where(screenitem.SubjectID(report), screenitem.SubjectKind(subjectKind),
		screenitem.FieldIn(fieldTitle, fieldDescription), screenitem.StateEQ(screenitem.StateWaiting)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("screen items: %w", err)
	}
	return waits, nil
}

// screenedFacts adds what only publishing has to know.
func screenedFacts(ctx context.Context, m *moment, f flow.Facts) error {
	waits, err := textWaits(ctx, m.tx, m.report.ID)
	f[textsScreened] = !waits
	return err
}

// publicWordings gives, by event, the wordings that the public reads otherwise
// than they were written: masked while they wait and where a screener said so,
// withheld where one hid them.
func publicWordings(ctx context.Context, tx *database.Tx, events []*db.ReportEvent) (map[uuid.UUID]string, error) {
	texts := map[uuid.UUID]string{}
	var ids []uuid.UUID
	for _, e := range events {
		if e.PublicText != "" {
			texts[e.ID], ids = e.PublicText, append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	items, err := tx.ScreenItem.Query().Where(screenitem.SubjectIDIn(ids...), screenitem.SubjectKind(eventKind),
		screenitem.StateNEQ(screenitem.StatePassed)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("screen items: %w", err)
	}
	out := map[uuid.UUID]string{}
	for _, it := range items {
		if it.State == screenitem.StateHidden {
			out[it.SubjectID] = withheld
			continue
		}
		out[it.SubjectID] = maskOf(texts[it.SubjectID], it.Hits)
	}
	return out, nil
}

// publicTimeline is what a visitor may know of the steps: which and when, and of
// a published report what was said, as screened. What somebody wrote into a step
// after the screener looked is read only when it is published again.
func publicTimeline(ctx context.Context, tx *database.Tx, rel *relation) ([]EventView, error) {
	screened, err := publicWordings(ctx, tx, rel.events)
	if err != nil {
		return nil, err
	}
	out := []EventView{}
	for _, e := range rel.events {
		// What another district said was screened there, not here.
		if e.PublicText == "" || frozen(e) {
			continue
		}
		v := EventView{
			At: e.At, Action: e.Action, Title: eventTitle(e.Action), State: e.ToState,
			StateName: Table.Word(flow.State(e.ToState)), Round: e.Round,
		}
		if at := rel.report.PublishedAt; at != nil && (plainStep(e) || !e.At.After(*at)) {
			v.Text = e.PublicText
			if other, changed := screened[e.ID]; changed {
				v.Text = other
			}
		}
		out = append(out, v)
	}
	return out, nil
}
