package report

import "huying/internal/deadline"

// defaultSpans are the clocks of report-lifecycle.md. A key is a clock, or a
// clock and a case ("danger", or the category's clock class).
var defaultSpans = map[string]deadline.Span{
	clockAdmit:                 deadline.MustSpan("4wh"),
	clockAdmit + ".danger":     deadline.MustSpan("15min"),
	clockAccept:                deadline.MustSpan("24h"),
	clockVerify:                deadline.MustSpan("3wd"),
	clockVerify + ".ordinary":  deadline.MustSpan("1wd"),
	clockDispatch:              deadline.MustSpan("1wd"),
	clockDispatch + ".danger":  deadline.MustSpan("30min"),
	clockTake:                  deadline.MustSpan("4wh"),
	clockTake + ".danger":      deadline.MustSpan("30min"),
	clockContact:               deadline.MustSpan("24h"),
	clockContact + ".danger":   deadline.MustSpan("2h"),
	clockOnSite:                deadline.MustSpan("2h"),
	clockHandling + ".danger":  deadline.MustSpan("24h"),
	clockHandling + ".urgent":  deadline.MustSpan("2h"),
	clockHandling + ".utility": deadline.MustSpan("24h"),
	clockHandling:              deadline.MustSpan("7d"),
	clockHandling + ".complex": deadline.MustSpan("15d"),
	clockConfirm:               deadline.MustSpan("3wd"),
	clockRate:                  deadline.MustSpan("15d"),
	clockRateRemind:            deadline.MustSpan("3d"),
	clockRateCall:              deadline.MustSpan("7d"),
	clockRedispatch:            deadline.MustSpan("1wd"),
	clockObjection:             deadline.MustSpan("5wd"),
	clockAppeal:                deadline.MustSpan("3wd"),
	clockRuling:                deadline.MustSpan("4wh"),
	clockRuling + ".danger":    deadline.MustSpan("30min"),
	clockReview:                deadline.MustSpan("90d"),
	clockAnswer:                deadline.MustSpan("5wd"),
	clockSupervise:             deadline.MustSpan("5wd"),
	clockAttitude:              deadline.MustSpan("5wd"),
	clockExtension:             deadline.MustSpan("1wd"),
	clockOpinion:               deadline.MustSpan("3wd"),
	clockTransfer:              deadline.MustSpan("1wd"),
	clockTransferCity:          deadline.MustSpan("1wd"),
}

// spanFor finds a clock's span: the tenant's own value before the default, the
// dangerous case before the category's class, the class before the plain clock.
// An override that does not parse is passed over, so that a typing error in a
// setting can never stop a report's clock.
func spanFor(overrides map[string]string, clock, class string, dangerous bool) deadline.Span {
	keys := make([]string, 0, 3)
	if dangerous {
		keys = append(keys, clock+".danger")
	}
	keys = append(keys, clock+"."+class, clock)
	for _, key := range keys {
		if text, set := overrides[key]; set {
			if span, err := deadline.ParseSpan(text); err == nil {
				return span
			}
		}
		if span, known := defaultSpans[key]; known {
			return span
		}
	}
	return deadline.Span{}
}

// halved is half of a span, never less than one of its unit; redone work gets
// half of the handling clock (row 31). Days become hours so that half of one
// day is not a whole day.
func halved(s deadline.Span) deadline.Span {
	if s.Unit == deadline.Days {
		s = deadline.Span{N: s.N * 24, Unit: deadline.Hours}
	}
	s.N = max(1, s.N/2)
	return s
}
