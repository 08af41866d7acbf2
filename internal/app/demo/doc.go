// Package demo fills an empty installation with an invented year of a real city: ten tenants, one documented
// account per role, reports over a year with its seasons, in every state a past can be told to, and drawn photographs marked 演示.
//
// It stands above the rooms and may use all of them. Reports are told as pasts and replayed through the
// report room's own table, so that nothing is here which could not have happened. The same seed and the same
// day give the same city.
package demo
