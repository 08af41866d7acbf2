// Package partner is the room of the other systems that a tenant works with: where they are, what is sent to them, what
// they send, and whether both sides still agree.
//
// Words: a partner is one such system of one kind — open311 (a GeoReport v2 endpoint), workorder (a 12345-style
// platform with 派单, 签收, 退单, 办结, 回访) or webhook (a receiver of Standard Webhooks). A link ties a report to the matter
// of the same thing over there. A message is one word about a linked matter, in either direction. A delivery is one
// webhook with its attempts. Reconciliation (对账) lists where the two sides differ.
//
// Invariants:
//   - What has to be sent is written in the transaction of the step it follows from, as a row and a job: nothing is sent
//     for a step that was rolled back, and nothing is lost.
//   - One report has one link to a partner, and one message per direction and key, whatever is tried again.
//   - A partner never moves a report. What it says is an internal note; people act on it.
//   - No name and no number of a reporter leaves. Webhooks carry no text at all.
//   - Secrets are sealed, shown once, and never in a log. Addresses are judged when they are dialled (platform/outbound).
package partner
