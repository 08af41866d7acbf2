package deputy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/congress"
	rowdeputy "huying/ent/db/deputy"
	"huying/ent/db/deputyseat"
	rowstation "huying/ent/db/station"
	"huying/ent/db/stationdeputy"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/idempotency"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// create registers a deputy, with the person behind the phone and that person's grant. It answers
// Invalid, AlreadyDeputy or RolesApart. Sent again after a crash it completes what was missing.
func (s *Service) create(ctx context.Context, in *CreateInput) (*Output, error) {
	tenant := web.TenantOf(ctx)
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkBody(dir, tenant, &in.Body); err != nil {
		return nil, err
	}
	person, err := s.d.People.EnsurePerson(ctx, in.Body.Phone, in.Body.Name)
	if err != nil {
		return nil, err
	}
	if err := s.mayServe(ctx, person, tenant, in.Body.HomeDivision); err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		out.Body, err = idempotency.Once(ctx, tx, "POST /deputies", s.d.Clock.Now(), func(ctx context.Context) (View, error) {
			id, err := s.insert(ctx, tx, dir, tenant, person, in.Body)
			if err != nil {
				return View{}, err
			}
			return s.view(ctx, tx, dir, id)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, s.ensureGrant(ctx, person, tenant, in.Body.HomeDivision, out.Body.ID)
}

// checkBody names every wrong field at once.
func checkBody(dir *division.Directory, tenant string, b *CreateBody) error {
	var wrong []fault.Field
	if !ownDivision(dir, tenant, b.HomeDivision) {
		wrong = append(wrong, fault.Field{Name: "home_division", Message: "本区市没有这个区划"})
	}
	wrong = append(wrong, checkSeats(dir, tenant, b.HomeDivision, b.Seats)...)
	if len(wrong) > 0 {
		return fault.Invalid.New("代表资料有误", wrong...)
	}
	return nil
}

func checkSeats(dir *division.Directory, tenant, home string, seats []SeatInput) []fault.Field {
	var wrong []fault.Field
	for i, seat := range seats {
		at := fmt.Sprintf("seats[%d].", i)
		if seat.Level == "town" && !hasTownCongress(home) {
			wrong = append(wrong, fault.Field{Name: at + "level", Message: "街道没有人民代表大会，请填区市一级"})
		}
		for _, code := range seat.Constituency {
			_, known := dir.Division(code)
			if !known || !authz.Within(code, tenant) && !authz.Within(tenant, code) {
				wrong = append(wrong, fault.Field{Name: at + "constituency", Message: "没有这个区划，或不在本区市：" + code})
			}
		}
	}
	return wrong
}

// hasTownCongress: towns and townships have a congress, a subdistrict has none (组§59).
func hasTownCongress(home string) bool {
	kind, ok := division.StreetKindOf(home)
	return ok && (kind == division.Town || kind == division.Township)
}

// mayServe asks whether the person may hold a deputy's role beside the present ones.
func (s *Service) mayServe(ctx context.Context, person uuid.UUID, tenant, home string) error {
	grants, err := s.d.People.GrantsOf(ctx, person)
	if err != nil {
		return err
	}
	g := authz.Grant{Role: "deputy", Tenant: tenant, Division: grantDivision(home)}
	if errors.Is(s.d.Index.CheckApart(grants, g), authz.ErrApart) {
		return RolesApart.New("这个手机号的主人担任着不能兼任代表的职务，请先核对")
	}
	return nil
}

// ensureGrant lets the deputy work; it gives the role once.
func (s *Service) ensureGrant(ctx context.Context, person uuid.UUID, tenant, home string, deputy uuid.UUID) error {
	grants, err := s.d.People.GrantsOf(ctx, person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(grants, func(g authz.Grant) bool { return g.Role == "deputy" && g.DeputyID == deputy }) {
		return nil
	}
	g := authz.Grant{Role: "deputy", Tenant: tenant, Division: grantDivision(home), DeputyID: deputy}
	if err := s.d.Index.CheckShape(g); err != nil {
		return fmt.Errorf("grant of deputy %s: %w", deputy, err)
	}
	_, err = s.d.People.Grant(ctx, person, g)
	return err
}

// grantDivision is where the role stands: a deputy's home, at most down to the community.
func grantDivision(home string) string { return home[:min(len(home), 12)] }

func (s *Service) insert(ctx context.Context, tx *database.Tx, dir *division.Directory, tenant string, person uuid.UUID, b CreateBody) (uuid.UUID, error) {
	if have, found, err := s.DeputyOfPerson(ctx, tx, person); err != nil {
		return uuid.Nil, err
	} else if found {
		return uuid.Nil, AlreadyDeputy.New("这个手机号的主人已登记为代表："+have.Name).Fact("deputy_id", have.ID)
	}
	now := s.d.Clock.Now()
	c := tx.Deputy.Create().SetCreatedAt(now).SetPersonID(person).SetName(b.Name).SetGender(b.Gender).SetHomeDivision(b.HomeDivision).
		SetProfession(b.Profession).SetEmployer(b.Employer).SetIntroduction(b.Introduction)
	if b.Position != nil {
		c.SetLat(b.Position.Lat).SetLng(b.Position.Lng)
	}
	if b.TakesReports != nil {
		c.SetTakesReports(*b.TakesReports)
	}
	row, err := c.Save(ctx)
	if database.IsUnique(err) {
		return uuid.Nil, AlreadyDeputy.New("这个手机号的主人已登记为代表")
	} else if err != nil {
		return uuid.Nil, fmt.Errorf("create deputy: %w", err)
	}
	if err := s.seat(ctx, tx, dir, tenant, row.ID, b.HomeDivision, b.Seats); err != nil {
		return uuid.Nil, err
	}
	if err := s.post(ctx, tx, row.ID, b.StationIDs); err != nil {
		return uuid.Nil, err
	}
	return row.ID, audit.Write(ctx, tx, audit.Line{Action: "deputy.create", SubjectKind: "deputy", SubjectID: row.ID.String()})
}

// seat adds mandates; the congress of each is made when it is first mentioned.
func (s *Service) seat(ctx context.Context, tx *database.Tx, dir *division.Directory, tenant string, deputy uuid.UUID, home string, seats []SeatInput) error {
	for _, in := range seats {
		c, err := ensureCongress(ctx, tx, dir, in.Level, congressDivision(in.Level, tenant, home), in.Term)
		if err != nil {
			return err
		}
		area := in.Constituency
		if len(area) == 0 {
			area = []string{tenant}
			if in.Level == "town" {
				area = []string{home[:9]}
			}
		}
		err = tx.DeputySeat.Create().SetCreatedAt(s.d.Clock.Now()).SetDeputyID(deputy).SetCongressID(c.ID).SetLevel(deputyseat.Level(in.Level)).
			SetTerm(in.Term).SetElectingUnit(in.ElectingUnit).SetConstituency(area).Exec(ctx)
		if err != nil {
			return fmt.Errorf("create seat: %w", err)
		}
	}
	return nil
}

// congressDivision is whose congress a level means for somebody who lives at home.
func congressDivision(level, tenant, home string) string {
	switch level {
	case "national":
		return ""
	case "provincial":
		return tenant[:2]
	case "city":
		return tenant[:4]
	case "town":
		return home[:9]
	}
	return tenant
}

func ensureCongress(ctx context.Context, tx *database.Tx, dir *division.Directory, level, code string, term int) (*db.Congress, error) {
	row, err := tx.Congress.Query().Where(congress.LevelEQ(congress.Level(level)), congress.DivisionCode(code), congress.Term(term)).Only(ctx)
	if err == nil || !db.IsNotFound(err) {
		return row, err
	}
	d, _ := dir.Division(code)
	name := map[string]string{"national": "全国", "provincial": "山东省"}[level] + d.Name + "人民代表大会"
	row, err = tx.Congress.Create().SetLevel(congress.Level(level)).SetDivisionCode(code).SetTerm(term).SetName(name).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("create congress: %w", err)
	}
	return row, nil
}

// post makes the deputy serve at exactly these stations.
func (s *Service) post(ctx context.Context, tx *database.Tx, deputy uuid.UUID, stations []uuid.UUID) error {
	slices.SortFunc(stations, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	stations = slices.Compact(stations)
	n, err := tx.Station.Query().Where(rowstation.IDIn(stations...), rowstation.DeletedAtIsNil()).Count(ctx)
	if err != nil {
		return fmt.Errorf("stations: %w", err)
	}
	if n != len(stations) {
		return fault.Invalid.New("代表资料有误", fault.Field{Name: "station_ids", Message: "本区市没有这个联络站"})
	}
	if _, err := tx.StationDeputy.Delete().Where(stationdeputy.DeputyID(deputy)).Exec(ctx); err != nil {
		return fmt.Errorf("leave stations: %w", err)
	}
	for _, station := range stations {
		if err := tx.StationDeputy.Create().SetStationID(station).SetDeputyID(deputy).Exec(ctx); err != nil {
			return fmt.Errorf("serve at station: %w", err)
		}
	}
	return nil
}

// update changes the fields that are named. It answers NotFound, VersionConflict or Invalid.
func (s *Service) update(ctx context.Context, in *UpdateInput) (*Output, error) {
	tenant := web.TenantOf(ctx)
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		old, err := tx.Deputy.Query().Where(rowdeputy.ID(in.ID), rowdeputy.DeletedAtIsNil()).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这名代表")
		} else if err != nil {
			return fmt.Errorf("deputy: %w", err)
		}
		if err := s.change(ctx, tx, dir, old, in); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Line{Action: "deputy.update", SubjectKind: "deputy", SubjectID: in.ID.String()}); err != nil {
			return err
		}
		out.Body, err = s.view(ctx, tx, dir, in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) change(ctx context.Context, tx *database.Tx, dir *division.Directory, old *db.Deputy, in *UpdateInput) error {
	b, home, tenant := in.Body, old.HomeDivision, web.TenantOf(ctx)
	u := tx.Deputy.Update().Where(rowdeputy.ID(in.ID), rowdeputy.Version(b.Version)).AddVersion(1).
		SetNillableName(b.Name).SetNillableGender(b.Gender).SetNillableHomeDivision(b.HomeDivision).SetNillableProfession(b.Profession).
		SetNillableEmployer(b.Employer).SetNillableIntroduction(b.Introduction).SetNillableTakesReports(b.TakesReports)
	var wrong []fault.Field
	if b.HomeDivision != nil {
		if home = *b.HomeDivision; !ownDivision(dir, tenant, home) {
			wrong = append(wrong, fault.Field{Name: "home_division", Message: "本区市没有这个区划"})
		}
	}
	if b.Seats != nil {
		wrong = append(wrong, checkSeats(dir, tenant, home, *b.Seats)...)
	}
	if len(wrong) > 0 {
		return fault.Invalid.New("代表资料有误", wrong...)
	}
	if b.Position != nil {
		u.SetLat(b.Position.Lat).SetLng(b.Position.Lng)
	}
	if b.LeaveUntil != nil {
		u.SetLeaveUntil(b.LeaveUntil.UTC()).ClearLeaveFrom()
		if err := s.handOverSoon(ctx, tx, tenant); err != nil {
			return err
		}
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("update deputy: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("资料已被他人修改，请刷新后再改").Fact("version", old.Version)
	}
	if b.Seats != nil {
		if err := s.replaceSeats(ctx, tx, dir, tenant, in.ID, home, *b.Seats); err != nil {
			return err
		}
	}
	if b.StationIDs != nil {
		return s.post(ctx, tx, in.ID, *b.StationIDs)
	}
	return nil
}

// replaceSeats ends the present mandates and adds the new ones; ended ones stay for history.
func (s *Service) replaceSeats(ctx context.Context, tx *database.Tx, dir *division.Directory, tenant string, deputy uuid.UUID, home string, seats []SeatInput) error {
	_, err := tx.DeputySeat.Update().Where(deputyseat.DeputyID(deputy), deputyseat.EndedAtIsNil()).
		SetEndedAt(s.d.Clock.Now()).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("end seats: %w", err)
	}
	if err := s.seat(ctx, tx, dir, tenant, deputy, home, seats); err != nil {
		return err
	}
	return s.handOverSoon(ctx, tx, tenant)
}
