package report

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"strings"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// codeDomain keeps the digests of query codes apart from all others.
const codeDomain = "reports.query_code"

// codeAlphabet has no letter or digit that is read as another.
var codeAlphabet = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// codeBytes make eight characters: with the limit on misses, more than can be tried.
const codeBytes = 5

// queryCode is what somebody who left no phone asks by; "" for others. It is
// made of the key and the report, so it is kept nowhere.
func (s *Service) queryCode(r *db.Report) string {
	if r.IdentityLevel != entreport.IdentityLevelNoPhone {
		return ""
	}
	return s.queryCodes(r)[0]
}

// queryCodes are the codes of a report under the present key and older ones.
func (s *Service) queryCodes(r *db.Report) []string {
	digests := s.Codes.BlindAll(codeDomain, r.TenantID+":"+r.ID.String())
	out := make([]string, len(digests))
	for i, d := range digests {
		raw, err := base64.RawURLEncoding.DecodeString(d)
		if err == nil && len(raw) >= codeBytes {
			out[i] = codeAlphabet.EncodeToString(raw[:codeBytes])
		}
	}
	return out
}

// LookupBody asks for a report's progress without signing in.
type LookupBody struct {
	Number string `json:"number" minLength:"18" maxLength:"24" doc:"受理编号"`
	Code   string `json:"code,omitempty" maxLength:"20" doc:"查询码：没有留电话的，提交时给的八位"`
	Phone  string `json:"phone,omitempty" maxLength:"20" doc:"反映时登录用的手机号"`
}

// Lookup gives a report's progress to who knows its number and its query code,
// or its number and the reporter's phone. Whatever does not fit gets the same
// not_found, and misses are limited like those of tracking links. The code
// proves the reporter, so it shows the public wording as screened; a phone is
// known to others too, so it shows no more than a link does.
func (s *Service) Lookup(ctx context.Context, b LookupBody) (*TrackView, error) {
	code := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(b.Code))
	if (code == "") == (strings.TrimSpace(b.Phone) == "") {
		return nil, invalid("code", "请填查询码或手机号，二者填一个")
	}
	if err := s.Links.AllowLink(ctx, false); err != nil {
		return nil, err
	}
	v, err := s.lookup(ctx, strings.TrimSpace(b.Number), code, b.Phone)
	if fault.Is(err, fault.NotFound) {
		if err := s.Links.AllowLink(ctx, true); err != nil {
			return nil, err
		}
		return nil, fault.NotFound.New("编号与查询码或手机号对不上，请核对")
	}
	return v, err
}

func (s *Service) lookup(ctx context.Context, number, code, phone string) (v *TrackView, err error) {
	tenant, _, _, known := ParseNumber(number)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if _, open := dir.Tenant(tenant); !known || !open {
		return nil, notFound()
	}
	fits := s.codeFits(code)
	if code == "" {
		holder, found, err := s.People.Holder(ctx, phone)
		if err != nil {
			return nil, err
		}
		fits = func(r *db.Report) bool {
			return found && r.ReporterID == holder && r.IdentityLevel != entreport.IdentityLevelNoPhone
		}
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, number, false)
		if err != nil {
			return err
		}
		if r := rel.report; r.DetachedAt != nil || r.AnonymisedAt != nil || !fits(r) {
			return notFound()
		}
		v = viewTrack(rel, dir)
		if code != "" {
			if err := speakOut(ctx, tx, rel, v); err != nil {
				return err
			}
		}
		return s.viewNext(ctx, tx, rel.report, v)
	})
	return v, err
}

func (s *Service) codeFits(code string) func(*db.Report) bool {
	return func(r *db.Report) bool {
		if r.IdentityLevel != entreport.IdentityLevelNoPhone {
			return false
		}
		fits := 0
		for _, c := range s.queryCodes(r) {
			if c != "" {
				fits |= subtle.ConstantTimeCompare([]byte(c), []byte(code))
			}
		}
		return fits == 1
	}
}

// speakOut gives the steps their public wording as screened.
func speakOut(ctx context.Context, tx *database.Tx, rel *relation, v *TrackView) error {
	screened, err := publicWordings(ctx, tx, rel.events)
	if err != nil {
		return err
	}
	v.Timeline = v.Timeline[:0]
	for _, e := range rel.events {
		if e.PublicText == "" {
			continue
		}
		text := e.PublicText
		if other, changed := screened[e.ID]; changed {
			text = other
		}
		v.Timeline = append(v.Timeline, TrackStep{At: e.At, Title: eventTitle(e.Action), StateName: Table.Word(flow.State(e.ToState)), Text: text})
	}
	return nil
}
