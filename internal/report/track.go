package report

import (
	"context"
	"regexp"
	"sync"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/reportfollower"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Links is what this room needs of the links by which somebody follows a report without signing in.
type Links interface {
	// ReadLink gives the report's number that a token speaks of; false when it is no token.
	ReadLink(token string) (number string, ok bool)
	// ProvesLink says whether the token was made for this person and report.
	ProvesLink(token, tenant string, report, person uuid.UUID) bool
	// AllowLink counts one look from an address, a miss apart, and refuses too many with fault.TooMany.
	AllowLink(ctx context.Context, miss bool) error
}

// TrackView is a report as the holder of a tracking link sees it: nothing of who reported what, where exactly, or what
// anybody wrote.
type TrackView struct {
	Number       string      `json:"number" doc:"受理编号"`
	Tenant       string      `json:"tenant"`
	CategoryName string      `json:"category_name"`
	DivisionName string      `json:"division_name" doc:"到社区为止"`
	State        string      `json:"state"`
	StateName    string      `json:"state_name"`
	OwnerKind    string      `json:"owner_kind" doc:"由哪一方负责"`
	OwnerName    string      `json:"owner_name" doc:"负责一方的称呼，不含个人姓名"`
	PromisedAt   *time.Time  `json:"promised_at,omitempty" doc:"承诺时间"`
	Round        int         `json:"round" doc:"第几次办理"`
	CreatedAt    time.Time   `json:"created_at"`
	Timeline     []TrackStep `json:"timeline"`
	// Goes on elsewhere: in the report this one was merged into, or in another district.
	ContinuesAs *TrackNext `json:"continues_as,omitempty" doc:"并入或移交后的事项"`
}

// TrackStep is one step on the page of a link.
type TrackStep struct {
	At        time.Time `json:"at"`
	Title     string    `json:"title"`
	StateName string    `json:"state_name" doc:"这一步之后的状态"`
	Text      string    `json:"text,omitempty" doc:"告知群众的话；含姓名或他人所写文字的不在这里显示"`
}

// TrackNext is where a report goes on.
type TrackNext struct {
	Number     string     `json:"number"`
	StateName  string     `json:"state_name,omitempty"`
	PromisedAt *time.Time `json:"promised_at,omitempty"`
}

// ownerWords name the owner of a report without a name of anybody.
var ownerWords = map[string]string{
	OwnerOffice: "街道人大工委（镇人大主席团）", OwnerDistrict: "区（市）人大代工委", OwnerDuty: "值班人员", OwnerDeputy: "人大代表",
	OwnerUnit: "承办单位", "coordinator": "区（市）社会治理服务中心", OwnerCitizen: "等您评价",
}

var wordingParam = regexp.MustCompile(`\{([a-z0-9_]+)\}`)

// plainParams are what a wording may name on the page of a link: times, the own number and bodies, never a person or
// what a person wrote.
var plainParams = map[string]bool{"t": true, "no": true, "unit": true, "office": true, "n": true}

// stepKey is an action of one row of the table: a later round's wording may name somebody where the first one's does not.
type stepKey struct {
	action string
	row    int
}

// plainSteps are the steps of which every wording names only plainParams.
var plainSteps = sync.OnceValue(func() map[stepKey]bool {
	plain := map[stepKey]bool{{action: "deadline-settled"}: true}
	for _, r := range Table.Rows() {
		for _, o := range r.Outcomes {
			key := stepKey{string(r.Action), o.Number}
			if key.row == 0 {
				key.row = r.Number
			}
			if _, seen := plain[key]; !seen {
				plain[key] = true
			}
			for _, m := range wordingParam.FindAllStringSubmatch(o.Public, -1) {
				plain[key] = plain[key] && plainParams[m[1]]
			}
		}
	}
	return plain
})

// plainStep says whether what a step told names nobody and repeats nobody.
func plainStep(e *db.ReportEvent) bool { return plainSteps()[stepKey{e.Action, e.Row}] }

// Track gives a report to whoever holds a link to it. A link that is none, one of somebody who withdrew, and one of
// whom nothing is left all get the same fault.NotFound.
func (s *Service) Track(ctx context.Context, token string) (*TrackView, error) {
	if err := s.Links.AllowLink(ctx, false); err != nil {
		return nil, err
	}
	v, err := s.track(ctx, token)
	if fault.Is(err, fault.NotFound) {
		if err := s.Links.AllowLink(ctx, true); err != nil {
			return nil, err
		}
		return nil, fault.NotFound.New("链接无效或已失效")
	}
	return v, err
}

func (s *Service) track(ctx context.Context, token string) (v *TrackView, err error) {
	number, ok := s.Links.ReadLink(token)
	tenant, _, _, known := ParseNumber(number)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	if _, open := dir.Tenant(tenant); !ok || !known || !open {
		return nil, notFound()
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, number, false)
		if err != nil {
			return err
		}
		held, err := s.holds(ctx, tx, token, rel.report)
		if err != nil {
			return err
		}
		if !held {
			return notFound()
		}
		v = viewTrack(rel, dir)
		return s.viewNext(ctx, tx, rel.report, v)
	})
	return v, err
}

// holds says whether the token is that of the reporter, or of somebody who follows the report.
func (s *Service) holds(ctx context.Context, tx *database.Tx, token string, r *db.Report) (bool, error) {
	if r.AnonymisedAt != nil || r.State == "withdrawn" {
		return false, nil
	}
	if r.DetachedAt == nil && s.Links.ProvesLink(token, r.TenantID, r.ID, r.ReporterID) {
		return true, nil
	}
	rows, err := tx.ReportFollower.Query().Where(reportfollower.ReportID(r.ID)).All(ctx)
	if err != nil {
		return false, err
	}
	for _, f := range rows {
		if s.Links.ProvesLink(token, r.TenantID, r.ID, f.PersonID) {
			return true, nil
		}
	}
	return false, nil
}

func viewTrack(rel *relation, dir *division.Directory) *TrackView {
	r := rel.report
	v := &TrackView{
		Number: r.Number, Tenant: r.TenantID, CategoryName: r.Category, State: string(r.State), StateName: Table.Word(rel.state()),
		OwnerKind: r.OwnerKind, OwnerName: ownerWords[r.OwnerKind], PromisedAt: r.PromisedAt, Round: r.Round,
		CreatedAt: r.CreatedAt, Timeline: []TrackStep{},
	}
	if c, ok := dir.Category(r.Category); ok {
		v.CategoryName = c.Name
	}
	v.DivisionName = dir.FullName(r.DivisionCode[:min(len(r.DivisionCode), 12)])
	for _, e := range rel.events {
		if e.PublicText == "" {
			continue
		}
		step := TrackStep{At: e.At, Title: eventTitle(e.Action), StateName: Table.Word(flow.State(e.ToState))}
		if plainStep(e) {
			step.Text = e.PublicText
		}
		v.Timeline = append(v.Timeline, step)
	}
	return v
}

// viewNext tells where a merged or transferred report goes on.
func (s *Service) viewNext(ctx context.Context, tx *database.Tx, r *db.Report, v *TrackView) error {
	if r.WentToNumber != "" {
		v.ContinuesAs = &TrackNext{Number: r.WentToNumber}
		return nil
	}
	if r.MasterID == nil || flow.State(r.State) != Merged {
		return nil
	}
	master, err := s.load(ctx, tx, r.MasterID.String(), false)
	if err != nil {
		return err
	}
	v.ContinuesAs = &TrackNext{Number: master.report.Number, StateName: Table.Word(master.state()), PromisedAt: master.report.PromisedAt}
	return nil
}
