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
	store    *prometheus.HistogramVec
	sms      *prometheus.CounterVec
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
	m.store = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "huying_store_duration_seconds", Help: "Operations on the object store, by operation and outcome.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
	}, []string{"operation", "outcome"})
	m.sms = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "huying_sms_sends_total", Help: "Messages handed to the gateway, by outcome: taken, refused, failed.",
	}, []string{"outcome"})
	m.Registry.MustRegister(m.requests, m.duration, m.inFlight, m.panics, m.store, m.sms,
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

// Gauge adds a number that is asked for whenever the metrics are read; ask returns false when it is not known now,
// and the number is then left out.
func (m *Metrics) Gauge(name, help string, ask func() (float64, bool)) {
	m.Registry.MustRegister(gauge{prometheus.NewDesc(name, help, nil, nil), ask})
}

// StoreCall counts one operation on the object store. Operations and outcomes are words of ours, never a client's.
func (m *Metrics) StoreCall(operation, outcome string, took time.Duration) {
	m.store.WithLabelValues(operation, outcome).Observe(took.Seconds())
}

// SMS counts one message by what became of it.
func (m *Metrics) SMS(outcome string) { m.sms.WithLabelValues(outcome).Inc() }

// Family adds numbers that are asked for whenever the metrics are read. Ask emits each with the values of its labels,
// which must come from a short list; counting says that the numbers only grow.
func (m *Metrics) Family(f Family) { m.Registry.MustRegister(f) }

// Family is one metric with labels.
type Family struct {
	Name, Help string
	Labels     []string
	Counting   bool
	Ask        func(emit func(value float64, labels ...string))
}

func (f Family) desc() *prometheus.Desc { return prometheus.NewDesc(f.Name, f.Help, f.Labels, nil) }

// Describe names the family.
func (f Family) Describe(ch chan<- *prometheus.Desc) { ch <- f.desc() }

// Collect asks for the numbers.
func (f Family) Collect(ch chan<- prometheus.Metric) {
	kind := prometheus.GaugeValue
	if f.Counting {
		kind = prometheus.CounterValue
	}
	f.Ask(func(value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(f.desc(), kind, value, labels...)
	})
}

type gauge struct {
	desc *prometheus.Desc
	ask  func() (float64, bool)
}

// Describe names the gauge.
func (g gauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.desc }

// Collect asks for the number.
func (g gauge) Collect(ch chan<- prometheus.Metric) {
	if v, known := g.ask(); known {
		ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, v)
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
