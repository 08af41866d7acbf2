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
	masterLives     flow.Fact = "master_lives"
	mayObject       flow.Fact = "may_object"
	mayRateMaster   flow.Fact = "may_rate_master"
	wasSubmitted    flow.Fact = "was_submitted"
	wasAccepted     flow.Fact = "was_accepted"
	wasVerified     flow.Fact = "was_verified"
	wasDispatched   flow.Fact = "was_dispatched"
	wasHandling     flow.Fact = "was_handling"
	outsidePart     flow.Fact = "part_outside_the_procedure"
	committeeListed flow.Fact = "committee_listed"
)
