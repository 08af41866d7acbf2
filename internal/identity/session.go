package identity

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/person"
	"huying/ent/db/predicate"
	"huying/ent/db/session"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Issued is what signing in or refreshing gives.
type Issued struct {
	AccessToken  string
	RefreshToken string
	ExpiresIn    time.Duration
	// RefreshExpires is when the refresh token ends if it is not used before.
	RefreshExpires time.Time
	PersonID       uuid.UUID
	Kind           string
	SecondFactor   bool
	MustChange     bool

	session    uuid.UUID
	generation int
	version    int
}

type opening struct {
	secondFactor, mustChange bool
}

// open makes a session for the person in the transaction. Writing the person first takes the row's
// lock, so that a change of grants that runs at the same time is either seen here or sees the session.
func (s *Service) open(ctx context.Context, tx *database.Tx, p *db.Person, meta auth.Meta, o opening) (*Issued, error) {
	now := s.now()
	if err := tx.Person.Update().Where(person.ID(p.ID)).SetLastSeenAt(now).AddVersion(1).Exec(ctx); err != nil {
		return nil, fmt.Errorf("last seen: %w", err)
	}
	p, err := tx.Person.Query().Where(person.ID(p.ID)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("person: %w", err)
	}
	life, _ := lifetime(string(p.Kind))
	row, err := tx.Session.Create().SetPersonID(p.ID).SetKind(string(p.Kind)).SetGrantVersion(p.GrantVersion).SetGeneration(1).
		SetSecondFactor(o.secondFactor).SetMustChange(o.mustChange).
		SetDevice(clip(deviceName(meta), 200)).SetAddress(clip(meta.Address, 64)).
		SetLastUsedAt(now).SetExpiresAt(now.Add(life)).SetCreatedAt(now).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	return issuedOf(row), nil
}

func issuedOf(row *db.Session) *Issued {
	return &Issued{
		PersonID: row.PersonID, Kind: row.Kind, SecondFactor: row.SecondFactor, MustChange: row.MustChange,
		RefreshExpires: row.ExpiresAt, session: row.ID, generation: row.Generation, version: row.GrantVersion,
	}
}

// issue signs the tokens of a session that has been committed.
func (s *Service) issue(i *Issued) (*Issued, error) {
	token, _, err := s.d.Tokens.Issue(auth.Claims{
		PersonID: i.PersonID, SessionID: i.session, Kind: i.Kind, Version: int64(i.version), SecondFactor: i.SecondFactor,
	})
	if err != nil {
		return nil, err
	}
	i.AccessToken, i.ExpiresIn = token, s.d.Tokens.Lifetime()
	i.RefreshToken = s.refreshToken(i.session, i.generation)
	return i, nil
}

// A refresh token is the session's id, the generation and a keyed digest over both. Nothing of it is
// stored, so a copy of the database signs nobody in; an earlier generation is recognised as reuse
// however old it is.
const (
	refreshHead   = 16 + 4
	refreshDigest = 43
)

func (s *Service) refreshToken(id uuid.UUID, generation int) string {
	head := make([]byte, refreshHead)
	copy(head, id[:])
	binary.BigEndian.PutUint32(head[16:], uint32(generation)) //nolint:gosec // counts up from one
	text := base64.RawURLEncoding.EncodeToString(head)
	return text + s.d.Keys.Blind("refresh", text)
}

var errRefresh = errors.New("identity: not a refresh token of ours")

// parseRefresh returns the session and generation of a token that this installation made.
func (s *Service) parseRefresh(token string) (uuid.UUID, int, error) {
	headLen := base64.RawURLEncoding.EncodedLen(refreshHead)
	if len(token) != headLen+refreshDigest || !s.d.Keys.SameBlind(token[headLen:], "refresh", token[:headLen]) {
		return uuid.Nil, 0, errRefresh
	}
	head, err := base64.RawURLEncoding.Strict().DecodeString(token[:headLen])
	if err != nil {
		return uuid.Nil, 0, errRefresh
	}
	return uuid.UUID(head[:16]), int(binary.BigEndian.Uint32(head[16:])), nil
}

// Refresh exchanges a refresh token for a new pair. The old one is void from then on; showing it again
// ends the session and is RefreshReused, because one of the two who hold it is a thief.
func (s *Service) Refresh(ctx context.Context, token string) (*Issued, error) {
	id, generation, err := s.parseRefresh(token)
	if err != nil {
		return nil, signedOut("登录已失效，请重新登录")
	}
	var out *Issued
	var refused error
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.Session.Query().Where(session.ID(id)).Only(ctx)
		if database.IsNotFound(err) {
			refused = signedOut("登录已失效，请重新登录")
			return nil
		}
		if err != nil {
			return err
		}
		if why := stateOf(row).serves(s.now(), s.cfg.StaffIdle); why != "" {
			refused = signedOut(wording(why))
			return nil
		}
		out, err = s.rotate(ctx, tx, row, generation)
		if err == nil && out == nil {
			refused = RefreshReused.New("为了安全，这台设备已退出登录，请重新登录")
			return s.endSessions(ctx, tx, row.PersonID, "refresh_reused", session.ID(id))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("identity: refresh: %w", err)
	}
	if refused != nil {
		return nil, refused
	}
	return s.issue(out)
}

// rotate raises the session's generation when it is still the given one; else it returns nil.
func (s *Service) rotate(ctx context.Context, tx *database.Tx, row *db.Session, generation int) (*Issued, error) {
	now := s.now()
	u := tx.Session.Update().Where(session.ID(row.ID), session.Generation(generation), session.RevokedAtIsNil()).
		AddGeneration(1).AddVersion(1).SetLastUsedAt(now)
	if life, sliding := lifetime(row.Kind); sliding {
		u.SetExpiresAt(now.Add(life))
	}
	n, err := u.Save(ctx)
	if err != nil || n == 0 {
		return nil, err
	}
	if err := tx.Person.Update().Where(person.ID(row.PersonID)).SetLastSeenAt(now).AddVersion(1).Exec(ctx); err != nil {
		return nil, err
	}
	row, err = tx.Session.Query().Where(session.ID(row.ID)).Only(ctx)
	if err != nil {
		return nil, err
	}
	return issuedOf(row), nil
}

func stateOf(row *db.Session) sessionState {
	return sessionState{kind: row.Kind, revoked: row.RevokedAt != nil, lastUsed: row.LastUsedAt, expiresAt: row.ExpiresAt}
}

func wording(why refusal) string {
	if why == refusedIdle {
		return "您已较长时间没有操作，请重新登录"
	}
	return "登录已失效，请重新登录"
}

// endSessions revokes those of a person's live sessions that match.
func (s *Service) endSessions(ctx context.Context, tx *database.Tx, personID uuid.UUID, reason string, which ...predicate.Session) error {
	err := tx.Session.Update().Where(session.PersonID(personID), session.RevokedAtIsNil()).Where(which...).
		SetRevokedAt(s.now()).SetRevokedReason(reason).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

// SignOut ends one session of a person. Another person's session, or one that has ended, is
// fault.NotFound.
func (s *Service) SignOut(ctx context.Context, personID, sessionID uuid.UUID) error {
	return s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Session.Update().Where(session.ID(sessionID), session.PersonID(personID), session.RevokedAtIsNil()).
			SetRevokedAt(s.now()).SetRevokedReason("signed_out").AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("identity: sign out: %w", err)
		}
		if n == 0 {
			return fault.NotFound.New("没有这台设备")
		}
		return nil
	})
}

// SignOutEverywhere ends all sessions of a person, this one included.
func (s *Service) SignOutEverywhere(ctx context.Context, personID uuid.UUID) error {
	return s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		return wrapOrNil("sign out everywhere", s.endSessions(ctx, tx, personID, "signed_out_everywhere"))
	})
}

// Sessions returns a person's live sessions, the last used first.
func (s *Service) Sessions(ctx context.Context, personID uuid.UUID) ([]*db.Session, error) {
	var out []*db.Session
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Session.Query().
			Where(session.PersonID(personID), session.RevokedAtIsNil(), session.ExpiresAtGT(s.now())).
			Order(db.Desc(session.FieldLastUsedAt, session.FieldID)).Limit(200).All(ctx)
		for _, row := range rows {
			if stateOf(row).serves(s.now(), s.cfg.StaffIdle) == "" {
				out = append(out, row)
			}
		}
		return err
	})
	return out, wrapOrNil("sessions", err)
}

func deviceName(m auth.Meta) string {
	if m.UserAgent != "" {
		return m.UserAgent
	}
	return m.Device
}
