package deputy

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// MaxLive is how many open reports a deputy may hold; more are not offered (row 8 of the state table).
const MaxLive = 5

// DefaultOffers is how many candidates are given when nobody says otherwise.
const DefaultOffers = 5

// What each reason is worth. Integers, so that an order is the same everywhere.
const (
	pointsChosen     = 40
	pointsProfession = 15
	pointsStation    = 8
	pointsPerLive    = 3
)

// Facts are what matching and recusal look at; zero fields are simply unknown.
type Facts struct {
	Category     string
	DivisionCode string
	Lat, Lng     *float64 // WGS-84
	Text         string   // title and description
	Respondent   string   // as typed by the reporter

	PlaceID, ReportID, ReporterID uuid.UUID
	PreferredDeputyID, StationID  uuid.UUID
	UnitIDs                       []uuid.UUID // units complained of or handling
	Excluded                      []uuid.UUID // people who are not to be offered it again, whatever the reason
	Limit                         int         // of candidates; 0 means DefaultOffers
}

// Profile is what the rule knows of one deputy.
type Profile struct {
	DeputyID, PersonID uuid.UUID
	Name               string
	HomeDivision       string
	Lat, Lng           *float64
	Profession         string
	Employer           string
	Seats              []Seat
	Stations           []uuid.UUID
	Live               int // reports held now
	TakesReports       bool
	OnLeave            bool
	Recused            bool // by a row; the employer is compared by the rule itself
}

// Seat is one mandate that has not ended.
type Seat struct {
	Level        string
	Constituency []string // division prefixes
}

// Words turn codes into what people read: division names, and the professions that know a category.
type Words struct {
	Division    func(code string) string
	Professions []string
}

// Candidate is a deputy to whom a report may be offered, with why, in words.
type Candidate struct {
	DeputyID uuid.UUID
	PersonID uuid.UUID
	Name     string
	Score    int
	Reasons  []string
	Metres   int // distance to the place, −1 when unknown
}

// Match ranks the deputies who may be offered the report, best first: constituency, home,
// distance, profession, the citizen's own choice, less the present load. Equal scores go to the
// lighter load, then by id, so that the order never depends on how rows arrived. Who has no tie
// to the place is left out.
func Match(f Facts, deputies []Profile, words Words) []Candidate {
	var out []Candidate
	live := map[uuid.UUID]int{}
	for _, p := range deputies {
		if !eligible(f, p) {
			continue
		}
		if c, tied := score(f, p, words); tied {
			out = append(out, c)
			live[p.DeputyID] = p.Live
		}
	}
	slices.SortFunc(out, func(a, b Candidate) int {
		return cmp.Or(b.Score-a.Score, live[a.DeputyID]-live[b.DeputyID], strings.Compare(a.DeputyID.String(), b.DeputyID.String()))
	})
	limit := f.Limit
	if limit <= 0 {
		limit = DefaultOffers
	}
	return out[:min(limit, len(out))]
}

func eligible(f Facts, p Profile) bool {
	return p.TakesReports && !p.OnLeave && !p.Recused && p.Live < MaxLive && len(p.Seats) > 0 &&
		p.PersonID != f.ReporterID && !NamesEmployer(f, p.Employer)
}

func score(f Facts, p Profile, words Words) (c Candidate, tied bool) {
	c = Candidate{DeputyID: p.DeputyID, PersonID: p.PersonID, Name: p.Name, Metres: -1}
	add := func(points int, reason string, args ...any) {
		c.Score += points
		c.Reasons = append(c.Reasons, fmt.Sprintf(reason, args...))
	}
	if f.PreferredDeputyID != uuid.Nil && p.DeputyID == f.PreferredDeputyID {
		add(pointsChosen, "群众指定的代表")
		tied = true
	}
	if area := constituency(p.Seats, f.DivisionCode); area != "" {
		add(constituencyPoints(area), "选区包含%s", name(words, area))
		tied = true
	}
	if area := sharedHome(p.HomeDivision, f.DivisionCode); area != "" {
		add(homePoints(area), "就在%s", name(words, area))
		tied = true
	}
	if f.StationID != uuid.Nil && slices.Contains(p.Stations, f.StationID) {
		add(pointsStation, "在所选的联络站驻站")
		tied = true
	}
	if f.Lat != nil && f.Lng != nil && p.Lat != nil && p.Lng != nil {
		c.Metres = Metres(*f.Lat, *f.Lng, *p.Lat, *p.Lng)
		if points := distancePoints(c.Metres); points > 0 {
			add(points, "距离%s", Distance(c.Metres))
			tied = true
		}
	}
	if word := knows(words.Professions, p.Profession); word != "" {
		add(pointsProfession, "专业相关：%s", p.Profession)
	}
	c.Score -= pointsPerLive * p.Live
	c.Reasons = append(c.Reasons, fmt.Sprintf("目前在办%d件", p.Live))
	return c, tied
}

func name(words Words, code string) string {
	if words.Division != nil {
		if n := words.Division(code); n != "" {
			return n
		}
	}
	return code
}

// constituency gives the narrowest part of the deputy's constituencies that contains the place.
func constituency(seats []Seat, place string) string {
	best := ""
	for _, s := range seats {
		for _, area := range s.Constituency {
			if area != "" && strings.HasPrefix(place, area) && len(area) > len(best) {
				best = area
			}
		}
	}
	return best
}

// constituencyPoints: who was elected nearer answers first.
func constituencyPoints(area string) int {
	switch {
	case len(area) >= 12:
		return 40
	case len(area) == 9:
		return 34
	case len(area) == 6:
		return 20
	}
	return 10
}

// sharedHome gives the community, or else the street, that the deputy's home and the place share.
func sharedHome(home, place string) string {
	for _, digits := range []int{12, 9} {
		if len(home) >= digits && len(place) >= digits && home[:digits] == place[:digits] {
			return home[:digits]
		}
	}
	return ""
}

func homePoints(area string) int {
	if len(area) == 12 {
		return 15
	}
	return 8
}

// distancePoints: walking distance counts most; beyond 5 km distance is no reason.
func distancePoints(metres int) int {
	switch {
	case metres <= 500:
		return 15
	case metres <= 1000:
		return 12
	case metres <= 3000:
		return 8
	case metres <= 5000:
		return 4
	}
	return 0
}

func knows(professions []string, profession string) string {
	for _, word := range professions {
		if word != "" && strings.Contains(profession, word) {
			return word
		}
	}
	return ""
}

// Metres is the distance between two WGS-84 positions over the earth's mean radius (6,371 km).
func Metres(lat1, lng1, lat2, lng2 float64) int {
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	half := func(d float64) float64 { s := math.Sin(rad(d) / 2); return s * s }
	h := half(lat2-lat1) + math.Cos(rad(lat1))*math.Cos(rad(lat2))*half(lng2-lng1)
	return int(math.Round(2 * 6_371_000 * math.Asin(math.Min(1, math.Sqrt(h)))))
}

// Distance says a distance as people do: 约80米, 约1.2公里.
func Distance(metres int) string {
	if metres < 1000 {
		return fmt.Sprintf("约%d米", max(10, (metres+5)/10*10))
	}
	return fmt.Sprintf("约%.1f公里", float64(metres)/1000)
}
