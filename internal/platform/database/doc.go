// Package database opens the two engines, SQLite (embedded default) and
// PostgreSQL (production), and is the only place that opens transactions: Do
// for work that writes, View for reads. Both put the caller's tenancy scope
// into the context, and on PostgreSQL into the session or the transaction, so
// that the wall in code and row-level security always say the same.
package database
