package fault

// The kinds every room shares. A room's own kinds stand in its faults.go.
var (
	// BadRequest: the request could not be read as what it claims to be.
	BadRequest = Define("bad_request", 400, "请求格式有误")
	// Unauthenticated: no identity, or one that is no longer valid.
	Unauthenticated = Define("unauthenticated", 401, "请先登录")
	// Forbidden: the caller is known and may not do this.
	Forbidden = Define("forbidden", 403, "您没有此项权限")
	// NotFound: there is no such thing for this caller; a foreign id gets the same answer as a never-issued one.
	NotFound = Define("not_found", 404, "没有找到")
	// MethodNotAllowed: the path exists, the method does not.
	MethodNotAllowed = Define("method_not_allowed", 405, "不支持这种请求方式")
	// NotAcceptable: the client accepts none of the formats we can answer in.
	NotAcceptable = Define("not_acceptable", 406, "无法以所要求的格式答复")
	// RequestTimeout: the client was too slow sending its request.
	RequestTimeout = Define("request_timeout", 408, "请求发送超时")
	// Conflict: the present state does not allow it.
	Conflict = Define("conflict", 409, "与当前状态冲突")
	// VersionConflict: somebody else changed it first; read again and retry.
	VersionConflict = Define("version_conflict", 409, "内容已被他人更新")
	// TooLarge: the body is over this route's limit.
	TooLarge = Define("body_too_large", 413, "内容过大")
	// UnsupportedMedia: the content type is none this route reads.
	UnsupportedMedia = Define("unsupported_media_type", 415, "不支持的内容类型")
	// Invalid: one or more inputs are wrong; Fields names them.
	Invalid = Define("invalid_input", 422, "填写的内容有误")
	// TooMany: a limit per person, number, address or device was reached; RetryAfter says until when.
	TooMany = Define("too_many_requests", 429, "操作过于频繁")
	// Internal: our mistake; the request id leads to the log.
	Internal = Define("internal", 500, "系统出错")
	// Unavailable: something we depend on is away for the moment; RetryAfter says when to try again.
	Unavailable = Define("unavailable", 503, "服务暂时不可用")
)
