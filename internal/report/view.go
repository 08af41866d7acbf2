package report

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/platform/database"
	"huying/internal/rating"
)

// insiders see notes and particulars; the reporter sees what the public wording
// says; everybody else sees less still.
func insider(p flow.Parts) bool {
	return slices.ContainsFunc(insiders, func(part flow.Part) bool { return p[part] })
}

var insiders = []flow.Part{
	Office, DistrictStaff, DistrictHead, Coordinator, UnitClerk, UnitHead, AssistingUnit,
	LeadDeputy, JoinedDeputy, FollowUpCaller, DutyOfficer, CitySupervisor,
}

// mayRead says whether text and photos are shown to these parts. Who only
// holds a listing role, such as a screener or a grid member, reads them too:
// the scope let the row through. Only a deputy who declined sees none.
func mayRead(p flow.Parts, listed bool) bool {
	return insider(p) || p[Reporter] || p[OfferedDeputy] || p[Screener] || listed
}

// seesReporter says who may know, masked, who reported. Never a deputy before
// accepting, never a unit or deputy when the reporter hides from them, nobody
// when the reporter left no phone.
func seesReporter(p flow.Parts, r *db.Report) bool {
	level := r.IdentityLevel
	if level == entreport.IdentityLevelNoPhone {
		return false
	}
	finished := r.State == entreport.StateResolved || r.State == entreport.StateClosed
	if p[Office] || p[DistrictStaff] || p[FollowUpCaller] && finished || p[DutyOfficer] && r.Danger {
		return true
	}
	if level == entreport.IdentityLevelHiddenAll {
		return false
	}
	return p[LeadDeputy] || p[UnitClerk] || p[UnitHead]
}

func viewItem(r *db.Report, dir *division.Directory, now time.Time) Item {
	it := Item{
		ID: r.ID, Number: r.Number, Tenant: r.TenantID, State: string(r.State), StateName: Table.Word(flow.State(r.State)),
		Category: r.Category, CategoryName: r.Category, Title: r.Title,
		DivisionCode: r.DivisionCode, DivisionName: dir.FullName(r.DivisionCode), Address: r.Address,
		Position: viewPoint(r.Lat, r.Lng, r.AccuracyM), Danger: r.Danger, Round: r.Round,
		Owner: &Owner{Kind: r.OwnerKind, Name: r.OwnerLabel}, PromisedAt: r.PromisedAt, DueAt: r.DueAt,
		Overdue: r.DueAt != nil && r.DueAt.Before(now) && Live(flow.State(r.State)),
		Rung:    r.Rung, PausedUntil: r.PausedUntil, Disputed: r.ReturnDisputed, Supervised: r.Supervised,
		Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if r.CloseReason != entreport.CloseReasonNone {
		it.CloseReason = string(r.CloseReason)
	}
	if c, ok := dir.Category(r.Category); ok {
		it.CategoryName = c.Name
	}
	return it
}

// viewPublicItem is what a visitor may see of a public report: category, place
// at community level and state; title only once screened.
func viewPublicItem(r *db.Report, dir *division.Directory, now time.Time) Item {
	it := viewItem(r, dir, now)
	it.Address, it.Position, it.Owner, it.DueAt, it.Overdue = "", nil, nil, nil, false
	it.Rung, it.PausedUntil, it.Disputed, it.Supervised = 0, nil, false, false
	if len(it.DivisionCode) > 12 {
		it.DivisionCode = it.DivisionCode[:12]
		it.DivisionName = dir.FullName(it.DivisionCode)
	}
	it.Title = ""
	if r.PublishedAt != nil {
		it.Title = publicTitle(r)
	}
	return it
}

func viewPoint(lat, lng, accuracy *float64) *Position {
	if lat == nil || lng == nil {
		return nil
	}
	return &Position{Lat: *lat, Lng: *lng, AccuracyM: accuracy}
}

// view makes the report's page for one asker from what was loaded.
func (s *Service) view(ctx context.Context, tx *database.Tx, rel *relation, who asker, dir *division.Directory, listed bool) (*View, error) {
	r, p, now := rel.report, rel.parts(who), s.Clock.Now()
	v := &View{
		Item: viewItem(r, dir, now), Published: r.PublishedAt != nil, Detached: r.DetachedAt != nil,
		DeskCheck: r.DeskCheck, FollowerCount: r.FollowerCount, Deputies: []DeputyView{}, Units: []UnitView{},
		Timeline: []EventView{}, Clocks: []ClockView{}, Photos: []evidence.PhotoView{}, AllowedActions: []flow.Offer{},
	}
	if !mayRead(p, listed) {
		v.Item = viewPublicItem(r, dir, now)
		v.Title = ""
		return v, nil
	}
	v.Description, v.PlaceID, v.SourcePosition = r.Description, r.PlaceID, viewPoint(r.SourceLat, r.SourceLng, nil)
	v.Visibility, v.Source, v.InLegalProcess = string(r.Visibility), string(r.Source), r.InLegalProcess
	if r.OccursFrom != nil && r.OccursTo != nil {
		v.Occurs = &Window{From: *r.OccursFrom, To: *r.OccursTo}
	}
	inside := insider(p)
	if inside || p[Reporter] {
		v.Respondent, v.IdentityLevel = r.Respondent, string(r.IdentityLevel)
		v.Answers = viewAnswers(r, dir)
	}
	viewPass(v, r, rel.events, dir)
	v.Timeline = viewEvents(rel.events, inside, p[Reporter])
	if err := s.viewPeople(ctx, tx, rel, v, who, p); err != nil {
		return nil, err
	}
	v.Clocks = viewClocks(rel.clocks, now, inside)
	var err error
	if inside {
		if v.Letters, err = s.viewLetters(ctx, tx, r, now); err != nil {
			return nil, err
		}
	}
	if v.Links, err = s.viewLinks(ctx, tx, rel, who); err != nil {
		return nil, err
	}
	if v.Master, err = s.viewMaster(ctx, tx, rel, who); err != nil {
		return nil, err
	}
	photos, err := s.photosOf(ctx, tx, rel)
	if err != nil {
		return nil, err
	}
	v.Photos = s.Evidence.Views(ctx, photos)
	if err := s.viewRating(ctx, tx, rel, v); err != nil {
		return nil, err
	}
	s.viewAwaiting(rel, who, v, inside, photos)
	if !readsWhole(p, r) {
		shield(v, r)
	}
	v.MayRevealPerson = mayReveal(p, string(r.IdentityLevel), rel.state(), r.Danger) && r.DetachedAt == nil &&
		coveredBy(s.Index.Access(who.grants, who.tenant, "report.reveal"), rel, who)
	v.AllowedActions, err = s.allowed(ctx, tx, rel, who)
	return v, err
}

// viewPeople fills deputies, units and offers.
func (s *Service) viewPeople(ctx context.Context, tx *database.Tx, rel *relation, v *View, who asker, p flow.Parts) error {
	for _, d := range rel.deputies {
		name, err := s.deputyName(ctx, tx, d.DeputyID)
		if err != nil {
			return err
		}
		v.Deputies = append(v.Deputies, DeputyView{ID: d.DeputyID, Name: name, Part: string(d.Part)})
	}
	if len(rel.assignments) > 0 {
		var ids []uuid.UUID
		for _, a := range rel.assignments {
			ids = append(ids, a.UnitID)
		}
		units, err := s.Units.Units(ctx, tx, ids)
		if err != nil {
			return err
		}
		for _, a := range rel.assignments {
			if !handling.Answers(a) && !insider(p) {
				continue
			}
			handler := a.HandlerID
			if !p[UnitClerk] && !p[UnitHead] {
				handler = nil
			}
			u := UnitView{
				HandlerID: handler,
				ID:        a.UnitID, Name: units[a.UnitID].Name, Phone: units[a.UnitID].Phone, Part: string(a.Part),
				State: string(a.State), TakenAt: a.TakenAt, ContactedAt: a.ContactedAt, RepliedAt: a.RepliedAt,
			}
			if insider(p) {
				u.DueAt, u.Opinion, u.Returned = a.DueAt, a.Opinion, a.ReturnReason
			}
			v.Units = append(v.Units, u)
		}
	}
	v.Offers = rel.viewOffers(p, who.person)
	return nil
}

func (r *relation) viewOffers(p flow.Parts, person uuid.UUID) []OfferView {
	var out []OfferView
	all := p[Office] || p[DistrictStaff] || p[DistrictHead]
	for _, o := range r.offers {
		if all || p[OfferedDeputy] && openOffer(o) && o.PersonID == person {
			out = append(out, OfferView{DeputyID: o.DeputyID, State: string(o.State), Reasons: o.Reasons})
		}
	}
	return out
}

// viewEvents is the timeline. Those outside see only what was said in public,
// the reporter their own supplements too.
func viewEvents(events []*db.ReportEvent, inside, own bool) []EventView {
	out := []EventView{}
	for _, e := range events {
		supplement := e.Action == eventSupplement && own
		if !inside && e.PublicText == "" && !supplement {
			continue
		}
		v := EventView{
			At: e.At, Action: ownAction(e), Title: eventTitle(ownAction(e)), State: e.ToState, StateName: Table.Word(flow.State(e.ToState)),
			Round: e.Round, By: e.ActorLabel, Text: e.PublicText, District: heldBy(e),
		}
		v.Owner = viewOwner(e.Data)
		if supplement {
			v.Note = e.InternalNote
		}
		if inside {
			v.Note = e.InternalNote
			v.Data = particulars(e.Data)
		}
		out = append(out, v)
	}
	return out
}

// viewOwner reads who had to act after a step; nil for steps that left it.
func viewOwner(data map[string]any) *Owner {
	kept, ok := data["owner"].(map[string]any)
	if !ok {
		return nil
	}
	kind, _ := kept["kind"].(string)
	name, _ := kept["name"].(string)
	return &Owner{Kind: kind, Name: name}
}

// particulars are an event's data without what has a field of its own.
func particulars(data map[string]any) any {
	rest := maps.Clone(data)
	delete(rest, "owner")
	delete(rest, consentKey)
	delete(rest, fromTenantKey)
	delete(rest, fromDistrictKey)
	if len(rest) == 0 {
		return nil
	}
	return rest
}

func eventTitle(action string) string {
	switch action {
	case "overdue":
		return "超过时限"
	case "rate-remind":
		return "提醒评价"
	case "rate-call":
		return "待电话回访"
	case "transfer-settled":
		return "移交完成"
	case "deadline-settled":
		return "时限重算"
	case eventComment:
		return "内部备注"
	case eventPartner:
		return "合作系统消息"
	case eventSupplement:
		return "补充说明"
	case eventTakenUp:
		return "接续反映"
	case eventMergedIn:
		return "并入其他事项"
	case "rung":
		return "催办"
	case "extension-lapsed":
		return "延期未获批准"
	}
	if base, ok := strings.CutSuffix(action, "-proposed"); ok {
		return rowTitle(flow.Action(base)) + "（待签批）"
	}
	if base, ok := strings.CutSuffix(action, "-refused"); ok {
		return rowTitle(flow.Action(base)) + "（退回修改）"
	}
	return rowTitle(flow.Action(action))
}

// viewClocks are the clocks; why one is paused and what was told of it is internal.
func viewClocks(rows []*db.Deadline, now time.Time, inside bool) []ClockView {
	out := []ClockView{}
	for _, d := range rows {
		if d.StopReason == "replaced" {
			continue
		}
		end := now
		if d.StoppedAt != nil {
			end = *d.StoppedAt
		}
		c := ClockView{
			Kind: d.Kind, Name: clockWord(d.Kind), StartedAt: d.StartedAt, DueAt: d.DueAt, StoppedAt: d.StoppedAt,
			FirstDueAt: d.FirstDueAt, Round: d.Round, Extended: d.ExtendedAt != nil,
			Overdue: counts(d.Kind) && end.After(d.DueAt), Provisional: d.Provisional,
		}
		if d.PausedAt != nil && d.StoppedAt == nil {
			c.Paused, c.PausedUntil = true, d.ResumeAt
		}
		if inside {
			c.Rung, c.PauseReason = d.Rung, d.PauseReason
		}
		out = append(out, c)
	}
	return out
}

// viewRating shows the reporter's own rating: those of merged reporters are
// theirs to see, and the rates'.
func (s *Service) viewRating(ctx context.Context, tx *database.Tx, rel *relation, v *View) error {
	subject := rel.report.ID
	if rel.report.MasterID != nil {
		subject = *rel.report.MasterID
	}
	rows, err := rating.Of(ctx, tx, subjectKind, subject)
	if err != nil {
		return err
	}
	for _, last := range slices.Backward(rows) {
		if last.PersonID == rel.report.ReporterID {
			v.Rating = &RatingView{Result: last.Result, Attitude: last.Attitude, Comment: last.Comment, At: last.CreatedAt}
			return nil
		}
	}
	return nil
}

// viewAwaiting shows what waits for a signature, and which photos came with it.
func (s *Service) viewAwaiting(rel *relation, who asker, v *View, inside bool, photos []*db.Photo) {
	if rel.proposal == nil || !inside {
		return
	}
	m := &moment{relation: rel, asker: who, parts: rel.parts(who)}
	s.pick(m, "")
	p := m.proposal
	w := &AwaitingView{
		Action: p.Action, Title: rowTitle(flow.Action(p.Action)), Proposed: p.CreatedAt, MaySign: s.maySign(m) == nil,
		ProposeBy: Table.PartWord(flow.Part(p.ProposerPart)),
	}
	for _, r := range Table.Rows() {
		if string(r.Action) == p.Action && r.Second != nil {
			w.SignedBy = Table.PartWord(r.Second.Approves[0])
		}
	}
	var body map[string]any
	if json.Unmarshal(p.Body, &body) == nil {
		delete(body, "version")
		w.Body = body
	}
	w.PhotoIDs = broughtBy(p.Body, photos)
	v.Awaiting = w
}

// broughtBy are the photos of a report that a proposal's kept body names by their uploads.
func broughtBy(body []byte, photos []*db.Photo) []uuid.UUID {
	var b struct {
		UploadIDs []uuid.UUID `json:"upload_ids"`
	}
	out := []uuid.UUID{}
	if json.Unmarshal(body, &b) != nil {
		return out
	}
	for _, ph := range photos {
		if slices.Contains(b.UploadIDs, ph.UploadID) {
			out = append(out, ph.ID)
		}
	}
	return out
}

var signNeeds = map[flow.Action][]flow.Need{
	"approve": {needVersion},
	"refuse":  {{Field: "reason", Kind: "text", Label: "退回的原因", Required: true}, needVersion},
}

// allowed lists what the asker may do now: the table's offers that the policy
// lets this asker take here, and signing.
func (s *Service) allowed(ctx context.Context, tx *database.Tx, rel *relation, who asker) ([]flow.Offer, error) {
	facts := rel.facts(who.units())
	// Facts that a body decides are taken as they would be decided in favour.
	facts[solved], facts[reached], facts[accusation] = true, true, true
	m := &moment{relation: rel, asker: who, parts: rel.parts(who), tx: tx, now: s.Clock.Now(), params: map[string]string{}}
	if err := s.furtherFacts(ctx, m, facts); err != nil {
		return nil, err
	}
	if m.parts[OfferedDeputy] {
		if err := s.deputyFacts(ctx, m, facts); err != nil {
			return nil, err
		}
	}
	if err := s.workFacts(ctx, m, who.units(), facts); err != nil {
		return nil, err
	}
	if m.parts[Screener] {
		if err := screenedFacts(ctx, m, facts); err != nil {
			return nil, err
		}
	}
	offers := Table.Allowed(rel.state(), m.parts, facts)
	offers = slices.DeleteFunc(offers, func(o flow.Offer) bool {
		return !coveredBy(s.Index.Access(who.grants, who.tenant, "report."+string(o.Action)), rel, who) ||
			rel.waits(o.Action) != nil
	})
	s.pick(m, "")
	if rel.proposal != nil && s.maySign(m) == nil {
		title := rowTitle(flow.Action(rel.proposal.Action))
		for _, a := range []flow.Action{"approve", "refuse"} {
			word := map[flow.Action]string{"approve": "签批：", "refuse": "退回："}[a]
			offers = append(offers, flow.Offer{Action: a, Title: word + title, Needs: signNeeds[a]})
		}
	}
	return append(offers, s.offerComment(m)...), nil
}
