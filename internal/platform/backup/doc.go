// Package backup writes a one-machine installation into one tar archive while it serves, and lays it back: a SQLite
// database and the folder of the embedded object store, extended attributes included.
//
// The archive is consistent because of its order. The store is copied first, then a snapshot of the rows is taken, then
// the store is copied again, only what changed meanwhile. A row of the snapshot points at bytes that were whole before
// the snapshot was taken: they were there in the first pass, or they are in the second. Objects are never changed in
// place; a later entry of the same name replaces an earlier one.
//
// The last entry is the manifest. It carries a digest over the names and sums of all others, so that a damaged, cut or
// altered archive is refused before anything of an installation is touched. GNU tar reads the archive too
// (tar --xattrs).
package backup
