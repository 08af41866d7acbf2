package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Similar looks for reports that tell of what the caller is about to tell: near,
// recent, still open. Reports the caller is recused from are neither shown nor
// counted; private ones of others are only counted.
func (s *Service) Similar(ctx context.Context, tenant string, in SimilarAsk) (SimilarAnswer, error) {
	who, now := askerOf(ctx, tenant), s.Clock.Now()
	out := SimilarAnswer{Items: []SimilarItem{}}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return out, err
	}
	mine, err := s.lookOf(ctx, tenant, in, dir)
	if err != nil {
		return out, err
	}
	if len(in.UploadIDs) > 0 {
		// A photo that is not there yet, or is none, is told at submission; here it only does not help.
		if err := s.Evidence.Verify(ctx, tenant, who.person, in.UploadIDs); err != nil {
			if _, known := fault.As(err); !known {
				return out, err
			}
		}
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		if err := s.placeLook(ctx, tx, &mine, in.PlaceID); err != nil {
			return err
		}
		uploads, err := s.Evidence.HashesOfUploads(ctx, tx, who.person, in.UploadIDs)
		if err != nil {
			return err
		}
		for _, h := range uploads {
			mine.hashes = append(mine.hashes, h)
		}
		found, err := s.candidates(ctx, tx, mine, now, notRecused(who))
		if err != nil {
			return err
		}
		for _, c := range found {
			out.add(c, who, dir, now)
		}
		return nil
	})
	if out.PrivateCount > 0 {
		out.PrivateText = fmt.Sprintf("另有%d件类似的不公开反映", out.PrivateCount)
	}
	return out, err
}

// add shows a candidate as the asker may see it, or counts it.
func (a *SimilarAnswer) add(c candidate, who asker, dir *division.Directory, now time.Time) {
	r := c.report
	own := r.ReporterID == who.person
	open := r.Visibility == entreport.VisibilityPublic && r.DetachedAt == nil
	switch {
	case !own && !open:
		a.PrivateCount++
	case len(a.Items) < shownSimilar:
		it := SimilarItem{Item: viewPublicItem(r, dir, now), Own: own, Follow: !own && r.PublishedAt != nil, Reasons: strings.Join(c.reasons, " · "), Followers: r.FollowerCount}
		if own {
			it.Title = r.Title
		}
		a.Items = append(a.Items, it)
	}
}

// lookOf reads what somebody is about to report.
func (s *Service) lookOf(ctx context.Context, tenant string, in SimilarAsk, dir *division.Directory) (look, error) {
	var wrong []fault.Field
	c, ok := findCategory(dir.CategoriesOf(tenant), in.Category)
	if !ok {
		return look{}, unknownCategory(dir.CategoriesOf(tenant))
	}
	for field, message := range map[string]string{
		"description": checkText(in.Description, 0, 1000), "title": checkText(in.Title, 0, 40), "position": checkPoint(in.Position),
	} {
		if message != "" {
			wrong = append(wrong, fault.Field{Name: field, Message: message})
		}
	}
	if len(wrong) > 0 {
		return look{}, fault.Invalid.New("有内容需要修改", wrong...)
	}
	mine := look{category: c.Key, at: s.Clock.Now(), terms: Terms(in.Title, in.Description)}
	if p := in.Position; p != nil {
		mine.lat, mine.lng = &p.Lat, &p.Lng
	}
	d, err := s.resolve(ctx, tenant, Submission{DivisionCode: in.DivisionCode, Position: in.Position, PlaceID: in.PlaceID})
	if fault.Is(err, division.Needed) && in.Position != nil {
		// The position alone is enough to look around it.
		return mine, nil
	}
	mine.division = d.Code
	return mine, err
}

func (s *Service) placeLook(ctx context.Context, tx *database.Tx, l *look, id *uuid.UUID) error {
	if id == nil {
		return nil
	}
	p, ok, err := s.Territory.Place(ctx, tx, *id)
	if ok {
		l.place, l.compound = p.ID, p.Kind == "compound"
	}
	return err
}

// candidate is a report that resembles another.
type candidate struct {
	report  *db.Report
	score   int
	reasons []string
}

// candidates gives what resembles a look, best first. It reads at most
// maxSimilar reports by each of place, grid and community, and their hashes once.
func (s *Service) candidates(ctx context.Context, tx *database.Tx, l look, now time.Time, within ...predicate) ([]candidate, error) {
	rows, err := around(ctx, tx, l, now.AddDate(0, 0, -similarDays), within)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var hashes map[uuid.UUID][]int64
	if len(l.hashes) > 0 {
		if hashes, err = s.Evidence.Hashes(ctx, tx, ids); err != nil {
			return nil, err
		}
	}
	var out []candidate
	for _, r := range rows {
		other := reportLook(r)
		other.hashes = hashes[r.ID]
		if score, reasons := resemble(l, other, now); score >= similarScore {
			out = append(out, candidate{r, score, reasons})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

func reportLook(r *db.Report) look {
	l := look{
		category: r.Category, lat: r.Lat, lng: r.Lng, division: r.DivisionCode, at: r.CreatedAt,
		terms: Terms(r.Title, r.Description),
	}
	if r.PlaceID != nil {
		l.place = *r.PlaceID
	}
	return l
}

// around reads the open reports near a look, newest first. Each way of being
// near walks its own index.
func around(ctx context.Context, tx *database.Tx, l look, since time.Time, within []predicate) ([]*db.Report, error) {
	var ways [][]predicate
	if l.place != uuid.Nil {
		ways = append(ways, []predicate{entreport.PlaceID(l.place)})
	}
	if l.lat != nil {
		ways = append(ways, nearCells(*l.lat, *l.lng, 5, 6))
	}
	if len(l.division) >= 12 {
		way := []predicate{
			entreport.Category(l.category),
			inDivision(l.division[:12]),
		}
		if l.lat != nil {
			// Those with a position were found by it, or are too far.
			way = append(way, entreport.LatIsNil())
		}
		ways = append(ways, way)
	}
	seen := map[uuid.UUID]bool{}
	var out []*db.Report
	for _, way := range ways {
		q := tx.Report.Query().Where(entreport.CreatedAtGTE(since),
			entreport.StateNotIn("closed", "rejected", "merged", "transferred", "withdrawn")).
			Order(entreport.ByID(entsql.OrderDesc())).Limit(maxSimilar)
		for _, p := range append(way, within...) {
			q = q.Where(p)
		}
		rows, err := q.All(ctx)
		if err != nil {
			return nil, fmt.Errorf("similar reports: %w", err)
		}
		for _, r := range rows {
			if !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// nearCells asks for the grid around a point, north–south and east–west. The
// rows are named one by one, so that each is a short walk along the index.
func nearCells(lat, lng float64, north, east int) []predicate {
	y, x := Cell(lat), Cell(lng)
	var rows []int
	for i := y - north; i <= y+north; i++ {
		rows = append(rows, i)
	}
	return []predicate{entreport.CellLatIn(rows...), entreport.CellLngGTE(x - east), entreport.CellLngLTE(x + east)}
}

// SimilarTo gives an office what it might merge with a report, inside its own
// scope, best first.
func (s *Service) SimilarTo(ctx context.Context, tenant, ref string) ([]MergeCandidate, error) {
	who, now := askerOf(ctx, tenant), s.Clock.Now()
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := []MergeCandidate{}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		scope := s.visible(ctx, who, similarList)
		rel, err := s.load(ctx, tx, ref, false, scope...)
		if err != nil {
			return err
		}
		mine := reportLook(rel.report)
		if err := s.placeLook(ctx, tx, &mine, rel.report.PlaceID); err != nil {
			return err
		}
		hashes, err := s.Evidence.Hashes(ctx, tx, []uuid.UUID{rel.report.ID})
		if err != nil {
			return err
		}
		mine.hashes = hashes[rel.report.ID]
		found, err := s.candidates(ctx, tx, mine, now, append(scope, entreport.IDNEQ(rel.report.ID))...)
		if err != nil {
			return err
		}
		for _, c := range found {
			out = append(out, MergeCandidate{
				Item: viewItem(c.report, dir, now), Score: c.score, Reasons: c.reasons,
				Merge: mergeable(rel.report) && mergeable(c.report),
			})
		}
		return nil
	})
	return out, err
}

func mergeable(r *db.Report) bool { return slices.Contains(submittedHandling, flow.State(r.State)) }

func inDivision(prefix string) predicate {
	return func(sel *entsql.Selector) { sel.Where(within(sel, prefix)) }
}
