// Package rights is the room of what people may ask about their own data, and of how long data is
// kept (个人信息保护法, cited as 个 below).
//
// Words. Notice: the plain text a person is shown before agreeing, with a version. Consent: one act of
// agreeing or taking back, for one purpose, under one version of the notice. Holding: the personal data
// that one part of the house owns; it can list a person's, and make it end. Erasure: the person asked
// for the end of the own data; it waits a week so that it can be taken back. Anonymise: what is kept of a
// matter no longer points to anybody, while its state, category, community, times and marks stay, so
// that every statistic counts as before. Retention: the same by age, per tenant.
//
// Invariants.
//   - Every table of the house is classified in docs/security.md; a test fails when one is not.
//   - Erasing and anonymising are done in small transactions that can be repeated: a run that was
//     killed goes on where it stood, and a second run finds nothing to do.
//   - An original under evidence lock is never removed before its lock ends; it is counted as kept_by_lock.
//   - The audit trail is never changed here. It holds bare ids, and nothing here makes an id point
//     to a name again.
package rights
