package report

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entassignment "huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// A list that another table orders, a word's reports or a unit's, is walked in
// that table: some ids newest first, then the reports among them that the asker
// may see, and on until the page is full. No statistics decide how, and nothing
// is sorted that an index has in order.

// Bounds of one look along a list.
const (
	firstLook = 100
	mostLook  = 6400
)

// list gives up to n ids of reports before one, newest first.
type list func(ctx context.Context, tx *database.Tx, before uuid.UUID, n int) ([]uuid.UUID, error)

// stride takes the ids of all lists down to where every one of them was looked
// through. next is from where to look on; it is nil when all lists have ended.
func stride(ctx context.Context, tx *database.Tx, lists []list, before uuid.UUID, n int) (ids []uuid.UUID, next uuid.UUID, err error) {
	for _, l := range lists {
		some, err := l(ctx, tx, before, n)
		if err != nil {
			return nil, uuid.Nil, err
		}
		if len(some) == n && bytes.Compare(some[n-1][:], next[:]) > 0 {
			next = some[n-1]
		}
		ids = append(ids, some...)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(b[:], a[:]) })
	ids = slices.Compact(ids)
	end, _ := slices.BinarySearchFunc(ids, next, func(id, bound uuid.UUID) int {
		if bytes.Compare(id[:], bound[:]) >= 0 {
			return -1
		}
		return 1
	})
	return ids[:end], next, nil
}

// walk reads one keyset page and one row more along lists.
func (s *Service) walk(ctx context.Context, scope tenancy.Scope, conditions []predicate, lists []list, before uuid.UUID, limit int) (rows []*db.Report, err error) {
	err = s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		rows = nil
		for n, from := firstLook, before; len(rows) <= limit; n = min(4*n, mostLook) {
			ids, next, err := stride(ctx, tx, lists, from, n)
			if err != nil {
				return err
			}
			if len(ids) > 0 {
				q := tx.Report.Query().Where(entreport.IDIn(ids...)).Order(entreport.ByID(entsql.OrderDesc())).Limit(limit + 1 - len(rows))
				for _, c := range conditions {
					q = q.Where(c)
				}
				some, err := q.All(ctx)
				if err != nil {
					return err
				}
				rows = append(rows, some...)
			}
			if next == uuid.Nil {
				return nil
			}
			from = next
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return rows, nil
}

// inHand are the lists of a caller who reaches single reports only, or nil: what
// the units worked on, what a deputy holds or is asked, what a citizen sent.
func inHand(access authz.Access, who asker) []list {
	if access.Reaches(authz.ScopeTenant) || access.Reaches(authz.ScopeAll) || len(access.Divisions()) > 0 || len(access.StationIDs()) > 0 {
		return nil
	}
	var out []list
	if access.As("citizen", authz.ScopeOwn) {
		out = append(out, func(ctx context.Context, tx *database.Tx, before uuid.UUID, n int) (ids []uuid.UUID, err error) {
			q := tx.Report.Query().Where(entreport.ReporterID(who.person), older(entreport.FieldID, before)).Order(entreport.ByID(entsql.OrderDesc())).Limit(n)
			return ids, q.Select(entreport.FieldID).Scan(ctx, &ids)
		})
	}
	if access.As("deputy", authz.ScopeOwn) {
		out = append(out, func(ctx context.Context, tx *database.Tx, before uuid.UUID, n int) (ids []uuid.UUID, err error) {
			q := tx.ReportDeputy.Query().Where(reportdeputy.PersonID(who.person), reportdeputy.EndedAtIsNil(), older(reportdeputy.FieldReportID, before)).
				Order(reportdeputy.ByReportID(entsql.OrderDesc())).Limit(n)
			return ids, q.Select(reportdeputy.FieldReportID).Scan(ctx, &ids)
		})
	}
	if access.Reaches(authz.ScopeOffered) {
		for _, state := range []reportoffer.State{reportoffer.StateOffered, reportoffer.StateTakenByOther} {
			out = append(out, func(ctx context.Context, tx *database.Tx, before uuid.UUID, n int) (ids []uuid.UUID, err error) {
				q := tx.ReportOffer.Query().Where(reportoffer.PersonID(who.person), reportoffer.StateEQ(state), older(reportoffer.FieldReportID, before)).
					Order(reportoffer.ByReportID(entsql.OrderDesc())).Limit(n)
				return ids, q.Select(reportoffer.FieldReportID).Scan(ctx, &ids)
			})
		}
	}
	for _, unit := range access.UnitIDs() {
		out = append(out, func(ctx context.Context, tx *database.Tx, before uuid.UUID, n int) (ids []uuid.UUID, err error) {
			q := tx.Assignment.Query().Where(entassignment.SubjectKind(subjectKind), entassignment.UnitID(unit), older(entassignment.FieldSubjectID, before)).
				Order(entassignment.BySubjectID(entsql.OrderDesc())).Limit(n)
			return ids, q.Select(entassignment.FieldSubjectID).Scan(ctx, &ids)
		})
	}
	return out
}

func older(column string, before uuid.UUID) predicate {
	return func(sel *entsql.Selector) {
		if before != uuid.Nil {
			sel.Where(entsql.LT(sel.C(column), before))
		}
	}
}

// maxTiles is how many squares of the map are walked; a larger box holds most of a tenant, whose own order serves it.
const maxTiles = 16

// tiles are the lists of a box's squares, or nil.
func (b *Box) tiles() (out []list) {
	low := func(x float64) float64 { return math.Floor(x * tilesADegree) }
	rows, columns := low(b.MaxLat)-low(b.MinLat)+1, low(b.MaxLng)-low(b.MinLng)+1
	if rows*columns > maxTiles {
		return nil
	}
	for y := range int(rows) {
		for x := range int(columns) {
			tile := Tile((low(b.MinLat)+float64(y)+0.5)/tilesADegree, (low(b.MinLng)+float64(x)+0.5)/tilesADegree)
			out = append(out, func(ctx context.Context, tx *database.Tx, before uuid.UUID, n int) (ids []uuid.UUID, err error) {
				q := tx.Report.Query().Where(entreport.Tile(tile), older(entreport.FieldID, before)).Order(entreport.ByID(entsql.OrderDesc())).Limit(n)
				return ids, q.Select(entreport.FieldID).Scan(ctx, &ids)
			})
		}
	}
	return out
}
