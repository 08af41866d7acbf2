// Package handling keeps which handling units work on a subject and how far
// each has come: lead (主办), assisting (协办) and separate (分办) units, their
// taking, contact and reply, a unit's return and the ruling on it.
//
// Words: a unit returns a subject when it holds that another is responsible;
// the return is disputed until somebody rules; a ruling keeps the unit or puts
// another in its place. An opinion is what an assisting unit gives the lead.
//
// Invariants: a subject has at most one lead unit in a round; assisting units
// never reply to the citizen; a subject is answered when its lead, or every
// separate unit, has replied. The first receiver stays responsible until
// another has taken (首接负责): a unit that returned acts on, and one that was
// replaced may act until its successor takes. Returning moves no clock, and
// whoever is put in another's place has at least half of it.
package handling
