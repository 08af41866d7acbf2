package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/congress"
	"huying/ent/db/deputy"
	"huying/ent/db/deputyseat"
	"huying/ent/db/handlingunit"
	entstation "huying/ent/db/station"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// rowBatch is how many rows one INSERT carries.
const rowBatch = 400

// cityUnitName is the one city-level body that has a row in every tenant.
const cityUnitName = "青岛市管道燃气服务中心（演示）"

// writeBase writes the tenant's units, catalogue, stations, deputies, places and ready texts.
func (c *cast) writeBase(ctx context.Context, d Deps) error {
	return d.DB.Do(ctx, tenancy.Tenant(c.tenant.Code), func(ctx context.Context, tx *database.Tx) error {
		for _, write := range []func(context.Context, *database.Tx) error{c.writeUnits, c.writeStations, c.writeDeputies, c.writePlaces, c.writeTexts, c.writeKey} {
			if err := write(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// partnerKey is the api key of a demo tenant, as public as the accounts' password.
func partnerKey(tenant string) string { return "hyk_demo-" + tenant }

// writeKey lets whoever tries the demo submit over Open311.
func (c *cast) writeKey(ctx context.Context, tx *database.Tx) error {
	key := partnerKey(c.tenant.Code)
	sum := sha256.Sum256([]byte(key))
	err := tx.PartnerKey.Create().SetCreatedAt(c.since).SetName("演示用接口密钥").SetPrefix("hyk_demo").SetHash(hex.EncodeToString(sum[:])).
		SetScopes([]string{"read", "submit", "update"}).SetMayPublish(true).SetCreatedBy(uuid.Nil).Exec(ctx)
	if err != nil {
		return fmt.Errorf("api key: %w", err)
	}
	return nil
}

// bySource are the catalogue's lines that ask what makes the trouble, by the number of the department.
var bySource = []struct {
	category, source string
	dept             int
	note             string
}{
	{"noise", "square_dance", 1, "广场舞噪声由城市管理局牵头，公安协助"},
	{"noise", "construction", 2, "施工噪声由住房和城乡建设局牵头"},
	{"noise", "shop", 1, "商铺音响由城市管理局牵头"},
	{"manhole", "water", 8, "自来水井由供水公司负责"},
	{"manhole", "heating", 8, "供热井由供热公司负责"},
}

func (c *cast) writeUnits(ctx context.Context, tx *database.Tx) error {
	c.cityUnit = c.newID()
	units := []*db.HandlingUnitCreate{tx.HandlingUnit.Create().SetID(c.cityUnit).SetCreatedAt(c.since).SetCode("city1").SetName(cityUnitName).
		SetKind(handlingunit.KindEnterprise).SetLevel(handlingunit.LevelCity).SetDivisionCode(c.tenant.Code).SetPhone("0532-80000001")}
	rules := []*db.DispatchRuleCreate{tx.DispatchRule.Create().SetCategory("utilities").SetDivisionCode(c.tenant.Code).SetUnitID(c.cityUnit)}
	for _, t := range c.teams {
		units = append(units, tx.HandlingUnit.Create().SetID(t.unit.ID).SetCreatedAt(c.since).SetCode(t.code).SetName(t.unit.Name).
			SetKind(handlingunit.Kind(t.kind)).SetLevel(handlingunit.Level(t.level)).SetDivisionCode(t.area).
			SetHeadName(t.headName).SetHeadPersonID(t.head).SetPhone(t.unit.Phone))
		for _, k := range t.categories {
			rules = append(rules, tx.DispatchRule.Create().SetCategory(k).SetDivisionCode(t.area).SetUnitID(t.unit.ID).SetIsDefault(true))
		}
	}
	for _, s := range bySource {
		rules = append(rules, tx.DispatchRule.Create().SetCategory(s.category).SetSource(s.source).SetDivisionCode(c.tenant.Code).
			SetUnitID(c.teams[s.dept-1].unit.ID).SetIsDefault(true).SetNote(s.note))
	}
	if err := tx.HandlingUnit.CreateBulk(units...).Exec(ctx); err != nil {
		return fmt.Errorf("units: %w", err)
	}
	if err := tx.DispatchRule.CreateBulk(rules...).Exec(ctx); err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	return nil
}

func (c *cast) writeStations(ctx context.Context, tx *database.Tx) error {
	rows := make([]*db.StationCreate, len(c.stations))
	for i, s := range c.stations {
		rows[i] = tx.Station.Create().SetID(s.id).SetCreatedAt(c.since).SetName(s.name).SetKind(entstation.Kind(s.kind)).
			SetDivisionCode(s.division).SetAddress(s.address).SetOpeningHours("周一至周五 9:00–12:00，13:30–17:30；每月15日代表接待").
			SetPhone("0532-8600" + fmt.Sprintf("%04d", i+1)).SetFeature("一站一特色：" + c.feature(i))
	}
	if err := tx.Station.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("stations: %w", err)
	}
	return nil
}

func (c *cast) feature(i int) string {
	return []string{"楼院议事", "老人之家", "夜间接待", "产业工人", "乡村振兴", "海洋渔业"}[i%6]
}

func (c *cast) writeDeputies(ctx context.Context, tx *database.Tx) error {
	congresses := map[string]uuid.UUID{}
	var made []*db.CongressCreate
	var deputies []*db.DeputyCreate
	var seats []*db.DeputySeatCreate
	var serving []*db.StationDeputyCreate
	for i, m := range c.deputies {
		deputies = append(deputies, tx.Deputy.Create().SetID(m.id).SetCreatedAt(c.since).SetPersonID(m.person).SetName(m.name).
			SetGender([]string{"男", "女"}[i%2]).SetHomeDivision(m.home).SetProfession(m.profession).SetEmployer(m.employer).
			SetIntroduction("演示人物，虚构。"+m.profession+"，热心社区事务。"))
		serving = append(serving, tx.StationDeputy.Create().SetStationID(c.stations[m.station].id).SetDeputyID(m.id))
		for _, s := range m.seats {
			area := congressArea(s.level, c.tenant.Code, m.home)
			key := s.level + area
			if congresses[key] == uuid.Nil {
				id := c.newID()
				congresses[key] = id
				made = append(made, tx.Congress.Create().SetID(id).SetCreatedAt(c.since).SetLevel(congress.Level(s.level)).
					SetDivisionCode(area).SetName(congressName(c.dir, s.level, area)).SetTerm(s.term))
			}
			seats = append(seats, tx.DeputySeat.Create().SetCreatedAt(c.since).SetDeputyID(m.id).SetCongressID(congresses[key]).
				SetLevel(deputyseat.Level(s.level)).SetTerm(s.term).SetConstituency(s.constituency).
				SetElectingUnit(c.dir.FullName(s.constituency[0])+"选举单位"))
		}
	}
	if err := tx.Congress.CreateBulk(made...).Exec(ctx); err != nil {
		return fmt.Errorf("congresses: %w", err)
	}
	if err := tx.Deputy.CreateBulk(deputies...).Exec(ctx); err != nil {
		return fmt.Errorf("deputies: %w", err)
	}
	if err := tx.DeputySeat.CreateBulk(seats...).Exec(ctx); err != nil {
		return fmt.Errorf("seats: %w", err)
	}
	if err := tx.StationDeputy.CreateBulk(serving...).Exec(ctx); err != nil {
		return fmt.Errorf("deputies at stations: %w", err)
	}
	return nil
}

// congressArea is whose congress a level means for somebody who lives at home.
func congressArea(level, tenant, home string) string {
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

func congressName(dir *division.Directory, level, area string) string {
	d, _ := dir.Division(area)
	return map[string]string{"national": "全国", "provincial": "山东省"}[level] + d.Name + "人民代表大会"
}

func (c *cast) writePlaces(ctx context.Context, tx *database.Tx) error {
	rows := make([]division.NewPlace, len(c.places))
	for i, p := range c.places {
		rows[i] = division.NewPlace{ID: p.id, Kind: p.kind, Name: p.name, Aliases: []string{}, DivisionCode: p.division, Position: &p.position}
		if p.alias != "" {
			rows[i].Aliases = []string{p.alias}
		}
	}
	for part := range slices.Chunk(rows, rowBatch) {
		if _, err := division.AddPlaces(ctx, tx, part); err != nil {
			return fmt.Errorf("places: %w", err)
		}
	}
	return nil
}

// setLoad stores how many reports a deputy holds.
func setLoad(ctx context.Context, tx *database.Tx, id uuid.UUID, live int) error {
	n, err := tx.Deputy.Update().Where(deputy.ID(id)).SetLiveReports(live).AddVersion(1).Save(ctx)
	if err == nil && n != 1 {
		err = fmt.Errorf("%d rows", n)
	}
	if err != nil {
		return fmt.Errorf("deputy's load: %w", err)
	}
	return nil
}
