package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"huying/internal/platform/clock"
	"huying/internal/platform/config"
)

// Promises of the process itself, on SQLite with everything in one binary.
const (
	idleMB   = 80
	loadedMB = 350
	startS   = 1
	binaryMB = 90

	idleAfter = 5 * time.Second
	loadedFor = 10 * time.Second
)

// process is (i): the binary, its start and its memory. A server of its own
// does the answering, as a user starts one.
func (o Options) process(ctx context.Context) ([]Line, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(self)
	if err != nil {
		return nil, err
	}
	lines := []Line{{
		Key: "i", What: "the binary", Value: float64(info.Size()) / (1 << 20), Unit: "MB", Bound: binaryMB, Against: "the file that runs now",
	}}
	if o.Config.Database.Engine != config.SQLite {
		return lines, nil
	}
	var starts []float64
	for range o.Rounds {
		s, took, err := o.serve(ctx, self)
		if err != nil {
			return nil, err
		}
		starts = append(starts, took.Seconds())
		if err := s.end(); err != nil {
			return nil, err
		}
	}
	s, _, err := o.serve(ctx, self)
	if err != nil {
		return nil, err
	}
	idle, loaded, err := s.memory(ctx)
	if err := errors.Join(err, s.end()); err != nil {
		return nil, err
	}
	return append(lines,
		Line{
			Key: "i", What: "start to the first answer", Value: median(starts), Unit: "s", Bound: startS,
			Against: "huying serve on the seeded database, until /readyz says yes", Spread: [2]float64{min(starts[0], median(starts)), max(starts[0], median(starts))},
		},
		Line{Key: "i", What: "resident memory, idle", Value: idle, Unit: "MB", Bound: idleMB, Against: fmt.Sprintf("%s after the start", idleAfter)},
		Line{
			Key: "i", What: "resident memory, loaded", Value: loaded, Unit: "MB", Bound: loadedMB,
			Against: fmt.Sprintf("the most during %s of %d clients reading public lists", loadedFor, photoClients),
		}), nil
}

// server is a huying of its own.
type server struct {
	cmd  *exec.Cmd
	base string
}

// serve starts one and waits for its first answer.
func (o Options) serve(ctx context.Context, self string) (*server, time.Duration, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, 0, err
	}
	address := ln.Addr().String()
	if err := ln.Close(); err != nil {
		return nil, 0, err
	}
	s := &server{cmd: exec.CommandContext(ctx, self, "serve"), base: "http://" + address} //nolint:gosec // ourselves
	s.cmd.Env = append(os.Environ(),
		"HUYING_DATA_DIR="+o.Config.Data.Dir, "HUYING_DEMO_ON=true", "HUYING_LOG_LEVEL=error", "HUYING_HTTP_LISTEN="+address)
	s.cmd.Stderr = os.Stderr
	now := clock.System().Now
	start := now()
	if err := s.cmd.Start(); err != nil {
		return nil, 0, err
	}
	for now().Sub(start) < patience {
		status, _, err := fasthttp.GetTimeout(nil, s.base+"/readyz", time.Second)
		if err == nil && status == http.StatusOK {
			return s, now().Sub(start), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil, 0, errors.Join(fmt.Errorf("huying serve did not answer within %s", patience), s.end())
}

func (s *server) end() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// memory gives the resident memory idle and under load, in MB.
func (s *server) memory(ctx context.Context) (idle, loaded float64, err error) {
	select {
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	case <-time.After(idleAfter):
	}
	idle = s.resident()
	watching, stop := context.WithCancel(ctx)
	most := make(chan float64)
	go func() {
		high := 0.0
		for watching.Err() == nil {
			high = max(high, s.resident())
			time.Sleep(50 * time.Millisecond)
		}
		most <- high
	}()
	client := &fasthttp.Client{MaxConnsPerHost: 64}
	_, err = load(ctx, photoClients, loadedFor, func(_ context.Context, worker, n int) error {
		req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(req)
		defer fasthttp.ReleaseResponse(res)
		req.SetRequestURI(s.base + "/api/v1/public/reports?limit=" + strconv.Itoa(20+(worker+n)%80))
		req.Header.Set("X-Tenant", tenant)
		if err := client.Do(req, res); err != nil {
			return err
		}
		if res.StatusCode() != http.StatusOK {
			return fmt.Errorf("public list: %d %.200s", res.StatusCode(), res.Body())
		}
		return nil
	})
	stop()
	return idle, <-most, err
}

func (s *server) resident() float64 {
	return float64(kilobytes(field(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid), "VmRSS"))) / 1024
}
