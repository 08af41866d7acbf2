package evidence_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/ent/db/auditline"
	"huying/ent/db/photo"
	"huying/ent/db/upload"
	"huying/internal/evidence"
	"huying/internal/evidence/clip"
	"huying/internal/evidence/picture"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/jobs"
	"huying/internal/platform/objects"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/testkit"
)

const tenant = "370202"

var embedded *objects.Embedded

// One gateway per process: it is started for the whole binary.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "huying-evidence-")
	if err != nil {
		panic(err)
	}
	if embedded, err = objects.StartEmbedded(context.Background(), dir); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = embedded.Close()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// house is the service over one engine and one store.
type house struct {
	*evidence.Service
	kit   *testkit.Kit
	store *objects.Store
	ctx   context.Context
	keep  atomic.Pointer[evidence.Retention]
}

// eachHouse runs test on each engine and each store once; the two do not meet in anything this package does.
func eachHouse(t *testing.T, test func(t *testing.T, h *house)) {
	t.Run("sqlite, embedded", func(t *testing.T) {
		app := fiber.New(fiber.Config{StreamRequestBody: true, BodyLimit: 200 << 20, DisableStartupMessage: true})
		app.All("/huying-*", embedded.Handler())
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		go func() { _ = app.Listener(ln) }()
		t.Cleanup(func() { _ = app.Shutdown() })
		store, err := embedded.Store("http://" + ln.Addr().String())
		must(t, err)
		test(t, newHouse(t, testkit.New(t, database.EngineSQLite), store))
	})
	t.Run("postgres, minio", func(t *testing.T) {
		store, err := objects.Open(objects.Config{
			Endpoint: testkit.MinIO(t), AccessKey: testkit.MinIOAccessKey, SecretKey: testkit.MinIOSecretKey,
		})
		must(t, err)
		test(t, newHouse(t, testkit.New(t, database.EnginePostgres), store))
	})
}

func newHouse(t *testing.T, kit *testkit.Kit, store *objects.Store) *house {
	t.Helper()
	kit.Clock.Set(time.Now())
	queue := jobs.New(kit.DB, jobs.Options{Work: true, PollInterval: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	h := &house{kit: kit, store: store, ctx: t.Context()}
	h.keep.Store(&evidence.DefaultRetention)
	h.Service = evidence.New(evidence.Deps{
		DB: kit.DB, Store: store, Clock: kit.Clock, Jobs: queue, TempDir: t.TempDir(),
		Retention: func(string) evidence.Retention { return *h.keep.Load() },
	})
	must(t, queue.Start(context.WithoutCancel(t.Context())))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		_ = queue.Stop(ctx)
	})
	return h
}

func snapshot(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// send gets a ticket for the bytes and puts them.
func (h *house) send(t *testing.T, person uuid.UUID, body []byte) uuid.UUID {
	t.Helper()
	ticket, err := h.Ticket(h.ctx, tenant, person, evidence.Wanted{FileName: "坑.jpg", ContentType: "image/jpeg", Size: int64(len(body)), SHA256: sum(body)})
	must(t, err)
	if code := put(t, ticket, body); code != http.StatusOK {
		t.Fatalf("PUT answered %d", code)
	}
	return ticket.UploadID
}

func put(t *testing.T, ticket evidence.Ticketed, body []byte) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, ticket.URL, bytes.NewReader(body))
	must(t, err)
	for k, v := range ticket.Headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	must(t, res.Body.Close())
	return res.StatusCode
}

func (h *house) attach(person, report uuid.UUID, role evidence.Role, ids ...uuid.UUID) error {
	return h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		return h.Attach(ctx, tx, evidence.Attachment{ReportID: report, UploadIDs: ids, Role: role, PersonID: person})
	})
}

func (h *house) view(t *testing.T, fn func(ctx context.Context, tx *database.Tx) error) {
	t.Helper()
	must(t, h.kit.DB.View(h.ctx, tenancy.Tenant(tenant), fn))
}

// refused checks kind and field.
func refused(t *testing.T, err error, kind *fault.Kind, field string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind || len(f.Fields) != 1 || f.Fields[0].Name != field {
		t.Fatalf("got %v, want %s naming %s", err, kind.Code, field)
	}
}

func TestPhotoPath(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		body := snapshot(t, 1600, 1200)
		id := h.send(t, person, body)
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id})) // again is fine
		must(t, h.attach(person, report, evidence.Before, id))
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id})) // a replay reaches its idempotency key

		h.view(t, func(ctx context.Context, tx *database.Tx) error {
			photos, err := h.List(ctx, tx, report)
			must(t, err)
			if len(photos) != 1 || photos[0].Sha256 != sum(body) || photos[0].Width != 1600 || photos[0].Role != photo.RoleBefore {
				t.Fatalf("%+v", photos)
			}
			n, err := h.CountByRole(ctx, tx, report, evidence.After)
			must(t, err)
			if n != 0 {
				t.Fatalf("%d after-photos", n)
			}
			p := photos[0]
			for variant, width := range map[evidence.Variant]int{evidence.Medium: 1280, evidence.Thumb: 320} {
				o, err := h.Locate(ctx, tx, p, variant, "")
				must(t, err)
				got := fetch(t, h, o)
				cfg, err := jpeg.DecodeConfig(bytes.NewReader(got))
				must(t, err)
				if cfg.Width != width {
					t.Errorf("%s is %d wide", variant, cfg.Width)
				}
			}
			v := h.Views(ctx, photos)[0]
			for _, u := range []string{v.ThumbURL, v.MediumURL} {
				res, err := http.Get(u)
				must(t, err)
				got, err := io.ReadAll(res.Body)
				must(t, err)
				if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/jpeg" || len(got) == 0 {
					t.Errorf("%d %v", res.StatusCode, res.Header)
				}
			}
			if _, err := h.Find(ctx, tx, uuid.New(), p.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("found under another report: %v", err)
			}
			return nil
		})
		t.Run("the_original_is_the_same_bytes_and_is_logged_with_its_reason", func(t *testing.T) {
			var o evidence.Object
			must(t, h.kit.DB.Do(h.ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
				photos, err := h.List(ctx, tx, report)
				must(t, err)
				_, err = h.Locate(ctx, tx, photos[0], evidence.Original, " 看 ")
				refused(t, err, fault.Invalid, "reason")
				o, err = h.Locate(ctx, tx, photos[0], evidence.Original, "核对现场车牌")
				must(t, err)
				lines, err := tx.AuditLine.Query().Where(auditline.Action("photo.original"), auditline.SubjectID(photos[0].ID.String())).All(ctx)
				must(t, err)
				if len(lines) != 1 || lines[0].Reason != "核对现场车牌" {
					t.Errorf("audit: %+v", lines)
				}
				return nil
			}))
			if got := fetch(t, h, o); !bytes.Equal(got, body) {
				t.Fatalf("%d bytes, want %d", len(got), len(body))
			}
		})
		t.Run("nothing_is_left_in_staging", func(t *testing.T) {
			must(t, h.store.Versions(h.ctx, objects.Staging, tenant, "uploads/"+id.String(), func(v objects.Stored) error {
				return fmt.Errorf("left: %+v", v)
			}))
		})
	})
}

func fetch(t *testing.T, h *house, o evidence.Object) []byte {
	t.Helper()
	c, err := h.Fetch(h.ctx, o)
	must(t, err)
	defer c.Body.Close()
	got, err := io.ReadAll(c.Body)
	must(t, err)
	if int64(len(got)) != c.Size {
		t.Fatalf("%d bytes, said %d", len(got), c.Size)
	}
	return got
}

func TestUnusableUploads(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		body := snapshot(t, 64, 48)
		good := h.send(t, person, body)
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{good}))
		verify := func(ids ...uuid.UUID) error { return h.Verify(h.ctx, tenant, person, ids) }

		t.Run("foreign_and_never_issued_get_the_same_answer", func(t *testing.T) {
			foreign := h.send(t, uuid.New(), body)
			answers := map[string]bool{}
			for _, id := range []uuid.UUID{foreign, uuid.New()} {
				err := verify(good, id)
				refused(t, err, evidence.NotUsable, "upload_ids")
				answers[err.Error()] = true
				refused(t, h.attach(person, report, evidence.Before, id), evidence.NotUsable, "upload_ids")
			}
			if len(answers) != 1 {
				t.Fatalf("told apart: %v", answers)
			}
			if err := h.Verify(h.ctx, "370203", person, []uuid.UUID{good}); !fault.Is(err, evidence.NotUsable) {
				t.Fatalf("usable in another tenant: %v", err)
			}
		})
		t.Run("not_yet_arrived", func(t *testing.T) {
			ticket, err := h.Ticket(h.ctx, tenant, person, evidence.Wanted{ContentType: "image/jpeg", Size: int64(len(body)), SHA256: sum(body)})
			must(t, err)
			refused(t, verify(ticket.UploadID), evidence.Missing, "upload_ids")
			refused(t, h.attach(person, report, evidence.Before, ticket.UploadID), evidence.NotUsable, "upload_ids")
		})
		t.Run("not_a_photo_is_refused_now_and_later", func(t *testing.T) {
			page := []byte("<!DOCTYPE html><script>alert(1)</script>")
			id := h.send(t, person, page)
			for range 2 {
				refused(t, verify(id), picture.Unsupported, "upload_ids")
			}
			refused(t, h.attach(person, report, evidence.Before, id), evidence.NotUsable, "upload_ids")
		})
		t.Run("one_bad_of_three_attaches_none", func(t *testing.T) {
			refused(t, h.attach(person, report, evidence.Before, good, uuid.New()), evidence.NotUsable, "upload_ids")
			h.view(t, func(ctx context.Context, tx *database.Tx) error {
				photos, err := h.List(ctx, tx, report)
				if len(photos) != 0 {
					t.Fatalf("%d photos", len(photos))
				}
				return err
			})
		})
		t.Run("twice_in_one_report_and_too_many", func(t *testing.T) {
			refused(t, verify(good, good), evidence.NotUsable, "upload_ids")
			many := make([]uuid.UUID, evidence.MaxPhotos+1)
			for i := range many {
				many[i] = uuid.New()
			}
			refused(t, verify(many...), evidence.TooMany, "upload_ids")
		})
		t.Run("used_by_two_reports_at_once_only_one_has_it", func(t *testing.T) {
			var wg sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				wg.Go(func() { errs[i] = h.attach(person, uuid.New(), evidence.Before, good) })
			}
			wg.Wait()
			won := 0
			for _, err := range errs {
				switch {
				case err == nil:
					won++
				case !fault.Is(err, evidence.NotUsable) && !database.IsUnavailable(err):
					t.Error(err)
				}
			}
			if won != 1 {
				t.Fatalf("%d reports have it", won)
			}
		})
		t.Run("expired", func(t *testing.T) {
			late := h.send(t, person, body)
			must(t, verify(late))
			h.kit.Clock.Advance(25 * time.Hour)
			refused(t, verify(late), evidence.NotUsable, "upload_ids")
			refused(t, h.attach(person, report, evidence.Before, late), evidence.NotUsable, "upload_ids")
		})
	})
}

func TestTicketRules(t *testing.T) {
	kit := testkit.New(t, database.EngineSQLite)
	store, err := embedded.Store("http://photos.example")
	must(t, err)
	h := newHouse(t, kit, store)
	good := evidence.Wanted{ContentType: "image/jpeg", Size: 10, SHA256: strings.Repeat("a", 64)}
	for name, c := range map[string]struct {
		change func(*evidence.Wanted)
		kind   *fault.Kind
		field  string
	}{
		"no_bytes":       {func(w *evidence.Wanted) { w.Size = 0 }, picture.Empty, "size"},
		"negative_bytes": {func(w *evidence.Wanted) { w.Size = -1 }, fault.Invalid, "size"},
		"too_many_bytes": {func(w *evidence.Wanted) { w.Size = evidence.MaxPhotoBytes + 1 }, picture.TooHeavy, "size"},
		"short_hash":     {func(w *evidence.Wanted) { w.SHA256 = "abc" }, fault.Invalid, "sha256"},
		"hash_no_hex":    {func(w *evidence.Wanted) { w.SHA256 = strings.Repeat("z", 64) }, fault.Invalid, "sha256"},
		"avif":           {func(w *evidence.Wanted) { w.ContentType = "image/avif" }, picture.Unsupported, "content_type"},
		"heavy_video":    {func(w *evidence.Wanted) { w.ContentType, w.Size = "video/mp4", evidence.MaxClipBytes+1 }, clip.TooHeavy, "size"},
		"html":           {func(w *evidence.Wanted) { w.ContentType = "text/html" }, picture.Unsupported, "content_type"},
		"svg":            {func(w *evidence.Wanted) { w.ContentType = "image/svg+xml" }, picture.Unsupported, "content_type"},
	} {
		t.Run(name, func(t *testing.T) {
			w := good
			c.change(&w)
			_, err := h.Ticket(h.ctx, tenant, uuid.New(), w)
			refused(t, err, c.kind, c.field)
		})
	}
	t.Run("a_person_cannot_fill_the_store", func(t *testing.T) {
		person := uuid.New()
		var err error
		n := 0
		for ; n < 400 && err == nil; n++ {
			_, err = h.Ticket(h.ctx, tenant, person, good)
		}
		if !fault.Is(err, fault.TooMany) || n != 301 {
			t.Fatalf("after %d tickets: %v", n, err)
		}
		h.kit.Clock.Advance(25 * time.Hour)
		_, err = h.Ticket(h.ctx, tenant, person, good)
		must(t, err)
	})
}

func TestStoreStream(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		person, report := uuid.New(), uuid.New()
		body := snapshot(t, 800, 600)
		id, err := h.StoreStream(h.ctx, tenant, person, bytes.NewReader(body), "evil/../name.exe")
		must(t, err)
		must(t, h.Verify(h.ctx, tenant, person, []uuid.UUID{id}))
		must(t, h.attach(person, report, evidence.After, id))
		h.view(t, func(ctx context.Context, tx *database.Tx) error {
			n, err := h.CountByRole(ctx, tx, report, evidence.After)
			if n != 1 {
				t.Errorf("%d after-photos", n)
			}
			return err
		})
		for name, c := range map[string]struct {
			r    io.Reader
			kind *fault.Kind
		}{
			"empty":       {strings.NewReader(""), picture.Empty},
			"a_page":      {strings.NewReader("<html>"), picture.Unsupported},
			"cut":         {bytes.NewReader(body[:len(body)/2]), picture.Damaged},
			"without_end": {endless{}, picture.TooHeavy},
		} {
			_, err := h.StoreStream(h.ctx, tenant, person, c.r, name)
			if f, ok := fault.As(err); !ok || f.Kind != c.kind || f.Fields[0].Name != "photo" {
				t.Errorf("%s: %v", name, err)
			}
		}
		t.Run("a_client_that_breaks_off_leaves_nothing", func(t *testing.T) {
			broken := errors.New("gone")
			_, err := h.StoreStream(h.ctx, tenant, uuid.Nil, io.MultiReader(bytes.NewReader(body[:1000]), failing{broken}), "x")
			if !errors.Is(err, broken) {
				t.Fatal(err)
			}
			h.view(t, func(ctx context.Context, tx *database.Tx) error {
				n, err := tx.Upload.Query().Where(upload.PersonID(uuid.Nil)).Count(ctx)
				if n != 0 {
					t.Errorf("%d rows", n)
				}
				return err
			})
		})
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
