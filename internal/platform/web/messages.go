package web

import (
	"net/http"
	"strings"
	"sync"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"huying/internal/platform/fault"
	"huying/internal/platform/telemetry"
)

var chineseOnce sync.Once

// speakChinese replaces Huma's process-wide error model and validation messages with ours. Huma reads them when
// schemas are made, so it must run before the first operation is mounted.
func speakChinese() {
	chineseOnce.Do(func() {
		huma.DefaultArrayNullable = false
		huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
			return humaProblem("", status, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
			return humaProblem(telemetry.RequestID(ctx.Context()), status, errs)
		}
		setMessages()
	})
}

// humaProblem words what Huma found wrong with a request. Values and Huma's own texts are left out.
func humaProblem(requestID string, status int, errs []error) *fault.Problem {
	e := kindOfStatus(status).New(detailOfStatus[status])
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok || status >= 500 {
			continue
		}
		detail := d.ErrorDetail()
		e.Fields = append(e.Fields, fault.Field{Name: wireName(detail.Location, detail.Message), Message: chinese(detail.Message)})
	}
	return e.Wire(requestID)
}

// wireName turns Huma's location into the name the client wrote: "body.position.lat" → "position.lat".
func wireName(location, message string) string {
	place, name, nested := strings.Cut(location, ".")
	if !nested {
		name = ""
	}
	// A missing property is reported at its parent; the field to point at is the missing one.
	if missing, found := strings.CutPrefix(message, missingPrefix); found {
		missing = strings.TrimSuffix(missing, "」")
		if name == "" {
			return missing
		}
		return name + "." + missing
	}
	if name == "" {
		if strings.HasPrefix(place, "body[") {
			return strings.TrimPrefix(place, "body")
		}
		return place
	}
	return name
}

const missingPrefix = "缺少必填项「"

// chinese keeps our own messages and words Huma's fixed ones; anything else might hold internal text.
func chinese(message string) string {
	if strings.HasPrefix(message, missingPrefix) {
		return "必填"
	}
	if strings.IndexFunc(message, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
		return message
	}
	switch {
	case strings.HasPrefix(message, "required "):
		return "必填"
	case strings.HasPrefix(message, "invalid integer"):
		return "请填写整数"
	case strings.HasPrefix(message, "invalid float"):
		return "请填写数字"
	case strings.HasPrefix(message, "invalid boolean"):
		return "请填写 true 或 false"
	case message == "unknown query parameter":
		return "没有这个参数"
	case strings.HasPrefix(message, "expected at most one value"):
		return "只能填写一个"
	}
	return "格式不正确"
}

// statusOfHuma lists the statuses every operation may answer with, for the document.
var statusOfHuma = []int{http.StatusBadRequest, http.StatusNotFound, http.StatusInternalServerError, http.StatusServiceUnavailable}

// The verbs "%.0v" and "%.0s" swallow Huma's argument where it would be a pattern or an internal error text.
func setMessages() {
	validation.MsgUnexpectedProperty = "没有这个字段"
	validation.MsgExpectedRFC3339DateTime = "请填写日期时间，例如 2026-03-01T08:00:00Z"
	validation.MsgExpectedRFC1123DateTime = "请填写 RFC 1123 日期时间"
	validation.MsgExpectedRFC3339Date = "请填写日期，例如 2026-03-01"
	validation.MsgExpectedRFC3339Time = "请填写时间，例如 08:00:00Z"
	validation.MsgExpectedRFC5322Email = "请填写电子邮箱%.0s"
	validation.MsgExpectedRFC5890Hostname = "请填写主机名"
	validation.MsgExpectedRFC2673IPv4 = "请填写 IPv4 地址"
	validation.MsgExpectedRFC2373IPv6 = "请填写 IPv6 地址"
	validation.MsgExpectedRFCIPAddr = "请填写 IP 地址"
	validation.MsgExpectedRFC3986URI = "请填写网址%.0s"
	validation.MsgExpectedRFC4122UUID = "编号格式不正确%.0s"
	validation.MsgExpectedRFC6570URITemplate = "请填写网址模板"
	validation.MsgExpectedRFC6901JSONPointer = "请填写 JSON 指针"
	validation.MsgExpectedRFC6901RelativeJSONPointer = "请填写相对 JSON 指针"
	validation.MsgExpectedRegexp = "请填写正则表达式%.0s"
	validation.MsgExpectedMatchAtLeastOneSchema = "不符合任何一种允许的形式"
	validation.MsgExpectedMatchExactlyOneSchema = "只能符合一种允许的形式"
	validation.MsgExpectedNotMatchSchema = "不允许这种形式"
	validation.MsgExpectedPropertyNameInObject = "缺少用来区分类型的字段"
	validation.MsgExpectedBoolean = "请填写 true 或 false"
	validation.MsgExpectedDuration = "请填写时长%.0s"
	validation.MsgExpectedNumber = "请填写数字"
	validation.MsgExpectedInteger = "请填写整数"
	validation.MsgExpectedString = "请填写文字"
	validation.MsgExpectedBase64String = "请填写 Base64 文字"
	validation.MsgExpectedArray = "请填写列表"
	validation.MsgExpectedObject = "请填写对象"
	validation.MsgExpectedArrayItemsUnique = "列表中有重复项"
	validation.MsgExpectedOneOf = "只能是其中之一：%s"
	validation.MsgExpectedMinimumNumber = "不能小于 %v"
	validation.MsgExpectedExclusiveMinimumNumber = "必须大于 %v"
	validation.MsgExpectedMaximumNumber = "不能大于 %v"
	validation.MsgExpectedExclusiveMaximumNumber = "必须小于 %v"
	validation.MsgExpectedNumberBeMultipleOf = "必须是 %v 的倍数"
	validation.MsgExpectedMinLength = "不能少于 %d 个字"
	validation.MsgExpectedMaxLength = "不能超过 %d 个字"
	validation.MsgExpectedBePattern = "格式不正确%.0s"
	validation.MsgExpectedMatchPattern = "格式不正确%.0s"
	validation.MsgExpectedMinItems = "至少要有 %d 项"
	validation.MsgExpectedMaxItems = "最多只能有 %d 项"
	validation.MsgExpectedMinProperties = "至少要有 %d 个字段"
	validation.MsgExpectedMaxProperties = "最多只能有 %d 个字段"
	validation.MsgExpectedRequiredProperty = missingPrefix + "%s」"
	validation.MsgExpectedDependentRequiredProperty = "填写了「%[2]s」时必须填写「%[1]s」"
}
