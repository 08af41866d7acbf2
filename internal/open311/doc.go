// Package open311 is the room that other systems enter by: Open311 GeoReport v2
// (https://wiki.open311.org/GeoReport_v2), with mySociety's servicerequestupdates, and the api keys they show.
//
// Words: a service is one of our categories, its attributes are the category's questions; a request is a report; a
// jurisdiction is a tenant, named by its code or one of its host names, or by the host that is asked; a key lets one
// system submit in one tenant.
//
// Invariants:
//   - Reading needs no key and gives what the public may know: private, hidden and unscreened content is not there. A
//     key adds the reports that came in under it: their state, never more text than the public reads.
//   - A submission becomes an ordinary report: same checks, same screening, same clocks. The same body twice within a
//     day is one report.
//   - A key is shown once. Its hash is kept, so a copy of the database opens nothing. A revoked key ends at once.
//   - Every refusal is worded as the protocol says, in the format that was asked for.
package open311
