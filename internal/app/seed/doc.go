// Package seed multiplies the reports of a demo for measuring: a base of lives told through the state table is read into
// memory, and copies of the lives that are over are written in bulk, each with ids, a number and instants of its own, so
// that every report has the events, clocks, signatures, ratings, photo rows, search terms and audit lines that living it
// would have left. Photo rows of copies share the objects of their originals. The audit lines are chained as they are
// written.
//
// Copies are made on all processors, in the order of their time, and handed to one writer: COPY in one transaction on
// PostgreSQL, with the plain indexes and foreign keys made afterwards; prepared statements of many rows without a journal
// on SQLite, where a seeding that breaks off leaves a file to throw away. Memory stays as it is whatever the number.
//
// It speaks to the database as the owner, past the walls, and begins with an installation that nobody lives in.
package seed
