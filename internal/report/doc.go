// Package report is the room of the photo report (随手拍): one problem at one
// place, from the citizen who tells of it to the rating that closes it.
//
// Words: an offer asks a deputy to accept; the lead deputy holds the report,
// joined deputies follow it; the owner is who has to act next; a proposal is an
// action that waits for a second person's signature; a round is one passage
// from dispatch to rating; the thread is the citizen's matter over all rounds.
//
// Invariants:
//   - Table is the only place that knows transitions; what it does not allow
//     cannot happen, and allowed_actions is read from it.
//   - Every change of state writes, in one transaction, the row by its version,
//     an append-only event, an audit line, its clocks and its notices.
//   - A report's row is locked before its deadlines, by actions and the timer.
//   - Who may see a report is a condition in SQL (scope.go), recusal included;
//     a report one may not see and one that never was are answered alike.
//   - The reporter's name is never public, and never a deputy's before accepting.
//
// Where things are: table*.go the law as data · rules.go clocks.go search.go
// pure rules · act.go the course every action takes · write.go what it writes · service_*.go what each
// adds · scope.go queries*.go view.go reads · jobs.go notices.go the timer and
// the messages · routes*.go the API · testdata/diagram.mmd the state diagram
// and testdata/table.txt the rows, both generated from Table and kept in step
// by a test:
//
//	[*] → submitted → open → accepted → verified → dispatched → handling
//	    → replied → resolved → closed
//	danger, or repair first:  submitted → dispatched (→ verified without a unit)
//	a deputy's own answer:    accepted → replied, signed by the office
//	not confirmed:            replied → handling (accepted after a deputy's answer)
//	unsatisfied:              resolved → reopened → dispatched, round + 1
//	withdrawn by the citizen: any → withdrawn, or on ex officio
package report
