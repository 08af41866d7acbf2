// Package audit keeps who did or looked at what, why, and from where.
//
// A line is written in the transaction of the thing it speaks of, so that neither exists without the
// other. Nobody changes or removes a line, and reading them is the auditor's alone.
//
// A read across tenants is different: nothing is written that its line could travel with, so the line
// is committed in the city's own tenant before the answer is given, and without it there is no answer.
//
// # The chain
//
// Lines are written unchained: a chain inside the writing transactions would let a tenant do one thing
// at a time. The Sealer follows within about a second. It takes the lines without a seal, in the order
// in which it finds them, and gives each the next number of its tenant (seq, from 1), the hash of the
// line before (prev_hash, empty for the first) and its own hash. A line whose transaction commits late
// is found late and sealed late, and is never passed over. The head of the chain (table audit_heads) is
// the last number and hash; a copy of it kept where this system's administrators cannot reach shows
// that nothing up to it was rewritten. Verify walks a chain and names the first link that does not hold.
//
// # What is hashed
//
// The hash is written "sha256:" or "sm3:" and the digest in lower-case hexadecimal; the chain goes on
// when the configured algorithm changes. Hashed are the following fields in this order, each as four
// bytes of length, big-endian, and that many bytes of UTF-8; ff ff ff ff and nothing more is a null.
//
//	 1  "huying-audit-line-1"
//	 2  algorithm     "sha256" or "sm3"
//	 3  tenant_id
//	 4  seq           decimal
//	 5  prev_hash
//	 6  id            lower-case UUID with hyphens
//	 7  created_at    microseconds since 1970-01-01 00:00 UTC, decimal
//	 8  actor_id      as id, or null
//	 9  actor_kind
//	10  actor_role
//	11  actor_tenant
//	12  address
//	13  request_id
//	14  action
//	15  subject_kind
//	16  subject_id
//	17  reason
//	18  facts         "j" and canonical JSON, or null
//
// Canonical JSON has no space; the members of an object stand in the order of their keys' bytes; text
// escapes only the quote and the backslash (by a backslash) and what lies below U+0020 (\u001f, in
// lower case); a number is its digits without a zero at either end and, unless it is zero, "e" and the
// power of ten (120 is 12e1, 1.50 is 15e-1, 0 is 0). It is the same however the engine stored the value.
// What is no JSON of one meaning (a key twice, more than 64 levels, an exponent beyond a million) is
// hashed as "r" and its stored text, and a time that is none as "?" and its stored text.
package audit
