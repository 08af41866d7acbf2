package app_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"huying/internal/app/apptest"
	"huying/internal/platform/objects"
)

// A reader that stalls in the middle of an object does not keep the embedded store from stopping: the house's end,
// which is the end of the inner test, fails it if the store does not stop.
func TestStop_with_a_stalled_reader(t *testing.T) {
	t.Run("house", func(t *testing.T) {
		h := apptest.Boot(t, apptest.Setup{})
		ref := objects.Ref{Area: objects.Evidence, Tenant: h.Shinan.Tenant, Key: "stop/large"}
		ctx := t.Context()
		if err := h.App.Store.EnsureTenant(ctx, h.Shinan.Tenant); err != nil {
			t.Fatal(err)
		}
		content := make([]byte, 16<<20)
		up := objects.Upload{ContentType: "video/mp4", Size: int64(len(content)), SHA256: fmt.Sprintf("%x", sha256.Sum256(content))}
		if _, err := h.App.Store.Put(ctx, ref, bytes.NewReader(content), up); err != nil {
			t.Fatal(err)
		}
		o, err := h.App.Store.Get(ctx, ref)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(o, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	})
}
