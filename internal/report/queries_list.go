package report

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	entassignment "huying/ent/db/assignment"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportdeputy"
	"huying/ent/db/reportoffer"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// Filter narrows a list. Its zero value narrows nothing.
type Filter struct {
	Status       []string
	Category     string
	DivisionCode string
	Mine         bool
	AssignedToMe bool
	Overdue      bool
	// ToCall are ended reports that wait for a call-back.
	ToCall bool
	// Rung narrows to reports whose unit has been told that rung or a higher one.
	Rung       int
	Paused     bool
	Disputed   bool
	Supervised bool
	// ToSign are reports on which a proposal waits for the asker's signature.
	ToSign bool
	// ByClock puts the earliest clock first instead of the newest report.
	ByClock bool
	Query   string
	Box     *Box
}

// Box is a rectangle in WGS-84.
type Box struct{ MinLng, MinLat, MaxLng, MaxLat float64 }

// maxBoxCells bounds how many grid rows a box asks for: 3° of latitude, more
// than the city.
const maxBoxCells = 3000

// ParseBox reads "min_lng,min_lat,max_lng,max_lat".
func ParseBox(text string) (*Box, error) {
	if text == "" {
		return nil, nil
	}
	cells := strings.Split(text, ",")
	var n [4]float64
	ok := len(cells) == 4
	for i := 0; ok && i < 4; i++ {
		var err error
		n[i], err = strconv.ParseFloat(strings.TrimSpace(cells[i]), 64)
		ok = err == nil && !math.IsNaN(n[i]) && !math.IsInf(n[i], 0)
	}
	b := Box{n[0], n[1], n[2], n[3]}
	ok = ok && b.MinLng <= b.MaxLng && b.MinLat <= b.MaxLat &&
		b.MinLat >= -90 && b.MaxLat <= 90 && b.MinLng >= -180 && b.MaxLng <= 180
	if !ok {
		return nil, invalid("bbox", "应为 最小经度,最小纬度,最大经度,最大纬度")
	}
	if Cell(b.MaxLat)-Cell(b.MinLat) > maxBoxCells {
		return nil, invalid("bbox", "范围太大")
	}
	return &b, nil
}

// conditions are a filter's conditions in one tenant.
func (f Filter) conditions(who asker, now time.Time) []predicate {
	var out []predicate
	add := func(p predicate) { out = append(out, p) }
	switch len(f.Status) {
	case 0:
	case 1:
		// Equality, not a list of one: only then does the index give the order.
		add(entsql.FieldEQ(entreport.FieldState, f.Status[0]))
	default:
		add(entsql.FieldIn(entreport.FieldState, f.Status...))
	}
	if f.Category != "" {
		add(entreport.Category(f.Category))
	}
	if f.DivisionCode != "" {
		add(func(sel *entsql.Selector) { sel.Where(within(sel, f.DivisionCode)) })
	}
	if f.Overdue {
		add(entreport.DueAtLT(now))
		add(entreport.StateNotIn("closed", "rejected", "merged", "transferred", "withdrawn"))
	}
	// These belong to few reports in few states; naming the states lets the index on them find those.
	if f.Rung > 0 {
		add(entsql.FieldIn(entreport.FieldState, superviseStates...))
		add(entreport.RungGTE(f.Rung))
	}
	if f.Paused {
		add(entsql.FieldIn(entreport.FieldState, Dispatched, Handling))
		add(entreport.PausedUntilNotNil())
	}
	if f.Disputed {
		add(entsql.FieldIn(entreport.FieldState, Dispatched, Handling))
		add(entreport.ReturnDisputed(true))
	}
	if f.Supervised {
		add(entsql.FieldIn(entreport.FieldState, append([]flow.State{Closed}, superviseStates...)...))
		add(entreport.Supervised(true))
	}
	if f.AssignedToMe {
		add(assignedTo(who))
	}
	if f.ToCall {
		add(toCall(who, now))
	}
	if f.ToSign {
		add(toSign(who))
	}
	if b := f.Box; b != nil {
		add(entreport.CellLatGTE(Cell(b.MinLat)))
		add(entreport.CellLatLTE(Cell(b.MaxLat)))
		add(entreport.CellLngGTE(Cell(b.MinLng)))
		add(entreport.CellLngLTE(Cell(b.MaxLng)))
		add(entreport.LatGTE(b.MinLat))
		add(entreport.LatLTE(b.MaxLat))
		add(entreport.LngGTE(b.MinLng))
		add(entreport.LngLTE(b.MaxLng))
	}
	return out
}

// assignedTo are the reports that wait for this very asker to do something.
func assignedTo(who asker) predicate {
	return func(sel *entsql.Selector) {
		owner := func(kind string) *entsql.Predicate { return entsql.EQ(sel.C(entreport.FieldOwnerKind), kind) }
		named := func(table, column string, where ...condition) *entsql.Predicate {
			return inSub(sel, who.tenant, table, column, where...)
		}
		var any []*entsql.Predicate
		if who.has("deputy") {
			any = append(any,
				entsql.And(entsql.EQ(sel.C(entreport.FieldState), string(Open)), named(reportoffer.Table, reportoffer.FieldReportID,
					is(reportoffer.FieldPersonID, who.person), is(reportoffer.FieldState, string(reportoffer.StateOffered)))),
				entsql.And(owner(OwnerDeputy), named(reportdeputy.Table, reportdeputy.FieldReportID,
					is(reportdeputy.FieldPersonID, who.person), is(reportdeputy.FieldPart, string(reportdeputy.PartLead)), isNull(reportdeputy.FieldEndedAt))))
		}
		if units := who.units(); len(units) > 0 {
			any = append(any, entsql.And(owner(OwnerUnit), named(entassignment.Table, entassignment.FieldSubjectID,
				is(entassignment.FieldSubjectKind, subjectKind), oneOf(entassignment.FieldUnitID, values(units)...),
				oneOf(entassignment.FieldState, string(entassignment.StateAssigned), string(entassignment.StateTaken)))))
		}
		for _, g := range who.grants {
			kind := map[string]string{"street_office": OwnerOffice, "district_staff": OwnerDistrict, "duty_officer": OwnerDuty, "coordinator": OwnerCoordinator}[g.Role]
			if kind != "" && g.Tenant == who.tenant {
				any = append(any, entsql.And(owner(kind), within(sel, g.Division)))
			}
		}
		if any == nil {
			sel.Where(entsql.And(owner(OwnerCitizen), entsql.EQ(sel.C(entreport.FieldReporterID), who.person)))
			return
		}
		sel.Where(entsql.Or(any...))
	}
}

// check refuses unknown words in a filter and turns the plain word of a
// category into its key.
func (f *Filter) check(dir *division.Directory) error {
	var wrong []fault.Field
	for _, st := range f.Status {
		if Table.Word(flow.State(st)) == "" {
			wrong = append(wrong, fault.Field{Name: "status", Message: "没有这个状态：" + st})
		}
	}
	if f.Category != "" {
		c, ok := findCategory(dir.Categories(), f.Category)
		if !ok {
			wrong = append(wrong, fault.Field{Name: "category", Message: "没有这个类别"})
		}
		f.Category = c.Key
	}
	if len(wrong) > 0 {
		return fault.Invalid.New("筛选条件有误", wrong...)
	}
	return nil
}

// List gives the reports the caller of ctx may see, newest first or by their clocks.
func (s *Service) List(ctx context.Context, tenant string, f Filter, page web.Paging) (web.Page[Item], error) {
	return s.listBy(ctx, tenant, f, page, listPermission)
}

func (s *Service) listBy(ctx context.Context, tenant string, f Filter, page web.Paging, permission string) (web.Page[Item], error) {
	start, err := page.Start()
	if err != nil {
		return web.Page[Item]{}, err
	}
	if f.Mine {
		return s.listMine(ctx, f, start.ID, page.Limit)
	}
	if tenant == "" {
		return web.Page[Item]{}, web.TenantRequired.New("请用请求头 X-Tenant 写明区市代码，例如 370202；查看自己的事项用 mine=true")
	}
	r, dir, err := s.reading(ctx, tenant, permission)
	if err != nil {
		return web.Page[Item]{}, err
	}
	if err := f.check(dir); err != nil {
		return web.Page[Item]{}, err
	}
	rows, err := s.across(ctx, r, f, permission, start, page.Limit)
	if err != nil {
		return web.Page[Item]{}, err
	}
	merge := pageOf
	if f.ByClock {
		merge = pageByClock
	}
	return merge(rows, page.Limit, func(row *db.Report) Item {
		return viewListed(row, r.in(row.TenantID), dir, s.Clock.Now())
	}), nil
}

// stretch reads one page of one tenant, and one row more, in the order asked for.
func (s *Service) stretch(ctx context.Context, scope tenancy.Scope, who asker, f Filter, permission string, start web.Cursor, limit int) ([]*db.Report, error) {
	conditions := append(s.visible(ctx, who, permission), f.conditions(who, s.Clock.Now())...)
	words, err := s.search(ctx, scope, who.tenant, f.Query)
	if err != nil {
		return nil, err
	}
	switch hand := inHand(s.Index.Access(who.grants, who.tenant, permission), who); {
	case f.ByClock:
		return s.byClock(ctx, scope, append(conditions, words.conditions...), start, limit)
	case words.lists != nil:
		return s.walk(ctx, scope, conditions, words.lists, start.ID, limit)
	case words.conditions != nil || f.seldom():
	case f.Box != nil && f.Box.tiles() != nil:
		return s.walk(ctx, scope, conditions, f.Box.tiles(), start.ID, limit)
	case len(hand) > 0 && !who.system:
		return s.walk(ctx, scope, conditions, hand, start.ID, limit)
	}
	return s.page(ctx, scope, append(conditions, words.conditions...), start.ID, limit)
}

// seldom says that the filter has conditions that few reports meet and an index of its own.
func (f Filter) seldom() bool {
	return f.AssignedToMe || f.Overdue || f.ToSign || f.ToCall || f.Rung > 0 || f.Paused || f.Disputed || f.Supervised
}

// ListPublic gives what a visitor may know, newest first. Words are searched
// only in what a screener has passed.
func (s *Service) ListPublic(ctx context.Context, tenant string, f Filter, page web.Paging) (web.Page[Item], error) {
	start, err := page.Start()
	if err != nil {
		return web.Page[Item]{}, err
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return web.Page[Item]{}, err
	}
	if err := f.check(dir); err != nil {
		return web.Page[Item]{}, err
	}
	if len(f.DivisionCode) > 12 {
		f.DivisionCode = f.DivisionCode[:12]
	}
	narrow := Filter{Status: f.Status, Category: f.Category, DivisionCode: f.DivisionCode}
	conditions := append([]predicate{listedPublic}, narrow.conditions(asker{tenant: tenant}, s.Clock.Now())...)
	var words hits
	if strings.TrimSpace(f.Query) != "" {
		if words, err = s.search(ctx, tenancy.Tenant(tenant), tenant, f.Query); err != nil {
			return web.Page[Item]{}, err
		}
		conditions = append(conditions, published)
		if _, _, _, byNumber := ParseNumber(strings.TrimSpace(f.Query)); !byNumber {
			conditions = append(conditions, asWritten)
		}
	}
	var rows []*db.Report
	if words.lists != nil {
		rows, err = s.walk(ctx, tenancy.Tenant(tenant), conditions, words.lists, start.ID, page.Limit)
	} else {
		rows, err = s.page(ctx, tenancy.Tenant(tenant), append(conditions, words.conditions...), start.ID, page.Limit)
	}
	if err != nil {
		return web.Page[Item]{}, err
	}
	return pageOf(rows, page.Limit, func(row *db.Report) Item { return viewPublicItem(row, dir, s.Clock.Now()) }), nil
}

// page reads one keyset page and one row more.
func (s *Service) page(ctx context.Context, scope tenancy.Scope, conditions []predicate, before uuid.UUID, limit int) (rows []*db.Report, err error) {
	err = s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		q := tx.Report.Query().Order(entreport.ByID(entsql.OrderDesc())).Limit(limit + 1)
		for _, c := range conditions {
			q = q.Where(c)
		}
		if before != uuid.Nil {
			q = q.Where(entreport.IDLT(before))
		}
		rows, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return rows, nil
}

// pageOf merges pages of several tenants into one, newest first.
func pageOf(rows []*db.Report, limit int, view func(*db.Report) Item) web.Page[Item] {
	slices.SortFunc(rows, func(a, b *db.Report) int { return strings.Compare(b.ID.String(), a.ID.String()) })
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[limit-1].ID})
	}
	items := make([]Item, len(rows))
	for i, row := range rows {
		items[i] = view(row)
	}
	return web.NewPage(items, next)
}
