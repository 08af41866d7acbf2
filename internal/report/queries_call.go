package report

import (
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"huying/ent/db/deadline"
	"huying/ent/db/followup"
	entreport "huying/ent/db/report"
)

// toCall are the reports that wait for a call-back (row 35): closed within the
// 90 days because nobody rated, or resolved and still unrated when the clock of
// the call ran out; not those called in their present round already.
func toCall(who asker, now time.Time) predicate {
	return func(sel *entsql.Selector) {
		calls := entsql.Table(followup.Table)
		called := entsql.Select(calls.C(followup.FieldID)).From(calls).Where(entsql.And(
			entsql.EQ(calls.C(followup.FieldTenantID), who.tenant),
			entsql.ColumnsEQ(calls.C(followup.FieldSubjectID), sel.C(entreport.FieldID)),
			entsql.ColumnsEQ(calls.C(followup.FieldRound), sel.C(entreport.FieldRound)),
			entsql.EQ(calls.C(followup.FieldReached), true),
		))
		ended := entsql.And(
			entsql.EQ(sel.C(entreport.FieldState), string(Closed)),
			entsql.EQ(sel.C(entreport.FieldCloseReason), string(entreport.CloseReasonUnrated)),
			entsql.GTE(sel.C(entreport.FieldClosedAt), now.AddDate(0, 0, -reopenDays)),
		)
		due := entsql.And(
			entsql.EQ(sel.C(entreport.FieldState), string(Resolved)),
			inSub(sel, who.tenant, deadline.Table, deadline.FieldSubjectID,
				is(deadline.FieldSubjectKind, subjectKind), is(deadline.FieldKind, clockRateCall), isNull(deadline.FieldStoppedAt), upTo(deadline.FieldDueAt, now)),
		)
		sel.Where(entsql.And(entsql.IsNull(sel.C(entreport.FieldDetachedAt)), entsql.Or(ended, due), entsql.Not(entsql.Exists(called))))
	}
}

func upTo(column string, at time.Time) condition {
	return func(t *entsql.SelectTable) *entsql.Predicate { return entsql.LTE(t.C(column), at) }
}
