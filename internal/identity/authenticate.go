package identity

import (
	"context"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/grant"
	"huying/ent/db/session"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// touchEvery is how exactly a session's last use is kept; a write at every request would cost more
// than the request.
const touchEvery = time.Minute

// Authenticate turns an access token into its caller. It reads one indexed row, the session, which
// carries the person's grant version: a token issued before a grant was given or taken, or whose
// session has ended or rested too long, is refused at once with fault.Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, bearer string, meta auth.Meta) (*auth.Caller, error) {
	claims, err := s.d.Tokens.Verify(bearer)
	if err != nil {
		return nil, signedOut("登录已失效，请重新登录")
	}
	var row *db.Session
	var grants []liveGrant
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		var err error
		row, err = tx.Session.Query().Where(session.ID(claims.SessionID), session.PersonID(claims.PersonID)).Only(ctx)
		if err != nil {
			return err
		}
		grants, err = s.liveGrants(ctx, tx, row.PersonID, row.GrantVersion)
		return err
	})
	if database.IsNotFound(err) {
		return nil, signedOut("登录已失效，请重新登录")
	}
	if err != nil {
		return nil, fmt.Errorf("identity: authenticate: %w", err)
	}
	now := s.now()
	if why := stateOf(row).serves(now, s.cfg.StaffIdle); why != "" {
		return nil, signedOut(wording(why))
	}
	if int64(row.GrantVersion) != claims.Version {
		return nil, signedOut("您的权限已变更，请刷新登录")
	}
	if now.Sub(row.LastUsedAt) >= touchEvery {
		if err := s.touch(ctx, row, now); err != nil {
			return nil, err
		}
	}
	return &auth.Caller{
		PersonID: row.PersonID, SessionID: row.ID, Kind: row.Kind, AllGrants: at(grants, now),
		SecondFactor: row.SecondFactor || s.cfg.Demo, MustChangePassword: row.MustChange,
		Address: meta.Address, Device: meta.Device,
	}, nil
}

func (s *Service) touch(ctx context.Context, row *db.Session, now time.Time) error {
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		return tx.Session.Update().Where(session.ID(row.ID), session.LastUsedAtLT(now), session.RevokedAtIsNil()).
			SetLastUsedAt(now).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("identity: touch: %w", err)
	}
	return nil
}

// liveGrant is a grant that has not been revoked, with its end if it has one.
type liveGrant struct {
	id    uuid.UUID
	grant authz.Grant
	until *time.Time
}

// at returns those that still run.
func at(grants []liveGrant, now time.Time) []authz.Grant {
	out := make([]authz.Grant, 0, len(grants))
	for _, g := range grants {
		if g.until == nil || now.Before(*g.until) {
			out = append(out, g.grant)
		}
	}
	return out
}

// liveGrants returns a person's grants as of a version. They change only together with the version, so
// they are read once for each.
func (s *Service) liveGrants(ctx context.Context, tx *database.Tx, personID uuid.UUID, version int) ([]liveGrant, error) {
	key := grantKey{personID, version}
	if g, ok := s.grants.get(key); ok {
		return g, nil
	}
	g, err := readGrants(ctx, tx, personID)
	if err != nil {
		return nil, err
	}
	s.grants.put(key, g)
	return g, nil
}

func readGrants(ctx context.Context, tx *database.Tx, personID uuid.UUID) ([]liveGrant, error) {
	rows, err := tx.Grant.Query().Where(grant.PersonID(personID), grant.RevokedAtIsNil()).Order(db.Asc(grant.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("grants: %w", err)
	}
	out := make([]liveGrant, len(rows))
	for i, r := range rows {
		out[i] = liveGrant{id: r.ID, grant: grantOf(r), until: r.ValidTo}
	}
	return out, nil
}

func grantOf(r *db.Grant) authz.Grant {
	return authz.Grant{
		Role: r.Role, Tenant: r.Tenant, Division: r.DivisionCode,
		UnitID: orNil(r.UnitID), StationID: orNil(r.StationID), DeputyID: orNil(r.DeputyID),
	}
}

func orNil(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}

type grantKey struct {
	person  uuid.UUID
	version int
}

// grantCache keeps the grants of the people at work, bounded like the cache of verified tokens.
type grantCache struct {
	mu         sync.Mutex
	limit      int
	young, old map[grantKey][]liveGrant
}

func newGrantCache(limit int) *grantCache {
	return &grantCache{limit: limit, young: map[grantKey][]liveGrant{}}
}

func (c *grantCache) get(k grantKey) ([]liveGrant, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g, ok := c.young[k]; ok {
		return g, true
	}
	g, ok := c.old[k]
	if ok {
		c.store(k, g)
	}
	return g, ok
}

func (c *grantCache) put(k grantKey, g []liveGrant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.store(k, g)
}

func (c *grantCache) store(k grantKey, g []liveGrant) {
	if len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[grantKey][]liveGrant, c.limit)
	}
	c.young[k] = g
}

// clip cuts s to at most n bytes without splitting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
