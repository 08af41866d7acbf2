// Package soak holds one test: the product under load on its production parts while they are stopped, killed and cut
// off. `make soak` runs it for twenty minutes, `make test-all` for one, `make test` walks one quiet report through the same parts.
package soak
