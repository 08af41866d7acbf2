package picture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"

	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

// Limits are what a photo may cost us.
type Limits struct {
	Bytes             int64 // of the file
	Pixels            int   // width × height
	ProgressivePixels int   // the same of a progressive JPEG, whose coefficients are all held until the last scan
	Side              int   // pixels along one side
}

// DefaultLimits hold for every tenant.
var DefaultLimits = Limits{Bytes: MaxBytes, Pixels: 50_000_000, ProgressivePixels: 25_000_000, Side: 12_000}

const (
	// MaxBytes is the largest photo, 10 MB.
	MaxBytes = 10 << 20

	mediumBox, thumbBox = 1280, 320
	copyQuality         = 82
	// decodeMemory is what all decoders together may hold; a single costlier photo waits until it is alone.
	decodeMemory = 256 << 20
)

// Picture is a photo that was decoded to its end. Width and Height are as it is seen, upright.
type Picture struct {
	Format        Format
	Width, Height int
	Claims        Claims
	Medium, Thumb []byte // JPEG, no metadata
	Sealed        bool   // kept as it came: nothing here can open it, and there are no copies
	PHash         int64  // perceptual hash of what is seen, upright; 0 when there is nothing to compare
}

// Darkroom decodes photos, a bounded number at once within a bounded amount of memory. It is safe for concurrent use.
type Darkroom struct {
	limits Limits
	seats  *semaphore.Weighted
	memory *semaphore.Weighted
}

// NewDarkroom decodes at most one photo per processor at once.
func NewDarkroom(limits Limits) *Darkroom {
	return &Darkroom{
		limits: limits,
		seats:  semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
		memory: semaphore.NewWeighted(decodeMemory),
	}
}

// source is what a photo is read from: the temporary file it was received into.
type source interface {
	io.ReaderAt
	io.ReadSeeker
}

// Examine decides whether the bytes are a photo, decodes all of it and makes the public copies. What is not a photo is
// a *Refusal; any other error is technical.
func (d *Darkroom) Examine(ctx context.Context, src source, size int64) (*Picture, error) {
	return d.Redraw(ctx, src, size, nil)
}

// Redraw is Examine with regions covered in the copies. The regions are in the pixels of the upright picture.
func (d *Darkroom) Redraw(ctx context.Context, src source, size int64, covered []image.Rectangle) (*Picture, error) {
	format, f, err := d.survey(src, size)
	if err != nil {
		return nil, err
	}
	if format == HEIC {
		claims := readClaims(io.NewSectionReader(src, 0, size), format)
		return &Picture{Format: format, Width: f.width, Height: f.height, Claims: claims, Sealed: true}, nil
	}
	if err := d.enter(ctx, f.cost); err != nil {
		return nil, err
	}
	defer d.leave(f.cost)
	img, err := decode(ctx, src, format)
	if err != nil {
		return nil, err
	}
	if img.Bounds().Dx() != f.width || img.Bounds().Dy() != f.height {
		return nil, damaged("尺寸前后不一")
	}
	claims := readClaims(io.NewSectionReader(src, 0, size), format)
	p := &Picture{Format: format, Width: f.width, Height: f.height, Claims: claims}
	if swaps(claims.Orientation) {
		p.Width, p.Height = f.height, f.width
	}
	return p, p.develop(img, covered)
}

// develop makes the public copies of the decoded picture. What is covered is filled before anything is encoded or
// scaled further, so that no copy holds a trace of it.
func (p *Picture) develop(img image.Image, covered []image.Rectangle) error {
	medium := turn(shrink(img, mediumBox), p.Claims.Orientation)
	cover(medium, covered, p.Width, p.Height)
	thumb := shrink(medium, thumbBox)
	p.PHash = Hash(thumb)
	var err error
	if p.Medium, err = encode(medium); err != nil {
		return err
	}
	p.Thumb, err = encode(thumb)
	return err
}

// survey does everything that needs no pixels.
func (d *Darkroom) survey(src source, size int64) (Format, frame, error) {
	if size > d.limits.Bytes {
		return "", frame{}, Refuse(TooHeavy, "每张照片不超过 %d MB", d.limits.Bytes>>20)
	}
	head := make([]byte, sniffLength)
	n, err := src.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", frame{}, fmt.Errorf("picture: read photo: %w", err)
	}
	format, err := Sniff(head[:n])
	if err != nil {
		return "", frame{}, err
	}
	f, err := walk(src, size, format)
	if err != nil {
		return "", f, err
	}
	most := d.limits.Pixels
	if f.progressive {
		most = d.limits.ProgressivePixels
	}
	if f.width > d.limits.Side || f.height > d.limits.Side || f.width*f.height > most {
		return "", f, Refuse(TooManyPixels, "照片有 %d×%d 像素，超过上限（%d 万像素，单边 %d）", f.width, f.height, most/10_000, d.limits.Side)
	}
	return format, f, searchBehind(src, f.end, size)
}

func (d *Darkroom) enter(ctx context.Context, cost int64) error {
	if err := d.seats.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("picture: wait to decode: %w", err)
	}
	if err := d.memory.Acquire(ctx, min(cost, decodeMemory)); err != nil {
		d.seats.Release(1)
		return fmt.Errorf("picture: wait to decode: %w", err)
	}
	if cost > decodeMemory/4 {
		// The collector would let the planes of the last large photo lie until the heap has doubled.
		runtime.GC()
	}
	return nil
}

func (d *Darkroom) leave(cost int64) {
	d.memory.Release(min(cost, decodeMemory))
	d.seats.Release(1)
}

func decode(ctx context.Context, src source, format Format) (image.Image, error) {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("picture: read photo: %w", err)
	}
	r := &watched{Reader: bufio.NewReaderSize(src, 64<<10), ctx: ctx}
	var img image.Image
	var err error
	switch format {
	case JPEG:
		img, err = jpeg.Decode(r)
	case PNG:
		img, err = png.Decode(r)
	default:
		img, err = webp.Decode(r)
	}
	switch {
	case err == nil:
		return img, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("picture: decode: %w", ctx.Err())
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, damaged("文件被截断")
	}
	var unsupported jpeg.UnsupportedError
	var unsupportedPNG png.UnsupportedError
	if errors.As(err, &unsupported) || errors.As(err, &unsupportedPNG) {
		return nil, Refuse(Unsupported, "照片使用了少见的编码方式，无法打开。请另存为普通 JPG 后再传")
	}
	return nil, damaged("内容无法解码")
}

// watched lets a decoder, which knows no context, end when the request has.
type watched struct {
	io.Reader
	ctx context.Context
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.Read(p)
}

func encode(img image.Image) ([]byte, error) {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: copyQuality}); err != nil {
		return nil, fmt.Errorf("picture: encode copy: %w", err)
	}
	return buf.Bytes(), nil
}
