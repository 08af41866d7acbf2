// Package deadline turns promises into rows. A deadline is computed once from
// the official working calendar, stored with what it was computed from, and
// fired at most once by the sweeper, whichever process runs it.
//
// Words: a span is an amount of time with its unit (natural minutes, hours and
// days; working hours and days); a kind is what the deadline is about (admit,
// accept, verify …); a deadline is running until it is stopped (kept) or fired
// (missed). A deadline whose computation reached beyond the last known holiday
// year is provisional and is settled when that year's calendar arrives.
package deadline
