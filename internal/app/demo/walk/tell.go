package walk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// colour is an ANSI attribute, used only on a terminal.
type colour string

const (
	bold  colour = "1"
	grey  colour = "90"
	red   colour = "31"
	green colour = "32"
	blue  colour = "36"
)

// local is the one zone of the people who read this.
var local = time.FixedZone("Asia/Shanghai", 8*60*60)

func (w *walker) line(c colour, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if w.Colour {
		text = "\x1b[" + string(c) + "m" + text + "\x1b[0m"
	}
	_, _ = fmt.Fprintln(w.Out, text)
}

func (w *walker) title(text string) { w.line(bold, "\n── %s ──", text) }

// say tells what somebody does next.
func (w *walker) say(p *person, format string, args ...any) {
	w.step++
	w.line(blue, "%2d. 【%s %s】%s", w.step, p.part, p.name, fmt.Sprintf(format, args...))
}

// epilogue tells the whole life once more, with its clocks, and what each person could see of it.
func (w *walker) epilogue() {
	last := w.people[len(w.people)-1]
	for _, p := range w.people {
		if p.part == citizenPart {
			last = p
		}
	}
	var seen view
	w.must(w.send(last, http.MethodGet, "/reports/"+w.report.ID, nil, &seen))
	w.picture(seen)
	w.timeline(seen)
	w.clocks(seen)
	w.sights()
	w.title(fmt.Sprintf("走通了：%s 已办结，件件有回音", w.report.Number))
}

// picture fetches the public copies by their signed addresses: before, inspection and after must be there.
func (w *walker) picture(v view) {
	roles := map[string]bool{}
	for _, p := range v.Photos {
		req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, w.address(p.ThumbURL), nil)
		w.must(err)
		res, err := client.Do(req)
		w.must(err)
		_ = res.Body.Close()
		if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "image/jpeg" {
			w.must(fmt.Errorf("照片（%s）的公开副本答 %d %s", p.Role, res.StatusCode, kind))
		}
		roles[p.Role] = true
	}
	if !roles["before"] || !roles["inspection"] || !roles["after"] {
		w.must(fmt.Errorf("照片不全：%v", roles))
	}
}

// address completes a link that the API gave without its host.
func (w *walker) address(link string) string {
	if strings.HasPrefix(link, "/") {
		return w.URL + link
	}
	return link
}

// timeline must hold every step that was taken, in order, and tell no internal note to the citizen.
func (w *walker) timeline(v view) {
	w.title("时间线（群众看到的）")
	for _, e := range v.Timeline {
		if e.Note != "" {
			w.must(errors.New("内部备注出现在群众的时间线里"))
		}
		w.line(grey, "  %s  %-10s %s", e.At.In(local).Format("15:04:05"), e.Title, e.Text)
	}
	if len(v.Timeline) < 9 {
		w.must(fmt.Errorf("时间线只有 %d 步", len(v.Timeline)))
	}
}

func (w *walker) clocks(v view) {
	w.title("时限")
	for _, c := range v.Clocks {
		state := "进行中"
		if c.StoppedAt != nil {
			state = "按时完成"
		}
		if c.Overdue {
			state = "超时"
		}
		w.line(grey, "  %-8s 限 %s 前  %s", c.Name, c.DueAt.In(local).Format("1月2日 15:04"), state)
		if c.StoppedAt == nil {
			w.must(fmt.Errorf("此件已办结，时限“%s”还在走", c.Name))
		}
	}
}

// sights asks for the report as everybody, and as three who have no business with it.
func (w *walker) sights() {
	w.title("各人看到的同一件事")
	seen := map[*person]bool{}
	for _, p := range w.people {
		if seen[p] {
			continue
		}
		seen[p] = true
		var v view
		if err := w.send(p, http.MethodGet, "/reports/"+w.report.ID, nil, &v); err != nil {
			var refused *problem
			if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
				w.line(grey, "  %s %s：看不到（未请其办理）", p.part, p.name)
				continue
			}
			w.must(err)
		}
		w.line(grey, "  %s %s：%s；照片 %d 张；%s；现在可做：%s", p.part, p.name, reporterSeen(p, v), len(v.Photos), notesSeen(v), actionsSeen(v))
	}
	w.hidden("市北区的工作人员", w.signIn("市北区人大代工委", "370203.staff"))
	w.hidden("市北区的代表", w.signIn("人大代表", "370203.deputy1"))
	w.hidden("未登录的访客", nil)
}

// hidden holds that somebody gets the same answer as for a report that never was.
func (w *walker) hidden(who string, p *person) {
	err := w.send(p, http.MethodGet, "/reports/"+w.report.ID, nil, nil)
	var refused *problem
	if !errors.As(err, &refused) {
		w.must(fmt.Errorf("%s没有被拒之门外：%w", who, orSeen(err)))
	}
	w.line(grey, "  %s：%d %s", who, refused.Status, refused.Title)
}

// errSeen says that somebody saw what is not theirs to see.
var errSeen = errors.New("看到了这一件")

func orSeen(err error) error {
	if err == nil {
		return errSeen
	}
	return err
}

func reporterSeen(p *person, v view) string {
	switch {
	case v.Reporter != nil:
	case p.part == citizenPart:
		return "反映人本人"
	default:
		return "不知道谁反映的"
	}
	return strings.Join(strings.Fields("反映人 "+v.Reporter.Name+" "+v.Reporter.Phone), " ")
}

func notesSeen(v view) string {
	n := 0
	for _, e := range v.Timeline {
		if e.Note != "" {
			n++
		}
	}
	return fmt.Sprintf("时间线 %d 步、内部备注 %d 条", len(v.Timeline), n)
}

func actionsSeen(v view) string {
	var names []string
	for _, a := range v.AllowedActions {
		names = append(names, a.Title)
	}
	if len(names) == 0 {
		return "无"
	}
	return strings.Join(names, "、")
}
