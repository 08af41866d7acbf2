// Package objects keeps bytes: photos and other evidence, in any S3 store or in the one embedded in the binary.
//
// Every tenant has two buckets. The evidence bucket has versioning and object lock: what is written there under
// retention cannot be changed or quietly removed. The staging bucket has versioning and no lock: it receives what
// clients send before anybody has looked at it, and is emptied by age.
//
// Reads, copies and removals name the version, because a key may be written twice (a ticket works until it expires)
// and only one of the versions was verified.
//
// A store that hangs, refuses connections or answers 5xx is a fault of kind Unavailable with a Retry-After; a short
// breaker keeps callers from queueing behind it and lets one of them probe until it heals.
package objects
