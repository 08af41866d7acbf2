package seed

import (
	"crypto/md5" //nolint:gosec // spreads invented ids, protects nothing
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// engine says how one database writes what a copy changes. Every expression
// takes the copy's number as its first parameter and the shift, in
// milliseconds, as its second.
type engine interface {
	id(col string) string
	textID(col string) string
	number(col string) string
	time(col string) string
}

// copyDigits is where the copy's number stands in a readable number: the base's
// numbers stay below a million, copies follow above.
const copyDigits = 1_000_000

type postgres struct{}

// postgresFunctions exist for one session only.
const postgresFunctions = `
CREATE OR REPLACE FUNCTION pg_temp.seed_id(old uuid, n bigint, shift bigint) RETURNS uuid IMMUTABLE STRICT LANGUAGE sql AS $$
  SELECT (lpad(to_hex(('x' || substr(replace(old::text, '-', ''), 1, 12))::bit(48)::bigint - shift), 12, '0') || '7' ||
    substr(md5(old::text || n::text), 1, 3) || '8' || substr(md5(old::text || n::text), 4, 15))::uuid
$$`

func (postgres) id(col string) string     { return "pg_temp.seed_id(" + col + ", $1, $2)" }
func (postgres) textID(col string) string { return "pg_temp.seed_id(" + col + "::uuid, $1, $2)::text" }
func (postgres) time(col string) string   { return col + " - $2 * interval '1 millisecond'" }
func (postgres) number(col string) string {
	return fmt.Sprintf("substr(%[1]s, 1, 12) || ($1 * %[2]d + substr(%[1]s, 13)::bigint)::text", col, copyDigits)
}

type lite struct{}

func (lite) id(col string) string     { return "seed_id(" + col + ", ?1, ?2)" }
func (lite) textID(col string) string { return "seed_id(" + col + ", ?1, ?2)" }
func (lite) time(col string) string   { return "seed_time(" + col + ", ?2)" }
func (lite) number(col string) string {
	return fmt.Sprintf("substr(%[1]s, 1, 12) || (?1 * %[2]d + substr(%[1]s, 13))", col, copyDigits)
}

// liteTime is how times lie in SQLite, fixed in width.
const liteTime = "2006-01-02 15:04:05.000000+00:00"

func init() {
	sqlite.MustRegisterDeterministicScalarFunction("seed_id", 3, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		old, ok := args[0].(string)
		if !ok {
			return nil, nil //nolint:nilnil // NULL stays NULL
		}
		return copyID(old, args[1].(int64), args[2].(int64))
	})
	sqlite.MustRegisterDeterministicScalarFunction("seed_time", 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		old, ok := args[0].(string)
		if !ok {
			return nil, nil //nolint:nilnil // NULL stays NULL
		}
		t, err := time.Parse(liteTime, old)
		if err != nil {
			return nil, fmt.Errorf("seed: time %q: %w", old, err)
		}
		return t.Add(-time.Duration(args[1].(int64)) * time.Millisecond).Format(liteTime), nil
	})
}

// copyID is pg_temp.seed_id in Go: the instant moved back, the rest drawn from
// the old id and the copy's number, so that what pointed at each other still does.
func copyID(old string, n, shift int64) (string, error) {
	plain := strings.ReplaceAll(old, "-", "")
	if len(plain) != 32 {
		return "", fmt.Errorf("seed: %q is no id", old)
	}
	var ms int64
	if _, err := fmt.Sscanf(plain[:12], "%x", &ms); err != nil {
		return "", fmt.Errorf("seed: %q is no id: %w", old, err)
	}
	sum := md5.Sum([]byte(fmt.Sprint(old, n))) //nolint:gosec // as above
	h := hex.EncodeToString(sum[:])
	s := fmt.Sprintf("%012x7%s8%s", ms-shift, h[:3], h[3:18])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:], nil
}
