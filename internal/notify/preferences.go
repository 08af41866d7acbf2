package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/grant"
	"huying/ent/db/noticepreference"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Preferences is how a person wants to be told.
type Preferences struct {
	// SMS false sends only what no one can mute.
	SMS bool
	// Muted are groups that are not sent by SMS.
	Muted []string
	// QuietFrom and QuietTo are minutes of the local day; equal ones mean no quiet hours.
	QuietFrom, QuietTo int
	// Digest gives a deputy one message a day, at DigestMinute of the local day.
	Digest       bool
	DigestMinute int
	LargeType    bool
	Version      int
}

// usual is what holds until a person chooses something else.
func usual() Preferences {
	return Preferences{
		SMS: true, Muted: []string{}, QuietFrom: noticepreference.DefaultQuietFrom, QuietTo: noticepreference.DefaultQuietTo,
		Digest: noticepreference.DefaultDigest, DigestMinute: noticepreference.DefaultDigestMinute,
	}
}

func preferencesOf(row *db.NoticePreference) Preferences {
	if row == nil {
		return usual()
	}
	return Preferences{
		SMS: row.Sms, Muted: row.Muted, QuietFrom: row.QuietFrom, QuietTo: row.QuietTo,
		Digest: row.Digest, DigestMinute: row.DigestMinute, LargeType: row.LargeType, Version: row.Version,
	}
}

// mutes says whether the person does not want messages of this kind.
func (p Preferences) mutes(t trait) bool {
	if groupByID[t.group].Kept {
		return false
	}
	return !p.SMS || slices.Contains(p.Muted, t.group)
}

// check returns what is wrong with the choice, or nil.
func (p Preferences) check() error {
	var wrong []fault.Field
	for _, id := range p.Muted {
		switch g, known := groupByID[id]; {
		case !known:
			wrong = append(wrong, fault.Field{Name: "muted", Message: "没有“" + id + "”这一类消息"})
		case g.Kept:
			wrong = append(wrong, fault.Field{Name: "muted", Message: "“" + g.Name + "”不能关闭"})
		}
	}
	for name, minute := range map[string]int{"quiet_from": p.QuietFrom, "quiet_to": p.QuietTo} {
		if minute < 0 || minute >= dayMinutes {
			wrong = append(wrong, fault.Field{Name: name, Message: "请填当天的第几分钟，0至1439"})
		}
	}
	if p.DigestMinute < digestFirst || p.DigestMinute > digestLast {
		wrong = append(wrong, fault.Field{Name: "digest_minute", Message: "每日汇总只能在8点至20点之间，即480至1200"})
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b fault.Field) int { return len(a.Name) - len(b.Name) })
		return fault.Invalid.New("请检查提醒设置", wrong...)
	}
	return nil
}

// Preferences returns what a person chose, or the usual.
func (s *Service) Preferences(ctx context.Context, personID uuid.UUID) (Preferences, error) {
	var p Preferences
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		row, err := preferenceRow(ctx, tx, personID)
		p = preferencesOf(row)
		return err
	})
	if err != nil {
		return p, fmt.Errorf("notify: preferences: %w", err)
	}
	return p, nil
}

// SetPreferences keeps a person's choice. Version is that of the choice the person saw, or zero for whatever stands;
// an older one is fault.VersionConflict. A choice that does not exist is fault.Invalid naming the field.
func (s *Service) SetPreferences(ctx context.Context, personID uuid.UUID, p Preferences) (Preferences, error) {
	if err := p.check(); err != nil {
		return p, err
	}
	slices.Sort(p.Muted)
	p.Muted = slices.Compact(p.Muted)
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		row, err := s.lockPreference(ctx, tx, personID)
		if err != nil {
			return err
		}
		if p.Version != 0 && p.Version != row.Version {
			return fault.VersionConflict.New("提醒设置刚在别处改过，请刷新后再改").Fact("version", row.Version)
		}
		p.Version = row.Version + 1
		n, err := tx.NoticePreference.Update().Where(noticepreference.ID(row.ID), noticepreference.Version(row.Version)).AddVersion(1).
			SetSms(p.SMS).SetMuted(p.Muted).SetQuietFrom(p.QuietFrom).SetQuietTo(p.QuietTo).
			SetDigest(p.Digest).SetDigestMinute(p.DigestMinute).SetLargeType(p.LargeType).
			SetUpdatedAt(s.d.Clock.Now()).Save(ctx)
		if err == nil && n == 0 {
			return fault.VersionConflict.New("提醒设置刚在别处改过，请刷新后再改")
		}
		return err
	})
	if _, known := fault.As(err); known || err == nil {
		return p, err
	}
	return p, fmt.Errorf("notify: set preferences: %w", err)
}

func preferenceRow(ctx context.Context, tx *database.Tx, personID uuid.UUID) (*db.NoticePreference, error) {
	row, err := tx.NoticePreference.Query().Where(noticepreference.PersonID(personID)).Only(ctx)
	if database.IsNotFound(err) {
		return nil, nil
	}
	return row, err
}

// lockPreference returns the person's row, made now when there was none, and keeps others from changing it until
// the end of the transaction.
func (s *Service) lockPreference(ctx context.Context, tx *database.Tx, personID uuid.UUID) (*db.NoticePreference, error) {
	err := tx.NoticePreference.Create().SetPersonID(personID).SetCreatedAt(s.d.Clock.Now()).
		OnConflictColumns(noticepreference.FieldPersonID).Ignore().Exec(ctx)
	if err != nil {
		return nil, err
	}
	q := tx.NoticePreference.Query().Where(noticepreference.PersonID(personID))
	if tx.Engine() == database.EnginePostgres {
		q.ForUpdate()
	}
	return q.Only(ctx)
}

// isDeputy says whether the person holds a deputy's grant now.
func isDeputy(ctx context.Context, tx *database.Tx, personID uuid.UUID, now time.Time) (bool, error) {
	return tx.Grant.Query().Where(grant.PersonID(personID), grant.Role("deputy"), grant.RevokedAtIsNil(),
		grant.Or(grant.ValidToIsNil(), grant.ValidToGT(now))).Exist(ctx)
}
