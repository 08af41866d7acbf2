// Package deputy is the room of people's congress deputies (人大代表): who they are, whom they
// serve, which report is offered to whom and why, and who must keep out of a matter.
//
// Words: a seat is one mandate in one congress for one term (届), with the constituency as
// division prefixes; a deputy may hold two. A candidate is a deputy to whom a report may be
// offered, with a score and the reasons in words. A recusal (回避) ties a person to a respondent
// (被反映对象), a unit, a place or one report that the person must neither handle nor see.
//
// Invariants:
//   - a recused deputy, one on leave, one who takes no reports, one with MaxLive open reports and
//     the reporter himself are never candidates;
//   - a recusal is never deleted: it ends with a time, and both ends are audited;
//   - the public sees name, seats, profession, introduction and stations, never the employer or
//     where the deputy lives.
package deputy
