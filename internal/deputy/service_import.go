package deputy

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"

	rowdeputy "huying/ent/db/deputy"
	"huying/ent/db/deputyseat"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/sheet"
	"huying/internal/platform/tenancy"
)

// entry is one deputy of the table with all the lines that speak of him.
type entry struct {
	first sheet.Record
	body  CreateBody
	// person is set when the entry is written.
	person uuid.UUID
}

// Import reads a table of deputies into the tenant. Nothing is written on a dry run, nor when a
// line is wrong, unless o.Partial says that the right lines may go in without the wrong ones. A
// deputy who is there already is brought up to date. The same table twice changes nothing more.
func (s *Service) Import(ctx context.Context, tenant string, src io.Reader, o sheet.Options) (sheet.Result, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return sheet.Result{}, err
	}
	table, err := sheet.Read(src)
	if err != nil {
		return sheet.Result{}, err
	}
	records, errs := table.Bind(columns())
	entries, more := group(dir, tenant, records)
	errs = append(errs, more...)
	result := sheet.Result{Rows: len(table.Rows), Valid: len(records) - badLines(more), DryRun: o.DryRun, Errors: sheet.Sorted(errs)}
	if o.DryRun || len(errs) > 0 && !o.Partial || len(entries) == 0 {
		return result, nil
	}
	if err := s.enterAll(ctx, dir, tenant, entries, &result); err != nil {
		return sheet.Result{}, err
	}
	result.Applied = true
	return result, nil
}

// badLines counts the distinct lines among these mistakes.
func badLines(errs []sheet.RowError) int {
	rows := map[int]bool{}
	for _, e := range errs {
		rows[e.Row] = true
	}
	return len(rows)
}

// group joins the lines of one phone and checks what one cell alone cannot tell.
func group(dir *division.Directory, tenant string, records []sheet.Record) ([]*entry, []sheet.RowError) {
	var entries []*entry
	var errs []sheet.RowError
	byPhone := map[string]*entry{}
	for _, r := range records {
		seat := seatOf(r)
		wrong := checkLine(dir, tenant, r, seat)
		e := byPhone[r.Get("phone")]
		if e != nil && e.first.Get("name") != r.Get("name") {
			wrong = append(wrong, r.Wrong("phone", "与第 %d 行的手机号相同，但姓名不同", e.first.Row))
		}
		if len(wrong) > 0 {
			errs = append(errs, wrong...)
			continue
		}
		if e == nil {
			e = &entry{first: r, body: bodyOf(r)}
			byPhone[r.Get("phone")] = e
			entries = append(entries, e)
		}
		e.body.Seats = append(e.body.Seats, seat)
	}
	return entries, errs
}

func seatOf(r sheet.Record) SeatInput {
	n, _ := strconv.Atoi(r.Get("term"))
	return SeatInput{Level: r.Get("level"), Term: n, ElectingUnit: r.Get("electing_unit"), Constituency: strings.Fields(r.Get("constituency"))}
}

func bodyOf(r sheet.Record) CreateBody {
	return CreateBody{
		Name: r.Get("name"), Phone: r.Get("phone"), Gender: r.Get("gender"), HomeDivision: r.Get("home_division"),
		Profession: r.Get("profession"), Employer: r.Get("employer"), Introduction: r.Get("introduction"),
	}
}

func checkLine(dir *division.Directory, tenant string, r sheet.Record, seat SeatInput) []sheet.RowError {
	var wrong []sheet.RowError
	if !ownDivision(dir, tenant, r.Get("home_division")) {
		wrong = append(wrong, r.Wrong("home_division", "本区市没有这个区划"))
	}
	for _, f := range checkSeats(dir, tenant, r.Get("home_division"), []SeatInput{seat}) {
		key := "constituency"
		if strings.HasSuffix(f.Name, "level") {
			key = "level"
		}
		wrong = append(wrong, r.Wrong(key, "%s", f.Message))
	}
	return wrong
}

// enterAll writes the entries in one transaction. People come first and grants last, each by
// themselves: both are found again by a repetition.
func (s *Service) enterAll(ctx context.Context, dir *division.Directory, tenant string, entries []*entry, result *sheet.Result) error {
	for _, e := range entries {
		person, err := s.d.People.EnsurePerson(ctx, e.body.Phone, e.body.Name)
		if err == nil {
			err = s.mayServe(ctx, person, tenant, e.body.HomeDivision)
		}
		if refused, ok := fault.As(err); ok && refused.Kind.Status < 500 {
			return sheet.Rejected.New(fmt.Sprintf("第 %d 行：%s。文件没有导入", e.first.Row, refused.Detail))
		} else if err != nil {
			return err
		}
		e.person = person
	}
	ids := make([]uuid.UUID, len(entries))
	err := s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		for i, e := range entries {
			id, created, err := s.enter(ctx, tx, dir, tenant, e)
			if err != nil {
				return err
			}
			ids[i] = id
			if created {
				result.Created++
			} else {
				result.Updated++
			}
		}
		return audit.Write(ctx, tx, audit.Line{Action: "deputy.import", SubjectKind: "tenant", SubjectID: tenant, Facts: map[string]any{
			"rows": result.Rows, "created": result.Created, "updated": result.Updated,
		}})
	})
	if err != nil {
		return err
	}
	for i, e := range entries {
		if err := s.ensureGrant(ctx, e.person, tenant, e.body.HomeDivision, ids[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) enter(ctx context.Context, tx *database.Tx, dir *division.Directory, tenant string, e *entry) (id uuid.UUID, created bool, err error) {
	have, found, err := s.DeputyOfPerson(ctx, tx, e.person)
	if err != nil {
		return uuid.Nil, false, err
	}
	if !found {
		id, err = s.insert(ctx, tx, dir, tenant, e.person, e.body)
		return id, true, err
	}
	b := e.body
	_, err = tx.Deputy.Update().Where(rowdeputy.ID(have.ID)).AddVersion(1).SetName(b.Name).SetGender(b.Gender).SetHomeDivision(b.HomeDivision).
		SetProfession(b.Profession).SetEmployer(b.Employer).SetIntroduction(b.Introduction).Save(ctx)
	if err != nil {
		return uuid.Nil, false, fmt.Errorf("update deputy: %w", err)
	}
	for _, seat := range b.Seats {
		known, err := tx.DeputySeat.Query().Where(deputyseat.DeputyID(have.ID), deputyseat.EndedAtIsNil(),
			deputyseat.LevelEQ(deputyseat.Level(seat.Level)), deputyseat.Term(seat.Term)).Exist(ctx)
		if err != nil {
			return uuid.Nil, false, fmt.Errorf("seat: %w", err)
		}
		if known {
			continue
		}
		if err := s.seat(ctx, tx, dir, tenant, have.ID, b.HomeDivision, []SeatInput{seat}); err != nil {
			return uuid.Nil, false, err
		}
	}
	return have.ID, false, nil
}
