package division

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/place"
	"huying/ent/db/placeterm"
	"huying/internal/platform/database"
)

// NewPlace is a compound, road, park or building to be stored.
type NewPlace struct {
	// ID may be chosen by the caller; otherwise one is made.
	ID           uuid.UUID
	Kind, Name   string
	Aliases      []string
	DivisionCode string
	Address      string
	Position     *Point
}

// Limits of a search: how many candidates are ranked, and how far "near" reaches in degrees (about 3 km).
const (
	maxCandidates = 500
	nearDegrees   = 0.03
	maxNear       = 400
)

// AddPlaces stores places with their search terms in the transaction's tenant.
func AddPlaces(ctx context.Context, tx *database.Tx, places []NewPlace) ([]*db.Place, error) {
	var out []*db.Place
	for part := range slices.Chunk(places, batch) {
		rows := make([]*db.PlaceCreate, len(part))
		for i, p := range part {
			rows[i] = tx.Place.Create().SetKind(place.Kind(p.Kind)).SetName(p.Name).SetAliases(p.Aliases).
				SetDivisionCode(p.DivisionCode).SetAddress(p.Address)
			if p.ID != uuid.Nil {
				rows[i].SetID(p.ID)
			}
			if p.Position != nil {
				rows[i].SetLat(p.Position.Lat).SetLng(p.Position.Lng)
			}
		}
		stored, err := tx.Place.CreateBulk(rows...).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("write places: %w", err)
		}
		if err := addTerms(ctx, tx, stored); err != nil {
			return nil, err
		}
		out = append(out, stored...)
	}
	return out, nil
}

func addTerms(ctx context.Context, tx *database.Tx, places []*db.Place) error {
	var rows []*db.PlaceTermCreate
	for _, p := range places {
		for _, term := range indexTerms(append([]string{p.Name}, p.Aliases...)...) {
			rows = append(rows, tx.PlaceTerm.Create().SetPlaceID(p.ID).SetTerm(term))
		}
	}
	for part := range slices.Chunk(rows, batch) {
		if err := tx.PlaceTerm.CreateBulk(part...).Exec(ctx); err != nil {
			return fmt.Errorf("write place terms: %w", err)
		}
	}
	return nil
}

// Place finds a place of the transaction's tenant that was not removed.
func (s *Service) Place(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.Place, bool, error) {
	p, err := tx.Place.Query().Where(place.ID(id), place.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return nil, false, nil
	}
	return p, err == nil, wrap("read place", err)
}

// searchPlaces finds the places whose name or alias holds every term of q, best match first. A place is
// only looked for inside the division prefix, "" meaning the whole tenant.
func searchPlaces(ctx context.Context, tx *database.Tx, tenant, q, prefix string, limit int) ([]*db.Place, error) {
	terms := queryTerms(q)
	if len(terms) == 0 {
		return nil, nil
	}
	ids, err := placesWithTerms(ctx, tx, tenant, terms)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	where := place.And(place.IDIn(ids...), place.DeletedAtIsNil())
	if prefix != "" {
		where = place.And(where, place.DivisionCodeGTE(prefix), place.DivisionCodeLT(afterPrefix(prefix)))
	}
	found, err := tx.Place.Query().Where(where).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	rank := make(map[uuid.UUID]int, len(found))
	found = slices.DeleteFunc(found, func(p *db.Place) bool {
		r := matchRank(q, p.Name, p.Aliases)
		rank[p.ID] = r
		return r == noMatch
	})
	slices.SortFunc(found, func(a, b *db.Place) int {
		return cmp.Or(cmp.Compare(rank[a.ID], rank[b.ID]), cmp.Compare(utf8.RuneCountInString(a.Name), utf8.RuneCountInString(b.Name)),
			strings.Compare(a.Name, b.Name), strings.Compare(a.DivisionCode, b.DivisionCode))
	})
	return found[:min(limit, len(found))], nil
}

// placesWithTerms asks the term table with equality only, so that row-level security leaves the index usable.
func placesWithTerms(ctx context.Context, tx *database.Tx, tenant string, terms []string) ([]uuid.UUID, error) {
	args := []any{tenant}
	for _, t := range terms {
		args = append(args, t)
	}
	args = append(args, len(terms), maxCandidates)
	rows, err := tx.Query(ctx, "SELECT "+placeterm.FieldPlaceID+" FROM "+placeterm.Table+" WHERE tenant_id = ? AND "+placeterm.FieldTerm+
		" IN (?"+strings.Repeat(",?", len(terms)-1)+") GROUP BY "+placeterm.FieldPlaceID+" HAVING COUNT(*) = ? LIMIT ?", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // the error of reading is what rows.Err gives
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read place term: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, wrap("read place terms", rows.Err())
}

// Ranks of a match, best first. Terms may all occur apart from each other: that is no match.
const (
	exactMatch = iota
	startsMatch
	containsMatch
	wordsMatch
	noMatch
)

// matchRank says how well a name or alias answers a query.
func matchRank(q, name string, aliases []string) int {
	words := normalise(q)
	whole := strings.Join(words, "")
	best := noMatch
	for _, n := range append([]string{name}, aliases...) {
		flat := strings.Join(normalise(n), "")
		switch {
		case flat == whole:
			return exactMatch
		case strings.HasPrefix(flat, whole):
			best = min(best, startsMatch)
		case strings.Contains(flat, whole):
			best = min(best, containsMatch)
		case !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(flat, w) }):
			best = min(best, wordsMatch)
		}
	}
	return best
}

// afterPrefix is the first text after all that start with the prefix of digits: a range instead of LIKE.
func afterPrefix(prefix string) string { return prefix + ":" }

// nearPlaces gives the places within about 3 km of a point, nearest first.
func nearPlaces(ctx context.Context, tx *database.Tx, p Point) ([]*db.Place, error) {
	lngReach := nearDegrees / math.Max(0.2, math.Cos(p.Lat*math.Pi/180))
	found, err := tx.Place.Query().Where(place.DeletedAtIsNil(),
		place.LatGTE(p.Lat-nearDegrees), place.LatLTE(p.Lat+nearDegrees),
		place.LngGTE(p.Lng-lngReach), place.LngLTE(p.Lng+lngReach)).Limit(maxNear).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read places nearby: %w", err)
	}
	slices.SortFunc(found, func(a, b *db.Place) int {
		return cmp.Compare(metres(p, Point{*a.Lat, *a.Lng}), metres(p, Point{*b.Lat, *b.Lng}))
	})
	return found, nil
}
