package bench

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"huying/internal/app/demo/scene"
	"huying/internal/evidence/picture"
)

// Promises of the public copies.
const (
	copiesRatio = 1.5
	copiesMB    = 100
)

// photograph is a photo of twelve megapixels: a drawn scene, enlarged, with the
// grain of a sensor that makes it as large a file as a phone's.
func photograph(quality int) ([]byte, error) {
	small, err := scene.Draw("road", 1, false)
	if err != nil {
		return nil, err
	}
	img, err := jpeg.Decode(bytes.NewReader(small))
	if err != nil {
		return nil, err
	}
	const width, height = 4000, 3000
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // grain
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			cr, cg, cb, _ := img.At(x*scene.Width/width, y*scene.Height/height).RGBA()
			n := uint32(r.IntN(16))
			out.SetRGBA(x, y, color.RGBA{grain(cr, n), grain(cg, n), grain(cb, n), 255})
		}
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, out, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

func grain(c, n uint32) uint8 { return uint8(min(255, c>>8+n)) }

// marked is the photo with a comment that makes its bytes unlike any other's.
func marked(photo []byte, n uint64) []byte {
	comment := []byte{0xff, 0xfe, 0, 18}
	comment = binary.BigEndian.AppendUint64(comment, n)
	comment = binary.BigEndian.AppendUint64(comment, n*0x9e3779b97f4a7c15)
	return slices.Concat(photo[:2], comment, photo[2:])
}

// copies is (f): what the public copies of a twelve-megapixel photo cost a
// process, against vipsthumbnail making the same two sizes.
func copies(ctx context.Context, h *house) ([]Line, error) {
	photo, err := photograph(85)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "huying-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // thrown away with the machine's temporary files
	path := filepath.Join(dir, "photo.jpg")
	if err := os.WriteFile(path, photo, 0o600); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("vipsthumbnail"); err != nil {
		return nil, errors.New("vipsthumbnail is missing: install libvips-tools")
	}
	var ratios, ours, theirs, memory []float64
	for range h.Rounds {
		idle, err := consumed(ctx, self, "bench-picture", "-")
		if err != nil {
			return nil, err
		}
		mine, err := consumed(ctx, self, "bench-picture", path)
		if err != nil {
			return nil, err
		}
		var vips usage
		for _, size := range []string{"1280", "320"} {
			u, err := consumed(ctx, "vipsthumbnail", "--size", size, "--output", filepath.Join(dir, size+".jpg[Q=82,strip]"), path)
			if err != nil {
				return nil, err
			}
			vips.cpu += u.cpu
		}
		cpu := mine.cpu - idle.cpu
		ours, theirs = append(ours, cpu.Seconds()*1000), append(theirs, vips.cpu.Seconds()*1000)
		ratios = append(ratios, cpu.Seconds()/vips.cpu.Seconds())
		memory = append(memory, float64(mine.rss-idle.rss)/1024)
	}
	return []Line{
		{
			Key: "f", What: "public copies of a 12 MP JPEG, CPU time", Value: median(ratios), Unit: "×", Bound: copiesRatio,
			Against: fmt.Sprintf("vipsthumbnail to 1280 and to 320, a %.1f MB file: %.0f ms against %.0f ms", float64(len(photo))/(1<<20), median(ours), median(theirs)),
			Spread:  [2]float64{slices.Min(ratios), slices.Max(ratios)},
		},
		{
			Key: "f", What: "memory of a worker that makes them", Value: median(memory), Unit: "MB", Bound: copiesMB,
			Against: "peak of a process that makes them, over the peak of one that makes none", Spread: [2]float64{slices.Min(memory), slices.Max(memory)},
		},
	}, nil
}

// usage is what a process that ended had taken.
type usage struct {
	cpu time.Duration
	rss int64 // kB
}

func consumed(ctx context.Context, program string, args ...string) (usage, error) {
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // ourselves and vipsthumbnail
	if out, err := cmd.CombinedOutput(); err != nil {
		return usage{}, fmt.Errorf("%s: %w: %.300s", filepath.Base(program), err, out)
	}
	u := usage{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.rss = ru.Maxrss
	}
	return u, nil
}

// Picture makes the public copies of one photo as a worker does, for measuring
// a process that does nothing else; "-" makes none.
func Picture(ctx context.Context, path string) error {
	if path == "-" {
		return nil
	}
	f, err := os.Open(path) //nolint:gosec // what the command was given
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = picture.NewDarkroom(picture.DefaultLimits).Examine(ctx, f, info.Size())
	return err
}
