package audit

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/internal/platform/fault"
	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
)

type looksInput struct {
	web.Paging
	ActorID  uuid.UUID `query:"actor_id" format:"uuid" doc:"只看此人的查看"`
	PersonID uuid.UUID `query:"person_id" format:"uuid" doc:"只看对此人信息的查看"`
	ReportID uuid.UUID `query:"report_id" format:"uuid" doc:"只看与此事项有关的查看"`
	From     time.Time `query:"from" doc:"不早于"`
	To       time.Time `query:"to" doc:"早于"`
}

type grantsInput struct {
	web.Paging
	From time.Time `query:"from" doc:"不早于"`
	To   time.Time `query:"to" doc:"早于"`
}

type periodInput struct {
	From time.Time `query:"from" doc:"不早于；默认30天前"`
	To   time.Time `query:"to" doc:"早于；默认现在；一次最多92天"`
}

// actorView is one actor's count on the wire.
type actorView struct {
	ActorID    uuid.UUID      `json:"actor_id"`
	Role       string         `json:"role"`
	Looks      int            `json:"looks" doc:"查看次数"`
	ByAction   map[string]int `json:"by_action"`
	Subjects   int            `json:"subjects" doc:"不同的人或照片"`
	Reports    int            `json:"reports" doc:"不同的事项"`
	Strange    int            `json:"without_work" doc:"从未经手却查看过的事项"`
	Night      int            `json:"at_night" doc:"22时至次日6时的查看"`
	MostInHour int            `json:"most_in_hour" doc:"一小时内最多的查看"`
	First      time.Time      `json:"first"`
	Last       time.Time      `json:"last"`
	Flags      []string       `json:"flags" doc:"many 明显多于他人，burst 短时间集中，strange 查看未经手的事项，night 夜间查看"`
}

type actorsOutput struct {
	Body struct {
		From  time.Time   `json:"from"`
		To    time.Time   `json:"to"`
		Items []actorView `json:"items"`
	}
}

func (s *Service) getLooks(ctx context.Context, in *looksInput) (*listOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	f := Filter{
		Actions: looks, ActorID: in.ActorID, ReportID: in.ReportID, From: in.From, To: in.To, Before: start.ID, Limit: in.Limit,
	}
	if in.PersonID != uuid.Nil {
		f.SubjectKind, f.SubjectID = "person", in.PersonID.String()
	}
	return s.page(ctx, "looks", f)
}

func (s *Service) getGrants(ctx context.Context, in *grantsInput) (*listOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	return s.page(ctx, "grants", Filter{Actions: grantChanges, From: in.From, To: in.To, Before: start.ID, Limit: in.Limit})
}

func (s *Service) getActors(ctx context.Context, in *periodInput) (*actorsOutput, error) {
	counts, from, to, err := s.Tally(ctx, web.TenantOf(ctx), in.From, in.To)
	if err != nil {
		return nil, err
	}
	out := &actorsOutput{}
	out.Body.From, out.Body.To, out.Body.Items = from, to, make([]actorView, len(counts))
	for i, c := range counts {
		out.Body.Items[i] = actorView(c)
	}
	return out, nil
}

// maxExported bounds one file; a longer period is fetched in parts.
const maxExported = 50_000

// File is a report as a file.
type File struct {
	Name, Media string
	Content     []byte
}

// Export makes one of the reports as a file: kind is looks, grants or actors, format xlsx or csv. Faults: fault.Invalid
// naming kind, format, or from when there is more than one file holds.
func (s *Service) Export(ctx context.Context, tenant, kind, format string, from, to time.Time) (*File, error) {
	if format != "xlsx" && format != "csv" {
		return nil, fault.Invalid.New("请选择格式", fault.Field{Name: "format", Message: "xlsx 或 csv"})
	}
	var header []string
	var rows [][]string
	var err error
	switch kind {
	case "actors":
		header, rows, err = s.actorRows(ctx, tenant, from, to)
	case "looks":
		header, rows, err = s.lineRows(ctx, tenant, kind, looks, from, to)
	case "grants":
		header, rows, err = s.lineRows(ctx, tenant, kind, grantChanges, from, to)
	default:
		err = fault.Invalid.New("请选择报表", fault.Field{Name: "kind", Message: "looks、grants 或 actors"})
	}
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	media := "text/csv; charset=utf-8"
	if format == "csv" {
		err = sheet.WriteCSV(&out, header, rows)
	} else {
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = sheet.WriteXLSX(&out, kind, header, rows)
	}
	if err != nil {
		return nil, fmt.Errorf("audit: export: %w", err)
	}
	return &File{Name: "audit-" + kind + "-" + tenant + "." + format, Media: media, Content: out.Bytes()}, nil
}

func (s *Service) actorRows(ctx context.Context, tenant string, from, to time.Time) (header []string, rows [][]string, err error) {
	counts, _, _, err := s.Tally(ctx, tenant, from, to)
	header = []string{"操作人编号", "角色", "查看次数", "不同的人或照片", "不同的事项", "未经手的事项", "夜间查看", "一小时最多", "最早", "最晚", "提示"}
	for _, c := range counts {
		rows = append(rows, []string{
			c.ActorID.String(), c.Role, strconv.Itoa(c.Looks), strconv.Itoa(c.Subjects), strconv.Itoa(c.Reports), strconv.Itoa(c.Strange),
			strconv.Itoa(c.Night), strconv.Itoa(c.MostInHour), stamp(c.First), stamp(c.Last), strings.Join(c.Flags, " "),
		})
	}
	return header, rows, err
}

func (s *Service) lineRows(ctx context.Context, tenant, what string, actions []string, from, to time.Time) (header []string, rows [][]string, err error) {
	from, to, err = s.period(from, to)
	if err != nil {
		return nil, nil, err
	}
	lines, err := s.lines(ctx, tenant, "audit.export", what, Filter{Actions: actions, From: from, To: to, Limit: maxExported})
	if err != nil {
		return nil, nil, err
	}
	if len(lines) > maxExported {
		return nil, nil, fault.Invalid.New("记录太多，请缩短时段", fault.Field{Name: "from", Message: "一个文件最多50000条"})
	}
	header = []string{"时间", "操作", "操作人编号", "角色", "所属区市", "对象", "对象编号", "理由", "来源地址", "请求编号", "详情"}
	for _, l := range lines {
		actor := ""
		if l.ActorID != nil {
			actor = l.ActorID.String()
		}
		var facts []string
		for _, k := range slices.Sorted(maps.Keys(l.Facts)) {
			facts = append(facts, fmt.Sprintf("%s=%v", k, l.Facts[k]))
		}
		rows = append(rows, []string{
			stamp(l.CreatedAt), l.Action, actor, l.ActorRole, l.ActorTenant, l.SubjectKind, l.SubjectID, l.Reason, l.Address, l.RequestID,
			strings.Join(facts, "; "),
		})
	}
	return header, rows, nil
}

func stamp(t time.Time) string { return t.In(local).Format("2006-01-02 15:04:05") }
