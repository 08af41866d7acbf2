package evidence

import "huying/internal/platform/fault"

// The ways an upload can be refused; what its bytes can be refused for stands in package picture. Each answer names the
// field the photo came in by.
var (
	// TooMany: more photos than one action may carry.
	TooMany = fault.Define("photo_too_many", 422, "照片过多")
	// Missing: the ticket's bytes have not arrived.
	Missing = fault.Define("upload_missing", 422, "照片还没有传完")
	// NotUsable: not one's own, never issued, expired, not verified or already used. The five are told apart nowhere,
	// so that an id of somebody else's looks like one that never was.
	NotUsable = fault.Define("upload_not_usable", 422, "上传编号不可用")
	// Withdrawn: the public copies were removed.
	Withdrawn = fault.Define("photo_withdrawn", 404, "照片已撤下")
	// NeedsCopy: a HEIC photo came without the JPEG copy that is shown in its place.
	NeedsCopy = fault.Define("heic_needs_copy", 422, "HEIC 照片需要附带 JPG 副本")
	// NotPicture: video and audio have no copy that could be covered.
	NotPicture = fault.Define("evidence_not_picture", 422, "不是照片")
	// OriginalGone: the original was removed at the end of its retention, so nothing can be made of it again.
	OriginalGone = fault.Define("original_removed", 409, "原件已删除")
)
