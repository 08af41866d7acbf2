package open311

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/idempotency"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// limits of arguments that we only keep for those who work on the report.
const (
	maxReference = 60
	maxMedia     = 500
)

// filing reads the arguments of POST requests. It fails naming every wrong one.
func filing(args url.Values) (Filing, error) {
	var wrong []fault.Field
	fail := func(name, message string) { wrong = append(wrong, fault.Field{Name: name, Message: message}) }
	get := func(name string) string { return strings.TrimSpace(args.Get(name)) }
	f := Filing{
		Category: get("service_code"), Description: get("description"), DivisionCode: get("address_id"), Address: get("address_string"),
		Phone: get("phone"), Name: get("last_name") + get("first_name"), Answers: map[string]string{}, Media: get("media_url"),
		Reference: get("account_id"),
	}
	if f.Category == "" {
		fail("service_code", "请填写类别")
	}
	if f.Description == "" {
		fail("description", "请填写情况说明")
	}
	f.Position = point(get("lat"), get("long"), fail)
	if get("lat") == "" && get("long") == "" && f.Address == "" && f.DivisionCode == "" {
		fail("lat", "请填写 lat 和 long，或 address_string、address_id")
	}
	if f.Media != "" {
		if u, err := url.Parse(f.Media); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(f.Media) > maxMedia {
			fail("media_url", "应为 http 或 https 地址，最多500个字符")
		}
	}
	if len([]rune(f.Reference)) > maxReference {
		fail("account_id", "最多60个字")
	}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		key, is := attributeOf(name)
		if !is {
			continue
		}
		if values := args[name]; len(values) == 1 {
			f.Answers[key] = values[0]
		} else {
			fail(name, "只能回答一次")
		}
	}
	if len(wrong) > 0 {
		return f, fault.Invalid.New("有内容需要修改", wrong...)
	}
	return f, nil
}

// point reads a place on earth, or nothing when both are left out.
func point(lat, long string, fail func(name, message string)) *division.Point {
	if lat == "" && long == "" {
		return nil
	}
	p := &division.Point{}
	for _, c := range []struct {
		name, text string
		to         *float64
		most       float64
	}{{"lat", lat, &p.Lat, 90}, {"long", long, &p.Lng, 180}} {
		n, err := strconv.ParseFloat(c.text, 64)
		// Written so that what is no number is wrong too.
		if err != nil || !(n >= -c.most && n <= c.most) {
			fail(c.name, "应为 WGS-84 的度数，lat 与 long 都要填写")
			continue
		}
		*c.to = n
	}
	return p
}

// bodyHash tells one set of arguments from another, whatever their order; empty ones are as if left out.
func bodyHash(args url.Values) string {
	given := url.Values{}
	for name, values := range args {
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" && name != "api_key" {
				given.Add(name, v)
			}
		}
	}
	return idempotency.Hash([]byte(given.Encode()))
}

// submit answers POST requests. Without an idempotency key the body is its own: a client that asks again after a
// broken connection gets the same report.
func (s *Room) submit(ctx context.Context, tenant division.Tenant, args url.Values, key *db.PartnerKey, idempotencyKey string) ([]Filed, error) {
	f, err := filing(args)
	if err != nil {
		return nil, err
	}
	f.Public = key.MayPublish
	if f.Phone != "" && f.Name == "" {
		f.Name = "群众"
	}
	hash := bodyHash(args)
	if idempotencyKey == "" {
		idempotencyKey = "body:" + hash
	}
	receipt, err := s.Reports.File(ctx, tenant.Code, f, key, idempotencyKey, hash)
	if err != nil {
		return nil, err
	}
	return []Filed{{ID: receipt.Number, Notice: Text(receipt.Notice)}}, nil
}

// take answers POST servicerequestupdates: the same update_id within a day is taken once.
func (s *Room) take(ctx context.Context, tenant division.Tenant, args url.Values, key *db.PartnerKey) ([]Taken, error) {
	m, number, err := s.message(args)
	if err != nil {
		return nil, err
	}
	hash := bodyHash(args)
	once := "update:" + m.ID
	if m.ID == "" {
		m.ID, once = hash[:32], "body:"+hash
	}
	k := idempotency.Key{Person: key.ID, Route: "POST servicerequestupdates", Key: once, BodyHash: hash, Now: s.Clock.Now()}
	err = s.DB.Do(ctx, tenancy.Tenant(tenant.Code), func(ctx context.Context, tx *database.Tx) error {
		_, _, err := idempotency.Run(ctx, tx, k, func(ctx context.Context) ([]byte, error) {
			known, err := s.Reports.Note(ctx, tx, tenant.Code, number, key, m)
			if err == nil && !known {
				err = fault.NotFound.New("没有这件事项", fault.Field{Name: "service_request_id", Message: "没有这件事项，或不是经本密钥往来的"})
			}
			return []byte(m.ID), err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return []Taken{{ID: m.ID}}, nil
}

// message reads the arguments of an update.
func (s *Room) message(args url.Values) (m Message, number string, err error) {
	var wrong []fault.Field
	fail := func(name, message string) { wrong = append(wrong, fault.Field{Name: name, Message: message}) }
	get := func(name string) string { return strings.TrimSpace(args.Get(name)) }
	m = Message{ID: get("update_id"), Status: strings.ToLower(get("status")), Text: get("description"), At: s.Clock.Now()}
	if number = get("service_request_id"); number == "" {
		fail("service_request_id", "请填写编号")
	}
	if len(m.ID) > 80 || strings.ContainsFunc(m.ID, func(r rune) bool { return r < 0x20 || r > 0x7e }) {
		fail("update_id", "最多80个可见的英文字符")
	}
	if m.Status == "" || len([]rune(m.Status)) > 40 {
		fail("status", "请填写状态，最多40个字")
	}
	if m.Text == "" || len([]rune(m.Text)) > 1000 {
		fail("description", "请填写说明，最多1000个字")
	}
	if at := get("updated_datetime"); at != "" {
		if m.At, err = parseMoment("updated_datetime", at); err != nil {
			fail("updated_datetime", "请写成带时区的时间，例如 2026-01-02T15:04:05+08:00")
		}
	}
	if len(wrong) > 0 {
		return m, number, fault.Invalid.New("有内容需要修改", wrong...)
	}
	return m, number, nil
}
