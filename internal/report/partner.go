package report

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/internal/deadline"
	"huying/internal/flow"
	"huying/internal/idempotency"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/screening"
)

// eventPartner is what another system said about a report. It moves nothing: the state table knows people only.
const eventPartner = "partner-note"

// maxPartnerNotes bounds what another system may write into one report.
const maxPartnerNotes = 200

// Partner is another system that submits for people.
type Partner struct {
	// KeyID is the api key it came under and Name what people call that key.
	KeyID uuid.UUID
	Name  string
	// Reference is the partner's own number, Media where it says a photo is; both are for those who work on it.
	Reference, Media string
	// DailyLimit is how many it may hand over in a local day; zero is no limit.
	DailyLimit int
}

func (p Partner) note() string {
	text := "经合作系统“" + p.Name + "”提交"
	if p.Reference != "" {
		text += "；对方编号 " + p.Reference
	}
	if p.Media != "" {
		text += "；对方附有图片地址（未下载）：" + p.Media
	}
	return text
}

// Partners hears of every step within its transaction, so that what follows for other systems is neither lost nor told
// of a step that was rolled back.
type Partners interface {
	Moved(ctx context.Context, tx *database.Tx, step Moved) error
}

// Moved is one step of a report as other systems may know it: no text somebody wrote, and nobody's name.
type Moved struct {
	Tenant, Number, Category, Division string
	ReportID, EventID                  uuid.UUID
	Action, From, To                   string
	Round                              int
	Public                             bool
	At                                 time.Time
	// KeyID is the api key it was submitted under, or nil.
	KeyID *uuid.UUID
}

// SubmitFor files a report that another system hands over. With on_behalf the report is that person's, who is told of
// everything; without, it is nobody's: no phone, no notices, outside the rates. It fails as Submit does.
func (s *Service) SubmitFor(ctx context.Context, tenant string, in Submission, from Partner, key idempotency.Key) (*Receipt, error) {
	key.Person, key.Now = from.KeyID, s.Clock.Now()
	if err := idempotency.Check(key.Key); err != nil {
		return nil, err
	}
	answer, found, err := s.recall(ctx, tenant, key)
	if err == nil && !found {
		var d *draft
		if d, err = s.prepareFor(ctx, tenant, in, from); err == nil {
			answer, _, err = s.store(ctx, tenant, d, key)
		}
	}
	if err != nil {
		return nil, err
	}
	var out Receipt
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, fmt.Errorf("stored answer: %w", err)
	}
	return &out, nil
}

func (s *Service) prepareFor(ctx context.Context, tenant string, in Submission, from Partner) (*draft, error) {
	if len(in.UploadIDs) > 0 || in.Follows != "" {
		return nil, fault.Forbidden.New("合作系统不能附照片编号或接续他人的事项")
	}
	if in.OnBehalf == nil {
		in.IdentityLevel = string(entreport.IdentityLevelNoPhone)
	}
	d, err := s.draft(ctx, tenant, in)
	if err != nil {
		return nil, err
	}
	d.partner, d.source, d.filer, d.reporter = &from, entreport.SourcePartner, from.KeyID, from.KeyID
	if in.OnBehalf == nil {
		return d, nil
	}
	d.reporter, err = s.People.EnsurePerson(ctx, in.OnBehalf.Phone, in.OnBehalf.Name)
	if f, ok := fault.As(err); ok && len(f.Fields) > 0 {
		f.Fields[0].Name = "on_behalf.phone"
	}
	return d, err
}

// nobodys says whether a report has no reporter who could be told: a partner handed it over without one.
func nobodys(r *db.Report) bool {
	return r.PartnerKeyID != nil && r.ReporterID == *r.PartnerKeyID
}

// NotePartner keeps what another system said about a report, for those who work on it, and tells whoever has to act
// next. It changes no state. The text is not public. False when the report keeps no more notes.
func (s *Service) NotePartner(ctx context.Context, tx *database.Tx, tenant string, id uuid.UUID, by, text string) (bool, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return false, err
	}
	rel, err := s.load(ctx, tx, id.String(), true)
	if err != nil {
		return false, err
	}
	if rel.report.AnonymisedAt != nil || rel.written(eventPartner) >= maxPartnerNotes {
		return false, nil
	}
	m := s.moment(tx, rel, asker{tenant: tenant, system: true}, dir, strings.TrimSpace(text))
	m.move = flow.Transition{Action: eventPartner, Part: System, From: m.state(), To: m.state()}
	m.label = by
	s.tellHolder(m, "report_partner_note")
	if err := s.record(ctx, m); err != nil {
		return false, err
	}
	return true, s.send(ctx, m)
}

// movedTo tells the partners of a step that was just written.
func (s *Service) movedTo(ctx context.Context, m *moment) error {
	if s.Partners == nil || m.event.Action == eventPartner {
		return nil
	}
	r := m.report
	return s.Partners.Moved(ctx, m.tx, Moved{
		Tenant: m.asker.tenant, Number: r.Number, Category: r.Category, Division: r.DivisionCode, ReportID: r.ID, EventID: m.event.ID,
		Action: string(m.move.Action), From: string(m.move.From), To: string(m.move.To), Round: r.Round, At: m.now, KeyID: r.PartnerKeyID,
		Public: r.Visibility == entreport.VisibilityPublic && r.DetachedAt == nil,
	})
}

// Handed is what a partner that handles a report needs of it. Texts have their personal numbers masked; who reported
// it and whom it complains of is not in it.
type Handed struct {
	ID                                   uuid.UUID
	Number, Category, Title, Description string
	DivisionCode, DivisionName, Address  string
	Position                             *Position
	State, StateName, CloseReason        string
	CreatedAt, UpdatedAt                 time.Time
	PromisedAt                           *time.Time
	Answers                              []AnswerView
	SubmittedUnder                       *uuid.UUID
	Danger, Anonymised, Detached         bool
}

// HandOver gives a report as a partner may have it. It fails with not_found.
func (s *Service) HandOver(ctx context.Context, tx *database.Tx, id uuid.UUID) (*Handed, error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	rel, err := s.load(ctx, tx, id.String(), false)
	if err != nil {
		return nil, err
	}
	matcher, err := s.Screening.Matcher(ctx, tx)
	if err != nil {
		return nil, err
	}
	r, clean := rel.report, func(text string) string { return screening.Mask(text, ofPersons(matcher.Find(text))) }
	h := &Handed{
		ID: r.ID, Number: r.Number, Category: r.Category, Title: clean(r.Title), Description: clean(r.Description),
		DivisionCode: r.DivisionCode, DivisionName: dir.FullName(r.DivisionCode), Address: clean(r.Address),
		Position: viewPoint(r.Lat, r.Lng, nil), State: string(r.State), StateName: Table.Word(rel.state()),
		CloseReason: string(r.CloseReason), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, PromisedAt: r.PromisedAt,
		Answers: viewAnswers(r, dir), SubmittedUnder: r.PartnerKeyID, Danger: r.Danger, Anonymised: r.AnonymisedAt != nil,
		Detached: r.DetachedAt != nil,
	}
	return h, nil
}

// ofPersons leaves out the words of the tenant's own list: a partner reads them as an officer would.
func ofPersons(hits []screening.Hit) []screening.Hit {
	var out []screening.Hit
	for _, h := range hits {
		if h.Kind != screening.KindWord {
			out = append(out, h)
		}
	}
	return out
}

// SubmittedUnder finds a report of the transaction's tenant by its number and says under which api key it came in.
func (s *Service) SubmittedUnder(ctx context.Context, tx *database.Tx, number string) (id uuid.UUID, key *uuid.UUID, found bool, err error) {
	row, err := tx.Report.Query().Where(entreport.Number(number)).Only(ctx)
	if db.IsNotFound(err) {
		return uuid.Nil, nil, false, nil
	}
	if err != nil {
		return uuid.Nil, nil, false, fmt.Errorf("report by number: %w", err)
	}
	return row.ID, row.PartnerKeyID, true, nil
}

// withinLimit refuses what is more than a partner may hand over in a day. It is asked within the transaction of the
// submission, whose number queues all submissions of a tenant one after the other.
func (s *Service) withinLimit(ctx context.Context, tx *database.Tx, p *Partner, now time.Time) error {
	if p == nil || p.DailyLimit == 0 {
		return nil
	}
	y, m, d := now.In(deadline.Zone).Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, deadline.Zone)
	n, err := tx.Report.Query().Where(entreport.PartnerKeyID(p.KeyID), entreport.CreatedAtGTE(midnight.UTC())).Count(ctx)
	if err != nil {
		return fmt.Errorf("reports under a key: %w", err)
	}
	if n >= p.DailyLimit {
		return PartnerExhausted.New(fmt.Sprintf("本密钥每天最多提交%d件，请明天再提交或联系区市管理员", p.DailyLimit)).After(midnight.AddDate(0, 0, 1).Sub(now))
	}
	return nil
}

// SaidIn gives what a step told the public, with personal numbers masked; "" when it said nothing.
func (s *Service) SaidIn(ctx context.Context, tx *database.Tx, event uuid.UUID) (string, error) {
	e, err := tx.ReportEvent.Query().Where(reportevent.ID(event)).Only(ctx)
	if db.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("step: %w", err)
	}
	matcher, err := s.Screening.Matcher(ctx, tx)
	if err != nil {
		return "", err
	}
	return screening.Mask(e.PublicText, ofPersons(matcher.Find(e.PublicText))), nil
}

// StatesOf gives the present states of reports of the transaction's tenant.
func (s *Service) StatesOf(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	rows, err := tx.Report.Query().Where(entreport.IDIn(ids...)).Select(entreport.FieldID, entreport.FieldState).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("states: %w", err)
	}
	out := make(map[uuid.UUID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = string(r.State)
	}
	return out, nil
}
