package deputy

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/congress"
	rowdeputy "huying/ent/db/deputy"
	"huying/ent/db/deputyseat"
	rowplace "huying/ent/db/place"
	rowstation "huying/ent/db/station"
	"huying/ent/db/stationdeputy"
	"huying/internal/division"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

func (s *Service) list(ctx context.Context, in *ListInput) (*ListOutput, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	tenant := web.TenantOf(ctx)
	f, near, err := s.near(ctx, dir, tenant, in)
	if err != nil {
		return nil, err
	}
	out := &ListOutput{}
	if !dir.HasModule(tenant, division.ModuleDeputy) && !auth.Works(ctx) {
		out.Body = web.NewPage([]View{}, "")
		return out, nil
	}
	err = s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) (err error) {
		if near {
			out.Body, err = s.matched(ctx, tx, dir, f, in)
		} else {
			out.Body, err = s.page(ctx, tx, dir, in)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// near turns the question into facts for the rule; false when it names no place and no problem.
func (s *Service) near(ctx context.Context, dir *division.Directory, tenant string, in *ListInput) (f Facts, near bool, err error) {
	f = Facts{DivisionCode: in.DivisionCode, Category: in.Category, Limit: in.Limit}
	var wrong []fault.Field
	if in.DivisionCode != "" && !ownDivision(dir, tenant, in.DivisionCode) {
		wrong = append(wrong, fault.Field{Name: "division_code", Message: "本区市没有这个区划"})
	}
	if _, known := dir.Category(in.Category); in.Category != "" && !known {
		wrong = append(wrong, fault.Field{Name: "category", Message: "没有这个类别"})
	}
	for _, q := range []struct {
		name, text string
		id         *uuid.UUID
	}{{"place_id", in.PlaceID, &f.PlaceID}, {"station_id", in.StationID, &f.StationID}} {
		if q.text == "" {
			continue
		}
		if *q.id, err = uuid.Parse(q.text); err != nil {
			wrong = append(wrong, fault.Field{Name: q.name, Message: "编号格式不对"})
		}
	}
	if len(wrong) > 0 {
		return f, false, fault.Invalid.New("查询条件有误", wrong...)
	}
	if in.Lat != 0 || in.Lng != 0 {
		f.Lat, f.Lng = &in.Lat, &in.Lng
		if f.DivisionCode == "" {
			code, found, err := s.d.Territory.Locate(ctx, in.Lat, in.Lng)
			if err != nil {
				return f, false, err
			}
			if found && division.TenantOf(code) == tenant {
				f.DivisionCode = code
			}
		}
	}
	return f, f.DivisionCode != "" || f.PlaceID != uuid.Nil || f.StationID != uuid.Nil || f.Lat != nil, nil
}

// matched is the answer to 我要找代表: the rule's own order and reasons, one page.
func (s *Service) matched(ctx context.Context, tx *database.Tx, dir *division.Directory, f Facts, in *ListInput) (web.Page[View], error) {
	if f.PlaceID != uuid.Nil {
		place, err := tx.Place.Query().Where(rowplace.ID(f.PlaceID), rowplace.DeletedAtIsNil()).Only(ctx)
		if db.IsNotFound(err) {
			return web.Page[View]{}, fault.Invalid.New("查询条件有误", fault.Field{Name: "place_id", Message: "本区市没有这个地点"})
		} else if err != nil {
			return web.Page[View]{}, fmt.Errorf("place: %w", err)
		}
		if f.DivisionCode == "" {
			f.DivisionCode = place.DivisionCode
		}
		if f.Lat == nil {
			f.Lat, f.Lng = place.Lat, place.Lng
		}
	}
	f.Limit = in.Limit
	candidates, err := s.Candidates(ctx, tx, f)
	if err != nil {
		return web.Page[View]{}, err
	}
	ids := make([]uuid.UUID, len(candidates))
	for i, c := range candidates {
		ids[i] = c.DeputyID
	}
	rows, err := tx.Deputy.Query().Where(rowdeputy.IDIn(ids...)).All(ctx)
	if err != nil {
		return web.Page[View]{}, fmt.Errorf("deputies: %w", err)
	}
	views, err := s.views(ctx, tx, dir, rows)
	if err != nil {
		return web.Page[View]{}, err
	}
	byID := make(map[uuid.UUID]View, len(views))
	for _, v := range views {
		byID[v.ID] = v
	}
	items := make([]View, 0, len(candidates))
	for _, c := range candidates {
		v, ok := byID[c.DeputyID]
		if !ok {
			continue
		}
		v.Reasons = c.Reasons
		if c.Metres >= 0 {
			v.DistanceM = &c.Metres
		}
		items = append(items, v)
	}
	return web.NewPage(items, ""), nil
}

// page lists everybody, newest first, or those whose name begins so.
func (s *Service) page(ctx context.Context, tx *database.Tx, dir *division.Directory, in *ListInput) (web.Page[View], error) {
	start, err := in.Start()
	if err != nil {
		return web.Page[View]{}, err
	}
	q := tx.Deputy.Query().Where(rowdeputy.DeletedAtIsNil()).Order(rowdeputy.ByID(sql.OrderDesc())).Limit(in.Limit + 1)
	if start.ID != uuid.Nil {
		q.Where(rowdeputy.IDLT(start.ID))
	}
	if in.Name != "" {
		// A range, not LIKE: only plain comparison reaches an index under row-level security.
		q.Where(rowdeputy.NameGTE(in.Name), rowdeputy.NameLT(in.Name+"\U0010FFFF"))
	}
	rows, err := q.All(ctx)
	if err != nil {
		return web.Page[View]{}, fmt.Errorf("deputies: %w", err)
	}
	next := ""
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
	}
	views, err := s.views(ctx, tx, dir, rows)
	return web.NewPage(views, next), err
}

func (s *Service) get(ctx context.Context, in *OneInput) (*Output, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) (err error) {
		out.Body, err = s.view(ctx, tx, dir, in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) view(ctx context.Context, tx *database.Tx, dir *division.Directory, id uuid.UUID) (View, error) {
	row, err := tx.Deputy.Query().Where(rowdeputy.ID(id), rowdeputy.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return View{}, fault.NotFound.New("没有这名代表")
	} else if err != nil {
		return View{}, fmt.Errorf("deputy: %w", err)
	}
	views, err := s.views(ctx, tx, dir, []*db.Deputy{row})
	if err != nil {
		return View{}, err
	}
	return views[0], nil
}

// views adds seats, congresses and stations to the rows, keeping their order. Who may change the
// register sees its record.
func (s *Service) views(ctx context.Context, tx *database.Tx, dir *division.Directory, rows []*db.Deputy) ([]View, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	seats, err := tx.DeputySeat.Query().Where(deputyseat.DeputyIDIn(ids...), deputyseat.EndedAtIsNil()).
		Order(deputyseat.ByTerm(sql.OrderDesc()), deputyseat.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("seats: %w", err)
	}
	all, err := tx.Congress.Query().Where(congress.DeletedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("congresses: %w", err)
	}
	names := make(map[uuid.UUID]string, len(all))
	for _, c := range all {
		names[c.ID] = c.Name
	}
	stations, err := stationsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	bySeat := map[uuid.UUID][]*db.DeputySeat{}
	for _, seat := range seats {
		bySeat[seat.DeputyID] = append(bySeat[seat.DeputyID], seat)
	}
	register := s.keepsRegister(ctx)
	views := make([]View, len(rows))
	for i, row := range rows {
		views[i] = viewDeputy(row, parts{seats: bySeat[row.ID], congress: names, stations: stations[row.ID]}, dir, register)
	}
	return views, nil
}

func stationsOf(ctx context.Context, tx *database.Tx, deputies []uuid.UUID) (map[uuid.UUID][]StationView, error) {
	posts, err := tx.StationDeputy.Query().Where(stationdeputy.DeputyIDIn(deputies...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stations of deputies: %w", err)
	}
	ids := make([]uuid.UUID, len(posts))
	for i, post := range posts {
		ids[i] = post.StationID
	}
	rows, err := tx.Station.Query().Where(rowstation.IDIn(ids...), rowstation.DeletedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stations: %w", err)
	}
	names := make(map[uuid.UUID]string, len(rows))
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	out := map[uuid.UUID][]StationView{}
	for _, post := range posts {
		if name, ok := names[post.StationID]; ok {
			out[post.DeputyID] = append(out[post.DeputyID], StationView{ID: post.StationID, Name: name})
		}
	}
	return out, nil
}

// keepsRegister tells whether the caller may change deputies and so sees their records.
func (s *Service) keepsRegister(ctx context.Context) bool {
	caller := auth.From(ctx)
	return caller != nil && s.d.Index.Access(caller.Grants, web.TenantOf(ctx), "deputy.update").OK()
}

// ownDivision tells whether an open division lies in the tenant.
func ownDivision(dir *division.Directory, tenant, code string) bool {
	d, ok := dir.Division(code)
	return ok && d.Open() && division.TenantOf(code) == tenant
}
