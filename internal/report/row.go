package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/division"
	"huying/internal/platform/database"
)

// row makes the report of a draft. It is not written yet.
func (s *Service) row(_ *database.Tx, d *draft) *db.Report {
	return s.rowAt(d, s.Clock.Now(), uuid.Must(uuid.NewV7()))
}

// rowAt makes the report of a draft as filed at an instant.
func (s *Service) rowAt(d *draft, now time.Time, id uuid.UUID) *db.Report {
	in := d.in
	rep := &db.Report{
		ID: id, CreatedAt: now, UpdatedAt: now, TenantID: d.tenant, Version: 1, Round: 1,
		State: entreport.StateSubmitted, Category: d.category.Key, ClockClass: string(d.category.ClockClass),
		VerifyFirst: d.category.VerifyFirst, Title: strings.TrimSpace(in.Title), Description: strings.TrimSpace(in.Description),
		DivisionCode: d.division.Code, PlaceID: in.PlaceID, Address: strings.TrimSpace(in.Address),
		Source: d.source, ReporterID: d.reporter, IdentityLevel: entreport.IdentityLevelHiddenPublic,
		Visibility: entreport.VisibilityPrivate, Danger: in.Danger, InLegalProcess: in.InLegalProcess,
		Respondent: strings.TrimSpace(in.Respondent), PreferredDeputyID: in.DeputyID, StationID: in.StationID,
		Answers: trimmed(in.Answers),
	}
	if d.partner != nil {
		rep.PartnerKeyID = &d.partner.KeyID
	}
	rep.ThreadID = rep.ID
	if rep.Title == "" {
		rep.Title = firstWords(rep.Description)
	}
	if in.IdentityLevel != "" {
		rep.IdentityLevel = entreport.IdentityLevel(in.IdentityLevel)
	}
	if in.Visibility != "" {
		rep.Visibility = entreport.Visibility(in.Visibility)
	}
	if rep.Respondent != "" {
		rep.RespondentKey = s.RespondentKey(rep.Respondent)
	}
	if d.follows != nil {
		rep.FollowsID = &d.follows.ID
	}
	locate(rep, in)
	rep.OwnerKind = ownerIn(Submitted, rep.Danger, false)
	rep.OwnerLabel = officeName(d.dir, rep.DivisionCode)
	if rep.OwnerKind == OwnerDuty {
		rep.OwnerLabel = "值班人员"
	}
	return rep
}

func locate(rep *db.Report, in Submission) {
	if p := in.Position; p != nil {
		rep.Lat, rep.Lng, rep.AccuracyM = &p.Lat, &p.Lng, p.AccuracyM
		lat, lng := Cell(p.Lat), Cell(p.Lng)
		rep.CellLat, rep.CellLng = &lat, &lng
	}
	if p := in.SourcePosition; p != nil {
		rep.SourceLat, rep.SourceLng = &p.Lat, &p.Lng
	}
	if w := in.Occurs; w != nil {
		from, to := micro(w.From), micro(w.To)
		rep.OccursFrom, rep.OccursTo = &from, &to
	}
}

func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// createReport copies a prepared row into its insert.
func createReport(tx *database.Tx, r *db.Report) *db.ReportCreate {
	create := tx.Report.Create().SetID(r.ID).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).
		SetNumber(r.Number).SetThreadID(r.ThreadID).SetState(r.State).
		SetCategory(r.Category).SetClockClass(r.ClockClass).SetVerifyFirst(r.VerifyFirst).
		SetTitle(r.Title).SetDescription(r.Description).SetDivisionCode(r.DivisionCode).SetStreetCode(streetOf(r.DivisionCode)).SetCommunityCode(community(r.DivisionCode)).
		SetNillablePlaceID(r.PlaceID).SetAddress(r.Address).
		SetNillableLat(r.Lat).SetNillableLng(r.Lng).SetNillableAccuracyM(r.AccuracyM).
		SetNillableCellLat(r.CellLat).SetNillableCellLng(r.CellLng).SetNillableTile(tileOf(r)).
		SetNillableSourceLat(r.SourceLat).SetNillableSourceLng(r.SourceLng).
		SetNillableOccursFrom(r.OccursFrom).SetNillableOccursTo(r.OccursTo).
		SetSource(r.Source).SetReporterID(r.ReporterID).SetNillablePartnerKeyID(r.PartnerKeyID).
		SetIdentityLevel(r.IdentityLevel).SetVisibility(r.Visibility).
		SetDanger(r.Danger).SetInLegalProcess(r.InLegalProcess).
		SetRespondent(r.Respondent).SetRespondentKey(r.RespondentKey).
		SetNillablePreferredDeputyID(r.PreferredDeputyID).SetNillableStationID(r.StationID).
		SetNillableSplitFromID(r.SplitFromID).SetNillableFollowsID(r.FollowsID).SetNillableDetachedAt(r.DetachedAt).
		SetOwnerKind(r.OwnerKind).SetOwnerLabel(r.OwnerLabel).
		SetNillablePromisedAt(r.PromisedAt).SetNillableDueAt(r.DueAt)
	if len(r.Answers) > 0 {
		create.SetAnswers(r.Answers)
	}
	if r.OnBehalfSealed != nil {
		create.SetOnBehalfSealed(*r.OnBehalfSealed)
	}
	return create
}

// termBatch bounds one insert of search terms.
const termBatch = 200

// WriteTerms fills the search table of a new report: its texts, its place by
// name, its division and the plain word of its category.
func WriteTerms(ctx context.Context, tx *database.Tx, rep *db.Report, dir *division.Directory, place string) error {
	terms := reportTerms(rep, dir, place)
	for len(terms) > 0 {
		n := min(termBatch, len(terms))
		creates := make([]*db.ReportTermCreate, n)
		for i, term := range terms[:n] {
			creates[i] = tx.ReportTerm.Create().SetTerm(term).SetID(rep.ID)
		}
		if err := tx.ReportTerm.CreateBulk(creates...).Exec(ctx); err != nil {
			return fmt.Errorf("search terms: %w", err)
		}
		terms = terms[n:]
	}
	return nil
}

// reportTerms are what a report is found by.
func reportTerms(rep *db.Report, dir *division.Directory, place string) []string {
	category := rep.Category
	if c, ok := dir.Category(rep.Category); ok {
		category = c.Name
	}
	// Of the number only what tells it from others: a whole number is looked up, not searched.
	last := rep.Number[strings.LastIndexByte(rep.Number, '-')+1:]
	return Terms(rep.Title, place, rep.Address, category, dir.FullName(rep.DivisionCode), rep.Description, last)
}
