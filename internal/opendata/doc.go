// Package opendata is the room of what everybody may take away: the public reports of past months without anything that
// points to one of them, and the district's public figures.
//
// Words: a month is a whole local month that is over; a record is one report reduced to month, place, category, outcome;
// a cell is all records of one place and category in one month.
//
// Invariants:
//   - The source is what the public page shows anyway: public reports, never private, hidden or withdrawn ones.
//   - A record has no number, no text, no photo, no point and no day.
//   - No cell has fewer than Smallest records: small cells are merged, first over the streets of the district, then over
//     categories; what is still small is left out, and how much that was is not told.
//   - The figures are counted from the same records, so no difference of two answers gives back what was merged. Months
//     cannot be cut otherwise than as whole months, and the present one is not to be had.
package opendata
