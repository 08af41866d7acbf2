package migrations_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"huying/ent/migrations"
)

// released is the last migration before the first release. Later ones run while an older program serves large tables:
// they only add, and never hold a long lock.
const released = "20261201000000"

var (
	created    = regexp.MustCompile(`(?i)CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?`)
	statements = []struct {
		form *regexp.Regexp
		why  string
	}{
		{regexp.MustCompile(`(?i)CREATE (?:UNIQUE )?INDEX (?P<online>CONCURRENTLY )?(?:IF NOT EXISTS )?"?\w+"? ON (?:ONLY )?"?(?P<table>\w+)"?`), "locks out writers: CREATE INDEX CONCURRENTLY, under -- +goose NO TRANSACTION"},
		{regexp.MustCompile(`(?is)ALTER TABLE (?:ONLY )?"?(?P<table>\w+)"?[^;]*ADD COLUMN [^,;]*NOT NULL(?P<online>[^,;]*DEFAULT)?`), "fails on rows that are there: give a DEFAULT, or allow NULL"},
		{regexp.MustCompile(`(?is)ALTER TABLE (?:ONLY )?"?(?P<table>\w+)"?[^;]*ALTER (?:COLUMN )?"?\w+"? (?:SET DATA )?TYPE`), "rewrites the table: add a column, fill it, change over one release later"},
		{regexp.MustCompile(`(?is)ALTER TABLE (?:ONLY )?"?(?P<table>\w+)"?[^;]*SET NOT NULL`), "reads the whole table under a lock: ADD CONSTRAINT … CHECK … NOT VALID, then VALIDATE"},
		{regexp.MustCompile(`(?is)ALTER TABLE (?:ONLY )?"?(?P<table>\w+)"?[^;]*ADD CONSTRAINT (?P<online>[^;]*NOT VALID)?`), "reads the whole table under a lock: NOT VALID, then VALIDATE CONSTRAINT"},
		{regexp.MustCompile(`(?is)(?:ALTER TABLE (?:ONLY )?"?(?P<table>\w+)"?[^;]*(?:DROP COLUMN|RENAME)|DROP TABLE)`), "breaks the program that still serves: take it away one release later, with a line -- contract: why"},
	}
	comment  = regexp.MustCompile(`(?m)--.*$`)
	contract = regexp.MustCompile(`(?m)^-- contract: \S+`)
)

// offences says what a PostgreSQL migration does that must not be done beside a serving program.
func offences(sql string) (found []string) {
	up, _, _ := strings.Cut(sql, "-- +goose Down")
	bare := comment.ReplaceAllString(up, "")
	fresh := map[string]bool{}
	for _, m := range created.FindAllStringSubmatch(bare, -1) {
		fresh[m[1]] = true
	}
	for _, s := range statements {
		for _, m := range s.form.FindAllStringSubmatch(bare, -1) {
			group := func(name string) string {
				if i := s.form.SubexpIndex(name); i > 0 {
					return m[i]
				}
				return ""
			}
			taking := strings.Contains(s.why, "contract") && contract.MatchString(up)
			if fresh[group("table")] || group("online") != "" || taking {
				continue
			}
			found = append(found, fmt.Sprintf("%.60q %s", strings.Join(strings.Fields(m[0]), " "), s.why))
		}
	}
	if strings.Contains(bare, "CONCURRENTLY") && !strings.Contains(up, "+goose NO TRANSACTION") {
		found = append(found, "CONCURRENTLY needs -- +goose NO TRANSACTION")
	}
	return found
}

func TestMigrationsAreSafeBesideAServingProgram(t *testing.T) {
	files, err := fs.Glob(migrations.Files, "postgres/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations", err)
	}
	for _, name := range files {
		sql, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimPrefix(name, "postgres/") < released {
			continue
		}
		for _, o := range offences(string(sql)) {
			t.Errorf("%s: %s", name, o)
		}
	}
}

func TestOffences(t *testing.T) {
	for sql, bad := range map[string]bool{
		`CREATE INDEX "a" ON "reports" ("x");`:                                        true,
		`CREATE UNIQUE INDEX a ON reports (x);`:                                       true,
		"-- +goose NO TRANSACTION\nCREATE INDEX CONCURRENTLY a ON reports (x);":       false,
		`CREATE INDEX CONCURRENTLY a ON reports (x);`:                                 true,
		`CREATE TABLE "new" ("x" int); CREATE INDEX "a" ON "new" ("x");`:              false,
		`ALTER TABLE "reports" ADD COLUMN "x" int NOT NULL;`:                          true,
		`ALTER TABLE "reports" ADD COLUMN "x" int NOT NULL DEFAULT 0;`:                false,
		`ALTER TABLE "reports" ADD COLUMN "x" int NULL;`:                              false,
		`ALTER TABLE "reports" ADD COLUMN "y" int NULL, ADD COLUMN "x" int NOT NULL;`: true,
		`ALTER TABLE reports ALTER COLUMN x TYPE bigint;`:                             true,
		`ALTER TABLE reports ALTER COLUMN x SET NOT NULL;`:                            true,
		`ALTER TABLE reports ADD CONSTRAINT c CHECK (x > 0);`:                         true,
		`ALTER TABLE reports ADD CONSTRAINT c CHECK (x > 0) NOT VALID;`:               false,
		`ALTER TABLE reports DROP COLUMN x;`:                                          true,
		"-- contract: nothing reads x since 0.2\nALTER TABLE reports DROP COLUMN x;":  false,
		`DROP TABLE reports;`: true,
		"ALTER TABLE reports ADD COLUMN x int;\n-- +goose Down\nALTER TABLE reports DROP COLUMN x;": false,
		"-- CREATE INDEX a ON reports (x);": false,
	} {
		if found := offences(sql); (len(found) > 0) != bad {
			t.Errorf("%s: %v", sql, found)
		}
	}
}
