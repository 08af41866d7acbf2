// Package audit keeps who did or looked at what, why, and from where.
//
// A line is written in the transaction of the thing it speaks of, so that neither exists without the
// other. Lines are written unchained; a sealer chains them afterwards (columns seq, prev_hash, hash).
// Nobody changes or removes a line, and reading them is the auditor's alone.
//
// A read across tenants is different: nothing is written that its line could travel with, so the line
// is committed in the city's own tenant before the answer is given, and without it there is no answer.
package audit
