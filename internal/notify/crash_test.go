package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huying/ent/db/smsmessage"
	"huying/internal/notify"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

var errKilled = errors.New("killed")

// carrier is a gateway as the contract wants it: one id, one message on one phone, however often it is handed over.
type carrier struct {
	mu    sync.Mutex
	sent  map[uuid.UUID]int
	fault func() (before, after error)
}

func (c *carrier) Send(_ context.Context, m notify.Message) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, after := c.fault()
	if before != nil {
		return "", die(before)
	}
	c.sent[m.ID]++
	if after != nil {
		return "", die(after)
	}
	return "gw-" + m.ID.String()[:8], nil
}

// die ends the worker where a killed process would end, or gives an error as it is.
func die(err error) error {
	if errors.Is(err, errKilled) {
		panic(errKilled)
	}
	return err
}

// office is a notify service on a kit's data; making another one is what a restart is.
func office(t *testing.T, kit *testkit.Kit, keys *crypto.Keyring, d notify.Driver, work bool) (*notify.Service, *jobs.Queue) {
	t.Helper()
	queue := jobs.New(kit.DB, jobs.Options{Work: work, PollInterval: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	s := notify.New(notify.Deps{
		DB: kit.DB, Clock: kit.Clock, Keys: keys, Jobs: queue, Driver: d, Nap: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
	must(t, queue.Start(context.Background()))
	return s, queue
}

func ring(t *testing.T, kit *testkit.Kit) *crypto.Keyring {
	t.Helper()
	material, err := crypto.Generate(kit.Clock.Now())
	must(t, err)
	keys, err := crypto.New(material)
	must(t, err)
	return keys
}

func TestSend_killed_at_every_point(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		keys := ring(t, kit)
		for name, fault := range map[string]struct{ before, after error }{
			"before the gateway has it":           {before: errKilled},
			"after the gateway has it":            {after: errKilled},
			"the answer is lost on its way":       {after: errors.New("connection reset")},
			"the gateway could not be reached":    {before: errors.New("connection refused")},
			"the gateway asks to come back later": {before: &notify.LaterError{After: time.Second}},
		} {
			t.Run(name, func(t *testing.T) {
				failing := true
				c := &carrier{sent: map[uuid.UUID]int{}, fault: func() (error, error) {
					if failing {
						return fault.before, fault.after
					}
					return nil, nil
				}}
				s, _ := office(t, kit, keys, c, false)
				id := write(t, kit, keys, s)
				try(t, s, id)
				if got := messageOf(t, kit, id); got != smsmessage.StatusQueued {
					t.Fatalf("after the first try it is %s", got)
				}
				failing = false
				s, _ = office(t, kit, keys, c, false)
				for range 3 {
					try(t, s, id)
				}
				if got := messageOf(t, kit, id); got != smsmessage.StatusSent {
					t.Fatalf("in the end it is %s", got)
				}
				if len(c.sent) != 1 || c.sent[id] < 1 || c.sent[id] > 2 {
					t.Fatalf("the gateway has %v", c.sent)
				}
			})
		}
		t.Run("a final no is not tried again and its reason can be seen", func(t *testing.T) {
			c := &carrier{sent: map[uuid.UUID]int{}, fault: func() (error, error) {
				return &notify.RefusedError{Code: "坏号 13812345678 BAD"}, nil
			}}
			s, _ := office(t, kit, keys, c, false)
			id := write(t, kit, keys, s)
			for range 3 {
				try(t, s, id)
			}
			rows, err := s.Messages(t.Context(), "370202", "failed", uuid.Nil, 10)
			must(t, err)
			if len(rows) != 1 || rows[0].Row.ID != id || rows[0].Row.Attempts != 1 || rows[0].Phone != "138****5678" {
				t.Fatalf("%+v", rows)
			}
		})
		t.Run("what nobody needs any more is not sent", func(t *testing.T) {
			c := &carrier{sent: map[uuid.UUID]int{}, fault: func() (error, error) { return nil, nil }}
			s, _ := office(t, kit, keys, c, false)
			id := write(t, kit, keys, s)
			kit.Clock.Advance(4 * 24 * time.Hour)
			try(t, s, id)
			if got := messageOf(t, kit, id); got != smsmessage.StatusFailed || len(c.sent) != 0 {
				t.Fatalf("%s, %v", got, c.sent)
			}
		})
	})
}

// try works a message as the queue would, and survives a kill.
func try(t *testing.T, s *notify.Service, id uuid.UUID) {
	t.Helper()
	defer func() {
		if v := recover(); v != nil && v != any(errKilled) {
			panic(v)
		}
	}()
	_, err := s.SendOne(t.Context(), id)
	must(t, err)
}

// write puts one message into the outbox, with its person, and gives its id.
func write(t *testing.T, kit *testkit.Kit, keys *crypto.Keyring, s *notify.Service) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	to := personIn(t, kit, keys, phone)
	must(t, kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
		return s.Person(ctx, tx, received(to, "370202-2026-000001", true))
	}))
	must(t, kit.DB.View(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) (err error) {
		id, err = tx.SmsMessage.Query().Order(smsmessage.ByCreatedAt(), smsmessage.ByID()).Where(smsmessage.StatusEQ(smsmessage.StatusQueued)).FirstID(ctx)
		return err
	}))
	return id
}

func messageOf(t *testing.T, kit *testkit.Kit, id uuid.UUID) (status smsmessage.Status) {
	t.Helper()
	must(t, kit.DB.View(t.Context(), tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.SmsMessage.Query().Where(smsmessage.ID(id)).Only(ctx)
		if err == nil {
			status = row.Status
		}
		return err
	}))
	return status
}

// A gateway that fails at random, before or after it has the message, and a queue that is stopped hard in between:
// in the end each message was sent, and each only once.
func TestSend_nothing_lost_nothing_doubled(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, kit *testkit.Kit) {
		const messages = 40
		keys := ring(t, kit)
		c := &carrier{sent: map[uuid.UUID]int{}, fault: func() (error, error) {
			switch rand.IntN(4) {
			case 0:
				return errors.New("connection refused"), nil
			case 1:
				return nil, errors.New("connection reset")
			}
			return nil, nil
		}}
		s, queue := office(t, kit, keys, c, true)
		to := personIn(t, kit, keys, phone)
		for range messages {
			must(t, kit.DB.Do(t.Context(), tenancy.Tenant("370202"), func(ctx context.Context, tx *database.Tx) error {
				return s.Person(ctx, tx, received(to, "370202-2026-000001", true))
			}))
		}
		for range 4 {
			time.Sleep(100 * time.Millisecond)
			hurry, cancel := context.WithCancel(context.Background())
			cancel()
			_ = queue.Stop(hurry) // a hard stop says so; the next queue picks up what it left
			s, queue = office(t, kit, keys, c, true)
		}
		t.Cleanup(func() { must(t, queue.Stop(context.Background())) })
		left := messages
		for range 2400 {
			rows, err := s.Messages(t.Context(), "370202", "queued", uuid.Nil, 100)
			must(t, err)
			if left = len(rows); left == 0 {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		rows, err := s.Messages(t.Context(), "370202", "sent", uuid.Nil, 100)
		must(t, err)
		if left != 0 || len(rows) != messages || len(c.sent) != messages {
			t.Fatalf("%d wait, %d are marked sent, the gateway has %d", left, len(rows), len(c.sent))
		}
	})
}
