package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"huying/ent/db"
	"huying/internal/app/demo/scene"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/report"
)

// maxVariants is how many different pictures each category has at most, before and after.
const maxVariants = 200

// variantsOf is how many a category gets where so many reports have photographs: drawing and examining them is most
// of what filling a demo takes.
func variantsOf(pictured int) int { return min(max(pictured/40, 3), maxVariants) }

// write writes the lives' rows and the deputies' counts of live reports.
func (t *telling) write(ctx context.Context, d Deps, sum *Summary) error {
	list := make([]*report.History, len(t.lives))
	for i, l := range t.lives {
		list[i] = l.x.History
		sum.States[l.x.State()]++
	}
	sum.Reports += len(list)
	return d.DB.Do(ctx, tenancy.Tenant(t.c.tenant.Code), func(ctx context.Context, tx *database.Tx) error {
		if err := d.Reports.WriteHistories(ctx, tx, t.dir, list); err != nil {
			return err
		}
		for _, m := range t.c.deputies {
			if m.live == 0 {
				continue
			}
			if err := setLoad(ctx, tx, m.id, m.live); err != nil {
				return err
			}
		}
		return nil
	})
}

type shot struct {
	category string
	variant  int
	after    bool
}

// hang stores a copy of the right picture for every report that has one.
func hang(ctx context.Context, s *evidence.Service, told []*telling, developed map[shot]*evidence.Developed, sum *Summary, shared bool) error {
	for _, t := range told {
		var photos []evidence.PastPhoto
		for _, l := range t.lives {
			if l.pictured {
				photos = append(photos, l.photographs(developed)...)
			}
		}
		if err := s.KeepPast(ctx, t.c.tenant.Code, photos, shared); err != nil {
			return err
		}
		sum.Photos += len(photos)
	}
	return nil
}

func (l *life) shot(after bool) shot {
	return shot{l.x.Report.Category, (int(l.x.Report.ID[14])<<8 | int(l.x.Report.ID[15])) % l.c.variants, after}
}

// develop draws and examines each picture that is needed, once.
func develop(ctx context.Context, s *evidence.Service, told []*telling) (map[shot]*evidence.Developed, error) {
	out := map[shot]*evidence.Developed{}
	for _, t := range told {
		for _, l := range t.lives {
			if l.pictured {
				out[l.shot(false)] = nil
				if slices.ContainsFunc(l.x.Events, mended) {
					out[l.shot(true)] = nil
				}
			}
		}
	}
	type result struct {
		shot shot
		*evidence.Developed
	}
	results := make(chan result, len(out))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for k := range out {
		group.Go(func() error {
			picture, err := scene.Draw(k.category, uint64(k.variant)+1, k.after) //nolint:gosec // a small number
			if err != nil {
				return err
			}
			dev, err := s.Develop(ctx, picture)
			if err != nil {
				return fmt.Errorf("scene %s: %w", k.category, err)
			}
			results <- result{k, dev}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	close(results)
	for r := range results {
		out[r.shot] = r.Developed
	}
	return out, nil
}

// photographs are the reporter's picture and, where the unit says it repaired something, the unit's.
func (l *life) photographs(developed map[shot]*evidence.Developed) []evidence.PastPhoto {
	rep := l.x.Report
	out := []evidence.PastPhoto{{
		Developed: developed[l.shot(false)], ID: l.photoID(rep.CreatedAt), ReportID: rep.ID, PersonID: rep.ReporterID, Role: evidence.Before, At: rep.CreatedAt,
	}}
	for _, e := range l.x.Events {
		if mended(e) {
			out = append(out, evidence.PastPhoto{
				Developed: developed[l.shot(true)], ID: l.photoID(e.At), ReportID: rep.ID, PersonID: *e.ActorID, Role: evidence.After, Position: len(out), At: e.At,
			})
		}
	}
	return out
}

// mended is whether somebody says in an event that something was repaired, and shows it.
func mended(e *db.ReportEvent) bool {
	result, _ := e.Data["result"].(string)
	return e.ActorID != nil && e.Action == "reply" && (result == "solved" || result == "partly_solved")
}

func (l *life) photoID(at time.Time) uuid.UUID { return report.PastID(l.c.r, at) }
