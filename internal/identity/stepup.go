package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/credential"
	"huying/ent/db/grant"
	"huying/ent/db/person"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// comeIn finds who holds the number and whether that person may come in this way. It returns nil for a
// number nobody holds.
func (s *Service) comeIn(ctx context.Context, phone string, in CodeSignIn) (*db.Person, error) {
	var p *db.Person
	var hasPassword, hasGrants bool
	err := s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		var err error
		if p, err = s.byPhone(ctx, tx, phone); err != nil || p == nil {
			return err
		}
		hasPassword, err = tx.Credential.Query().Where(credential.PersonID(p.ID), credential.UsernameNotNil()).Exist(ctx)
		if err != nil {
			return err
		}
		hasGrants, err = tx.Grant.Query().Where(grant.PersonID(p.ID), grant.RevokedAtIsNil()).Exist(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("identity: find the number's holder: %w", err)
	}
	if p == nil {
		return nil, nil
	}
	switch smsDoor(string(p.Kind), hasPassword, hasGrants, lastSign(p), s.now()) {
	case doorPassword:
		return nil, PasswordDoor.New("此账号请用用户名和密码登录；若已更换手机号码，请联系所在区市的人大工作机构")
	case doorStepUp:
		return p, s.stepUp(ctx, p.ID, in)
	default:
		return p, nil
	}
}

// stepUp lets a long-silent number in when it names one of the person's reports, or when its holder
// chooses to start afresh.
func (s *Service) stepUp(ctx context.Context, personID uuid.UUID, in CodeSignIn) error {
	number := strings.TrimSpace(in.ReportNumber)
	if number == "" {
		if in.StartFresh {
			return nil
		}
		return StepUpNeeded.New("此号码已半年以上没有使用。若您是原来的机主，请填写一件以往反映的受理编号；若是新机主，请选择重新开始").
			Fact("ways", []string{"report_number", "start_fresh"})
	}
	var wait time.Duration
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		var err error
		wait, err = take(ctx, tx, "stepup:"+personID.String(), Quota{Max: stepUpTries, Window: 24 * time.Hour}, s.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("identity: step up: %w", err)
	}
	if wait > 0 {
		return fault.TooMany.New("今天核对受理编号的次数已用完，可以选择重新开始").After(wait)
	}
	owns, err := s.d.OwnsReport(ctx, personID, number)
	if err != nil {
		return fmt.Errorf("identity: step up: %w", err)
	}
	if !owns {
		return StepUpNeeded.New("受理编号不对，请核对", fault.Field{Name: "report_number", Message: "不是此号码反映过的事项"}).
			Fact("ways", []string{"report_number", "start_fresh"})
	}
	return nil
}

// settle returns the person to sign in: the known one, or a new one for a number nobody holds or whose
// holder starts afresh. Starting afresh takes the number away from the person of old, ends that
// person's sessions and leaves the old reports with nobody who could open them.
func (s *Service) settle(ctx context.Context, tx *database.Tx, p *db.Person, phone string, fresh bool) (*db.Person, error) {
	if p != nil && fresh && s.now().Sub(lastSign(p)) > absence {
		n, err := tx.Person.Update().Where(person.ID(p.ID), person.Version(p.Version)).AddVersion(1).
			ClearPhoneIndex().ClearPhoneSealed().SetClosedAt(s.now()).Save(ctx)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.Conflict.New("请再试一次")
		}
		if err := s.endSessions(ctx, tx, p.ID, "number_changed_hands"); err != nil {
			return nil, err
		}
		p = nil
	}
	if p != nil {
		return p, nil
	}
	return s.create(ctx, tx, newPerson{kind: auth.KindCitizen, phone: phone})
}

// lastSign is when the person was last heard of: the last use of a session, or when somebody else's
// report on their behalf made them known.
func lastSign(p *db.Person) time.Time {
	if p.LastSeenAt != nil {
		return *p.LastSeenAt
	}
	return p.CreatedAt
}
