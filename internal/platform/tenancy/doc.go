// Package tenancy is the first wall between tenants: a scope in the context,
// and one interceptor and one hook, registered on the ent client, that keep
// every statement inside it. PostgreSQL's row-level security is the second.
//
// Invariants: no scope → error; a read carries a tenant predicate; a create is
// stamped; an update or delete is fenced to the one tenant that may be written;
// the city reads an explicit list of tenants and writes only its own.
package tenancy
