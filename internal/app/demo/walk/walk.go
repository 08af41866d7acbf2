// Package walk takes one report through a running demo over HTTP as five people, and tells it in the
// terminal: the citizen, the street's desk, the deputy, the unit's clerk and the unit's head. It uses only
// what any client has: the API, the demo's outbox and the documented accounts.
package walk

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"huying/internal/app/demo/scene"
)

// photograph is the citizen's picture; its source and licence lie beside it.
//
//go:embed photo/rose-wusi.jpg
var photograph []byte

// Where the photograph says it was taken, WGS-84.
const (
	photoLat = 36.06395
	photoLng = 120.38412
)

// tenant is the district the walk happens in, category what it is about.
const (
	tenant   = "370202"
	category = "greening"
)

// ErrUnreachable says that nothing answers at the address.
var ErrUnreachable = errors.New("连不上演示服务")

// Options of a walk.
type Options struct {
	URL      string
	Password string
	Out      io.Writer
	Colour   bool
}

// Terminal reports whether a file is a terminal, so that colours make sense.
func Terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// walker is one walk under way.
type walker struct {
	Options
	ctx    context.Context //nolint:containedctx // one walk is one call
	step   int
	report view
	unit   unit
	people []*person
}

// view is what the walk reads of a report.
type view struct {
	ID           string `json:"id"`
	Number       string `json:"number"`
	State        string `json:"state"`
	StateName    string `json:"state_name"`
	DivisionCode string `json:"division_code"`
	DivisionName string `json:"division_name"`
	Description  string `json:"description"`
	Message      string `json:"message"`
	Owner        *struct {
		Name string `json:"name"`
	} `json:"owner"`
	Reporter *struct {
		Name  string `json:"name"`
		Phone string `json:"phone"`
	} `json:"reporter"`
	Offers []struct {
		DeputyID string   `json:"deputy_id"`
		Reasons  []string `json:"reasons"`
	} `json:"offers"`
	Timeline []struct {
		At    time.Time `json:"at"`
		Title string    `json:"title"`
		By    string    `json:"by"`
		Text  string    `json:"text"`
		Note  string    `json:"note"`
	} `json:"timeline"`
	Clocks []struct {
		Name      string     `json:"name"`
		StartedAt time.Time  `json:"started_at"`
		DueAt     time.Time  `json:"due_at"`
		StoppedAt *time.Time `json:"stopped_at"`
		Overdue   bool       `json:"overdue"`
	} `json:"clocks"`
	Photos []struct {
		Role     string `json:"role"`
		ThumbURL string `json:"thumb_url"`
	} `json:"photos"`
	AllowedActions []struct {
		Action string `json:"action"`
		Title  string `json:"title"`
	} `json:"allowed_actions"`
}

type unit struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

// Run walks one report from the photograph to the rating. It fails at the first step that does not lead
// where the table says, and works again and again on the same data.
func Run(ctx context.Context, o Options) (err error) {
	w := &walker{Options: o, ctx: ctx}
	w.URL = strings.TrimRight(o.URL, "/")
	defer func() {
		if broken := recover(); broken != nil {
			stopped, ours := broken.(stop)
			if !ours {
				panic(broken)
			}
			err = stopped.err
		}
	}()
	w.title("呼应：一张照片，从群众到代表、到部门、再回到群众")
	w.reach()
	w.walk()
	w.epilogue()
	return nil
}

// stop carries a failure out of the narration, which would otherwise be an error check after every line.
type stop struct{ err error }

func (w *walker) must(err error) {
	if err != nil {
		w.line(red, "✗ %v", err)
		panic(stop{fmt.Errorf("第 %d 步没有走通：%w", w.step, err)})
	}
}

// walk is the loop: 群众点单 → 代表接单 → 部门办单 → 群众评价.
func (w *walker) walk() {
	deputy := w.staff("人大代表", tenant+".deputy1")
	citizen := w.citizen(fmt.Sprintf("19955%06d", rand.IntN(1_000_000))) //nolint:gosec // a number nobody has
	w.submit(citizen, deputy)
	desk := w.desk()
	w.act(desk, "admit", "受理", map[string]any{"note": "照片清楚，请代表到现场看看"}, "open")
	w.offers(desk)
	deputy = w.offered(desk, deputy)
	w.act(deputy, "accept", "接单", map[string]any{}, "accepted")
	w.act(deputy, "verify", "到现场核实，拍照", map[string]any{
		"findings": "下午到现场看过，花圃被踩出一条小路，月季折断七八株。", "upload_ids": []string{w.drawn(deputy, false)},
	}, "verified")
	w.choose(desk)
	w.act(desk, "dispatch", "按派单目录交办"+w.unit.Name, map[string]any{"lead_unit_id": w.unit.ID}, "dispatched")
	clerk, head := w.unitPeople()
	w.act(clerk, "take", "签收", map[string]any{}, "handling")
	w.act(clerk, "contact", "联系反映人", map[string]any{"way": "phone", "outcome": "reached", "note": "约好周三补栽"}, "handling")
	w.act(clerk, "reply", "写答复，附办理后照片，等负责人签批", map[string]any{
		"result": "solved", "content": "已补栽月季12株，加装护栏20米，并安排巡查。", "upload_ids": []string{w.drawn(clerk, true)},
	}, "handling")
	w.refused(clerk, "approve", "自己写的答复不能自己签批")
	w.act(head, "approve", "签批答复", map[string]any{}, "replied")
	w.act(deputy, "confirm", "对照前后照片，确认办好了", map[string]any{"confirmed": true}, "resolved")
	w.act(citizen, "rate", "评价：满意", map[string]any{"result": 1, "attitude": 1, "comment": "没想到真有人管，谢谢代表！"}, "closed")
}

// submit uploads the photograph by ticket and presigned PUT and files the report. A position alone is not
// enough where no boundaries were imported: the citizen then chooses the nearest community offered.
func (w *walker) submit(c, deputy *person) {
	w.say(c, "拍了一张照片（%d KB，带位置），先领上传凭证，再直接传到照片库", len(photograph)/1024)
	upload := w.upload(c, photograph)
	body := map[string]any{
		"category": category, "description": "五四广场旁边的月季花圃叫人踩出一条路，花都折了，怪可惜的，能不能修一修？",
		"position": map[string]any{"lat": photoLat, "lng": photoLng, "accuracy_m": 12}, "address": "月季花圃",
		"upload_ids": []string{upload}, "visibility": "public", "deputy_id": deputy.deputyID,
	}
	w.say(c, "提交：位置来自手机，点名请 %s 代表看看", deputy.name)
	err := w.send(c, "POST", "/reports", body, &w.report)
	var refused *problem
	if errors.As(err, &refused) && refused.Code == "division_needed" && len(refused.Choices) > 0 {
		choice := refused.Choices[0]
		w.line(grey, "   系统问：在哪个社区？给出最近的几个 → 选「%s」", choice.FullName)
		body["division_code"] = choice.Code
		err = w.send(c, "POST", "/reports", body, &w.report)
	}
	w.must(err)
	w.line(green, "   ✓ %s", w.report.Message)
}

// desk is who takes the report in: the street's desk, or the district's staff where only the district is known.
func (w *walker) desk() *person {
	if code := w.report.DivisionCode; len(code) >= 9 {
		return w.staff("街道人大工委", code[:9]+".office")
	}
	return w.staff("区人大代工委", tenant+".staff")
}

// offers tells whom the report was offered to and why.
func (w *walker) offers(desk *person) {
	w.must(w.read(desk))
	w.line(grey, "   系统推荐 %d 位代表：", len(w.report.Offers))
	for i, o := range w.report.Offers {
		w.line(grey, "     %d. %s", i+1, strings.Join(o.Reasons, "；"))
	}
}

// offered gives the deputy who was asked. Usually it is the one the citizen named; if that deputy's hands
// are full, one of the others asked is found by trying the documented accounts.
func (w *walker) offered(desk, named *person) *person {
	asked := map[string]bool{}
	for _, o := range w.report.Offers {
		asked[o.DeputyID] = true
	}
	if asked[named.deputyID] {
		return named
	}
	for i := 2; i <= 30; i++ {
		if p := w.signIn("人大代表", fmt.Sprintf("%s.deputy%d", tenant, i)); asked[p.deputyID] {
			w.line(grey, "   点名的代表手上已满，由 %s 代表接单", p.name)
			w.people = append(w.people, p)
			return p
		}
	}
	w.must(fmt.Errorf("%s看到的推荐里没有一位能登录的代表", desk.part))
	return nil
}

// choose asks the dispatch catalogue for the unit.
func (w *walker) choose(desk *person) {
	var units struct {
		Items []unit `json:"items"`
	}
	w.must(w.send(desk, "GET", "/units?category="+category+"&division_code="+w.report.DivisionCode, nil, &units))
	if len(units.Items) == 0 {
		w.must(errors.New("派单目录里没有单位"))
	}
	w.unit = units.Items[0]
}

// unitPeople are the clerk and the head of the unit; a street's own unit has its accounts under the street's code.
func (w *walker) unitPeople() (clerk, head *person) {
	name := tenant + "." + w.unit.Code
	if len(w.unit.Code) == 9 {
		name = w.unit.Code + ".gov"
	}
	return w.staff("承办单位经办人", name), w.staff("承办单位负责人", name+".head")
}

// drawn uploads a drawn scene, marked 演示, as somebody's photograph.
func (w *walker) drawn(p *person, after bool) string {
	picture, err := scene.Draw(category, 1, after)
	w.must(err)
	return w.upload(p, picture)
}

// act takes one action and holds the answer against the state it must lead to.
func (w *walker) act(p *person, action, what string, body map[string]any, state string) {
	w.say(p, "%s", what)
	var after view
	w.must(w.send(p, "POST", "/reports/"+w.report.ID+"/"+action, body, &after))
	if after.State != state {
		w.must(fmt.Errorf("应到“%s”，却到了“%s”", state, after.State))
	}
	w.report.State, w.report.StateName = after.State, after.StateName
	if n := len(after.Timeline); n > 0 && after.Timeline[n-1].Text != "" {
		w.line(green, "   ✓ %s  告知群众：%s", after.StateName, after.Timeline[n-1].Text)
		return
	}
	w.line(green, "   ✓ %s", after.StateName)
}

// refused shows that a step is closed to somebody; an answer other than 403 or 409 is a failure.
func (w *walker) refused(p *person, action, why string) {
	err := w.send(p, "POST", "/reports/"+w.report.ID+"/"+action, map[string]any{}, nil)
	var problem *problem
	if !errors.As(err, &problem) || problem.Status != 403 && problem.Status != 409 {
		w.must(fmt.Errorf("本该拒绝（%s）：%w", why, orSeen(err)))
	}
	w.line(grey, "   · %s：%s", why, problem.Detail)
}

func (w *walker) read(p *person) error {
	var seen view
	err := w.send(p, "GET", "/reports/"+w.report.ID, nil, &seen)
	if err == nil {
		w.report.Offers = seen.Offers
	}
	return err
}
