package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A photo may be followed by other bytes: motion photos carry a video, Huawei and Xiaomi cameras their own notes,
// multi-picture files a second JPEG. Those stay in the original and never reach a public copy. What is refused is
// content that a browser, an archive tool or a system would run or unpack if it got hold of the file by another name.

// active are markings of content that runs, looked for in comments, metadata and behind the end, in lower case.
var active = []struct{ mark, name string }{
	{"<script", "网页脚本"},
	{"<html", "网页"},
	{"<!doctype html", "网页"},
	{"<svg", "SVG 图形"},
	{"<iframe", "网页"},
	{"<?php", "网页脚本"},
	{"%pdf-", "PDF 文件"},
}

// carried are beginnings of programs and archives, looked for right behind the photo's end.
var carried = []struct{ prefix, name string }{
	{"PK\x03\x04", "压缩包"},
	{"Rar!\x1a\x07", "压缩包"},
	{"7z\xbc\xaf\x27\x1c", "压缩包"},
	{"MZ", "程序"},
	{"\x7fELF", "程序"},
	{"#!/", "脚本"},
}

func hidden(name string) error {
	return Refuse(Hidden, "照片文件里夹带了%s。请用手机重新拍摄，或上传原始照片", name)
}

// searchActive refuses a piece of metadata that holds active content.
func searchActive(piece []byte) error {
	lower := bytes.ToLower(piece)
	for _, a := range active {
		if bytes.Contains(lower, []byte(a.mark)) {
			return hidden(a.name)
		}
	}
	return nil
}

// searchBehind refuses active content, programs and archives between end and size.
func searchBehind(r io.ReaderAt, end, size int64) error {
	if end >= size {
		return nil
	}
	const window, overlap = 64 << 10, 16
	buf := make([]byte, window)
	first := true
	for at := end; at < size; at += window - overlap {
		n, err := r.ReadAt(buf[:min(window, size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("picture: read behind the photo: %w", err)
		}
		piece := buf[:n]
		if first {
			start := bytes.TrimLeft(piece, "\x00\xff \r\n\t")
			for _, c := range carried {
				if bytes.HasPrefix(start, []byte(c.prefix)) {
					return hidden(c.name)
				}
			}
			first = len(start) == 0
		}
		if err := searchActive(piece); err != nil {
			return err
		}
	}
	return searchArchiveEnd(r, end, size)
}

// searchArchiveEnd looks for a ZIP's end record (APPNOTE 4.3.16), which is what makes any file a ZIP: tools read it
// from the back. Its comment must reach exactly to the end of the file, or the four bytes are a coincidence.
func searchArchiveEnd(r io.ReaderAt, end, size int64) error {
	from := max(end, size-(22+65535))
	tail := make([]byte, size-from)
	if _, err := r.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("picture: read behind the photo: %w", err)
	}
	for i := bytes.LastIndex(tail, []byte("PK\x05\x06")); i >= 0; i = bytes.LastIndex(tail[:i], []byte("PK\x05\x06")) {
		if i+22 <= len(tail) && i+22+int(binary.LittleEndian.Uint16(tail[i+20:])) == len(tail) {
			return hidden("压缩包")
		}
	}
	return nil
}
