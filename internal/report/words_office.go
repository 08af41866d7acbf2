package report

import "huying/internal/flow"

// The facts rows 3 to 7, 13 and 15 ask about.
const (
	accusation      flow.Fact = "accusation"
	reviewedOnce    flow.Fact = "reviewed_once"
	mayAppeal       flow.Fact = "may_appeal"
	appealed        flow.Fact = "appealed"
	notInvolved     flow.Fact = "not_involved_in_rejection"
	upheld          flow.Fact = "appeal_upheld"
	mayReferUp      flow.Fact = "may_refer_up"
	outsidePart     flow.Fact = "part_outside_the_procedure"
	committeeListed flow.Fact = "committee_listed"
)
