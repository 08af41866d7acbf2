// Package authz answers who may do what, and how far.
//
// The authority matrix lives in policy/ as lines "role, permission, scope" with a
// Casbin model beside them. That pair is the contract; Load compiles it into an
// immutable Index whose answers take a fraction of a microsecond and no allocation.
// A property test holds the two together.
//
// Words: a grant is a role given to a person at a division, perhaps for one unit,
// station or deputy. A scope says how far a permission reaches from that grant. An
// Access is the answer for one permission in one tenant: yes or no, and the scopes
// that queries turn into predicates.
//
// Invariants:
//   - what no line allows is refused, and so is an unknown role or permission;
//   - a grant works only in its own tenant, except scope "all", which is for reads
//     and reaches the tenants below the grant's division;
//   - nobody grants himself, nor outside his own subtree, nor a role that the roles
//     table does not let him give, nor one that must be kept apart.
package authz
