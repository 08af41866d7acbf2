package database

import (
	"context"
	"strings"

	"huying/internal/platform/telemetry"
	"huying/internal/platform/tenancy"
)

// traceUnit opens the span of one Do or View.
func traceUnit(ctx context.Context, name string, scope tenancy.Scope) (context.Context, telemetry.Span) {
	ctx, span := telemetry.Begin(ctx, name, telemetry.SpanInternal)
	span.Set("huying.tenant", scope.TenantCode())
	return ctx, span
}

// traceStatement opens the span of one statement. Its text holds placeholders, never what somebody wrote.
func traceStatement(ctx context.Context, system, query string) (context.Context, telemetry.Span) {
	ctx, span := telemetry.Begin(ctx, "sql", telemetry.SpanClient)
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	span.Name(verb)
	span.Set("db.system.name", system)
	span.Set("db.query.text", query)
	return ctx, span
}
