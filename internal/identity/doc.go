// Package identity is the one door to people: who they are, how they sign in, what they were granted,
// and what their number is.
//
// Words. Person: anybody who signs in. Number: a person's mobile number, stored sealed and found by a
// blind index. Session: one signed-in device; it owns one refresh token at a time. Generation: how
// often a session's refresh token was rotated. Grant version: raised with every change of a person's
// grants; a token that carries an older one is void at once. Step-up: what a number must show that was
// silent for long, because it may have a new holder (二次放号).
//
// Invariants.
//   - No answer tells whether a number or a user name is known.
//   - A code is right at most once, and at most five tries are made on it, however many come at once.
//   - A refresh token is good once; showing an old one ends its session.
//   - Nobody sees a number unmasked without a second factor, a reason and a line in the audit.
//   - Rooms hold person ids only; they ask here for anything more.
package identity
