package telemetry

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	wire "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Kinds of a span, as OpenTelemetry sorts them.
const (
	SpanInternal = trace.SpanKindInternal
	SpanServer   = trace.SpanKindServer
	SpanClient   = trace.SpanKindClient
	SpanProducer = trace.SpanKindProducer
	SpanConsumer = trace.SpanKindConsumer
)

// Tracing says where traces go: OTLP over HTTP with protobuf bodies (OpenTelemetry Protocol 1.x, /v1/traces).
type Tracing struct {
	// Endpoint is the full URL, http://collector:4318/v1/traces for instance; empty keeps no traces.
	Endpoint string
	// Authorization goes into the header of that name; may be empty.
	Authorization string
	// Sample is the share of requests that are traced, 0 to 1. A trace that a caller began is followed or not as the
	// caller decided.
	Sample  float64
	Version string
}

// tracer is nil while nothing is traced, which costs a request one load.
var tracer atomic.Pointer[tracing]

type tracing struct {
	trace.Tracer
	provider *sdk.TracerProvider
}

// traceContext is W3C Trace Context (traceparent), in requests and in the metadata of jobs.
var traceContext propagation.TraceContext

// StartTracing begins to send traces; the returned function sends what is left and ends it. Whether the collector answers
// is not the product's concern: what cannot be sent is dropped and said in the log.
func StartTracing(ctx context.Context, t Tracing, log *slog.Logger) (stop func(context.Context) error, err error) {
	if t.Endpoint == "" {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptrace.New(ctx, &collector{to: t, log: log, client: &http.Client{Timeout: 10 * time.Second}})
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(exporter),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(t.Sample))),
		sdk.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "huying"), attribute.String("service.version", t.Version))),
	)
	mine := &tracing{provider.Tracer("huying"), provider}
	tracer.Store(mine)
	return func(ctx context.Context) error {
		tracer.CompareAndSwap(mine, nil)
		return provider.Shutdown(ctx)
	}, nil
}

// Span is one stretch of work in a trace; the zero Span is one that nobody records. Names and attributes are ours or
// templates, never what a person wrote.
type Span struct{ span trace.Span }

// Begin starts a span under the one of ctx. It costs nothing while nothing is traced.
func Begin(ctx context.Context, name string, kind trace.SpanKind) (context.Context, Span) {
	t := tracer.Load()
	if t == nil {
		return ctx, Span{}
	}
	ctx, span := t.Start(ctx, name, trace.WithSpanKind(kind))
	if !span.IsRecording() {
		return ctx, Span{}
	}
	return ctx, Span{span}
}

// Set adds a fact.
func (s Span) Set(key, value string) {
	if s.span != nil && value != "" {
		s.span.SetAttributes(attribute.String(key, value))
	}
}

// Name replaces the name, for what is known only at the end.
func (s Span) Name(name string) {
	if s.span != nil {
		s.span.SetName(name)
	}
}

// Status records the answer of a request; 5xx is a failure (OpenTelemetry semantic conventions for HTTP).
func (s Span) Status(status int) {
	if s.span == nil {
		return
	}
	s.span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		s.span.SetStatus(codes.Error, http.StatusText(status))
	}
}

// End closes the span; err marks it failed. The error's text is scrubbed like a log line.
func (s Span) End(err error) {
	if s.span == nil {
		return
	}
	if err != nil {
		s.span.SetStatus(codes.Error, Scrub(err.Error()))
	}
	s.span.End()
}

// TraceParent is the header that lets other work join the trace of ctx; empty when there is none.
func TraceParent(ctx context.Context) string {
	if tracer.Load() == nil {
		return ""
	}
	carrier := propagation.MapCarrier{}
	traceContext.Inject(ctx, carrier)
	return carrier["traceparent"]
}

// JoinTrace puts the work of ctx under the span that a traceparent header names.
func JoinTrace(ctx context.Context, parent string) context.Context {
	if parent == "" || tracer.Load() == nil {
		return ctx
	}
	return traceContext.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
}

// collector posts spans. The library's own HTTP client would bring gRPC into the binary with it; the body is the same,
// because TracesData and ExportTraceServiceRequest have one wire form.
type collector struct {
	to     Tracing
	log    *slog.Logger
	client *http.Client
}

// Start has nothing to prepare.
func (*collector) Start(context.Context) error { return nil }

// Stop has nothing to end.
func (*collector) Stop(context.Context) error { return nil }

// UploadTraces posts one batch; a batch that is not taken is dropped.
func (c *collector) UploadTraces(ctx context.Context, spans []*wire.ResourceSpans) error {
	if err := c.post(ctx, spans); err != nil {
		c.log.WarnContext(ctx, "traces were not taken and are dropped", "err", err)
	}
	return nil
}

func (c *collector) post(ctx context.Context, spans []*wire.ResourceSpans) error {
	body, err := proto.Marshal(&wire.TracesData{ResourceSpans: spans})
	if err != nil {
		return fmt.Errorf("tracing: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.to.Endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("tracing: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-protobuf")
	if c.to.Authorization != "" {
		req.Header.Set("Authorization", c.to.Authorization)
	}
	res, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("tracing: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end below
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("tracing: the collector answered %s", res.Status)
	}
	return nil
}
