// Package flow executes a declared state table. A room lists its rows — from,
// action, who, needs, next, clocks, public wording, second person — and this
// package decides, names the actions somebody may take now, and draws the
// table for the documentation. It holds no data and knows no room.
//
// Words: a part is what the actor is to this very subject (its reporter, the
// deputy it was offered to …), not a role in general; a fact is something true
// of the subject that a row asks about by name; a need is a field the action's
// body carries.
package flow
