package division

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/calendarday"
	enttenant "huying/ent/db/tenant"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// configured is the audit trail's word for a change of settings.
const configured = "tenant.configure"

func (s *Service) getSettings(ctx context.Context, _ *noInput) (*settingsOut, error) {
	var out settingsOut
	err := s.db.View(ctx, tenancy.Reference(), func(ctx context.Context, tx *database.Tx) (err error) {
		if out.Body, err = readSettings(ctx, tx, web.TenantOf(ctx)); err != nil {
			return err
		}
		out.Body.Official, err = s.officialDays(ctx, tx)
		return err
	})
	return &out, err
}

func readSettings(ctx context.Context, tx *database.Tx, code string) (settingsView, error) {
	row, err := tx.Tenant.Query().Where(enttenant.Code(code)).Only(ctx)
	if db.IsNotFound(err) {
		return settingsView{}, fault.NotFound.New("没有这个区市。")
	}
	if err != nil {
		return settingsView{}, fmt.Errorf("read tenant: %w", err)
	}
	t, err := asTenant(row)
	return settingsView{Settings: t.Settings, Version: t.Version}, err
}

// officialDays are the announced days off and make-up days of this year and later.
func (s *Service) officialDays(ctx context.Context, tx *database.Tx) (out []LocalDay, err error) {
	year := s.clock.Now().In(zone).Year()
	rows, err := tx.CalendarDay.Query().Where(calendarday.DayGTE(strconv.Itoa(year))).Order(calendarday.ByDay()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read official days: %w", err)
	}
	return views(rows, func(d *db.CalendarDay) LocalDay { return LocalDay{d.Day, d.Working, d.Name} }), nil
}

// putSettings replaces the settings of the caller's tenant. Clocks already running keep their promise.
func (s *Service) putSettings(ctx context.Context, in *settingsIn) (*settingsOut, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return nil, err
	}
	known := func(code string) bool { _, ok := dir.Category(code); return ok }
	if bad := append(in.Body.Validate(s.knownClock), in.Body.Look.Validate(known, s.switchable)...); len(bad) > 0 {
		return nil, fault.Invalid.New("请更正后再保存。", bad...)
	}
	tenant := web.TenantOf(ctx)
	out := settingsOut{Body: in.Body}
	err = s.db.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		before, err := readSettings(ctx, tx, tenant)
		if err != nil {
			return err
		}
		now := in.Body.Settings
		now.Look = now.keeping(before.Look)
		out.Body.Settings = now.following(before.Settings, s.clock.Now())
		if err := writeSettings(ctx, tx, tenant, in.Body.Version, before.Version, out.Body.Settings); err != nil {
			return err
		}
		out.Body.Version++
		tx.AfterCommit(s.forget)
		if out.Body.Official, err = s.officialDays(ctx, tx); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{
			Action: configured, SubjectKind: "tenant", SubjectID: tenant,
			Facts: map[string]any{"before": before.told(), "after": out.Body.told()},
		})
	})
	return &out, err
}

func writeSettings(ctx context.Context, tx *database.Tx, tenant string, seen, present int, s Settings) error {
	clocks, settings, err := settingsColumns(s)
	if err != nil {
		return err
	}
	n, err := tx.Tenant.Update().Where(enttenant.Code(tenant), enttenant.Version(seen)).SetClocks(clocks).SetSettings(settings).
		SetBrandName(s.Brand.Name).SetColor(s.Brand.Color).SetModules(s.Modules).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("设置已被他人修改，请刷新后重做。").Fact("version", present)
	}
	return nil
}

// told is the settings as the audit trail keeps them: a logo by its sum.
func (s Settings) told() Settings {
	if png := s.Brand.LogoPNG(); png != nil {
		sum := sha256.Sum256(png)
		brand := *s.Brand
		brand.Logo = "sha256:" + hex.EncodeToString(sum[:8])
		s.Brand = &brand
	}
	return s
}

// settingsHistory lists the changes of a tenant's settings, newest first, as the audit trail keeps them.
func (s *Service) settingsHistory(ctx context.Context, in *historyIn) (*historyOut, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	var changes []changeView
	next := ""
	tenant := web.TenantOf(ctx)
	err = s.db.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		lines, err := audit.Of(ctx, tx, configured, tenant, start.ID, in.Limit+1)
		if err != nil {
			return err
		}
		if len(lines) > in.Limit {
			lines = lines[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: lines[in.Limit-1].ID})
		}
		for _, l := range lines {
			v := changeView{ID: l.ID, At: l.CreatedAt, Role: l.ActorRole, Before: l.Facts["before"], After: l.Facts["after"]}
			if l.ActorID != nil {
				v.by = *l.ActorID
			}
			changes = append(changes, v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.nameChangers(ctx, changes); err != nil {
		return nil, err
	}
	return &historyOut{Body: web.NewPage(changes, next)}, nil
}

// nameChangers fills in who made each change.
func (s *Service) nameChangers(ctx context.Context, changes []changeView) error {
	if s.names == nil || len(changes) == 0 {
		return nil
	}
	names, err := s.names(ctx, views(changes, func(c changeView) uuid.UUID { return c.by }))
	if err != nil {
		return fmt.Errorf("names of who changed settings: %w", err)
	}
	for i := range changes {
		changes[i].By = names[changes[i].by]
	}
	return nil
}

// sendLogo answers a tenant's logo.
func (s *Service) sendLogo(c *fiber.Ctx) error {
	dir, err := s.Directory(c.UserContext())
	if err != nil {
		return err
	}
	t, known := dir.Tenant(c.Params("code"))
	png := t.Settings.Brand.LogoPNG()
	if !known || png == nil {
		return fault.NotFound.New("没有标志。")
	}
	sum := sha256.Sum256(png)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		return c.SendStatus(http.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, "image/png")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Send(png)
}

// changeView is one change of the settings on the wire.
type changeView struct {
	ID     uuid.UUID `json:"id"`
	At     time.Time `json:"at"`
	By     string    `json:"by" doc:"谁改的，中间一字隐去"`
	Role   string    `json:"role" doc:"以什么角色"`
	Before any       `json:"before" doc:"改之前的设置"`
	After  any       `json:"after" doc:"改之后的设置"`
	by     uuid.UUID
}

type (
	historyIn  struct{ web.Paging }
	historyOut struct{ Body web.Page[changeView] }
)
