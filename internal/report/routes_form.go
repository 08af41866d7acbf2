package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/idempotency"
	"huying/internal/platform/auth"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// Bounds of the form, beside those of the photos.
const (
	maxFields     = 40
	maxFieldBytes = 16 << 10
)

func (s *Service) mountForm(srv *web.Server) {
	web.Raw(srv, web.Route{
		Method: http.MethodPost, Path: "/reports/form", Permission: "report.submit", Tag: tag, Summary: "一次提交文字和照片",
		Detail: "multipart/form-data：photo 部分最多9个，其余字段与 POST /reports 相同；position、occurs、on_behalf 写成 JSON，位置也可写 lat、lng。",
		Body:   web.Form, Stream: true, Status: http.StatusCreated, Idempotent: true, Deadline: 3 * time.Minute,
		Form:   &web.FormDoc{Fields: Submission{}, Without: []string{"upload_ids"}, Files: "photo", MaxFiles: evidence.MaxPhotos},
		Answer: Receipt{},
	}, s.submitForm)
}

// submitForm stores each photo as it streams by, then files the report. Photos
// of a form that fails are orphans and swept.
func (s *Service) submitForm(c *fiber.Ctx) error {
	ctx := c.UserContext()
	parts, err := web.Parts(c)
	if err != nil {
		return err
	}
	f := &form{fields: map[string]string{}}
	store := func(p *multipart.Part) (uuid.UUID, string, error) {
		hash := sha256.New()
		id, err := s.Evidence.StoreStream(ctx, web.TenantOf(ctx), auth.From(ctx).PersonID, io.TeeReader(p, hash), p.FileName())
		return id, hex.EncodeToString(hash.Sum(nil)), err
	}
	if err := f.read(parts, store); err != nil {
		return err
	}
	in, err := f.submission()
	if err != nil {
		return err
	}
	canonical, err := json.Marshal(in)
	if err != nil {
		return err
	}
	key, _ := web.IdempotencyKey(ctx)
	hash := idempotency.Hash(canonical, []byte(strings.Join(f.hashes, ",")))
	in.UploadIDs = f.uploads
	out, err := s.receipt(ctx, in, idempotency.Key{Route: "POST /reports/form", Key: key, BodyHash: hash})
	if err != nil {
		return err
	}
	return c.Status(http.StatusCreated).JSON(out.Body)
}

// form is what a multipart submission held.
type form struct {
	fields  map[string]string
	uploads []uuid.UUID
	hashes  []string
}

func (f *form) read(parts *multipart.Reader, store func(*multipart.Part) (uuid.UUID, string, error)) error {
	for n := 0; ; n++ {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if _, known := fault.As(err); known {
				return err
			}
			return fault.BadRequest.With(err, "表单没有传完或格式有误")
		}
		if n >= maxFields {
			return fault.BadRequest.New("表单的部分太多")
		}
		if err := f.take(p, store); err != nil {
			return err
		}
	}
}

func (f *form) take(p *multipart.Part, store func(*multipart.Part) (uuid.UUID, string, error)) error {
	name := p.FormName()
	if name == "photo" {
		if len(f.uploads) >= evidence.MaxPhotos {
			return invalid("photo", "最多"+strconv.Itoa(evidence.MaxPhotos)+"张照片")
		}
		id, hash, err := store(p)
		if err != nil {
			return err
		}
		f.uploads, f.hashes = append(f.uploads, id), append(f.hashes, hash)
		return nil
	}
	if !slices.Contains(formFields, name) {
		// As in JSON, what is not ours is left alone.
		_, err := io.Copy(io.Discard, io.LimitReader(p, maxFieldBytes))
		return err
	}
	text, err := io.ReadAll(io.LimitReader(p, maxFieldBytes+1))
	if err != nil {
		return err
	}
	if len(text) > maxFieldBytes {
		return invalid(name, "内容太长")
	}
	if _, twice := f.fields[name]; twice {
		return invalid(name, "重复填写")
	}
	if problem := checkText(string(text), 0, maxFieldBytes); problem != "" {
		return invalid(name, problem)
	}
	f.fields[name] = strings.TrimSpace(string(text))
	return nil
}

var formFields = []string{
	"category", "title", "description", "division_code", "position", "lat", "lng", "accuracy_m", "address",
	"identity_level", "visibility", "danger", "source_position", "occurs", "place_id", "respondent",
	"in_legal_process", "deputy_id", "station_id", "on_behalf", "answers",
}

// submission reads the fields, naming every wrong one.
func (f *form) submission() (Submission, error) {
	r := &fieldReader{fields: f.fields}
	in := Submission{
		Category: r.text("category", 40), Title: r.text("title", 40), Description: r.text("description", 1000),
		DivisionCode: r.text("division_code", 15), Address: r.text("address", 100), Respondent: r.text("respondent", 40),
		IdentityLevel:  r.choice("identity_level", "hidden_public", "hidden_all", "no_phone"),
		Visibility:     r.choice("visibility", "public", "private"),
		Danger:         r.yes("danger"),
		InLegalProcess: r.yes("in_legal_process"),
		PlaceID:        r.id("place_id"), DeputyID: r.id("deputy_id"), StationID: r.id("station_id"),
	}
	if in.Category == "" {
		r.add("category", "请选择类别")
	}
	r.object("position", &in.Position)
	r.object("source_position", &in.SourcePosition)
	r.object("occurs", &in.Occurs)
	r.object("on_behalf", &in.OnBehalf)
	r.object("answers", &in.Answers)
	if in.Position == nil && (f.fields["lat"] != "" || f.fields["lng"] != "") {
		in.Position = &Position{Lat: r.number("lat"), Lng: r.number("lng")}
		if f.fields["accuracy_m"] != "" {
			accuracy := r.number("accuracy_m")
			in.Position.AccuracyM = &accuracy
		}
	}
	if len(r.wrong) > 0 {
		return in, fault.Invalid.New("有内容需要修改", r.wrong...)
	}
	return in, nil
}

// fieldReader turns texts into values and collects what is wrong.
type fieldReader struct {
	fields map[string]string
	wrong  []fault.Field
}

func (r *fieldReader) add(name, message string) {
	r.wrong = append(r.wrong, fault.Field{Name: name, Message: message})
}

func (r *fieldReader) text(name string, most int) string {
	if problem := checkText(r.fields[name], 0, most); problem != "" {
		r.add(name, problem)
	}
	return r.fields[name]
}

func (r *fieldReader) choice(name string, allowed ...string) string {
	if v := r.fields[name]; v != "" && !slices.Contains(allowed, v) {
		r.add(name, "只能是 "+strings.Join(allowed, "、"))
	}
	return r.fields[name]
}

func (r *fieldReader) yes(name string) bool {
	switch strings.ToLower(r.fields[name]) {
	case "", "0", "false", "no", "off":
		return false
	case "1", "true", "yes", "on":
		return true
	}
	r.add(name, "请填 true 或 false")
	return false
}

func (r *fieldReader) id(name string) *uuid.UUID {
	text := r.fields[name]
	if text == "" {
		return nil
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 {
		r.add(name, "不是有效的编号")
		return nil
	}
	return &id
}

func (r *fieldReader) number(name string) float64 {
	n, err := strconv.ParseFloat(r.fields[name], 64)
	if err != nil {
		r.add(name, "请填数字")
	}
	return n
}

func (r *fieldReader) object(name string, into any) {
	text := r.fields[name]
	if text == "" {
		return
	}
	if web.CheckJSON([]byte(text)) != nil || json.Unmarshal([]byte(text), into) != nil {
		r.add(name, "应为 JSON")
	}
}
