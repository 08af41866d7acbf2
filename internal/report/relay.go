package report

import (
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
)

// relayedOnly says whether units reach the reporter of this report only through
// the street's office: the reporter hides from them, or left no phone.
func relayedOnly(r *db.Report) bool { return r.IdentityLevel != entreport.IdentityLevelHiddenPublic }

// relayCheck refuses a contact that a unit cannot have made with somebody it
// does not know, and a relayed one that says nothing.
func relayCheck(r *db.Report, b ContactBody) error {
	if b.Way != "office" && relayedOnly(r) {
		return invalid("way", "反映人要求保密或没有留电话，请选“经人大工委转达”")
	}
	if b.Way != "office" && strings.TrimSpace(b.Message) != "" {
		return invalid("message", "只有经人大工委转达时才写要转告的话")
	}
	if b.Way == "office" && b.Outcome == "reached" && relayedOnly(r) && strings.TrimSpace(b.Message) == "" {
		return invalid("message", "请写明要街镇人大转告反映人的话")
	}
	return nil
}

// relays says whether a contact hands a message to the office.
func (b ContactBody) relays() bool {
	return b.Way == "office" && b.Outcome == "reached" && strings.TrimSpace(b.Message) != ""
}

// relay gives the unit's words to the reporter without telling the unit who
// that is, and lets the office know that it may have to speak to the reporter.
func (s *Service) relay(m *moment, b ContactBody) {
	office := officeName(m.dir, m.report.DivisionCode)
	m.params["office"], m.params["message"] = office, strings.TrimSpace(b.Message)
	m.data["message"] = m.params["message"]
	m.citizen("report_relayed", true, map[string]string{"unit": m.params["unit"], "office": office})
	m.staff("street_office", "report_relay", false, uuid.Nil, map[string]string{"unit": m.params["unit"]})
}
