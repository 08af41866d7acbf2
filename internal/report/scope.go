package report

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entassignment "huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/ent/db/reportrecusal"
	"huying/internal/platform/authz"
)

// Permissions that other permissions build on.
const (
	readPermission = "report.read"
	listPermission = "report.list"
)

// predicate is a condition on reports.
type predicate = func(*entsql.Selector)

// visible turns the caller's scopes for a permission into conditions: the union
// of what each grant reaches, minus everything the caller is recused from.
// Every read, count, search and action of this room starts from it.
func (s *Service) visible(_ context.Context, who asker, permission string) []predicate {
	if who.system {
		return nil
	}
	access := s.Index.Access(who.grants, who.tenant, permission)
	return []predicate{reach(access, who), notRecused(who)}
}

// reach is the union of the caller's scopes. A caller with none reaches nothing.
// Scopes that name single reports become one list of ids: under "or" an engine
// would walk the whole tenant for a deputy's handful.
func reach(access authz.Access, who asker) predicate {
	if access.Reaches(authz.ScopeTenant) || access.Reaches(authz.ScopeAll) {
		return func(*entsql.Selector) {}
	}
	return func(sel *entsql.Selector) {
		var any []*entsql.Predicate
		if ids := named(access, who); ids != nil {
			any = append(any, entsql.In(sel.C(entreport.FieldID), ids))
		}
		for _, prefix := range access.Divisions() {
			any = append(any, within(sel, prefix))
		}
		if ids := access.StationIDs(); len(ids) > 0 {
			any = append(any, entsql.In(sel.C(entreport.FieldStationID), values(ids)...))
		}
		if len(any) == 0 {
			sel.Where(entsql.False())
			return
		}
		sel.Where(entsql.Or(any...))
	}
}

// named selects the ids of the single reports the caller reaches, or nil.
func named(access authz.Access, who asker) *entsql.Selector {
	var lists []*entsql.Selector
	if access.As("citizen", authz.ScopeOwn) {
		lists = append(lists, sub(who.tenant, entreport.Table, entreport.FieldID, is(entreport.FieldReporterID, who.person)))
	}
	if access.As("deputy", authz.ScopeOwn) {
		lists = append(lists, held(who))
	}
	if access.Reaches(authz.ScopeOffered) {
		lists = append(lists, offered(who))
	}
	if ids := access.UnitIDs(); len(ids) > 0 {
		lists = append(lists, assigned(who.tenant, ids))
	}
	if len(lists) == 0 {
		return nil
	}
	for _, more := range lists[1:] {
		lists[0].UnionAll(more)
	}
	return lists[0]
}

// within asks for a division and all below it: a street and a community by
// equality, since only then an index gives their reports newest first, any other
// as a range: a prefix is an order under byte-wise comparison, and ':' follows '9'.
func within(sel *entsql.Selector, prefix string) *entsql.Predicate {
	c := sel.C(entreport.FieldDivisionCode)
	inside := entsql.And(entsql.GTE(c, prefix), entsql.LT(c, prefix+":"))
	switch n := len(prefix); {
	case n == 9:
		return entsql.EQ(sel.C(entreport.FieldStreetCode), prefix)
	case n == 12:
		return entsql.EQ(sel.C(entreport.FieldCommunityCode), prefix)
	case n > 12:
		return entsql.And(entsql.EQ(sel.C(entreport.FieldCommunityCode), prefix[:12]), inside)
	}
	return inside
}

// inSub asks for reports named in another table of the same tenant. The tenant
// is a constant, not a correlation, so that an engine may run the inner query
// once.
func inSub(sel *entsql.Selector, tenant, table, column string, where ...condition) *entsql.Predicate {
	return entsql.In(sel.C(entreport.FieldID), sub(tenant, table, column, where...))
}

type condition = func(*entsql.SelectTable) *entsql.Predicate

func sub(tenant, table, column string, where ...condition) *entsql.Selector {
	t := entsql.Table(table)
	all := []*entsql.Predicate{entsql.EQ(t.C(entreport.FieldTenantID), tenant)}
	for _, w := range where {
		all = append(all, w(t))
	}
	return entsql.Select(t.C(column)).From(t).Where(entsql.And(all...))
}

func is(column string, value any) condition {
	return func(t *entsql.SelectTable) *entsql.Predicate { return entsql.EQ(t.C(column), value) }
}

func oneOf(column string, list ...any) condition {
	return func(t *entsql.SelectTable) *entsql.Predicate { return entsql.In(t.C(column), list...) }
}

func isNull(column string) condition {
	return func(t *entsql.SelectTable) *entsql.Predicate { return entsql.IsNull(t.C(column)) }
}

// held are the reports a deputy leads or joined.
func held(who asker) *entsql.Selector {
	return sub(who.tenant, reportdeputy.Table, reportdeputy.FieldReportID,
		is(reportdeputy.FieldPersonID, who.person), isNull(reportdeputy.FieldEndedAt))
}

// offered are the reports a deputy may still answer.
func offered(who asker) *entsql.Selector {
	return sub(who.tenant, reportoffer.Table, reportoffer.FieldReportID,
		is(reportoffer.FieldPersonID, who.person),
		oneOf(reportoffer.FieldState, string(reportoffer.StateOffered), string(reportoffer.StateTakenByOther)))
}

// assigned are the reports these units work on or worked on.
func assigned(tenant string, units []uuid.UUID) *entsql.Selector {
	return sub(tenant, entassignment.Table, entassignment.FieldSubjectID,
		is(entassignment.FieldSubjectKind, subjectKind), oneOf(entassignment.FieldUnitID, values(units)...))
}

// notRecused is the deny that beats every grant.
func notRecused(who asker) predicate {
	return func(sel *entsql.Selector) {
		sel.Where(entsql.NotIn(sel.C(entreport.FieldID),
			sub(who.tenant, reportrecusal.Table, reportrecusal.FieldReportID, is(reportrecusal.FieldPersonID, who.person))))
	}
}

func values(ids []uuid.UUID) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = id
	}
	return out
}
