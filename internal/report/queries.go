package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	entreport "huying/ent/db/report"
	"huying/internal/division"
	"huying/internal/evidence"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// reading is what one read may reach: the tenants, and whether it crosses them.
type reading struct {
	who     asker
	tenants []string
	cross   bool
}

// reading settles what the caller may read. A read by the city across tenants
// has its audit line committed before anything is answered; when that fails the
// fault is unavailable.
func (s *Service) reading(ctx context.Context, tenant, permission string) (reading, *division.Directory, error) {
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return reading{}, nil, err
	}
	r := reading{who: who, tenants: []string{tenant}}
	if s.Index.Access(who.grants, tenant, permission).Widest() != authz.ScopeAll {
		return r, dir, nil
	}
	r.cross = true
	if tenant == tenancy.CityTenant {
		r.tenants = nil
		for _, t := range dir.Tenants() {
			r.tenants = append(r.tenants, t.Code)
		}
	}
	return r, dir, s.CityAudit.CrossTenantRead(ctx, r.tenants, permission)
}

func (r reading) scope(tenant string) tenancy.Scope {
	if r.cross {
		return tenancy.City([]string{tenant})
	}
	return tenancy.Tenant(tenant)
}

// in is the asker as seen from one of the tenants.
func (r reading) in(tenant string) asker {
	who := r.who
	who.tenant = tenant
	return who
}

// Get gives one report by id or number as the caller of ctx may see it. A
// report the caller may not see and one that never was are answered alike.
func (s *Service) Get(ctx context.Context, tenant, ref string) (*View, error) {
	r, dir, err := s.reading(ctx, tenant, readPermission)
	if err != nil {
		return nil, err
	}
	for _, t := range r.tenants {
		v, err := s.getIn(ctx, r, dir, t, ref)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		return v, err
	}
	return nil, notFound()
}

func (s *Service) getIn(ctx context.Context, r reading, dir *division.Directory, tenant, ref string) (v *View, err error) {
	who := r.in(tenant)
	var reporter uuid.UUID
	err = s.DB.View(ctx, r.scope(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, false, s.visible(ctx, who, readPermission)...)
		if err != nil {
			return err
		}
		if v, err = s.view(ctx, tx, rel, who, dir, true); err != nil {
			return err
		}
		if seesReporter(rel.parts(who), rel.report) && rel.report.DetachedAt == nil {
			reporter = rel.report.ReporterID
		}
		return nil
	})
	if err != nil || reporter == uuid.Nil {
		return v, err
	}
	return v, s.nameReporter(ctx, v, reporter)
}

func (s *Service) nameReporter(ctx context.Context, v *View, reporter uuid.UUID) error {
	people, err := s.People.Masked(ctx, []uuid.UUID{reporter})
	if err != nil {
		return fmt.Errorf("reporter: %w", err)
	}
	if p, ok := people[reporter]; ok {
		v.Reporter = &ReporterView{Name: p.Name, Phone: p.Phone}
	}
	return nil
}

// afterwards is the report as its actor sees it after an action: what the new
// relation allows, which may be less than before.
func (s *Service) afterwards(ctx context.Context, tenant string, id uuid.UUID) (v *View, err error) {
	v, err = s.Get(ctx, tenant, id.String())
	if !fault.Is(err, fault.NotFound) {
		return v, err
	}
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, id.String(), false)
		if err != nil {
			return err
		}
		v, err = s.view(ctx, tx, rel, who, dir, false)
		return err
	})
	return v, err
}

// Reveal gives name and phone of the reporter to somebody who has to call them,
// and leaves an audit line with the reason.
func (s *Service) Reveal(ctx context.Context, tenant, ref, reason string) (Contact, error) {
	who := askerOf(ctx, tenant)
	var person, about uuid.UUID
	err := s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, false, s.visible(ctx, who, readPermission)...)
		if err != nil {
			return err
		}
		rep := rel.report
		if !s.covers(ctx, rel, who) || rep.DetachedAt != nil ||
			!mayReveal(rel.parts(who), string(rep.IdentityLevel), rel.state(), rep.Danger) {
			return fault.Forbidden.New("只有需要联系反映人的人可以查看")
		}
		person, about = rep.ReporterID, rep.ID
		return nil
	})
	if err != nil {
		return Contact{}, err
	}
	c, err := s.People.Contact(ctx, tenant, person, about, reason)
	if err != nil {
		return Contact{}, err
	}
	return Contact(c), nil
}

// OwnsReport says whether the number names a report this person filed, for the
// step-up of recycled phone numbers.
func (s *Service) OwnsReport(ctx context.Context, person uuid.UUID, number string) (owns bool, err error) {
	tenant, _, _, ok := ParseNumber(number)
	if !ok {
		return false, nil
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		owns, err = tx.Report.Query().Where(entreport.Number(number), entreport.ReporterID(person)).Exist(ctx)
		return err
	})
	return owns, err
}

// FindPhoto gives a photo of a report the caller may see: with a scope of their
// own, or as a visitor when the report is published and the photo was screened
// with it.
func (s *Service) FindPhoto(ctx context.Context, tenant, ref string, photo uuid.UUID) (report uuid.UUID, public bool, err error) {
	if auth.From(ctx) != nil {
		r, _, err := s.reading(ctx, tenant, readPermission)
		if err != nil {
			return uuid.Nil, false, err
		}
		id, err := s.photoIn(ctx, r, tenant, ref, photo)
		if !fault.Is(err, fault.NotFound) {
			return id, false, err
		}
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, false, published)
		if err != nil {
			return err
		}
		photos, err := s.Evidence.List(ctx, tx, rel.report.ID)
		if err != nil {
			return err
		}
		report, public = rel.report.ID, true
		if !slices.ContainsFunc(screened(photos, *rel.report.PublishedAt), func(p *db.Photo) bool { return p.ID == photo }) {
			return notFound()
		}
		return nil
	})
	return report, public, err
}

func (s *Service) photoIn(ctx context.Context, r reading, tenant, ref string, photo uuid.UUID) (id uuid.UUID, err error) {
	who := r.in(tenant)
	err = s.DB.View(ctx, r.scope(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, false, s.visible(ctx, who, readPermission)...)
		if err != nil {
			return err
		}
		id = rel.homeOf(photo)
		return nil
	})
	return id, err
}

// screened are the photos that were there when the screener looked. Proof of a
// legal procedure is never public, nor is a recording: nobody could cover a voice
// or a face in it.
func screened(photos []*db.Photo, at time.Time) []*db.Photo {
	return slices.DeleteFunc(slices.Clone(photos), func(p *db.Photo) bool {
		return p.CreatedAt.After(at) || evidence.Role(p.Role) == evidence.Proof || p.Kind != photo.KindPhoto
	})
}

// listedPublic are the reports a visitor may know of.
func listedPublic(sel *entsql.Selector) { sel.Where(publicly(sel)) }

func publicly(sel *entsql.Selector) *entsql.Predicate {
	return entsql.And(
		entsql.EQ(sel.C(entreport.FieldVisibility), string(entreport.VisibilityPublic)),
		entsql.IsNull(sel.C(entreport.FieldDetachedAt)),
		entsql.NotIn(sel.C(entreport.FieldState), string(Rejected), string(Merged), string(Transferred), string(Withdrawn)),
	)
}

// published are those whose text and photos a screener has passed.
func published(sel *entsql.Selector) {
	listedPublic(sel)
	sel.Where(entsql.NotNull(sel.C(entreport.FieldPublishedAt)))
}

// asWritten are those whose texts the public reads as they were written: words
// are not searched in what a screener masked, or the search would tell it.
func asWritten(sel *entsql.Selector) {
	sel.Where(entsql.And(entsql.EQ(sel.C(entreport.FieldPublicTitle), ""), entsql.EQ(sel.C(entreport.FieldPublicDescription), "")))
}

// GetPublic gives a report as an anonymous visitor may see it.
func (s *Service) GetPublic(ctx context.Context, tenant, ref string) (v *PublicView, err error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rel, err := s.load(ctx, tx, ref, false, listedPublic)
		if err != nil {
			return err
		}
		v = &PublicView{Item: viewPublicItem(rel.report, dir, s.Clock.Now()), FollowerCount: rel.report.FollowerCount, Photos: []evidence.PhotoView{}}
		if v.Timeline, err = publicTimeline(ctx, tx, rel); err != nil {
			return err
		}
		if rel.report.PublishedAt == nil {
			return nil
		}
		v.Published, v.Description = true, publicDescription(rel.report)
		photos, err := s.Evidence.List(ctx, tx, rel.report.ID)
		if err != nil {
			return err
		}
		v.Photos = append(v.Photos, s.Evidence.PublicViews(ctx, screened(photos, *rel.report.PublishedAt))...)
		return nil
	})
	return v, err
}
