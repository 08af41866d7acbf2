// Package walk takes one report through a running demo over HTTP as five people, and tells it.
package walk
