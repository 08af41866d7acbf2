package report

import (
	"context"
	"fmt"
	"strings"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entreport "huying/ent/db/report"
	"huying/ent/db/reportterm"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// rareHits is up to how many reports of a term are named one by one. A rarer
// term is worth a look of its own: no planner knows how rare a word is, and for
// a word that is nowhere it would walk the whole tenant.
const rareHits = 500

// search are the conditions of a search in one tenant: every term must be
// there. Blank words ask for nothing.
func (s *Service) search(ctx context.Context, scope tenancy.Scope, tenant, query string) ([]predicate, error) {
	query = strings.TrimSpace(query)
	if query == "" {
		return nil, nil
	}
	if _, _, _, ok := ParseNumber(query); ok {
		return []predicate{entreport.Number(query)}, nil
	}
	terms, prefix := QueryTerms(query)
	if len(terms) == 0 {
		return []predicate{func(sel *entsql.Selector) { sel.Where(entsql.False()) }}, nil
	}
	rare, found, err := s.rarest(ctx, scope, terms, prefix)
	if err != nil {
		return nil, err
	}
	var out []predicate
	if found {
		out = append(out, entreport.IDIn(rare...))
	}
	for _, term := range terms {
		out = append(out, func(sel *entsql.Selector) {
			sel.Where(inSub(sel, tenant, reportterm.Table, reportterm.FieldReportID, termIs(term, prefix)))
		})
	}
	return out, nil
}

// termIs asks for a term, or for those that begin with it.
func termIs(term string, prefix bool) condition {
	return func(t *entsql.SelectTable) *entsql.Predicate {
		c := t.C(reportterm.FieldTerm)
		if prefix {
			return entsql.And(entsql.GTE(c, term), entsql.LT(c, term+"\U0010FFFF"))
		}
		return entsql.EQ(c, term)
	}
}

// rarest gives the reports of the rarest term; found is false when every term
// has more than rareHits.
func (s *Service) rarest(ctx context.Context, scope tenancy.Scope, terms []string, prefix bool) (ids []uuid.UUID, found bool, err error) {
	err = s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		for _, term := range terms {
			q := tx.ReportTerm.Query().Limit(rareHits + 1)
			if prefix {
				q = q.Where(reportterm.TermGTE(term), reportterm.TermLT(term+"\U0010FFFF"))
			} else {
				q = q.Where(reportterm.Term(term))
			}
			var hits []uuid.UUID
			if err := q.Select(reportterm.FieldReportID).Scan(ctx, &hits); err != nil {
				return fmt.Errorf("search: %w", err)
			}
			if len(hits) <= rareHits && (!found || len(hits) < len(ids)) {
				ids, found = hits, true
			}
		}
		return nil
	})
	return ids, found, err
}
