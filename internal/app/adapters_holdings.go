package app

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/idempotency"
	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/telemetry"
	"huying/internal/platform/tenancy"
	"huying/internal/report"
	"huying/internal/rights"
)

// rightsPeople are the identity door as the room of rights sees it.
type rightsPeople struct{ a *App }

// Known identifies a person.
func (p rightsPeople) Known(ctx context.Context, id uuid.UUID) (rights.Person, bool, error) {
	k, err := p.a.Identity.Known(ctx, id)
	return rights.Person{ID: id, Name: k.Name, Phone: k.Phone, Indexes: k.Indexes}, !k.Closed, err
}

// HoldsGrants says whether a person holds a role.
func (p rightsPeople) HoldsGrants(ctx context.Context, id uuid.UUID) (bool, error) {
	return p.a.Identity.HoldsGrants(ctx, id)
}

// SignedOut ends every session of a person.
func (p rightsPeople) SignedOut(ctx context.Context, id uuid.UUID) error {
	return p.a.Identity.SignedOut(ctx, id)
}

// ProveNumber checks a fresh code of the caller's own number.
func (p rightsPeople) ProveNumber(ctx context.Context, code string) error {
	o := telemetry.OriginOf(ctx)
	return p.a.Identity.ProveNumber(ctx, auth.From(ctx), code, auth.Meta{Address: o.Address, Device: o.Device})
}

// everywhere runs work in each tenant, the city's own included.
func (a *App) everywhere(ctx context.Context, work func(tenant string) error) error {
	tenants, err := a.allTenants(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, tenant := range tenants {
		failed = append(failed, work(tenant))
	}
	return errors.Join(failed...)
}

// reportHolding is what the room of reports keeps about a person.
type reportHolding struct{ a *App }

// Preview counts the person's matters.
func (h reportHolding) Preview(ctx context.Context, p rights.Person) (rights.Counts, error) {
	c := rights.Counts{}
	err := h.a.everywhere(ctx, func(tenant string) error {
		st, err := h.a.Report.Standing(ctx, tenant, p.ID)
		c.Add(rights.Counts{
			"reports_ending": st.Ending, "reports_run_on": st.RunOn, "reports_anonymised": st.Ended + st.Ending,
			"photos": st.Photos, "originals_locked": st.Locked, "follows": st.Follows,
		})
		return err
	})
	return c, err
}

// Copy gives the person's matters with the photos.
func (h reportHolding) Copy(ctx context.Context, p rights.Person) ([]rights.Copied, error) {
	all, blocks := []report.Copy{}, []report.OwnBlockView{}
	var photos []*db.Photo
	err := h.a.everywhere(ctx, func(tenant string) error {
		copies, own, err := h.a.Report.Copies(ctx, tenant, p.ID)
		if err != nil {
			return err
		}
		all, photos = append(all, copies...), append(photos, own...)
		suspended, err := h.a.Report.OwnBlocks(ctx, tenant, p.ID)
		blocks = append(blocks, suspended...)
		return err
	})
	return []rights.Copied{{Section: "我反映的事项", Content: all, Photos: photos}, {Section: "暂停在线提交的记录", Content: blocks}}, err
}

// Erase ends the person's data in every tenant's reports.
func (h reportHolding) Erase(ctx context.Context, p rights.Person) (rights.Counts, error) {
	c := rights.Counts{}
	who := report.Eraser{Person: p.ID, Needles: []string{p.Name, p.Phone}}
	err := h.a.everywhere(ctx, func(tenant string) error {
		done, err := h.a.Report.Erase(ctx, tenant, who, h.a.clearAround)
		c.Add(rights.Counts{
			"reports_ending": done.Withdrawn, "reports_run_on": done.RunOn, "reports_anonymised": done.Anonymised,
			"photos": done.Photos, "traces": done.Traces,
		})
		return err
	})
	return c, err
}

// clearAround removes what others keep about reports that are about to lose their people.
func (a *App) clearAround(ctx context.Context, _ string, ids []uuid.UUID) error {
	if _, err := a.Notify.ForgetSubjects(ctx, ids, time.Time{}, time.Time{}, false); err != nil {
		return err
	}
	return a.Identity.ForgetReports(ctx, ids)
}

// smallHolding is what the shelf keeps about a person in each tenant beside reports.
type smallHolding struct{ a *App }

// Preview counts uploads that no report has.
func (h smallHolding) Preview(ctx context.Context, p rights.Person) (rights.Counts, error) {
	c := rights.Counts{}
	err := h.a.everywhere(ctx, func(tenant string) error {
		n, err := h.a.Evidence.Uploads(ctx, tenant, p.ID)
		c.Add(rights.Counts{"uploads": n})
		return err
	})
	return c, err
}

// Copy gives nothing: what is here lives for a day.
func (smallHolding) Copy(context.Context, rights.Person) ([]rights.Copied, error) { return nil, nil }

// Erase removes uploads, remembered answers and ties.
func (h smallHolding) Erase(ctx context.Context, p rights.Person) (rights.Counts, error) {
	c := rights.Counts{}
	err := h.a.everywhere(ctx, func(tenant string) error {
		uploads, err := h.a.Evidence.EraseUploads(ctx, tenant, p.ID)
		if err != nil {
			return err
		}
		keys := 0
		err = h.a.DB.Do(ctx, tenancy.As(ctx, tenant, "forget remembered answers"), func(ctx context.Context, tx *database.Tx) error {
			keys, err = idempotency.ForgetPerson(ctx, tx, p.ID)
			return err
		})
		if err != nil {
			return err
		}
		if _, err := h.a.Desk.Forget(ctx, tenant, p.ID); err != nil {
			return err
		}
		_, err = h.a.Deputy.ForgetPerson(ctx, tenant, p.ID)
		c.Add(rights.Counts{"uploads": uploads, "keys": keys})
		return err
	})
	return c, err
}

// noticeHolding is what a person was told.
type noticeHolding struct{ a *App }

// Preview counts notices and messages.
func (h noticeHolding) Preview(ctx context.Context, p rights.Person) (rights.Counts, error) {
	f, err := h.a.Notify.Held(ctx, p.ID)
	return rights.Counts{"notices": f.Notices, "messages": f.Messages}, err
}

// Copy gives the inbox in words.
func (h noticeHolding) Copy(ctx context.Context, p rights.Person) ([]rights.Copied, error) {
	told, err := h.a.Notify.Told(ctx, p.ID)
	return []rights.Copied{{Section: "站内消息", Content: told}}, err
}

// Erase removes all of it.
func (h noticeHolding) Erase(ctx context.Context, p rights.Person) (rights.Counts, error) {
	f, err := h.a.Notify.ForgetPerson(ctx, p.ID, p.Indexes)
	return rights.Counts{"notices": f.Notices, "messages": f.Messages}, err
}

// identityHolding is the person as such; it goes last, because the rest is found by it.
type identityHolding struct{ a *App }

// Preview counts sessions.
func (h identityHolding) Preview(ctx context.Context, p rights.Person) (rights.Counts, error) {
	rows, err := h.a.Identity.Sessions(ctx, p.ID)
	return rights.Counts{"sessions": len(rows)}, err
}

// Copy gives name, number, devices and roles.
func (h identityHolding) Copy(ctx context.Context, p rights.Person) ([]rights.Copied, error) {
	profile, err := h.a.Identity.ProfileOf(ctx, p.ID)
	return []rights.Copied{{Section: "账号资料", Content: profile}}, err
}

// Erase closes the person.
func (h identityHolding) Erase(ctx context.Context, p rights.Person) (rights.Counts, error) {
	n, err := h.a.Identity.Close(ctx, p.ID, identity.Known{Name: p.Name, Phone: p.Phone, Indexes: p.Indexes})
	return rights.Counts{"sessions": n}, err
}
