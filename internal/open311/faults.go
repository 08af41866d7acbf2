package open311

import (
	"net/http"

	"huying/internal/platform/fault"
)

// KeyRefused says that the api key is missing, unknown, revoked, expired, or lacks the scope.
var KeyRefused = fault.Define("api_key_refused", http.StatusForbidden, "接口密钥无效")

// statusOf is the HTTP status the protocol has for a fault: it knows 400, 403 and 404, and we add those that tell a
// client to wait or to send less.
func statusOf(e *fault.Error) int {
	switch s := e.Kind.Status; s {
	case http.StatusUnauthorized, http.StatusForbidden:
		return http.StatusForbidden
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
		return s
	default:
		if s >= http.StatusInternalServerError {
			return s
		}
		return http.StatusBadRequest
	}
}

// errorsOf words a fault: one error per wrong field, or one for all.
func errorsOf(e *fault.Error) []Failure {
	code := statusOf(e)
	if len(e.Fields) == 0 {
		text := e.Detail
		if text == "" {
			text = e.Kind.Title
		}
		return []Failure{{Code: code, Description: text}}
	}
	out := make([]Failure, len(e.Fields))
	for i, f := range e.Fields {
		out[i] = Failure{Code: code, Description: argumentOf(f.Name) + "：" + f.Message}
	}
	return out
}

// argumentOf is the protocol's name of one of our fields.
func argumentOf(field string) string {
	switch field {
	case "category":
		return "service_code"
	case "division_code":
		return "address_id"
	case "address":
		return "address_string"
	case "position", "position.lat":
		return "lat"
	case "position.lng":
		return "long"
	case "on_behalf.phone":
		return "phone"
	case "on_behalf.name":
		return "first_name"
	case "X-Tenant":
		return "jurisdiction_id"
	}
	if key, answer := cutAnswer(field); answer {
		return "attribute[" + key + "]"
	}
	return field
}
