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

// hits says how the reports of a search are found in one tenant: by conditions
// on reports and, where every word is frequent, by walking along the terms.
type hits struct {
	conditions []predicate
	// lists, when set, give the same reports newest first without the conditions.
	lists []list
}

// search finds what every term of the words is in. Blank words ask for nothing.
func (s *Service) search(ctx context.Context, scope tenancy.Scope, tenant, query string) (hits, error) {
	query = strings.TrimSpace(query)
	if query == "" {
		return hits{}, nil
	}
	if _, _, _, ok := ParseNumber(query); ok {
		return hits{conditions: []predicate{entreport.Number(query)}}, nil
	}
	terms, prefix := QueryTerms(query)
	if len(terms) == 0 {
		return hits{conditions: []predicate{func(sel *entsql.Selector) { sel.Where(entsql.False()) }}}, nil
	}
	var out hits
	for _, term := range terms {
		out.conditions = append(out.conditions, func(sel *entsql.Selector) {
			sel.Where(inSub(sel, tenant, reportterm.Table, reportterm.FieldID, termIs(term, prefix)))
		})
	}
	if len(terms) > 1 || prefix {
		rare, found, err := s.rarest(ctx, scope, terms, prefix)
		if err != nil {
			return hits{}, err
		}
		if found {
			out.conditions = append(out.conditions, entreport.IDIn(rare...))
			return out, nil
		}
	}
	if !prefix {
		out.lists = []list{havingAll(terms)}
	}
	return out, nil
}

// havingAll are the reports in which all terms are: a walk along the first, in
// which the others are looked up.
func havingAll(terms []string) list {
	return func(ctx context.Context, tx *database.Tx, before uuid.UUID, n int) ([]uuid.UUID, error) {
		q := tx.ReportTerm.Query().Where(reportterm.Term(terms[0])).Order(reportterm.ByID(entsql.OrderDesc())).Limit(n)
		if before != uuid.Nil {
			q = q.Where(reportterm.IDLT(before))
		}
		for i, term := range terms[1:] {
			q = q.Where(func(sel *entsql.Selector) {
				t := entsql.Table(reportterm.Table).As(fmt.Sprintf("also%d", i))
				sel.Join(t).OnP(entsql.And(
					entsql.ColumnsEQ(t.C(reportterm.FieldTenantID), sel.C(reportterm.FieldTenantID)),
					entsql.EQ(t.C(reportterm.FieldTerm), term),
					entsql.ColumnsEQ(t.C(reportterm.FieldID), sel.C(reportterm.FieldID))))
			})
		}
		return q.IDs(ctx)
	}
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
			have, err := q.IDs(ctx)
			if err != nil {
				return fmt.Errorf("search: %w", err)
			}
			if len(have) <= rareHits && (!found || len(have) < len(ids)) {
				ids, found = have, true
			}
		}
		return nil
	})
	return ids, found, err
}
