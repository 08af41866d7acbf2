// Package app is the only place that knows every room. It opens what the rooms stand on, builds them, connects the
// few methods they need of one another, mounts their routes, runs the process and ends it without losing work.
package app
