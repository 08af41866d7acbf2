package division

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"huying/ent/db"
	"huying/ent/db/place"
	"huying/ent/db/placeterm"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// placeKinds are what a place may be.
var placeKinds = []string{"compound", "road", "park", "building", "other"}

// maxAliases is how many other names a place may have.
const maxAliases = 10

// ImportPlaces takes in a tenant's places: kind, name, division_code, and optionally aliases (joined by ;),
// address, lat and lng. A place is known again by kind, name and division: the same file twice changes
// nothing, a changed line updates the place, and no place is removed. While a line is wrong nothing is written.
func (s *Service) ImportPlaces(ctx context.Context, tenant string, src io.Reader, dryRun bool) (ImportResult, error) {
	recs, bad, err := readTable(src, []string{"kind", "name", "division_code"}, "aliases", "address", "lat", "lng")
	if err != nil {
		return ImportResult{}, err
	}
	dir, err := s.Directory(ctx)
	if err != nil {
		return ImportResult{}, err
	}
	rows, wrong := readPlaces(recs, dir, tenant)
	res := ImportResult{Rows: len(rows), DryRun: dryRun, Errors: append(bad, wrong...)}
	work := func(ctx context.Context, tx *database.Tx) error {
		return importPlaces(ctx, tx, rows, &res)
	}
	if dryRun || len(res.Errors) > 0 {
		res.DryRun = true
		err = s.db.View(ctx, tenancy.Tenant(tenant), work)
		res.DryRun = dryRun
		return res, err
	}
	return res, s.db.Do(ctx, tenancy.Tenant(tenant), work)
}

func readPlaces(recs []record, dir *Directory, tenant string) ([]NewPlace, []RowError) {
	var rows []NewPlace
	var bad []RowError
	seen := map[string]int{}
	for _, r := range recs {
		fail := func(column, format string, args ...any) {
			bad = append(bad, RowError{r.line, column, fmt.Sprintf(format, args...)})
		}
		p := NewPlace{Kind: r.get("kind"), Name: r.get("name"), Aliases: r.list("aliases"), DivisionCode: r.get("division_code"), Address: r.get("address")}
		if !slices.Contains(placeKinds, p.Kind) {
			fail("kind", "应为 compound、road、park、building 或 other。")
		}
		if n := utf8.RuneCountInString(p.Name); n == 0 || n > maxName {
			fail("name", "名称不能为空，也不能超过 %d 个字。", maxName)
		}
		if len(p.Aliases) > maxAliases {
			fail("aliases", "俗称最多 %d 个。", maxAliases)
		}
		if utf8.RuneCountInString(p.Address) > 100 {
			fail("address", "地址不能超过 100 个字。")
		}
		if d, ok := dir.Division(p.DivisionCode); !ok || !d.Open() || TenantOf(d.Code) != tenant || len(d.Code) < 9 {
			fail("division_code", "%q 不是本区市有效的街道、社区或村。", p.DivisionCode)
		}
		p.Position = readPosition(r, &bad)
		if p.Position != nil {
			if box, known := cityExtents[ParentOf(tenant)]; known && !box.contains(*p.Position) {
				fail("lat", "这个位置不在本市范围内。")
			}
		}
		key := p.key()
		if first := seen[key]; first > 0 {
			fail("name", "与第 %d 行重复。", first)
			continue
		}
		seen[key] = r.line
		rows = append(rows, p)
	}
	return rows, bad
}

func readPosition(r record, bad *[]RowError) *Point {
	if r.get("lat") == "" && r.get("lng") == "" {
		return nil
	}
	lat, err1 := strconv.ParseFloat(r.get("lat"), 64)
	lng, err2 := strconv.ParseFloat(r.get("lng"), 64)
	p := Point{lat, lng}
	if err1 != nil || err2 != nil || !p.Valid() {
		*bad = append(*bad, RowError{r.line, "lat", "经纬度应成对填写，用度（WGS-84）。"})
		return nil
	}
	return &p
}

// key is what a place is known again by.
func (p NewPlace) key() string { return p.Kind + "\x00" + p.Name + "\x00" + p.DivisionCode }

func importPlaces(ctx context.Context, tx *database.Tx, rows []NewPlace, res *ImportResult) error {
	stored, err := tx.Place.Query().Where(place.DeletedAtIsNil()).All(ctx)
	if err != nil {
		return fmt.Errorf("read places: %w", err)
	}
	known := make(map[string]*db.Place, len(stored))
	for _, p := range stored {
		known[NewPlace{Kind: string(p.Kind), Name: p.Name, DivisionCode: p.DivisionCode}.key()] = p
	}
	var fresh []NewPlace
	for _, row := range rows {
		old, exists := known[row.key()]
		switch {
		case !exists:
			fresh = append(fresh, row)
		case row.same(old):
			res.Unchanged++
		default:
			res.Updated++
			if !res.DryRun {
				if err := updatePlace(ctx, tx, old, row); err != nil {
					return err
				}
			}
		}
	}
	res.Created = len(fresh)
	if res.DryRun || res.Created+res.Updated == 0 {
		return nil
	}
	if _, err := AddPlaces(ctx, tx, fresh); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Line{
		Action: "place.import", SubjectKind: "place", Facts: map[string]any{"created": res.Created, "updated": res.Updated},
	})
}

func (p NewPlace) same(o *db.Place) bool {
	at := o.Lat == nil && p.Position == nil ||
		o.Lat != nil && o.Lng != nil && p.Position != nil && *o.Lat == p.Position.Lat && *o.Lng == p.Position.Lng
	return at && slices.Equal(p.Aliases, o.Aliases) && p.Address == o.Address
}

func updatePlace(ctx context.Context, tx *database.Tx, old *db.Place, row NewPlace) error {
	u := tx.Place.Update().Where(place.ID(old.ID), place.Version(old.Version)).AddVersion(1).SetAliases(row.Aliases).SetAddress(row.Address)
	if row.Position == nil {
		u.ClearLat().ClearLng()
	} else {
		u.SetLat(row.Position.Lat).SetLng(row.Position.Lng)
	}
	n, err := u.Save(ctx)
	if err == nil && n != 1 {
		err = fmt.Errorf("%d rows matched", n)
	}
	if err != nil {
		return fmt.Errorf("update place %s: %w", old.Name, err)
	}
	if _, err := tx.PlaceTerm.Delete().Where(placeterm.PlaceID(old.ID)).Exec(ctx); err != nil {
		return fmt.Errorf("replace place terms: %w", err)
	}
	changed := *old
	changed.Aliases = row.Aliases
	return addTerms(ctx, tx, []*db.Place{&changed})
}
