package telemetry

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics holds the process's registry and the measurements of its HTTP door. Labels are bounded: the route's
// template, never the path; the class of the status, never a code made by a client.
type Metrics struct {
	Registry *prometheus.Registry

	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	panics   prometheus.Counter
}

// NewMetrics makes a registry of its own, so that several apps can live in one test process.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huying_http_requests_total", Help: "Requests answered, by method, route template and status class.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "huying_http_request_duration_seconds", Help: "Time to answer, by route template.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huying_http_requests_in_flight", Help: "Requests being answered now.",
		}),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huying_http_panics_total", Help: "Requests that ended in a panic.",
		}),
	}
	m.Registry.MustRegister(m.requests, m.duration, m.inFlight, m.panics,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Begin counts a request in and returns the function that counts it out. Route is its template, or "unmatched".
func (m *Metrics) Begin() func(method, route string, status int, took time.Duration) {
	m.inFlight.Inc()
	return func(method, route string, status int, took time.Duration) {
		m.inFlight.Dec()
		m.requests.WithLabelValues(knownMethod(method), route, strconv.Itoa(status/100)+"xx").Inc()
		m.duration.WithLabelValues(route).Observe(took.Seconds())
	}
}

// Panicked counts one panic.
func (m *Metrics) Panicked() { m.panics.Inc() }

func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return method
	}
	return "other"
}
