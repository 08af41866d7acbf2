package objects

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"

	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
)

// ErrNotFound is returned when the object, the version or the bucket is not in the store.
var ErrNotFound = errors.New("objects: not found")

// errNotTried stands for a call that the breaker kept back.
var errNotTried = fault.Unavailable.New("not tried")

const (
	breakAfter = 4               // failures in a row
	breakFor   = 2 * time.Second // how long callers are told at once, before one of them probes
	retryAfter = 5 * time.Second // what clients are told
)

// breaker remembers that the store is away, so that a hanging store costs one caller its timeout, not all of them.
type breaker struct {
	mu       sync.Mutex
	failures int
	until    time.Time
}

func newBreaker() *breaker { return &breaker{} }

// allow reports whether a call may go out. While broken, one caller per breakFor may.
func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < breakAfter {
		return true
	}
	now := time.Now() // waiting for a machine is wall time, not the product's clock
	if now.Before(b.until) {
		return false
	}
	b.until = now.Add(breakFor)
	return true
}

func (b *breaker) record(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case fault.Is(err, fault.Unavailable):
		if b.failures++; b.failures >= breakAfter {
			b.until = time.Now().Add(breakFor)
		}
	case errors.Is(err, context.Canceled): // the caller left; says nothing about the store
	default:
		b.failures = 0
	}
}

// call runs one operation under the store's own time limit and sorts its error.
func (s *Store) call(ctx context.Context, what string, op func(ctx context.Context) error) error {
	if !s.gate.allow() {
		s.seen(what, errNotTried, 0)
		return unavailable(fmt.Errorf("objects: %s: not tried, the store failed %d times in a row", what, breakAfter))
	}
	ctx, span := telemetry.Begin(ctx, "s3 "+what, telemetry.SpanClient)
	inner, cancel := context.WithTimeout(ctx, s.cfg.OpTimeout)
	defer cancel()
	began := time.Now()
	err := classify(what, op(inner))
	span.End(err)
	s.gate.record(err)
	s.seen(what, err, time.Since(began))
	return err
}

func unavailable(cause error) error {
	return fault.Unavailable.With(cause, "照片存储暂时不可用，请稍后再试").After(retryAfter)
}

// classify turns what the client library says into ErrNotFound, fault.Unavailable or a wrapped technical error.
func classify(what string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("objects: %s: %w", what, err)
	if errors.Is(err, context.Canceled) {
		return wrapped
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		// No answer at all: refused, reset, cut short or timed out.
		return unavailable(wrapped)
	}
	switch answer.Code {
	case minio.NoSuchKey, minio.NoSuchVersion, minio.NoSuchBucket, "NotFound", "MethodNotAllowed":
		// MethodNotAllowed is the answer to reading a delete marker.
		return fmt.Errorf("objects: %s: %w", what, ErrNotFound)
	case "SlowDown", "RequestTimeout", "XMinioServerNotInitialized", "XMinioStorageFull":
		return unavailable(wrapped)
	}
	if answer.StatusCode == http.StatusNotFound {
		return fmt.Errorf("objects: %s: %w", what, ErrNotFound)
	}
	if answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == 0 {
		return unavailable(wrapped)
	}
	return wrapped
}
