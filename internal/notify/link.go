package notify

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
)

// linkPath is where the page of a tracking link is.
const linkPath = "/t/"

// linkDomain keeps the digests of links apart from all others.
const linkDomain = "notify.link"

// A token is 24 bytes in 32 characters: the tenant (3 bytes), the year since 2000 (1), the running number (4), and
// 16 bytes that only the holder of the key can make.
const (
	tokenBytes = 24
	headBytes  = 8
)

var numberForm = regexp.MustCompile(`^([0-9]{6})-(2[0-9]{3})-([0-9]{6,9})$`)

var errToken = errors.New("notify: no token")

// link is what a tracking token says: which report, and the proof for one person.
type link struct {
	// Number is the report's readable number; its first six digits are the tenant.
	Number string
	proof  []byte
}

// withLink adds the tracking link where the wording shows one and the caller gave none.
func (s *Service) withLink(tenant string, n Notice) map[string]string {
	t := templateByID[n.Template]
	if _, given := n.Params["link"]; given || !strings.Contains(t.Text, "{link}") {
		return n.Params
	}
	out := maps.Clone(n.Params)
	if out == nil {
		out = map[string]string{}
	}
	out["link"] = s.Link(tenant, n.Params["number"], n.ReportID, n.PersonID)
	return out
}

// withoutLink leaves the link out of what is kept in the inbox: it is made again when the inbox is read, and a copy of
// the table opens nothing.
func withoutLink(params map[string]string) map[string]string {
	if _, has := params["link"]; !has {
		return params
	}
	out := maps.Clone(params)
	delete(out, "link")
	return out
}

// paramsOf are a kept notice's parameters with its link.
func (s *Service) paramsOf(n *db.Notice) map[string]string {
	in := Notice{Template: n.Template, Params: n.Params, PersonID: n.PersonID}
	if n.SubjectID != nil {
		in.ReportID = *n.SubjectID
	}
	return s.withLink(n.Tenant, in)
}

// Link is the address under which one person follows one report without signing in; empty when the number is none.
func (s *Service) Link(tenant, number string, report, person uuid.UUID) string {
	head, ok := tokenHead(number)
	if !ok || !strings.HasPrefix(number, tenant) {
		return ""
	}
	digest, err := base64.RawURLEncoding.DecodeString(s.d.Keys.Blind(linkDomain, linkValue(tenant, report, person)))
	if err != nil {
		return ""
	}
	return s.d.Base + linkPath + base64.RawURLEncoding.EncodeToString(append(head, digest[:tokenBytes-headBytes]...))
}

func linkValue(tenant string, report, person uuid.UUID) string {
	return tenant + "|" + report.String() + "|" + person.String()
}

func tokenHead(number string) ([]byte, bool) {
	m := numberForm.FindStringSubmatch(number)
	if m == nil {
		return nil, false
	}
	tenant, _ := strconv.ParseUint(m[1], 10, 32)
	year, _ := strconv.ParseUint(m[2], 10, 16)
	n, err := strconv.ParseUint(m[3], 10, 32)
	if err != nil || year < 2000 || year > 2255 {
		return nil, false
	}
	head := make([]byte, 0, tokenBytes)
	head = binary.BigEndian.AppendUint32(head, uint32(tenant<<8|(year-2000)))
	return binary.BigEndian.AppendUint32(head, uint32(n)), true
}

// parseToken reads a token; it proves nothing yet.
func parseToken(token string) (link, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenBytes {
		return link{}, errToken
	}
	head, n := binary.BigEndian.Uint32(raw), binary.BigEndian.Uint32(raw[4:])
	number := fmt.Sprintf("%06d-%d-%06d", head>>8, 2000+head&0xff, n)
	if n == 0 || !numberForm.MatchString(number) {
		return link{}, errToken
	}
	return link{Number: number, proof: raw[headBytes:]}, nil
}

// proves says in constant time whether the link was made for this person and report, under any key of the ring.
func (s *Service) proves(l link, tenant string, report, person uuid.UUID) bool {
	same := false
	for _, digest := range s.d.Keys.BlindAll(linkDomain, linkValue(tenant, report, person)) {
		raw, err := base64.RawURLEncoding.DecodeString(digest)
		if err == nil && equal(raw[:len(l.proof)], l.proof) {
			same = true
		}
	}
	return same
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// ReadLink gives the report's number that a token speaks of; false when it is no token. It proves nothing.
func (s *Service) ReadLink(token string) (string, bool) {
	l, err := parseToken(token)
	return l.Number, err == nil
}

// ProvesLink says whether the token was made for this person and report.
func (s *Service) ProvesLink(token, tenant string, report, person uuid.UUID) bool {
	l, err := parseToken(token)
	return err == nil && s.proves(l, tenant, report, person)
}
