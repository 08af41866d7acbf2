package picture

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// Format is what the bytes are, never what their name says.
type Format string

// The formats that become evidence.
const (
	JPEG Format = "image/jpeg"
	PNG  Format = "image/png"
	WebP Format = "image/webp"
	// HEIC is kept and never opened here; what is seen of it comes from a converted companion.
	HEIC Format = "image/heic"
)

// sniffLength is how many first bytes Sniff wants to see.
const sniffLength = 1024

// accepted are the beginnings of the formats we take.
func accepted(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case len(head) >= 12 && bytes.HasPrefix(head, []byte("RIFF")) && string(head[8:12]) == "WEBP":
		return WebP
	}
	return ""
}

// signs are the beginnings of what people send by mistake or on purpose, in words they know.
var signs = []struct{ prefix, name string }{
	{"GIF8", "GIF 动图"},
	{"BM", "BMP 图片"},
	{"II*\x00", "TIFF 图片"},
	{"MM\x00*", "TIFF 图片"},
	{"\xff\x0a", "JPEG XL 图片"},
	{"%PDF-", "PDF 文件"},
	{"PK\x03\x04", "压缩包或 Office 文件"},
	{"\xd0\xcf\x11\xe0", "Office 文件"},
	{"Rar!", "压缩包"},
	{"7z\xbc\xaf", "压缩包"},
	{"\x1f\x8b", "压缩包"},
	{"MZ", "Windows 程序"},
	{"\x7fELF", "程序"},
	{"\xca\xfe\xba\xbe", "程序"},
	{"FLV", "FLV 视频"},
	{"#!", "脚本"},
}

// Sniff tells the format from the first bytes, or why they are not the beginning of a photo we take.
func Sniff(head []byte) (Format, error) {
	if len(head) == 0 {
		return "", Refuse(Empty, "文件是空的，请重新拍摄或选择照片")
	}
	if f := accepted(head); f != "" {
		return f, nil
	}
	if name := isoMedia(head); name == heicName {
		return HEIC, nil
	} else if name != "" {
		return "", NotEvidence(name)
	}
	if len(head) >= 12 && bytes.HasPrefix(head, []byte("RIFF")) {
		return "", NotEvidence("AVI 之类的视频")
	}
	for _, s := range signs {
		if bytes.HasPrefix(head, []byte(s.prefix)) {
			return "", NotEvidence(s.name)
		}
	}
	if name := text(head); name != "" {
		return "", NotEvidence(name)
	}
	return "", NotEvidence("无法识别的文件")
}

// NotEvidence refuses what is something else, by the name people know it by.
func NotEvidence(name string) *Refusal {
	return Refuse(Unsupported, "这是%s，不能作为证据。请上传照片（JPG、PNG、WebP、HEIC），或一分钟以内的视频、录音", name)
}

// heicName is what people call the photos of an iPhone.
const heicName = "HEIC 照片"

// isoMedia names what an ISO base media file (ISO/IEC 14496-12) is by its major brand.
func isoMedia(head []byte) string {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return ""
	}
	size := min(int(binary.BigEndian.Uint32(head[:4])), len(head))
	brands := head[8:max(12, size)]
	for _, b := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "tmap"} {
		if bytes.Contains(brands, []byte(b)) && !bytes.Contains(brands, []byte("avif")) {
			return heicName
		}
	}
	if bytes.Contains(brands, []byte("avif")) || bytes.Contains(brands, []byte("avis")) {
		return "AVIF 图片"
	}
	return "少见的视频或图片"
}

// text names bytes that are writing, not pixels.
func text(head []byte) string {
	trimmed := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	switch {
	case bytes.Contains(trimmed, []byte("<svg")):
		return "SVG 图形"
	case bytes.Contains(trimmed, []byte("<html")), bytes.Contains(trimmed, []byte("<!doctype html")), bytes.Contains(trimmed, []byte("<script")):
		return "网页文件"
	case bytes.HasPrefix(trimmed, []byte("<?php")):
		return "脚本"
	case bytes.HasPrefix(trimmed, []byte("<?xml")):
		return "XML 文件"
	}
	if !bytes.ContainsRune(head, 0) && (utf8.Valid(head) || utf8.Valid(head[:max(0, len(head)-3)])) {
		return "文本文件"
	}
	return ""
}
