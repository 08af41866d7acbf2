package notify

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"huying/internal/platform/auth"
)

// Hint says that something changed that a person may read. It carries ids, never content: who gets one asks for the
// rest as always.
type Hint struct {
	Kind    string    `json:"kind"`
	Tenant  string    `json:"tenant"`
	ID      uuid.UUID `json:"id"`
	Version int       `json:"version,omitempty"`
	// People are told whatever they hold; it stays inside.
	People []uuid.UUID `json:"-"`
}

// Kinds of hints.
const (
	HintNotice = "notice"
	HintReport = "report"
	// HintLost is what a fan-out gives when hints of other processes may have been missed: everybody asks for everything
	// again.
	HintLost = "lost"
)

// Fanout carries hints from where they are made to every hub. The built-in one reaches the hub of its own process; on
// PostgreSQL internal/app gives one that reaches all of them.
type Fanout interface {
	// Publish passes a hint on without waiting for anybody.
	Publish(h Hint)
	// Subscribe gives every later hint to take, which does not block.
	Subscribe(take func(h Hint))
}

// inProcess is the fan-out of one process.
type inProcess struct {
	mu    sync.RWMutex
	takes []func(Hint)
}

// Publish gives the hint to everybody who subscribed.
func (l *inProcess) Publish(h Hint) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, take := range l.takes {
		take(h)
	}
}

// Subscribe adds a taker.
func (l *inProcess) Subscribe(take func(Hint)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.takes = append(l.takes, take)
}

// Bounds of the hub.
const (
	// listenerBuffer is how far a client may fall behind before it has to ask for everything again.
	listenerBuffer = 256
	// hubMemory is how many hints a client that comes back may have missed.
	hubMemory = 2048
	// listenersEach is how many streams one person may hold, and listenersAll how many one process.
	listenersEach = 8
	listenersAll  = 20_000
)

// numbered is a hint with its place in this process's order.
type numbered struct {
	seq int64
	Hint
}

// hub passes the hints of one process to those who listen here.
type hub struct {
	boot string

	mu        sync.Mutex
	seq       int64
	ring      []numbered
	listeners map[*listener]struct{}
	each      map[uuid.UUID]int
	closed    chan struct{}
	over      bool
}

// listener is one open stream.
type listener struct {
	caller *auth.Caller
	// works says that the person holds something in the tenant of the stream, so that its worklists may change.
	works   bool
	pending chan numbered
	// behind is closed when the buffer ran over.
	behind chan struct{}
	once   sync.Once
}

func newHub() *hub {
	return &hub{boot: newBoot(), listeners: map[*listener]struct{}{}, each: map[uuid.UUID]int{}, closed: make(chan struct{})}
}

// newBoot tells the numbers of one span of hints from those of another.
func newBoot() string { return uuid.NewString()[:8] }

// take is the hub's end of the fan-out.
func (h *hub) take(hint Hint) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if hint.Kind == HintLost {
		h.forget()
		return
	}
	h.seq++
	n := numbered{seq: h.seq, Hint: hint}
	if len(h.ring) == hubMemory {
		h.ring = append(h.ring[:0], h.ring[hubMemory/2:]...)
	}
	h.ring = append(h.ring, n)
	for l := range h.listeners {
		if l.concerns(hint) {
			l.offer(n)
		}
	}
}

// forget sends every stream away to begin anew, and lets no later one go on from before.
func (h *hub) forget() {
	h.boot, h.ring = newBoot(), nil
	for l := range h.listeners {
		l.fallBehind()
	}
}

// concerns says whether a hint may be for the listener. Whether a worker may read the report is asked later, for
// several hints at once.
func (l *listener) concerns(h Hint) bool {
	if slices.Contains(h.People, l.caller.PersonID) {
		return true
	}
	return h.Kind == HintReport && l.works && h.Tenant == l.caller.Tenant
}

func (l *listener) offer(n numbered) {
	select {
	case l.pending <- n:
	default:
		l.fallBehind()
	}
}

func (l *listener) fallBehind() { l.once.Do(func() { close(l.behind) }) }

// join adds a listener and gives it what it missed since the event it saw last. missed says that more was missed
// than is kept. It fails when there are too many streams.
func (h *hub) join(caller *auth.Caller, last string) (l *listener, missed, ok bool) {
	l = &listener{
		caller: caller, works: caller.Tenant != "" && slices.ContainsFunc(caller.Grants, staffGrant),
		pending: make(chan numbered, listenerBuffer), behind: make(chan struct{}),
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over || len(h.listeners) >= listenersAll || h.each[caller.PersonID] >= listenersEach {
		return nil, false, false
	}
	h.listeners[l] = struct{}{}
	h.each[caller.PersonID]++
	if last == "" {
		return l, false, true
	}
	seq, known := h.parse(last)
	if !known || seq > h.seq || seq < h.seq-int64(len(h.ring)) {
		return l, true, true
	}
	for _, n := range h.ring[len(h.ring)-int(h.seq-seq):] {
		if l.concerns(n.Hint) {
			l.offer(n)
		}
	}
	return l, false, true
}

func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, here := h.listeners[l]; !here {
		return
	}
	delete(h.listeners, l)
	if h.each[l.caller.PersonID]--; h.each[l.caller.PersonID] == 0 {
		delete(h.each, l.caller.PersonID)
	}
}

// now is the id of the present moment, for a stream that has just begun.
func (h *hub) now() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.id(h.seq)
}

// id names an event so that a client can say which it saw last.
func (h *hub) id(seq int64) string { return h.boot + "-" + strconv.FormatInt(seq, 10) }

func (h *hub) parse(id string) (int64, bool) {
	boot, text, ok := strings.Cut(id, "-")
	seq, err := strconv.ParseInt(text, 10, 64)
	return seq, ok && err == nil && boot == h.boot && seq >= 0
}

// close ends every stream and takes no new one.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.over {
		h.over = true
		close(h.closed)
	}
}

// open counts the streams, for the metrics.
func (h *hub) open() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners)
}
