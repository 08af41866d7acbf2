// Package seed multiplies the reports of a demo for measuring: a base of lives
// told through the state table is copied inside the database, table by table,
// each copy with ids, numbers and instants of its own, so that every report has
// the events, clocks, signatures, ratings, photo rows, search terms and audit
// lines that living it would have left. Photo rows of copies share the objects
// of their originals.
//
// It speaks to the database as the owner, past the walls, and is refused on
// anything but a demo.
package seed
