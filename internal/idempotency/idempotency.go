// Package idempotency makes a create happen once, however often it is sent.
// The key lives in the transaction of the create itself: either both are
// there or neither, and of fifty equal requests forty-nine wait for the first
// and give its answer.
package idempotency

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	entkey "huying/ent/db/idempotencykey"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

// Life is how long an answer is remembered.
const Life = 24 * time.Hour

// KeyReused is answered when a key comes back with another body.
var KeyReused = fault.Define("idempotency_key_reused", 422, "同一提交编号不能用于不同内容")

// maxKey is the longest key taken, in bytes.
const maxKey = 128

// Key names one create: who, where, and the client's own key.
type Key struct {
	Person uuid.UUID
	// Route is the operation, e.g. "POST /reports".
	Route string
	// Key is the client's Idempotency-Key; empty means the create is not protected.
	Key string
	// BodyHash tells one body from another; see Hash.
	BodyHash string
	Now      time.Time
}

// Hash gives the BodyHash of a body.
func Hash(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:", len(p))
		_, _ = h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Check says whether the client's key may be used at all: up to 128 printable
// ASCII characters. It fails with fault.Invalid naming "Idempotency-Key".
func Check(key string) error {
	ok := len(key) <= maxKey
	for i := 0; ok && i < len(key); i++ {
		ok = key[i] >= 0x20 && key[i] < 0x7f
	}
	if !ok {
		return fault.Invalid.New("请求头 Idempotency-Key 无效",
			fault.Field{Name: "Idempotency-Key", Message: "最多128个可见的英文字符"})
	}
	return nil
}

// Run executes fn once per key inside the transaction and returns its answer;
// a repetition returns the stored answer without running fn. A key that comes
// back with another body fails with KeyReused.
func Run(ctx context.Context, tx *database.Tx, k Key, fn func(context.Context) ([]byte, error)) (answer []byte, repeated bool, err error) {
	if k.Key == "" {
		answer, err = fn(ctx)
		return answer, false, err
	}
	if err := Check(k.Key); err != nil {
		return nil, false, err
	}
	first, err := claim(ctx, tx, k)
	if err != nil {
		return nil, false, err
	}
	if !first {
		answer, err = remembered(ctx, tx, k)
		return answer, true, err
	}
	if answer, err = fn(ctx); err != nil {
		return nil, false, err
	}
	_, err = tx.IdempotencyKey.Update().
		Where(entkey.PersonID(k.Person), entkey.Route(k.Route), entkey.Key(k.Key)).SetAnswer(answer).Save(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("remember answer: %w", err)
	}
	return answer, false, nil
}

// claim inserts the key; false when it is already there. On PostgreSQL the
// insert waits for a concurrent holder to commit or roll back.
func claim(ctx context.Context, tx *database.Tx, k Key) (bool, error) {
	if _, err := tx.IdempotencyKey.Delete().Where(
		entkey.PersonID(k.Person), entkey.Route(k.Route), entkey.Key(k.Key), entkey.ExpiresAtLTE(k.Now)).Exec(ctx); err != nil {
		return false, fmt.Errorf("forget expired key: %w", err)
	}
	create := tx.IdempotencyKey.Create().
		SetPersonID(k.Person).SetRoute(k.Route).SetKey(k.Key).SetBodyHash(k.BodyHash).SetExpiresAt(k.Now.Add(Life))
	id := uuid.Must(uuid.NewV7())
	err := create.SetID(id).
		OnConflictColumns(entkey.FieldTenantID, entkey.FieldPersonID, entkey.FieldRoute, entkey.FieldKey).
		DoNothing().Exec(ctx)
	// ent reads the new id back; a key that is taken gives it no row to read.
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("claim key: %w", err)
	}
	mine, err := tx.IdempotencyKey.Query().Where(entkey.ID(id)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("claim key: %w", err)
	}
	return mine, nil
}

func remembered(ctx context.Context, tx *database.Tx, k Key) ([]byte, error) {
	row, err := tx.IdempotencyKey.Query().
		Where(entkey.PersonID(k.Person), entkey.Route(k.Route), entkey.Key(k.Key)).Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("remembered answer: %w", err)
	}
	if row.BodyHash != k.BodyHash {
		return nil, KeyReused.New("这个提交编号已用于另一份内容，请换一个编号",
			fault.Field{Name: "Idempotency-Key", Message: "已用于另一份内容"})
	}
	if row.Answer == nil {
		return nil, fmt.Errorf("key %s was claimed without an answer", row.ID)
	}
	return *row.Answer, nil
}

// Recall gives the stored answer of a key, without claiming it; found is false
// when there is none yet. It fails with KeyReused like Run.
func Recall(ctx context.Context, tx *database.Tx, k Key) (answer []byte, found bool, err error) {
	there, err := tx.IdempotencyKey.Query().Where(
		entkey.PersonID(k.Person), entkey.Route(k.Route), entkey.Key(k.Key),
		entkey.ExpiresAtGT(k.Now), entkey.AnswerNotNil()).Exist(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("recall: %w", err)
	}
	if !there {
		return nil, false, nil
	}
	answer, err = remembered(ctx, tx, k)
	return answer, err == nil, err
}

// Expire removes keys whose time is over and says how many.
func Expire(ctx context.Context, tx *database.Tx, now time.Time) (int, error) {
	n, err := tx.IdempotencyKey.Delete().Where(entkey.ExpiresAtLTE(now)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("expire keys: %w", err)
	}
	return n, nil
}
