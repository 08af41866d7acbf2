// Package policy carries the authority matrix of the product as a release artefact:
// who may do what, and how far. README.md tells it in words; the console changes
// only who holds which role, never these files.
package policy

import "embed"

// FS holds model.conf, roles.csv, catalogue.csv and permissions.csv.
//
//go:embed model.conf roles.csv catalogue.csv permissions.csv
var FS embed.FS
