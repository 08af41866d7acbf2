package clip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"huying/internal/evidence/picture"
	"huying/internal/platform/fault"
)

func be(n int, v uint64) string {
	b := make([]byte, 8)
	binary.BigEndian.PutUint64(b, v)
	return string(b[8-n:])
}

func le(n int, v uint64) string {
	b := make([]byte, 8)
	binary.LittleEndian.PutUint64(b, v)
	return string(b[:n])
}

func zero(n int) string { return strings.Repeat("\x00", n) }

func box(kind string, parts ...string) string {
	body := strings.Join(parts, "")
	return be(4, uint64(8+len(body))) + kind + body
}

func trak(id uint64, handler string, scale, length uint64) string {
	return box("trak",
		box("tkhd", zero(12), be(4, id), zero(60)),
		box("mdia",
			box("mdhd", zero(12), be(4, scale), be(4, length), zero(4)),
			box("hdlr", zero(8), handler, zero(13)),
			box("minf", box("hdlr", zero(8), "url ", zero(13)))))
}

// mvhd claims to have been recorded at noon of 2026-11-26.
func mvhd(scale, length uint64) string {
	return box("mvhd", zero(4), be(4, 2_082_844_800+1_795_694_400), zero(4), be(4, scale), be(4, length), zero(80))
}

func mp4(brand string, seconds uint64, handlers ...string) []byte {
	moov := []string{mvhd(600, seconds*600)}
	for i, h := range handlers {
		moov = append(moov, trak(uint64(i+1), h, 600, seconds*600))
	}
	return []byte(box("ftyp", brand, zero(4), brand) + box("moov", moov...) + box("mdat", zero(500)))
}

// fragmented is what browsers record: the head knows no length.
func fragmented(pieces int) []byte {
	out := box("ftyp", "iso5", zero(4)) + box("moov", mvhd(1000, 0), trak(1, "vide", 90_000, 0),
		box("mvex", box("trex", zero(4), be(4, 1), zero(4), be(4, 3000), zero(8))))
	for i := range pieces {
		run := box("trun", be(4, 0), be(4, 30)) // thirty samples of the default length: a second
		if i%2 == 1 {
			run = box("trun", be(4, 0x301), be(4, 2), zero(4), be(4, 45_000), zero(4), be(4, 45_000), zero(4))
		}
		out += box("moof", box("mfhd", zero(8)), box("traf", box("tfhd", zero(4), be(4, 1)), run)) + box("mdat", zero(40))
	}
	return []byte(out)
}

// sized is a length of four bytes.
func sized(n int) string { return be(4, 0x10000000|uint64(n)) }

const unsized = "\x01\xff\xff\xff\xff\xff\xff\xff"

// webm is what browsers record: nothing has a size or a length but the blocks.
func webm(seconds int, types ...string) []byte {
	var entries string
	for _, kind := range types {
		entries += elem("\xae", elem("\x83", kind))
	}
	out := elem("\x1a\x45\xdf\xa3", elem("\x42\x82", "webm")) + "\x18\x53\x80\x67" + unsized +
		elem("\x15\x49\xa9\x66", elem("\x2a\xd7\xb1", be(3, 1_000_000))) + elem("\x16\x54\xae\x6b", entries)
	for s := range seconds {
		out += "\x1f\x43\xb6\x75" + unsized + elem("\xe7", be(4, uint64(s)*1000)) +
			elem("\xa3", "\x81", be(2, 0), "\x80", zero(20)) + elem("\xa0", elem("\xa1", "\x81", be(2, 1000), "\x00", zero(20)))
	}
	return []byte(out)
}

func elem(id string, parts ...string) string {
	body := strings.Join(parts, "")
	return id + sized(len(body)) + body
}

func wav(seconds uint64) []byte {
	body := "WAVE" + "fmt " + le(4, 16) + le(2, 1) + le(2, 1) + le(4, 8000) + le(4, 16_000) + le(2, 2) + le(2, 16) +
		"LIST" + le(4, 3) + "abc\x00" + "data" + le(4, seconds*16_000) + zero(int(seconds*16_000)) //nolint:gosec // small
	return []byte("RIFF" + le(4, uint64(len(body))) + body)
}

func page(position uint64, serial uint64, body string) string {
	table := strings.Repeat("\xff", len(body)/255) + string([]byte{byte(len(body) % 255)})
	return "OggS\x00\x02" + le(8, position) + le(4, serial) + zero(8) + string([]byte{byte(len(table))}) + table + body
}

func opus(seconds uint64) []byte {
	return []byte(page(0, 7, "OpusHead\x01\x01"+le(2, 312)+le(4, 16_000)+zero(3)) + page(0, 7, "OpusTags"+zero(300)) +
		page(math.MaxUint64, 7, zero(255)) + page(312+seconds*48_000, 7, zero(600)))
}

func voice(frames int) []byte { return []byte("#!AMR\n" + strings.Repeat("\x3c"+zero(31), frames)) }

func mp3(frames int) []byte { // 128 kbit/s, 44.1 kHz
	return []byte(strings.Repeat("\xff\xfb\x90\x00"+zero(413), frames))
}

func adts(frames int) []byte { // 44.1 kHz, 64 bytes a frame
	return []byte(strings.Repeat("\xff\xf1\x50\x80\x08\x1f\xfc"+zero(57), frames))
}

func id3(content []byte) []byte {
	return append([]byte("ID3\x04\x00\x00\x00\x00\x02\x01"+zero(257)), content...)
}

func join(b []byte, more ...string) []byte { return append(bytes.Clone(b), strings.Join(more, "")...) }

func TestTaken(t *testing.T) {
	for name, c := range map[string]struct {
		bytes  []byte
		format string
		kind   Kind
		lasts  time.Duration
	}{
		"mp4_of_a_phone":       {mp4("isom", 12, "vide", "soun"), "video/mp4", Video, 12 * time.Second},
		"mov_of_an_iphone":     {mp4("qt  ", 9, "soun", "vide", "meta"), "video/quicktime", Video, 9 * time.Second},
		"voice_memo":           {mp4("M4A ", 60, "soun"), "audio/mp4", Audio, time.Minute},
		"3gp":                  {mp4("3gp4", 5, "vide"), "video/3gpp", Video, 5 * time.Second},
		"3gp_of_sound":         {mp4("3gp4", 5, "soun"), "audio/3gpp", Audio, 5 * time.Second},
		"mp4_in_fragments":     {fragmented(10), "video/mp4", Video, 10 * time.Second},
		"mp4_of_no_movie_time": {[]byte(box("ftyp", "isom", zero(4)) + box("moov", mvhd(600, 0), trak(1, "soun", 48_000, 96_000)) + box("mdat", "x")), "audio/mp4", Audio, 2 * time.Second},
		"a_little_over":        {mp4("isom", 61, "vide"), "video/mp4", Video, 61 * time.Second},
		"webm_of_a_browser":    {webm(7, "\x02", "\x01"), "video/webm", Video, 7 * time.Second},
		"webm_of_sound":        {webm(7, "\x02"), "audio/webm", Audio, 7 * time.Second},
		"wav":                  {wav(3), "audio/wav", Audio, 3 * time.Second},
		"opus":                 {opus(20), "audio/ogg", Audio, 20 * time.Second},
		"amr":                  {voice(250), "audio/amr", Audio, 5 * time.Second},
		"amr_wide":             {[]byte("#!AMR-WB\n" + strings.Repeat("\x04"+zero(17), 100)), "audio/amr", Audio, 2 * time.Second},
		"mp3":                  {mp3(383), "audio/mpeg", Audio, 10_004_897_959},
		"mp3_between_tags":     {join(id3(mp3(383)), "TAG", zero(125)), "audio/mpeg", Audio, 10_004_897_959},
		"aac":                  {adts(431), "audio/aac", Audio, 10_007_800_000},
		"aac_behind_a_tag":     {id3(adts(431)), "audio/aac", Audio, 10_007_800_000},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Examine(bytes.NewReader(c.bytes), int64(len(c.bytes)))
			if err != nil {
				t.Fatal(err)
			}
			if got.Format != c.format || got.Kind != c.kind || got.Duration.Round(time.Millisecond) != c.lasts.Round(time.Millisecond) {
				t.Fatalf("%+v, want %s %s %s", got, c.format, c.kind, c.lasts)
			}
			if yes, err := Is(bytes.NewReader(c.bytes)); !yes || err != nil {
				t.Fatal(yes, err)
			}
		})
	}
	t.Run("the_time_of_recording_is_a_claim_of_the_file", func(t *testing.T) {
		b := mp4("isom", 1, "vide")
		got, err := Examine(bytes.NewReader(b), int64(len(b)))
		if err != nil || got.Recorded == nil || got.Recorded.Format(time.RFC3339) != "2026-11-26T12:00:00Z" {
			t.Fatal(got, err)
		}
	})
}

func TestRefused(t *testing.T) {
	video, film, sound := mp4("isom", 5, "vide"), webm(3, "\x01"), opus(4)
	for name, c := range map[string]struct {
		bytes []byte
		kind  *fault.Kind
	}{
		"nothing":                        {nil, picture.Unsupported},
		"a_page":                         {[]byte("<!DOCTYPE html>"), picture.Unsupported},
		"a_still":                        {[]byte(box("ftyp", "heic", zero(4), "mif1heic")), picture.Unsupported},
		"two_minutes":                    {mp4("isom", 120, "vide"), TooLong},
		"two_hours":                      {mp4("isom", 7200, "soun"), TooLong},
		"too_long_in_fragments":          {fragmented(70), TooLong},
		"too_long_webm":                  {webm(70, "\x01"), TooLong},
		"too_long_wav":                   {wav(62), TooLong},
		"too_long_opus":                  {opus(62), TooLong},
		"too_long_amr":                   {voice(62 * 50), TooLong},
		"too_long_mp3":                   {mp3(2400), TooLong},
		"mp4_head_only":                  {video[:20], Damaged},
		"mp4_cut":                        {video[:len(video)-1], Damaged},
		"mp4_without_a_picture":          {mp4("isom", 5), Damaged},
		"mp4_of_notes_only":              {mp4("isom", 5, "meta"), Damaged},
		"mp4_of_no_length":               {mp4("isom", 0, "vide"), Damaged},
		"mp4_with_a_page_behind":         {join(video, "<script>alert(1)</script>"), Damaged},
		"mp4_with_an_archive_behind":     {join(video, "PK\x03\x04", zero(40)), Damaged},
		"mp4_of_two_movies":              {join(video, box("moov", mvhd(600, 600))), Damaged},
		"mp4_of_boxes_in_boxes":          {[]byte(nested(40)), Damaged},
		"mp4_of_endless_boxes":           {[]byte(box("ftyp", "isom", zero(4)) + strings.Repeat(box("free"), boxMost)), Damaged},
		"mp4_run_that_lies":              {[]byte(box("ftyp", "isom", zero(4)) + box("moov", mvhd(1, 1), trak(1, "vide", 1, 1)) + box("moof", box("traf", box("tfhd", zero(4), be(4, 1)), box("trun", be(4, 0x100), be(4, 0xffffffff))))), Damaged},
		"mp4_run_of_no_track":            {[]byte(box("ftyp", "isom", zero(4)) + box("moof", box("traf", box("trun", zero(8))))), Damaged},
		"webm_cut":                       {film[:len(film)-1], Damaged},
		"webm_without_blocks":            {webm(0, "\x01"), Damaged},
		"webm_of_subtitles":              {webm(3, "\x11"), Damaged},
		"ebml_of_something_else":         {[]byte(elem("\x1a\x45\xdf\xa3", elem("\x42\x82", "other"))), picture.Unsupported},
		"wav_cut":                        {wav(2)[:1000], Damaged},
		"wav_with_something_behind":      {join(wav(2), "PK\x03\x04"), Damaged},
		"wav_without_a_rate":             {[]byte("RIFF" + le(4, 16) + "WAVEdata" + le(4, 4) + zero(4)), Damaged},
		"opus_cut":                       {sound[:len(sound)-1], Damaged},
		"ogg_of_pictures":                {[]byte(page(0, 1, "\x80theora"+zero(40))), picture.Unsupported},
		"ogg_of_two_streams":             {join(opus(1), page(0, 8, "OpusHead"+zero(11))), picture.Unsupported},
		"amr_of_nothing":                 {[]byte("#!AMR\n"), Damaged},
		"amr_of_a_frame_that_is_none":    {join(voice(2), "\x5c"), Damaged},
		"amr_cut":                        {voice(3)[:50], Damaged},
		"mp3_cut":                        {mp3(3)[:1000], Damaged},
		"mp3_with_an_archive_behind":     {join(mp3(3), "PK\x03\x04", zero(200)), Damaged},
		"mp3_with_more_than_a_tag":       {join(mp3(3), "TAG", zero(126), "<script>"), Damaged},
		"mp3_that_turns_into_aac":        {join(mp3(3), string(adts(3))), Damaged},
		"tag_and_nothing_behind":         {id3(nil), Damaged},
		"tag_that_claims_the_whole_file": {append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), mp3(3)...), Damaged},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Examine(bytes.NewReader(c.bytes), int64(len(c.bytes)))
			var refusal *picture.Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("accepted %+v, error %v", got, err)
			}
			if refusal.Kind != c.kind {
				t.Fatalf("%v, want %s", refusal, c.kind.Code)
			}
		})
	}
	t.Run("too_heavy", func(t *testing.T) {
		var refusal *picture.Refusal
		if _, err := Examine(bytes.NewReader(video), MaxBytes+1); !errors.As(err, &refusal) || refusal.Kind != TooHeavy {
			t.Fatal(err)
		}
	})
	t.Run("a_refusal_says_how_long_it_was", func(t *testing.T) {
		b := mp4("isom", 75, "vide")
		if _, err := Examine(bytes.NewReader(b), int64(len(b))); !strings.Contains(err.Error(), "这段视频有 75 秒，最长 60 秒") {
			t.Fatal(err)
		}
	})
}

func nested(n int) string {
	inner := ""
	for range n {
		inner = box("mdia", inner)
	}
	return box("ftyp", "isom", zero(4)) + box("moov", inner)
}

// FuzzExamine: whatever the bytes are, the answer is a recording within the limits or a refusal in words; never a
// panic, never another error.
func FuzzExamine(f *testing.F) {
	for _, b := range [][]byte{
		nil, mp4("isom", 5, "vide", "soun"), mp4("qt  ", 5, "vide"), fragmented(3), webm(2, "\x01", "\x02"), wav(1), opus(2), voice(9),
		[]byte("#!AMR-WB\n\x04"), mp3(3), id3(mp3(2)), adts(3), []byte(nested(5)), []byte(box("ftyp", "isom", zero(4)) + be(4, 1) + "mdat" + be(8, 1<<63)),
		[]byte(page(0, 1, "\x01vorbis"+zero(5)+le(4, 1)+zero(20))),
	} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Examine(bytes.NewReader(b), int64(len(b)))
		var refusal *picture.Refusal
		if errors.As(err, &refusal) {
			if refusal.Detail == "" {
				t.Fatal("a refusal without a word")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if c.Duration <= 0 || c.Duration > MaxLength+leeway || c.Kind != Video && c.Kind != Audio || !strings.HasPrefix(c.Format, string(c.Kind)+"/") {
			t.Fatalf("%+v", c)
		}
	})
}
