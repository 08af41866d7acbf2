// Package migrations ships the versioned SQL of both engines.
package migrations

import "embed"

// Files holds postgres/*.sql and sqlite/*.sql in goose's format.
//
//go:embed postgres/*.sql sqlite/*.sql
var Files embed.FS
