// Package telemetry is how the product speaks about itself to the people who run it: structured logs, metrics, and
// the request id that ties an answer to its log line. Nothing here ever prints a secret or a phone number.
package telemetry

import "context"

// Origin says which request a piece of work belongs to and where that request came from.
type Origin struct {
	// RequestID is on the answer, in problems, in logs and in audit lines.
	RequestID string
	// Address is the client's IP address as the trusted edge reports it.
	Address string
	// Device is the client's own stable device id, or empty.
	Device string
}

type originKey struct{}

// WithOrigin returns a context that carries the origin.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginOf returns the origin of the work, or an empty one for work that no request started.
func OriginOf(ctx context.Context) Origin {
	o, _ := ctx.Value(originKey{}).(Origin)
	return o
}

// RequestID is the id of the request in ctx, or empty.
func RequestID(ctx context.Context) string { return OriginOf(ctx).RequestID }
