package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

func box(kind string, content ...byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(content))), kind...), content...)
}

// heif is the structure of an iPhone's photo of that size, with coded data that no decoder here would look at.
func heif(w, h uint32) []byte {
	ispe := box("ispe", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), w), h)...)
	tile := box("ispe", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), 512), 512)...)
	meta := box("meta", append(make([]byte, 4), box("iprp", box("ipco", append(tile, ispe...)...)...)...)...)
	out := append(box("ftyp", []byte("heic\x00\x00\x00\x00mif1tmapheic")...), meta...)
	return append(out, box("mdat", make([]byte, 2000)...)...)
}

func TestHEIC(t *testing.T) {
	good := heif(4032, 3024)
	p, err := examine(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if p.Format != HEIC || !p.Sealed || p.Width != 4032 || p.Height != 3024 || p.Medium != nil || p.PHash != 0 {
		t.Errorf("%+v", p)
	}
	deep := box("ipco")
	for range 20 {
		deep = box("ipco", deep...)
	}
	head := good[:28]
	for name, c := range map[string]struct {
		bytes []byte
		want  any
	}{
		"cut_in_its_head":          {good[:60], Damaged},
		"cut_in_half":              {good[:len(good)/2], Damaged},
		"without_a_size":           {append(bytes.Clone(head), box("mdat", 1, 2, 3)...), Damaged},
		"bomb":                     {heif(30_000, 30_000), TooManyPixels},
		"largest_number":           {heif(1<<32-1, 1<<32-1), TooManyPixels},
		"boxes_within_boxes":       {append(bytes.Clone(head), box("iprp", deep...)...), Damaged},
		"thousands_of_boxes":       {append(bytes.Clone(head), bytes.Repeat(box("free"), boxMost+1)...), Damaged},
		"script_behind_the_end":    {append(bytes.Clone(good), "<script>alert(1)</script>"...), Hidden},
		"zip_behind_the_end":       {append(bytes.Clone(good), "PK\x03\x04 and so on"...), Hidden},
		"a_box_larger_than_itself": {append(bytes.Clone(head), 0, 0, 0, 3, 'm', 'e', 't', 'a'), Damaged},
	} {
		_, err := examine(t, c.bytes)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Kind != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
