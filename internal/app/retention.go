package app

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huying/internal/report"
	"huying/internal/rights"
)

// ages are those who keep what grows old, as the room of rights sees them.
type ages struct{ a *App }

// Days gives the tenant's terms.
func (x ages) Days(ctx context.Context, tenant string) (rights.Days, error) {
	dir, err := x.a.Division.Directory(ctx)
	if err != nil {
		return rights.Days{}, err
	}
	t, _ := dir.Tenant(tenant)
	r := t.Settings.Retention.WithDefaults()
	return rights.Days{Refused: r.Refused, Closed: r.Closed, Inbox: r.Inbox, Messages: r.Messages}, nil
}

const day = 24 * time.Hour

// Retain goes through reports, what people were told, and originals whose lock has ended. What stands about a report
// elsewhere goes before its own content, so that a run that was killed finds it again.
func (x ages) Retain(ctx context.Context, tenant string, days rights.Days, dry bool) (rights.Counts, error) {
	c := rights.Counts{}
	now := x.a.Clock.Now()
	inbox, messages := now.Add(-time.Duration(days.Inbox)*day), now.Add(-time.Duration(days.Messages)*day)
	told, err := x.a.Notify.ForgetOld(ctx, tenant, inbox, messages, dry)
	c.Add(rights.Counts{"notices": told.Notices, "messages": told.Messages})
	if err != nil {
		return c, err
	}
	keep := report.Keep{Refused: time.Duration(days.Refused) * day, Closed: time.Duration(days.Closed) * day}
	aged, err := x.a.Report.Retain(ctx, tenant, keep, dry, func(ctx context.Context, _ string, ids []uuid.UUID) error {
		told, err := x.a.Notify.ForgetSubjects(ctx, ids, inbox, messages, dry)
		c.Add(rights.Counts{"notices": told.Notices, "messages": told.Messages})
		if err != nil || dry {
			return err
		}
		return x.a.Identity.ForgetReports(ctx, ids)
	})
	c.Add(rights.Counts{"reports": aged.Reports, "photos": aged.Photos})
	if err != nil {
		return c, err
	}
	return c, x.originals(ctx, tenant, dry, aged, c)
}

// originals removes those whose lock has ended. While the store is away, as for a command beside a serving process that
// owns the embedded one, they are counted as waiting and go in the next night.
func (x ages) originals(ctx context.Context, tenant string, dry bool, aged report.Aged, c rights.Counts) error {
	away := !dry && x.a.Store.Ping(ctx) != nil
	done, err := x.a.Evidence.RemoveOriginals(ctx, tenant, dry || away)
	word := "originals"
	if away {
		word = "originals_waiting"
	}
	c.Add(rights.Counts{word: done.Removed + aged.OriginalsDue, "kept_by_lock": done.Kept + aged.OriginalsLocked})
	return err
}

// Tallies are the tenant's statistics.
func (x ages) Tallies(ctx context.Context, tenant string) (map[string]int, error) {
	return x.a.Report.Tallies(ctx, tenant)
}

// Retention runs or counts the retention of the tenants, all of them and the city's when none is named, and tells each
// result.
func (a *App) Retention(ctx context.Context, tenants []string, dry bool, tell func(tenant string, counts map[string]int)) error {
	if len(tenants) == 0 {
		var err error
		if tenants, err = a.allTenants(ctx); err != nil {
			return err
		}
	}
	for _, tenant := range tenants {
		var counts rights.Counts
		var err error
		if dry {
			counts, err = a.Rights.Retain(ctx, tenant, true, uuid.Nil)
		} else {
			counts, err = a.Rights.RetainProven(ctx, tenant)
		}
		tell(tenant, counts)
		if err != nil {
			return err
		}
	}
	return nil
}
