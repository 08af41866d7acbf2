// Package scene draws the pictures of the demo data: one simple street scene per category, before and
// after the repair. Every picture carries the mark 演示, drawn from strokes of our own, so that nobody
// takes it for evidence. The same seed gives the same picture, byte for byte.
package scene
