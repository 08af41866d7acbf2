// Package oversight is the room of the boards: what a district and the city see
// of all reports together, in figures that can be traced to their reports.
//
// Words: a measure is one thing that is counted; a delta is what one step of a
// report adds to the measures of its community, category and day; a cell holds
// the sum of a division, a category and a day, a month or all time; folding
// moves deltas into cells; the tail are deltas that wait to be folded.
//
// Invariants:
//   - A delta is written in the transaction of the step it counts, or not at all.
//   - A delta is taken away only by the transaction that adds it to its cells,
//     so that a crash at any moment neither loses nor doubles one.
//   - A read is one statement over cells and tail: it sees every step that was
//     committed before it, once.
//   - Cells and tail together always equal a recount of every report's history;
//     Verify proves it and Rebuild restores it.
//   - The city reads over the list of its tenants, and its audit line stands
//     before the answer is given.
//   - A figure about fewer matters than the minimum sample is not compared, and
//     none is shown to a district about another below the published granularity.
//
// Where things are: rules.go what a step counts · sketch.go time to resolve ·
// announce.go fold.go recount.go the counters · read.go fold and tail ·
// queries_*.go the boards · routes.go the API.
package oversight
