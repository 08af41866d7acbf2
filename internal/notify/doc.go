// Package notify tells people what happened: a line in their inbox and, where it matters, an SMS.
//
// Words. Notice: a line in one person's inbox, whatever tenant it came from. Message: an SMS to one
// number. Template: one wording from the declared list; gateways in China send registered templates
// only, so a message is always a template id and its parameters, never free text.
//
// Invariants. Notice and message are written in the transaction of the fact they tell of; the message
// is handed to the gateway by a job of the same transaction. A number is looked up when a message is
// sent, not before, so that a changed number is honoured. Numbers and parameters are stored sealed.
// What a person chose lies behind the identity door and is read by the job, never in the transaction of
// the fact. A fact is told once: the gateway gets the same id on every try, and a job worked twice
// collides with itself (ADR 71). A link is computed, not stored (ADR 72). The stream carries ids, and
// only of what its listener may read (ADR 73).
package notify
