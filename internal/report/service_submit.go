package report

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/personreport"
	entreport "huying/ent/db/report"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/idempotency"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// draft is a submission whose every reference has been looked up.
type draft struct {
	in       Submission
	tenant   string
	filer    uuid.UUID
	reporter uuid.UUID
	source   entreport.Source
	category division.Category
	division division.Division
	dir      *division.Directory
	// partner is the api key it came under, or nil.
	partner *Partner
	// follows is the ended report of the same person that this one takes up again.
	follows *db.Report
}

// Submit files a report for the caller of ctx (row 1). The same key and body
// give the same answer for 24 hours; repeated says that it was stored already.
// It fails with invalid_input naming every wrong field, division_needed,
// place_in_other_tenant, upload_not_usable or idempotency_key_reused.
func (s *Service) Submit(ctx context.Context, tenant string, in Submission, key idempotency.Key) (answer []byte, repeated bool, err error) {
	caller := auth.From(ctx)
	if caller == nil {
		return nil, false, fault.Unauthenticated.New("请先登录")
	}
	key.Person, key.Now = caller.PersonID, s.Clock.Now()
	if err := idempotency.Check(key.Key); err != nil {
		return nil, false, err
	}
	if stored, found, err := s.recall(ctx, tenant, key); found || err != nil {
		return stored, found, err
	}
	d, err := s.prepare(ctx, tenant, in, caller)
	if err != nil {
		return nil, false, err
	}
	if err := s.Evidence.Verify(ctx, tenant, caller.PersonID, in.UploadIDs); err != nil {
		// An equal request may have used the photos a moment ago.
		if stored, found, again := s.recall(ctx, tenant, key); found && again == nil {
			return stored, true, nil
		}
		return nil, false, err
	}
	return s.store(ctx, tenant, d, key)
}

// store writes a checked submission once.
func (s *Service) store(ctx context.Context, tenant string, d *draft, key idempotency.Key) (answer []byte, repeated bool, err error) {
	err = s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		answer, repeated, err = idempotency.Run(ctx, tx, key, func(ctx context.Context) ([]byte, error) {
			receipt, err := s.file(ctx, tx, d)
			if err != nil {
				return nil, err
			}
			return json.Marshal(receipt)
		})
		return err
	})
	return answer, repeated, err
}

func (s *Service) recall(ctx context.Context, tenant string, key idempotency.Key) (answer []byte, found bool, err error) {
	if key.Key == "" {
		return nil, false, nil
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		answer, found, err = idempotency.Recall(ctx, tx, key)
		return err
	})
	return answer, found, err
}

// prepare checks a submission and looks up everything it names.
func (s *Service) prepare(ctx context.Context, tenant string, in Submission, caller *auth.Caller) (*draft, error) {
	d, err := s.draft(ctx, tenant, in)
	if err != nil {
		return nil, err
	}
	d.filer, d.reporter, d.source = caller.PersonID, caller.PersonID, entreport.SourceCitizen
	if err := s.speakFor(ctx, d, caller); err != nil {
		return nil, err
	}
	if err := s.checkSender(ctx, d); err != nil {
		return nil, err
	}
	return d, s.takeUpAgain(ctx, d)
}

// draft checks what does not depend on who files it.
func (s *Service) draft(ctx context.Context, tenant string, in Submission) (*draft, error) {
	if wrong := in.check(s.Clock.Now()); len(wrong) > 0 {
		return nil, fault.Invalid.New("有内容需要修改", wrong...)
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if !dir.HasModule(tenant, division.ModuleReport) && !in.Danger {
		return nil, ModuleClosed.New("这个区（市）没有开放随手拍。反映问题请拨打12345，遇到危险请拨打110、119或120。")
	}
	d := &draft{in: in, tenant: tenant, dir: dir}
	var ok bool
	if d.category, ok = findCategory(dir.CategoriesOf(tenant), in.Category); !ok {
		return nil, unknownCategory(dir.CategoriesOf(tenant))
	}
	if wrong := checkAnswers(d.category, in.Answers); len(wrong) > 0 {
		return nil, fault.Invalid.New("有内容需要修改", wrong...)
	}
	if d.division, err = s.resolve(ctx, tenant, in); err != nil {
		return nil, err
	}
	return d, s.checkReferences(ctx, tenant, in, d.division)
}

// findCategory takes the key or the plain word citizens see.
func findCategory(open []division.Category, text string) (division.Category, bool) {
	text = strings.TrimSpace(text)
	for _, c := range open {
		if c.Key == text || c.Name == text {
			return c, true
		}
	}
	return division.Category{}, false
}

func unknownCategory(open []division.Category) error {
	var names, keys []string
	for _, c := range open {
		names, keys = append(names, c.Name), append(keys, c.Key)
	}
	return fault.Invalid.New("没有这个类别", fault.Field{Name: "category", Message: "请从这些中选择：" + strings.Join(names, "、")}).
		Fact("choices", keys)
}

func (s *Service) resolve(ctx context.Context, tenant string, in Submission) (division.Division, error) {
	q := division.Question{DivisionCode: in.DivisionCode}
	if in.PlaceID != nil {
		q.PlaceID = *in.PlaceID
	}
	if in.Position != nil {
		q.Position = &division.Point{Lat: in.Position.Lat, Lng: in.Position.Lng}
	}
	return s.Territory.Resolve(ctx, tenant, q)
}

func (s *Service) checkReferences(ctx context.Context, tenant string, in Submission, div division.Division) error {
	// A position may be covered by a district's boundary only; then the district's staff take it in.
	if in.DivisionCode != "" && len(div.Code) < 9 {
		return invalid("division_code", "请选择到街道、社区或村")
	}
	var wrong []fault.Field
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		if in.PlaceID != nil {
			place, ok, err := s.Territory.Place(ctx, tx, *in.PlaceID)
			if err != nil {
				return err
			}
			if !ok {
				wrong = append(wrong, fault.Field{Name: "place_id", Message: "本区没有这个地点"})
			} else if !division.Within(place.DivisionCode, div.Code) && !division.Within(div.Code, place.DivisionCode) {
				wrong = append(wrong, fault.Field{Name: "place_id", Message: "这个地点不在所选的街道或社区内"})
			}
		}
		if in.DeputyID != nil {
			if _, ok, err := s.Deputies.Deputy(ctx, tx, *in.DeputyID); err != nil {
				return err
			} else if !ok {
				wrong = append(wrong, fault.Field{Name: "deputy_id", Message: "本区没有这位代表"})
			}
		}
		if in.StationID != nil {
			if ok, err := s.Stations.Exists(ctx, tx, *in.StationID); err != nil {
				return err
			} else if !ok {
				wrong = append(wrong, fault.Field{Name: "station_id", Message: "本区没有这个联络站"})
			}
		}
		return nil
	})
	if err == nil && len(wrong) > 0 {
		return fault.Invalid.New("有内容需要修改", wrong...)
	}
	return err
}

// speakFor settles whose report it is. Staff of a station or office who file
// for a visitor make it the visitor's; a relative stays the one who is called.
func (s *Service) speakFor(ctx context.Context, d *draft, caller *auth.Caller) error {
	access := authz.AccessFrom(ctx)
	atStation, atOffice := access.Role("station_manager"), access.Role("street_office")
	if d.in.OnBehalf == nil {
		return nil
	}
	if !atStation && !atOffice {
		d.source = entreport.SourceFamily
		return nil
	}
	d.source = entreport.SourceHotline
	if atStation {
		d.source = entreport.SourceStation
		d.stationOf(access)
	}
	person, err := s.People.EnsurePerson(ctx, d.in.OnBehalf.Phone, d.in.OnBehalf.Name)
	if f, ok := fault.As(err); ok && len(f.Fields) > 0 {
		f.Fields[0].Name = "on_behalf.phone"
		return f
	}
	if err != nil {
		return err
	}
	d.reporter = person
	return nil
}

// stationOf notes the station whose manager files, when the form names none.
func (d *draft) stationOf(access authz.Access) {
	if ids := access.StationIDs(); d.in.StationID == nil && len(ids) == 1 {
		d.in.StationID = &ids[0]
	}
}

// file writes the report with everything that belongs to it.
func (s *Service) file(ctx context.Context, tx *database.Tx, d *draft) (*Receipt, error) {
	rep := s.row(tx, d)
	if err := s.sealOnBehalf(rep, d); err != nil {
		return nil, err
	}
	m := s.moment(tx, &relation{report: rep}, asker{person: d.filer, tenant: d.tenant}, d.dir, "")
	var err error
	if m.move, err = Table.Decide("", "submit", m.parts, nil); err != nil {
		return nil, err
	}
	m.label = "反映人"
	barred, err := s.Deputies.Recused(ctx, tx, matter(rep, nil))
	if err != nil {
		return nil, fmt.Errorf("recusals: %w", err)
	}
	if rep.Number, err = nextNumber(ctx, tx, d.tenant, m.now); err != nil {
		return nil, err
	}
	if err := s.withinLimit(ctx, tx, d.partner, m.now); err != nil {
		return nil, err
	}
	if err := s.moveClocks(ctx, m); err != nil {
		return nil, err
	}
	if err := s.insert(ctx, m, d); err != nil {
		return nil, err
	}
	if err := s.bar(ctx, tx, rep, barred, "与被反映对象有关联"); err != nil {
		return nil, err
	}
	if err := s.screenReport(ctx, m); err != nil {
		return nil, err
	}
	if err := s.tieFollowed(ctx, m, d); err != nil {
		return nil, err
	}
	if err := s.watchCrowd(ctx, tx, rep); err != nil {
		return nil, err
	}
	return s.acknowledge(ctx, m, d)
}

func (s *Service) sealOnBehalf(rep *db.Report, d *draft) error {
	if d.in.OnBehalf == nil || d.reporter != d.filer || d.partner != nil {
		return nil
	}
	plain, err := json.Marshal(d.in.OnBehalf)
	if err != nil {
		return err
	}
	sealed, err := s.Keys.Seal(onBehalfAAD(rep.ID), plain)
	if err != nil {
		return fmt.Errorf("seal on_behalf: %w", err)
	}
	rep.OnBehalfSealed = &sealed
	return nil
}

// insert writes the report's own rows.
func (s *Service) insert(ctx context.Context, m *moment, d *draft) error {
	due := m.dues[clockAdmit]
	m.report.DueAt, m.report.PromisedAt = &due, &due
	m.params["no"], m.params["t"] = m.report.Number, spoken(&due, m.now)
	if err := createReport(m.tx, m.report).Exec(ctx); err != nil {
		return fmt.Errorf("create report: %w", err)
	}
	place := ""
	if d.in.PlaceID != nil {
		p, _, err := s.Territory.Place(ctx, m.tx, *d.in.PlaceID)
		if err != nil {
			return err
		}
		if p != nil {
			place = p.Name
		}
	}
	if err := WriteTerms(ctx, m.tx, m.report, d.dir, place); err != nil {
		return err
	}
	if m.report.DetachedAt != nil {
		return nil
	}
	if nobodys(m.report) {
		return nil
	}
	people := []uuid.UUID{d.reporter}
	if d.partner == nil && d.filer != d.reporter {
		people = append(people, d.filer)
	}
	for i, p := range people {
		relation := personreport.RelationReporter
		if i > 0 {
			relation = personreport.RelationFollower
		}
		if err := m.tx.PersonReport.Create().SetPersonID(p).SetTenant(d.tenant).SetReportID(m.report.ID).
			SetRelation(relation).Exec(ctx); err != nil {
			return fmt.Errorf("person's index: %w", err)
		}
	}
	if len(d.in.UploadIDs) == 0 {
		return nil
	}
	return s.Evidence.Attach(ctx, m.tx, evidence.Attachment{
		ReportID: m.report.ID, UploadIDs: d.in.UploadIDs, Role: evidence.Before, PersonID: d.filer,
	})
}

// acknowledge writes the first event and its notices and makes the answer.
func (s *Service) acknowledge(ctx context.Context, m *moment, d *draft) (*Receipt, error) {
	if d.in.InLegalProcess {
		m.note = "反映人称此事已在诉讼、仲裁或复议中，请核对是否转法定程序"
	}
	if d.partner != nil {
		m.note = d.partner.note()
	}
	m.data["owner"] = map[string]any{"kind": m.report.OwnerKind, "name": m.report.OwnerLabel}
	if err := s.agree(ctx, m, d); err != nil {
		return nil, err
	}
	if err := s.record(ctx, m); err != nil {
		return nil, err
	}
	m.citizen("report_received", true, map[string]string{"due": dueParam + clockAdmit})
	if m.report.Danger {
		where := d.dir.FullName(m.report.DivisionCode) + m.report.Address
		m.staff("duty_officer", "duty_alert", true, uuid.Nil, map[string]string{"place": where})
	}
	if err := s.send(ctx, m); err != nil {
		return nil, err
	}
	return &Receipt{
		ID: m.report.ID, Number: m.report.Number, Tenant: d.tenant, State: string(m.report.State),
		StateName: Table.Word(m.state()), Version: 1, Category: m.report.Category, Title: m.report.Title,
		Division: m.report.DivisionCode, PhotoCount: len(d.in.UploadIDs), Danger: m.report.Danger,
		CreatedAt: m.report.CreatedAt, PromisedAt: m.report.PromisedAt, QueryCode: s.queryCode(m.report),
		Message: word(m.move.Public, m.params), Link: "/m/" + d.tenant + "/r/" + m.report.Number,
	}, nil
}
