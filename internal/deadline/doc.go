// Package deadline turns promises into rows. A deadline is computed once from
// the official working calendar, stored with what it was computed from, and
// fired at most once by the sweeper, whichever process runs it.
//
// Words: a span is an amount of time with its unit (natural minutes, hours and
// days; working hours and days); a kind is what the deadline is about (admit,
// accept, verify …); a deadline is running until it is stopped (kept) or fired
// (missed). A ladder is the list of rungs, in percent of the clock's time, at
// which somebody is told; each is told once in the life of a row, whatever
// happens to the clock, to the machine's time or to the process. A paused clock
// has an end and a reason and tells nothing; a missed one can neither be paused
// nor extended, so that no rung is silenced. A deadline whose computation reached beyond the last known holiday
// year is provisional and is settled when that year's calendar arrives.
package deadline
