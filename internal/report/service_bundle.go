package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/evidence"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// bundleReason is the least a reason for taking a file out of the house says.
const bundleReason = 4

// Bundle collects the evidence of a report for its file: the page as the caller may see it, the course of events in
// words, the audit lines about it, and its photos. Who took it out and why is written before anything is given.
func (s *Service) Bundle(ctx context.Context, tenant, ref, reason string) (*evidence.Bundle, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < bundleReason || n > 200 {
		return nil, invalid("reason", fmt.Sprintf("请写明导出的理由，%d 到 200 个字", bundleReason))
	}
	v, err := s.Get(ctx, tenant, ref)
	if err != nil {
		return nil, err
	}
	who := askerOf(ctx, tenant)
	out := &evidence.Bundle{Number: v.Number, Reason: reason}
	var extract bytes.Buffer
	err = s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, false, s.visible(ctx, who, readPermission)...)
		if err != nil {
			return err
		}
		if !s.covers(ctx, rel, who) {
			return fault.Forbidden.New("这一件的证据包不由您导出")
		}
		out.By = Table.PartWord(DistrictStaff)
		if rel.parts(who)[DistrictHead] {
			out.By = Table.PartWord(DistrictHead)
		}
		err = audit.Write(ctx, tx, audit.Line{
			Action: "report.bundle", SubjectKind: subjectKind, SubjectID: rel.report.ID.String(), Reason: reason,
			Facts: map[string]any{"number": rel.report.Number},
		})
		if err != nil {
			return err
		}
		if out.Photos, err = s.Evidence.List(ctx, tx, rel.report.ID); err != nil {
			return err
		}
		subjects := []string{rel.report.ID.String()}
		for _, p := range out.Photos {
			subjects = append(subjects, p.ID.String())
		}
		head, err := audit.Extract(ctx, tx, &extract, subjects)
		out.AuditSeq, out.AuditHash = head.Seq, head.Hash
		return err
	})
	if err != nil {
		return nil, err
	}
	page, err := bundlePage(v)
	if err != nil {
		return nil, err
	}
	out.Texts = []evidence.BundleText{
		{Name: "report.json", Content: page},
		{Name: "timeline.txt", Content: []byte(courseOf(v))},
		{Name: "audit.jsonl", Content: extract.Bytes()},
	}
	return out, nil
}

// bundlePage is the report as JSON without what ends with the session: signed addresses and offered actions.
func bundlePage(v *View) ([]byte, error) {
	page := *v
	page.AllowedActions, page.Photos = nil, append([]evidence.PhotoView(nil), v.Photos...)
	for i := range page.Photos {
		p := &page.Photos[i]
		p.ThumbURL, p.MediumURL, p.URLsExpireAt = "", "", nil
	}
	raw, err := json.MarshalIndent(page, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	return append(raw, '\n'), nil
}

// courseOf tells a report's life in plain words, for a reader without any program.
func courseOf(v *View) string {
	var b strings.Builder
	fmt.Fprintf(&b, "受理编号：%s\n标题：%s\n类别：%s\n地点：%s %s\n当前状态：%s\n\n办理过程（北京时间）\n", v.Number, v.Title,
		v.CategoryName, v.DivisionName, v.Address, v.StateName)
	for _, e := range v.Timeline {
		fmt.Fprintf(&b, "%s  %s", e.At.In(deadline.Zone).Format("2006-01-02 15:04"), e.Title)
		if e.By != "" {
			fmt.Fprintf(&b, "（%s）", e.By)
		}
		if e.Text != "" {
			fmt.Fprintf(&b, "：%s", e.Text)
		}
		b.WriteByte('\n')
		if e.Note != "" {
			fmt.Fprintf(&b, "                  内部备注：%s\n", e.Note)
		}
	}
	return b.String()
}
