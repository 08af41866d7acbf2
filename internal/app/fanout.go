package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"huying/internal/notify"
	"huying/internal/platform/database"
)

const (
	// hintsChannel is the name all processes of an installation speak and listen on.
	hintsChannel = "huying_hints"
	// hintsWaiting is how many hints may wait to be passed on; when more come, the others are told to ask for everything.
	hintsWaiting = 4096
	// hintPeople keeps one message below PostgreSQL's 8000 bytes.
	hintPeople = 150
	// listenAgain is the pause before a lost connection is made anew.
	listenAgain = time.Second
	// listenStart is how long a process waits to hear the others before it takes streams.
	listenStart = 3 * time.Second
	// passTime is how long passing one hint on may take.
	passTime = 5 * time.Second
)

// fanout passes hints between the processes of one PostgreSQL, so that a screen hears of what happened anywhere. A hint
// is no promise: one that is lost means a screen that learns of it when it asks next, and is told to ask.
type fanout struct {
	db   *database.DB
	log  *slog.Logger
	self string
	out  chan wireHint
	lost atomic.Bool
	// heard is closed when this process listens; late says that streams may have begun before.
	heard chan struct{}
	late  atomic.Bool

	once  sync.Once
	mu    sync.RWMutex
	takes []func(notify.Hint)
}

// wireHint is a hint on its way. From is the process it comes from, which has told its own streams already.
type wireHint struct {
	From    string      `json:"f"`
	Kind    string      `json:"k"`
	Tenant  string      `json:"t,omitempty"`
	ID      uuid.UUID   `json:"i"`
	Version int         `json:"v,omitempty"`
	People  []uuid.UUID `json:"p,omitempty"`
}

func newFanout(db *database.DB, log *slog.Logger) *fanout {
	return &fanout{db: db, log: log, self: uuid.NewString(), out: make(chan wireHint, hintsWaiting), heard: make(chan struct{})}
}

// Subscribe adds a taker.
func (f *fanout) Subscribe(take func(notify.Hint)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.takes = append(f.takes, take)
}

func (f *fanout) give(h notify.Hint) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, take := range f.takes {
		take(h)
	}
}

// Publish tells this process at once and the others soon.
func (f *fanout) Publish(h notify.Hint) {
	f.give(h)
	people := h.People
	for {
		part := people[:min(len(people), hintPeople)]
		people = people[len(part):]
		select {
		case f.out <- wireHint{From: f.self, Kind: h.Kind, Tenant: h.Tenant, ID: h.ID, Version: h.Version, People: part}:
		default:
			f.lost.Store(true)
		}
		if len(people) == 0 {
			return
		}
	}
}

// send passes on what was published here until ctx ends.
func (f *fanout) send(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			f.sendRest(ctx)
			return
		case h := <-f.out:
			if f.lost.Swap(false) {
				f.pass(ctx, wireHint{From: f.self, Kind: notify.HintLost})
			}
			f.pass(ctx, h)
		}
	}
}

// sendRest passes on what the last requests and jobs of this process left.
func (f *fanout) sendRest(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), passTime)
	defer cancel()
	for {
		select {
		case h := <-f.out:
			f.pass(ctx, h)
		default:
			return
		}
	}
}

func (f *fanout) pass(ctx context.Context, h wireHint) {
	text, err := json.Marshal(h)
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, passTime)
		defer cancel()
		err = f.db.Say(ctx, hintsChannel, string(text))
	}
	if err != nil && ctx.Err() == nil {
		f.lost.Store(true) // said with the next one
		f.log.DebugContext(ctx, "a hint was not passed on", "err", err)
	}
}

// listen hears what the others published until ctx ends. Whatever was said while nobody listened is lost, and so told.
func (f *fanout) listen(ctx context.Context, address string) {
	for first := true; ctx.Err() == nil; first = false {
		err := database.Listen(ctx, address, hintsChannel, func() {
			if !first || f.late.Load() {
				f.give(notify.Hint{Kind: notify.HintLost})
			}
			f.once.Do(func() { close(f.heard) })
		}, f.hear)
		if ctx.Err() != nil {
			return
		}
		f.log.WarnContext(ctx, "hints of other processes are not heard", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

// await returns when this process hears the others, or soon without: then streams are told to begin anew once it does.
func (f *fanout) await(ctx context.Context) {
	select {
	case <-f.heard:
	case <-ctx.Done():
	case <-time.After(listenStart):
		f.late.Store(true)
	}
}

func (f *fanout) hear(text string) {
	var h wireHint
	if err := json.Unmarshal([]byte(text), &h); err != nil || h.From == f.self {
		return
	}
	f.give(notify.Hint{Kind: h.Kind, Tenant: h.Tenant, ID: h.ID, Version: h.Version, People: h.People})
}

// hintsAddress is where this process listens; empty where only a pooler is known, which cannot hold a LISTEN.
func (a *App) hintsAddress() string {
	c := a.Config.Database
	if c.ListenURL != "" {
		return c.ListenURL.Reveal()
	}
	if c.RLSMode == string(database.RLSLocal) {
		return ""
	}
	return c.URL.Reveal()
}
