package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/smscode"
	"huying/internal/notify"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// RequestCode sends a sign-in code to a number, known or not, and returns how long to wait before
// asking again. A number over its quota gets nothing and the answer does not change, because the
// quota of a number is its holder's and not the asker's; an address or a device over its quota is
// refused with fault.TooMany.
func (s *Service) RequestCode(ctx context.Context, typed string, meta auth.Meta) (time.Duration, error) {
	phone, err := ParsePhone(typed)
	if err != nil {
		return 0, phoneFault("phone")
	}
	wait, refused := resendAfter, time.Duration(0)
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		var err error
		if refused, err = s.takeOrigin(ctx, tx, meta); err != nil || refused > 0 {
			return err
		}
		over, err := s.takeNumber(ctx, tx, phone)
		if err != nil || over > 0 {
			wait = max(over, wait)
			return err
		}
		return s.sendCode(ctx, tx, phone)
	})
	if err != nil {
		return 0, fmt.Errorf("identity: request code: %w", err)
	}
	if refused > 0 {
		return 0, fault.TooMany.New("获取验证码过于频繁，请稍后再试").After(refused)
	}
	return wait, nil
}

func (s *Service) takeOrigin(ctx context.Context, tx *database.Tx, meta auth.Meta) (time.Duration, error) {
	now := s.now()
	if meta.Address != "" {
		if wait, err := take(ctx, tx, "code.address:"+meta.Address, s.cfg.Address, now); err != nil || wait > 0 {
			return wait, err
		}
	}
	if meta.Device == "" {
		return 0, nil
	}
	return take(ctx, tx, "code.device:"+meta.Device, s.cfg.Device, now)
}

func (s *Service) takeNumber(ctx context.Context, tx *database.Tx, phone string) (time.Duration, error) {
	digest := s.d.Keys.Blind("quota", phone)
	if wait, err := take(ctx, tx, "code.burst:"+digest, s.cfg.NumberBurst, s.now()); err != nil || wait > 0 {
		return wait, err
	}
	return take(ctx, tx, "code.day:"+digest, s.cfg.NumberDay, s.now())
}

func (s *Service) sendCode(ctx context.Context, tx *database.Tx, phone string) error {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return fmt.Errorf("random: %w", err)
	}
	code := fmt.Sprintf("%06d", n.Int64())
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("id: %w", err)
	}
	now := s.now()
	err = tx.SmsCode.Create().SetID(id).SetPhoneIndex(s.phoneIndex(phone)).SetCodeHash(s.codeHash(id, code)).
		SetCreatedAt(now).SetExpiresAt(now.Add(codeLife)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("code: %w", err)
	}
	return s.d.Notify.Phone(ctx, tx, phone, notify.LoginCode,
		map[string]string{"code": code, "minutes": strconv.Itoa(int(codeLife.Minutes()))})
}

// codeHash binds a code to its row; six digits without a key could be found by trying.
func (s *Service) codeHash(id uuid.UUID, code string) string {
	return s.d.Keys.Blind("sms-code:"+id.String(), code)
}

func (s *Service) phoneIndex(phone string) string {
	return s.d.Keys.Blind(notify.PersonPhoneIndex, phone)
}

// CodeSignIn is what a person shows to come in with an SMS code.
type CodeSignIn struct {
	Phone, Code string
	// ReportNumber answers a step-up; StartFresh gives it up and becomes a new person.
	ReportNumber string
	StartFresh   bool
}

// SignInByCode opens a session for the holder of a number. Of any number of parallel posts of the
// right code exactly one succeeds. Failures: CodeWrong, StepUpNeeded, PasswordDoor, fault.TooMany.
func (s *Service) SignInByCode(ctx context.Context, in CodeSignIn, meta auth.Meta) (*Issued, error) {
	phone, err := ParsePhone(in.Phone)
	if err != nil {
		return nil, phoneFault("phone")
	}
	row, err := s.tryCode(ctx, phone, in.Code, meta)
	if err != nil {
		return nil, err
	}
	p, err := s.comeIn(ctx, phone, in)
	if err != nil {
		return nil, err
	}
	var out *Issued
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		used, err := tx.SmsCode.Update().Where(smscode.ID(row.ID), smscode.UsedAtIsNil()).SetUsedAt(s.now()).Save(ctx)
		if err != nil {
			return err
		}
		if used == 0 {
			return CodeWrong.New("请重新获取验证码")
		}
		person, err := s.settle(ctx, tx, p, phone, in.StartFresh)
		if err != nil {
			return err
		}
		out, err = s.open(ctx, tx, person, meta, opening{})
		return err
	})
	if database.IsUnique(err) {
		// Somebody else made a person for this number between our look and our write.
		return nil, CodeWrong.With(err, "请重新获取验证码")
	}
	if err != nil {
		return nil, wrapTechnical("sign in by code", err)
	}
	return s.issue(out)
}

// tryCode counts a try on the number's newest code and returns the code when it was right. The try is
// counted, durably, before anything is compared: guesses that come at once get no more tries than
// guesses that come one by one.
func (s *Service) tryCode(ctx context.Context, phone, code string, meta auth.Meta) (*db.SmsCode, error) {
	var row *db.SmsCode
	var over time.Duration
	err := s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		// One address must not use up the tries of many numbers.
		var err error
		if over, err = take(ctx, tx, "signin.address:"+meta.Address, s.cfg.SignIns, s.now()); err != nil || over > 0 {
			return err
		}
		newest, err := tx.SmsCode.Query().Where(smscode.PhoneIndexIn(s.d.Keys.BlindAll(notify.PersonPhoneIndex, phone)...)).
			Order(smscode.ByID(sql.OrderDesc())).First(ctx)
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		n, err := tx.SmsCode.Update().
			Where(smscode.ID(newest.ID), smscode.UsedAtIsNil(), smscode.TriesLT(codeTries), smscode.ExpiresAtGT(s.now())).
			AddTries(1).Save(ctx)
		if err == nil && n == 1 {
			row = newest
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("identity: try code: %w", err)
	}
	if over > 0 {
		return nil, fault.TooMany.New("登录过于频繁，请稍后再试").After(over)
	}
	if row == nil || !s.d.Keys.SameBlind(row.CodeHash, "sms-code:"+row.ID.String(), code) {
		return nil, CodeWrong.New("请核对后再试，或重新获取验证码")
	}
	return row, nil
}

// wrapTechnical leaves a fault as it is and gives anything else its place.
func wrapTechnical(at string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fmt.Errorf("identity: %s: %w", at, err)
}
