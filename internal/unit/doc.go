// Package unit is the room of handling units (承办单位): the bodies that handle problems, their
// departments, their heads and clerks, and the dispatch catalogue (派单目录) that says which unit
// a category belongs to in which division.
//
// Words: a unit with a parent is a department of it. A rule of the catalogue names a category, a
// division prefix and a unit; several units may stand for one category, one of them the default.
// A text (常用语) is a ready reply or reason, of one unit or of the whole tenant, that a desk fills in and may change.
//
// Invariants:
//   - a unit's code is unique in its tenant and never changes; imports find units by it;
//   - a unit is never deleted: it becomes inactive and leaves the catalogue's answers;
//   - departments stay in their tenant, and no unit is its own ancestor;
//   - the narrower division decides over the wider one, then the default, then the name.
package unit
