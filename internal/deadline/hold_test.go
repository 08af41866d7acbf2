package deadline

import (
	"context"
	"testing"
	"time"

	"huying/internal/platform/clock"
)

func TestAHeldSweeperWaits(t *testing.T) {
	called := make(chan struct{}, 100)
	s := NewSweeper(SweeperDeps{Clock: clock.NewFake(time.Now()), Tenants: func(context.Context) ([]string, error) {
		called <- struct{}{}
		return nil, nil
	}})
	release := s.Hold()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx, time.Hour)
	}()
	select {
	case <-called:
		t.Fatal("a held sweeper swept")
	default:
	}
	release()
	<-called
	cancel()
	<-ended
}
