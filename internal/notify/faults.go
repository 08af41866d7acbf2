package notify

import "huying/internal/platform/fault"

// notFound is the one answer for a notice that does not exist and for one of another person.
func notFound() error { return fault.NotFound.New("没有这条消息") }
