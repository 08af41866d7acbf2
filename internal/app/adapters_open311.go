package app

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/idempotency"
	"huying/internal/open311"
	"huying/internal/partner"
	"huying/internal/platform/database"
	"huying/internal/report"
)

// requests are the reports as the room of Open311 sees them.
type requests struct{ house *App }

// File hands a filing to the reports.
func (r requests) File(ctx context.Context, tenant string, f open311.Filing, key *db.PartnerKey, idempotencyKey, bodyHash string) (open311.Receipt, error) {
	in := report.Submission{
		Category: f.Category, Description: f.Description, DivisionCode: f.DivisionCode, Address: f.Address, Answers: f.Answers, Visibility: "private",
	}
	if f.Public {
		in.Visibility = "public"
	}
	if f.Position != nil {
		in.Position = &report.Position{Lat: f.Position.Lat, Lng: f.Position.Lng}
	}
	if f.Phone != "" {
		in.OnBehalf = &report.OnBehalf{Name: f.Name, Phone: f.Phone}
	}
	from := report.Partner{KeyID: key.ID, Name: key.Name, Reference: f.Reference, Media: f.Media, DailyLimit: key.DailyLimit}
	got, err := r.house.Report.SubmitFor(ctx, tenant, in, from, idempotency.Key{Route: "POST /open311/v2/requests", Key: idempotencyKey, BodyHash: bodyHash})
	if err != nil {
		return open311.Receipt{}, err
	}
	notice := got.Message
	if got.QueryCode != "" {
		notice += "查询码：" + got.QueryCode
	}
	return open311.Receipt{Number: got.Number, Notice: notice}, nil
}

// Known gives reports as the public, or a key, may know them. One that is asked for alone comes with its photo.
func (r requests) Known(ctx context.Context, tenant string, q open311.Search) ([]open311.Known, error) {
	found, err := r.house.Report.PublicBetween(ctx, tenant, report.PublicFilter{
		Numbers: q.Numbers, Categories: q.Categories, From: q.From, To: q.To, Ended: q.Over, Key: q.Key, Limit: q.Limit,
	})
	out := make([]open311.Known, len(found))
	for i, f := range found {
		out[i] = open311.Known{
			Number: f.Number, Category: f.Category, CategoryName: f.CategoryName, StateName: f.StateName, Over: report.Over(f.State),
			Title: f.Title, Description: f.Description, DivisionCode: f.DivisionCode, DivisionName: f.DivisionName,
			CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt, PromisedAt: f.PromisedAt,
		}
	}
	if err != nil || len(q.Numbers) != 1 || len(found) != 1 || !found[0].Published {
		return out, err
	}
	public, err := r.house.Report.GetPublic(ctx, tenant, found[0].Number)
	if err == nil && len(public.Photos) > 0 {
		out[0].PhotoURL = public.Photos[0].MediumURL
	}
	return out, err
}

// Steps gives what happened to reports the public, or a key, may know of.
func (r requests) Steps(ctx context.Context, tenant string, from, to time.Time, key *uuid.UUID, limit int) ([]open311.Step, error) {
	found, err := r.house.Report.PublicUpdates(ctx, tenant, from, to, key, limit)
	out := make([]open311.Step, len(found))
	for i, f := range found {
		out[i] = open311.Step{ID: f.ID, Number: f.Number, Over: report.Over(f.State), Said: f.Text, Word: f.Title + "（" + f.StateName + "）", At: f.At}
	}
	return out, err
}

// Note keeps what a partner says about a report that came in under its key, or that was sent to it.
func (r requests) Note(ctx context.Context, tx *database.Tx, tenant, number string, key *db.PartnerKey, m open311.Message) (bool, error) {
	id, under, found, err := r.house.Report.SubmittedUnder(ctx, tx, number)
	if err != nil || !found {
		return false, err
	}
	if key.PartnerID != nil {
		heard, err := r.house.Partner.Heard(ctx, tx, *key.PartnerID, partner.Word{Key: m.ID, ReportID: id, Status: m.Status, Text: m.Text, At: m.At})
		if heard || err != nil {
			return heard, err
		}
	}
	if under == nil || *under != key.ID {
		return false, nil
	}
	return r.house.Report.NotePartner(ctx, tx, tenant, id, key.Name, "【"+m.Status+"】"+m.Text)
}
