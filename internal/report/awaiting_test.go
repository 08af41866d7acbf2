package report

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"huying/ent/db"
)

func TestBroughtBy(t *testing.T) {
	one, two, earlier := newID(), newID(), newID()
	photos := []*db.Photo{{ID: newID(), UploadID: earlier}, {ID: newID(), UploadID: two}, {ID: newID(), UploadID: one}}
	for body, want := range map[string][]uuid.UUID{
		`{"content":"已修复","upload_ids":["` + one.String() + `","` + two.String() + `"]}`: {photos[1].ID, photos[2].ID},
		`{"content":"已说明"}`: {},
		`not json`:          {},
	} {
		if got := broughtBy([]byte(body), photos); !slices.Equal(got, want) {
			t.Errorf("%s brought %v, want %v", body, got, want)
		}
	}
}
