// Package evidence takes photos and short recordings in, proves that they are what they say, keeps the originals
// unchanged and shows copies of the photos. Of a recording there is no copy: it is opened as an original, with a
// reason, by those who may, and is never public.
//
// Words. An upload is a ticket and what became of it; it belongs to one person in one tenant. A photo is an upload
// that was attached to a report in a role: before, after, inspection. An original is the bytes as they came, under
// retention. Public copies (medium 1280, thumb 320) are pixels only: no metadata, no trailing bytes.
//
//	ticketed ──verify──▶ verified ──attach──▶ attached
//	    │ └─not a photo─▶ rejected     (in the report's transaction)
//	    └────────┬──────────┘
//	          expired ──sweep──▶ row and objects removed
//
// Invariants.
//   - A row exists before its first object and until after its last, so every object can be found from the database
//     and the sweep needs no listing of the evidence bucket.
//   - A photo row is written only from a verified upload whose original was in the store a moment before; the sweep
//     takes an upload by its state, and so never one that a transaction has attached.
//   - Every read names the version that was verified.
//   - What a file claims about itself (time, place) is kept as a claim and trusted by no rule.
package evidence
