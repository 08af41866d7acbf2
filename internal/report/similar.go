package report

import (
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"huying/internal/deadline"
	"huying/internal/evidence"
)

// Bounds of looking for near-duplicates.
const (
	// similarDays is how far back one looks.
	similarDays = 30
	// similarMetres is how far apart one problem may be told of.
	similarMetres = 500
	// similarScore is what two reports need to be shown as perhaps the same.
	similarScore = 55
	// maxSimilar is how many candidates one look compares.
	maxSimilar = 50
	// shownSimilar is how many a citizen is shown.
	shownSimilar = 5
)

// otherCategory says least about a problem, so sharing it counts little.
const otherCategory = "other"

// look is what two reports are compared by.
type look struct {
	category string
	place    uuid.UUID
	compound bool
	lat, lng *float64
	division string
	at       time.Time
	terms    []string
	hashes   []int64
}

// resemble scores how likely a and b tell of one problem, 0 to about 120, and
// says why in words. 0 means no: too far apart in place or time.
func resemble(a, b look, now time.Time) (score int, reasons []string) {
	where, word := nearness(a, b)
	age := a.at.Sub(b.at).Abs()
	if where == 0 || age > similarDays*24*time.Hour {
		return 0, nil
	}
	score, reasons = where, append(reasons, word)
	switch {
	case a.category == b.category && a.category == otherCategory:
		score += 8
	case a.category == b.category:
		score += 25
		reasons = append(reasons, "同类问题")
	}
	score += recency(age)
	reasons = append(reasons, dayWord(b.at, now))
	if share := overlap(a.terms, b.terms); share >= 0.2 {
		score += int(25 * share)
		if share >= 0.4 {
			reasons = append(reasons, "说法相近")
		}
	}
	if alike(a.hashes, b.hashes) {
		score += 30
		reasons = append(reasons, "照片相似")
	}
	return score, reasons
}

// nearness scores the places; 0 means too far apart or unknown. Where both
// positions are known they decide: a road may be long.
func nearness(a, b look) (int, string) {
	same := a.place != uuid.Nil && a.place == b.place
	word := "同一地点"
	if same && a.compound {
		word = "同一小区"
	}
	if a.lat != nil && b.lat != nil {
		m := metres(*a.lat, *a.lng, *b.lat, *b.lng)
		if !same {
			word = fmt.Sprintf("相距约%d米", max(10, (m+5)/10*10))
		}
		switch {
		case m <= 50:
			return 40, word
		case m <= 150:
			return 32, word
		case m <= 300:
			return 22, word
		case m <= similarMetres || same && m <= 2*similarMetres:
			return 12, word
		}
		return 0, ""
	}
	if same {
		return 35, word
	}
	if a.place != uuid.Nil && b.place != uuid.Nil || len(a.division) < 12 || len(b.division) < 12 {
		return 0, ""
	}
	if a.division[:12] == b.division[:12] {
		return 15, "同一社区"
	}
	return 0, ""
}

// metres is the distance of two points, good to a percent within a city.
func metres(lat1, lng1, lat2, lng2 float64) int {
	const perDegree = 111_320
	dy := (lat2 - lat1) * perDegree
	dx := (lng2 - lng1) * perDegree * math.Cos((lat1+lat2)/2*math.Pi/180)
	return int(math.Min(math.Hypot(dx, dy), 1e9))
}

func recency(age time.Duration) int {
	const day = 24 * time.Hour
	switch {
	case age <= day:
		return 12
	case age <= 3*day:
		return 9
	case age <= 7*day:
		return 6
	}
	return 2
}

// dayWord says when in the words people use.
func dayWord(at, now time.Time) string {
	switch days := int(deadline.DateOf(now).At(0).Sub(deadline.DateOf(at).At(0)).Round(24*time.Hour).Hours() / 24); {
	case days <= 0:
		return "今天"
	case days == 1:
		return "昨天"
	case days == 2:
		return "前天"
	default:
		return fmt.Sprintf("%d天前", days)
	}
}

// overlap is the share of the shorter text's terms that the other has too. Very
// short texts say nothing.
func overlap(a, b []string) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 3 {
		return 0
	}
	has := make(map[string]bool, len(a))
	for _, term := range a {
		has[term] = true
	}
	common := 0
	for _, term := range b {
		if has[term] {
			common++
		}
	}
	return float64(common) / float64(len(a))
}

func alike(a, b []int64) bool {
	for _, x := range a {
		for _, y := range b {
			if evidence.Distance(x, y) <= evidence.Alike {
				return true
			}
		}
	}
	return false
}
