package play

import (
	"context"
	"net/http"
	"sync"
	"time"

	"huying/internal/app"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// Programme is what plays there are, as a visitor of the demo chooses from.
type Programme struct {
	Items []Listing `json:"items"`
}

// Listing is one play with its acts.
type Listing struct {
	Key      string `json:"key"`
	Title    string `json:"title"`
	Story    string `json:"story"`
	Scenario bool   `json:"scenario" doc:"五个情景之一；否则是展示一种状态"`
	Acts     []Line `json:"acts"`
}

// Line is one act of a listing.
type Line struct {
	Number int    `json:"number"`
	Says   string `json:"says"`
	Who    string `json:"who,omitempty" doc:"谁来做；空为时间到了系统自动做"`
}

// Request asks for a fresh performance.
type Request struct {
	Acts   int    `json:"acts,omitempty" minimum:"0" maximum:"100" doc:"演到第几步；0为演完"`
	Tenant string `json:"tenant,omitempty" pattern:"^([0-9]{6})?$" doc:"在哪个区市；默认370202"`
}

// Performance is what was played, and who would act next.
type Performance struct {
	Played
	Next *Line `json:"next,omitempty"`
}

// theatre opens its stage when somebody first asks, and plays one thing at a time.
type theatre struct {
	app   *app.App
	mu    sync.Mutex
	stage *Stage
}

type performInput struct {
	Key  string `path:"key" maxLength:"40"`
	Body *Request
}

type (
	programmeOutput   struct{ Body Programme }
	performanceOutput struct{ Body Performance }
)

// Mount adds the demo's plays to a house in demo mode. Each request acts a
// script anew, so every scenario can be opened at any step as often as wanted.
func Mount(a *app.App, srv *web.Server) {
	t := &theatre{app: a}
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/dev/plays", Permission: web.Public, Tag: "演示", Tenant: web.None, Hidden: true,
		Summary: "演示模式：情景与状态展示的目录",
	}, func(context.Context, *struct{}) (*programmeOutput, error) {
		return &programmeOutput{Body: programme()}, nil
	})
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/dev/plays/{key}", Permission: web.Public, Tag: "演示", Tenant: web.None, Body: web.JSON, Hidden: true,
		Summary: "演示模式：把一个情景重新演到某一步", Deadline: 2 * time.Minute,
	}, t.perform)
}

func programme() Programme {
	out := Programme{Items: []Listing{}}
	for _, p := range All() {
		l := Listing{Key: p.Key, Title: p.Title, Story: p.Story, Scenario: p.Scenario}
		for i := range p.Acts {
			l.Acts = append(l.Acts, p.line(i))
		}
		out.Items = append(out.Items, l)
	}
	return out
}

func (p Play) line(i int) Line {
	return Line{Number: i + 1, Says: p.Acts[i].Says, Who: p.Acts[i].Who}
}

func (t *theatre) perform(ctx context.Context, in *performInput) (*performanceOutput, error) {
	p, ok := Find(in.Key)
	if !ok {
		return nil, fault.NotFound.New("没有这个情景，目录见 /dev/plays")
	}
	set := Setting{Tenant: "370202", Other: "370203"}
	if in.Body != nil {
		set.Acts = in.Body.Acts
		if in.Body.Tenant != "" {
			set.Tenant = in.Body.Tenant
		}
	}
	if set.Tenant == set.Other {
		set.Other = "370202"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stage == nil {
		stage, err := Open(context.WithoutCancel(ctx), t.app)
		if err != nil {
			return nil, err
		}
		t.stage = stage
		t.app.OnClose(func(ctx context.Context) error { return stage.Close(ctx) })
	}
	// What the play leaves in the past is not yet the house's own to act on.
	defer t.app.Sweeper.Hold()()
	played, err := t.stage.Act(ctx, p, set)
	if err != nil {
		return nil, err
	}
	out := &performanceOutput{Body: Performance{Played: *played}}
	if played.Acts < len(p.Acts) {
		next := p.line(played.Acts)
		out.Body.Next = &next
	}
	return out, nil
}
