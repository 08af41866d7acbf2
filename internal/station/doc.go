// Package station is the room of liaison stations (代表之家、联络站、联络点): where they are, when
// they are open and which deputies serve there.
//
// Invariants: a station is never deleted, it leaves the lists; its manager changes its page and
// nothing else of it; a street's office keeps the stations of its own street only.
package station
