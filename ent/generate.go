// Package ent holds the data model: the hand-written schema, the generated code
// in db, and the versioned migrations.
package ent

//go:generate go tool ent generate --target ./db --feature intercept,sql/versioned-migration,sql/lock,sql/upsert,sql/modifier ./schema
