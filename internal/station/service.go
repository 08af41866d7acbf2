package station

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	rowdeputy "huying/ent/db/deputy"
	rowstation "huying/ent/db/station"
	"huying/ent/db/stationdeputy"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/idempotency"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/clock"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// Territory is what this room needs of the reference data.
type Territory interface {
	Directory(ctx context.Context) (*division.Directory, error)
}

// Deps are what the service works with.
type Deps struct {
	DB        *database.DB
	Clock     clock.Clock
	Territory Territory
}

// Service keeps liaison stations.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Station gives one station of the transaction's tenant, closed ones included; false when there is none.
func (s *Service) Station(ctx context.Context, tx *database.Tx, id uuid.UUID) (Brief, bool, error) {
	row, err := tx.Station.Query().Where(rowstation.ID(id)).Only(ctx)
	switch {
	case db.IsNotFound(err):
		return Brief{}, false, nil
	case err != nil:
		return Brief{}, false, fmt.Errorf("station: %w", err)
	}
	return Brief{ID: row.ID, Name: row.Name, DivisionCode: row.DivisionCode, Phone: row.Phone, ClosedAt: row.DeletedAt}, true, nil
}

func (s *Service) list(ctx context.Context, in *ListInput) (*ListOutput, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &ListOutput{}
	if !dir.HasModule(web.TenantOf(ctx), division.ModuleStation) && !auth.Works(ctx) {
		out.Body = web.NewPage([]View{}, "")
		return out, nil
	}
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Station.Query().Where(rowstation.DeletedAtIsNil())
		if in.DivisionCode != "" {
			// A range, not LIKE: only plain comparison reaches an index under row-level security. ':' follows '9'.
			q.Where(rowstation.DivisionCodeGTE(in.DivisionCode), rowstation.DivisionCodeLT(in.DivisionCode+":"))
		}
		near := in.Lat != 0 || in.Lng != 0
		if !near {
			q.Order(rowstation.ByID(sql.OrderDesc())).Limit(in.Limit + 1)
			if start.ID != uuid.Nil {
				q.Where(rowstation.IDLT(start.ID))
			}
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("stations: %w", err)
		}
		out.Body, err = s.page(ctx, tx, dir, rows, in, near)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) page(ctx context.Context, tx *database.Tx, dir *division.Directory, rows []*db.Station, in *ListInput, near bool) (web.Page[View], error) {
	var distance map[uuid.UUID]int
	next := ""
	switch {
	case near:
		ordered := Nearest(in.Lat, in.Lng, rows)
		ordered = ordered[:min(len(ordered), in.Limit)]
		distance, rows = map[uuid.UUID]int{}, rows[:0:0]
		for _, n := range ordered {
			rows = append(rows, n.Row)
			if n.Metres >= 0 {
				distance[n.Row.ID] = n.Metres
			}
		}
	case len(rows) > in.Limit:
		rows = rows[:in.Limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
	}
	items, err := s.views(ctx, tx, dir, rows)
	if err != nil {
		return web.Page[View]{}, err
	}
	for i := range items {
		if m, ok := distance[items[i].ID]; ok {
			items[i].DistanceM = &m
		}
	}
	return web.NewPage(items, next), nil
}

func (s *Service) views(ctx context.Context, tx *database.Tx, dir *division.Directory, rows []*db.Station) ([]View, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	posts, err := tx.StationDeputy.Query().Where(stationdeputy.StationIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("deputies of stations: %w", err)
	}
	who := make([]uuid.UUID, len(posts))
	for i, post := range posts {
		who[i] = post.DeputyID
	}
	deputies, err := tx.Deputy.Query().Where(rowdeputy.IDIn(who...), rowdeputy.DeletedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("deputies: %w", err)
	}
	names := make(map[uuid.UUID]string, len(deputies))
	for _, d := range deputies {
		names[d.ID] = d.Name
	}
	serving := map[uuid.UUID][]Serving{}
	for _, post := range posts {
		if name, ok := names[post.DeputyID]; ok {
			serving[post.StationID] = append(serving[post.StationID], Serving{ID: post.DeputyID, Name: name})
		}
	}
	views := make([]View, len(rows))
	for i, row := range rows {
		views[i] = viewStation(row, serving[row.ID], dir)
	}
	return views, nil
}

func (s *Service) get(ctx context.Context, in *OneInput) (*Output, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		row, err := one(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		out.Body, err = s.view(ctx, tx, dir, row)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) view(ctx context.Context, tx *database.Tx, dir *division.Directory, row *db.Station) (View, error) {
	views, err := s.views(ctx, tx, dir, []*db.Station{row})
	if err != nil {
		return View{}, err
	}
	return views[0], nil
}

func one(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.Station, error) {
	row, err := tx.Station.Query().Where(rowstation.ID(id), rowstation.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return nil, notFound()
	} else if err != nil {
		return nil, fmt.Errorf("station: %w", err)
	}
	return row, nil
}

func notFound() error { return fault.NotFound.New("没有这个联络站") }

// place refuses a division that is not an open one of the tenant, and one outside the caller's reach.
func place(ctx context.Context, dir *division.Directory, code string) error {
	d, ok := dir.Division(code)
	if !ok || !d.Open() || division.TenantOf(code) != web.TenantOf(ctx) {
		return fault.Invalid.New("联络站资料有误", fault.Field{Name: "division_code", Message: "本区市没有这个区划"})
	}
	if !authz.AccessFrom(ctx).Covers(authz.Row{Division: code}) {
		return fault.Forbidden.New("这个区划不在您的辖区内")
	}
	return nil
}

// create registers a station. It answers Invalid, or Forbidden outside the caller's subtree.
func (s *Service) create(ctx context.Context, in *CreateInput) (*Output, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if err := place(ctx, dir, b.DivisionCode); err != nil {
		return nil, err
	}
	out := &Output{}
	err = s.d.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) (err error) {
		out.Body, err = idempotency.Once(ctx, tx, "POST /stations", s.d.Clock.Now(), func(ctx context.Context) (View, error) {
			c := tx.Station.Create().SetCreatedAt(s.d.Clock.Now()).SetName(b.Name).SetKind(rowstation.Kind(b.Kind)).SetDivisionCode(b.DivisionCode).
				SetAddress(b.Address).SetOpeningHours(b.OpeningHours).SetPhone(b.Phone).SetFeature(b.Feature)
			if b.Position != nil {
				c.SetLat(b.Position.Lat).SetLng(b.Position.Lng)
			}
			row, err := c.Save(ctx)
			if err != nil {
				return View{}, fmt.Errorf("create station: %w", err)
			}
			if err := serve(ctx, tx, row.ID, b.DeputyIDs); err != nil {
				return View{}, err
			}
			if err := audit.Write(ctx, tx, audit.Line{Action: "station.create", SubjectKind: "station", SubjectID: row.ID.String()}); err != nil {
				return View{}, err
			}
			return s.view(ctx, tx, dir, row)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// serve makes exactly these deputies serve at the station.
func serve(ctx context.Context, tx *database.Tx, station uuid.UUID, deputies []uuid.UUID) error {
	deputies = slices.Clone(deputies)
	slices.SortFunc(deputies, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	deputies = slices.Compact(deputies)
	n, err := tx.Deputy.Query().Where(rowdeputy.IDIn(deputies...), rowdeputy.DeletedAtIsNil()).Count(ctx)
	if err != nil {
		return fmt.Errorf("deputies: %w", err)
	}
	if n != len(deputies) {
		return fault.Invalid.New("联络站资料有误", fault.Field{Name: "deputy_ids", Message: "本区市没有这名代表"})
	}
	if _, err := tx.StationDeputy.Delete().Where(stationdeputy.StationID(station)).Exec(ctx); err != nil {
		return fmt.Errorf("clear deputies of station: %w", err)
	}
	for _, deputy := range deputies {
		if err := tx.StationDeputy.Create().SetStationID(station).SetDeputyID(deputy).Exec(ctx); err != nil {
			return fmt.Errorf("deputy of station: %w", err)
		}
	}
	return nil
}
