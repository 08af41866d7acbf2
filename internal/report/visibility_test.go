package report

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	entreport "huying/ent/db/report"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// onlooker is one role, or one part somebody plays, that looks at the report.
type onlooker struct {
	code, name string
	who        person
	public     bool
}

// richReport is a published report with something in every field: seven people
// work on it, a reply waits for its signature, and another round was rated.
func (h *house) richReport(level string) (Receipt, []onlooker) {
	h.t.Helper()
	assisting := h.anotherUnit("市南区协办单位")
	recused := h.person("被反映单位的街道工作人员", grant{Role: "street_office", Tenant: shinan, Division: street})
	h.recused = []uuid.UUID{recused.id}
	now := h.kit.Clock.Now()
	r := h.submit(secretly(level), func(in *Submission) {
		in.Respondent, in.Danger = "虚构物业公司", true
		in.SourcePosition = &Position{Lat: 36.0672, Lng: 120.3827}
		in.Occurs = &Window{From: now.Add(-48 * time.Hour), To: now.Add(-46 * time.Hour)}
		in.Description = "人行道塌陷，联系人电话13912345678。"
		in.OnBehalf = &OnBehalf{Name: "张奶奶", Phone: "13898765432", Relation: "母亲"}
		in.InLegalProcess = true
	})
	follower, joined := h.person("也遇到的邻居"), h.deputies[1]
	h.place(r.ID, follower)
	h.unitsOn(r, assisting)
	h.do(h.deputies[0], r.Number, h.s.acceptStep(PlainBody{}))
	h.do(joined, r.Number, h.s.joinStep(PlainBody{}))
	h.do(h.clerk, r.Number, h.s.takeStep(PlainBody{}))
	h.do(h.clerk, r.Number, h.s.contactStep(ContactBody{Way: "office", Outcome: "reached", Message: "请问何时方便？", Note: "内部备注"}))
	screener := h.screener(shinan)
	for _, it := range h.screenItems(screener, "waiting") {
		if err := h.screen(screener, it.ID, ScreenBody{Decision: "redact"}); err != nil {
			h.t.Fatal(err)
		}
	}
	h.do(screener, r.Number, h.s.publishStep(PlainBody{}))
	h.do(h.clerk, r.Number, h.s.replyStep(h.answer()))
	h.rated(r.ID)
	role := func(name string, g grant) person {
		g.Role, g.Tenant = name, shinan
		if g.Division == "" {
			g.Division = shinan
		}
		return h.person(name, g)
	}
	city := func(name string) person {
		return h.person(name, authz.Grant{Role: name, Tenant: "370200", Division: "3702"})
	}
	return r, []onlooker{
		{"VI", "访客（公开页）", person{}, true},
		{"CI", "别的群众", h.other, false},
		{"C", "反映人", h.citizen, false},
		{"FO", "关注人", follower, false},
		{"FP", "关注人（公开页）", follower, true},
		{"DO", "受邀的代表", h.deputies[2], false},
		{"DL", "接单代表", h.deputies[0], false},
		{"DJ", "共同跟进的代表", joined, false},
		{"SO", "街镇人大", h.office, false},
		{"DS", "区市人大", h.staff, false},
		{"DH", "区市人大负责人", role("district_head", grant{}), false},
		{"GC", "政府统筹", role("coordinator", grant{}), false},
		{"U", "承办单位", h.clerk, false},
		{"UH", "承办单位负责人", h.head, false},
		{"A", "协办单位", h.person("协办", authz.Grant{Role: "unit_clerk", Tenant: shinan, Division: shinan, UnitID: assisting}), false},
		{"FU", "回访员", role("follow_up_caller", grant{}), false},
		{"DU", "值班员", role("duty_officer", grant{}), false},
		{"SC", "审核员", screener, false},
		{"GR", "网格员", role("grid_member", grant{Division: h.community}), false},
		{"ST", "联络站站长", role("station_manager", grant{Division: street, StationID: uuid.New()}), false},
		{"CS", "市人大", city("city_supervisor"), false},
		{"CL", "市人大领导", city("city_leader"), false},
		{"TA", "区市管理员", role("tenant_admin", grant{}), false},
		{"AU", "审计员", role("auditor", grant{}), false},
		{"OP", "运维员", role("operator", grant{}), false},
		{"RE", "应回避的街镇人大", recused, false},
	}
}

func (h *house) anotherUnit(name string) uuid.UUID {
	id := uuid.New()
	h.units[id] = Unit{ID: id, Name: name, Phone: "0532-80000009", Active: true}
	return id
}

// place puts a follower, a photo and a place's name on the report.
func (h *house) place(report uuid.UUID, follower person) {
	h.write(func(ctx context.Context, tx *database.Tx) error {
		place := uuid.New()
		err := tx.Report.Update().Where(entreport.ID(report)).SetFollowerCount(1).SetPlaceID(place).SetDeskCheck(true).AddVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		if err := tx.ReportFollower.Create().SetReportID(report).SetPersonID(follower.id).Exec(ctx); err != nil {
			return err
		}
		return tx.Photo.Create().SetSubjectID(report).SetUploadID(uuid.New()).SetPersonID(h.citizen.id).SetContentType("image/jpeg").
			SetSize(1000).SetSha256(strings.Repeat("a", 64)).SetOriginalKey("original").SetMediumKey("medium").SetThumbKey("thumb").
			SetWidth(40).SetHeight(30).SetCreatedAt(h.kit.Clock.Now()).SetCapturedAt(h.kit.Clock.Now()).SetClaimedLat(36.0671).SetClaimedLng(120.3826).Exec(ctx)
	})
}

// unitsOn admits the report and hands it to a lead and an assisting unit.
func (h *house) unitsOn(r Receipt, assisting uuid.UUID) {
	h.do(h.office, r.Number, h.s.admitStep(AdmitBody{Note: "内部备注"}))
	h.write(func(ctx context.Context, tx *database.Tx) error {
		return tx.Assignment.Create().SetSubjectKind(subjectKind).SetSubjectID(r.ID).SetUnitID(assisting).SetPart("assisting").
			SetAssignedAt(h.kit.Clock.Now()).SetNote("协助围挡").Exec(ctx)
	})
}

func (h *house) rated(report uuid.UUID) {
	h.write(func(ctx context.Context, tx *database.Tx) error {
		return tx.Rating.Create().SetSubjectKind(subjectKind).SetSubjectID(report).SetThreadID(report).SetRound(9).
			SetPersonID(h.citizen.id).SetResult(2).SetAttitude(1).SetComment("留言").Exec(ctx)
	})
}

func (h *house) write(f func(ctx context.Context, tx *database.Tx) error) {
	h.t.Helper()
	if err := h.kit.DB.Do(h.t.Context(), tenancy.Tenant(shinan), f); err != nil {
		h.t.Fatal(err)
	}
}

// seen is what an onlooker is answered, as JSON; nil when there is no such report for them.
func (h *house) seenBy(o onlooker, ref string) map[string]any {
	h.t.Helper()
	var v any
	var err error
	if o.public {
		v, err = h.s.GetPublic(h.t.Context(), shinan, ref)
	} else {
		v, err = h.getAs(o.who, shinan, ref)
	}
	if err != nil {
		return nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		h.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		h.t.Fatal(err)
	}
	return out
}

// fields flattens an answer into its paths: "+" told, "m" told with its middle
// hidden. What one may do is another table's matter.
func fields(v any, path string, into map[string]string) {
	switch x := v.(type) {
	case map[string]any:
		for k, part := range x {
			if path == "" && k == "allowed_actions" {
				continue
			}
			fields(part, strings.TrimPrefix(path+"."+k, "."), into)
		}
	case []any:
		for _, part := range x {
			fields(part, path+"[]", into)
		}
	case nil:
	case string:
		if x == "" {
			return
		}
		into[path] = "+"
		if strings.ContainsAny(x, "*×") {
			into[path] = "m"
		}
	default:
		into[path] = "+"
	}
}

// matrix is the table of fields by onlookers.
func matrix(onlookers []onlooker, answers []map[string]any, keep func(string) bool) string {
	told := make([]map[string]string, len(onlookers))
	paths := map[string]bool{}
	for i, a := range answers {
		told[i] = map[string]string{}
		fields(a, "", told[i])
		for p := range told[i] {
			paths[p] = paths[p] || keep(p)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-34s", "")
	for _, o := range onlookers {
		fmt.Fprintf(&b, "%3s", o.code)
	}
	b.WriteByte('\n')
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		if !paths[p] {
			continue
		}
		fmt.Fprintf(&b, "%-34s", p)
		for i := range onlookers {
			mark := told[i][p]
			if mark == "" {
				mark = "."
			}
			fmt.Fprintf(&b, "%3s", mark)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// aboutAPerson are the fields in which the levels of identity differ.
var aboutAPerson = []string{"reporter", "may_reveal", "identity_level", "description", "title", "position", "photos[].position", "source_position", "timeline[].text", "timeline[].note"}

// TestVisibility holds which field of a report each role and each part is told.
// The table is reviewed by hand against the law: rewrite it with -update.
func TestVisibility(t *testing.T) {
	engines(t, func(h *house) {
		var b strings.Builder
		for i, level := range []string{"hidden_public", "hidden_all", "no_phone"} {
			r, onlookers := h.richReport(level)
			if i == 0 {
				b.WriteString("# + told, m told with its middle hidden, . not told. Rewrite with: go test ./internal/report -run TestVisibility -update\n")
				for _, o := range onlookers {
					fmt.Fprintf(&b, "# %s %s\n", o.code, o.name)
				}
			}
			answers := make([]map[string]any, len(onlookers))
			for k, o := range onlookers {
				answers[k] = h.seenBy(o, r.Number)
			}
			keep := func(string) bool { return true }
			if i > 0 {
				keep = func(p string) bool {
					return slices.ContainsFunc(aboutAPerson, func(about string) bool { return strings.HasPrefix(p, about) })
				}
			}
			fmt.Fprintf(&b, "\n## %s\n%s", level, matrix(onlookers, answers, keep))
			h.noSecrets(level, onlookers, answers)
			h.free()
		}
		golden(h.t, "visibility.golden", b.String())
	})
}

// noSecrets looks for the words themselves, wherever they might stand.
func (h *house) noSecrets(level string, onlookers []onlooker, answers []map[string]any) {
	h.t.Helper()
	for i, o := range onlookers {
		text, _ := json.Marshal(answers[i])
		never := []string{"张奶奶", "13898765432", "李大妈", "13800000001", h.citizen.id.String()}
		if o.public {
			never = append(never, "13912345678", "虚构物业公司", "路口东北角", "36.067", "内部备注", "李**")
		}
		if slices.Contains([]string{"CS", "CL", "GR"}, o.code) {
			never = append(never, "13912345678", "李**")
		}
		if level != "hidden_public" && slices.Contains([]string{"DO", "DL", "DJ", "GC", "U", "UH", "A"}, o.code) {
			never = append(never, "13912345678", "李**", "36.0671")
		}
		for _, secret := range never {
			if strings.Contains(string(text), secret) {
				h.t.Errorf("%s (%s) is told %q", o.code, o.name, secret)
			}
		}
	}
}
