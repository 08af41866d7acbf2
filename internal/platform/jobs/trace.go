package jobs

import (
	"context"
	"encoding/json"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"huying/internal/platform/telemetry"
)

// traceKey is where a job's metadata keep the trace of the request that asked for it.
const traceKey = "traceparent"

// traced carries a trace through the queue: the job is a span under the request that inserted it.
type traced struct{ river.MiddlewareDefaults }

// InsertMany writes the present trace into the metadata of new jobs.
func (*traced) InsertMany(ctx context.Context, jobs []*rivertype.JobInsertParams, insert func(context.Context) ([]*rivertype.JobInsertResult, error)) ([]*rivertype.JobInsertResult, error) {
	parent := telemetry.TraceParent(ctx)
	if parent == "" {
		return insert(ctx)
	}
	for _, job := range jobs {
		metadata := map[string]json.RawMessage{}
		if len(job.Metadata) > 0 && json.Unmarshal(job.Metadata, &metadata) != nil {
			continue
		}
		metadata[traceKey], _ = json.Marshal(parent) // a string
		if with, err := json.Marshal(metadata); err == nil {
			job.Metadata = with
		}
	}
	return insert(ctx)
}

// Work opens the job's span.
func (*traced) Work(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	var metadata struct {
		Parent string `json:"traceparent"`
	}
	_ = json.Unmarshal(job.Metadata, &metadata) // what is not there is no parent
	ctx, span := telemetry.Begin(telemetry.JoinTrace(ctx, metadata.Parent), "job "+job.Kind, telemetry.SpanConsumer)
	err := work(ctx)
	span.End(err)
	return err
}
