package picture

import (
	"fmt"

	"huying/internal/platform/fault"
)

// The ways bytes can fail to be a photo. Each answer names the field they came in by.
var (
	// Unsupported: the bytes are not of a kind we take, whatever the name says.
	Unsupported = fault.Define("photo_unsupported", 422, "不支持这种文件")
	// Empty: there are no bytes.
	Empty = fault.Define("photo_empty", 422, "文件是空的")
	// TooHeavy: more bytes than a photo may have.
	TooHeavy = fault.Define("photo_too_large", 422, "照片文件过大")
	// TooManyPixels: opening it would cost more memory than a photo may.
	TooManyPixels = fault.Define("photo_too_many_pixels", 422, "照片尺寸过大")
	// Damaged: it begins like a photo and cannot be read to its end.
	Damaged = fault.Define("photo_damaged", 422, "照片已损坏")
	// Hidden: a page, a program or an archive is hidden in the photo.
	Hidden = fault.Define("photo_hidden_content", 422, "照片中夹带其他内容")
)

// Refusal says why bytes are not evidence; it becomes a fault once it is known by which field they came.
type Refusal struct {
	Kind   *fault.Kind
	Detail string
}

// Error is the text for logs.
func (r *Refusal) Error() string { return r.Kind.Code + ": " + r.Detail }

// Fault is the refusal as the answer to a request whose field brought the photo; which counts from 1, 0 when there is
// only one.
func (r *Refusal) Fault(field string, which int) *fault.Error {
	detail := r.Detail
	if which > 0 {
		detail = fmt.Sprintf("第 %d 个：%s", which, detail)
	}
	return r.Kind.New(detail, fault.Field{Name: field, Message: detail})
}

// Refuse makes a refusal; the detail is a sentence for the person who sent the photo.
func Refuse(kind *fault.Kind, format string, args ...any) *Refusal {
	return &Refusal{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}
