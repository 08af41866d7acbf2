// Command generate writes the next versioned migration of both engines from
// the difference between ent/schema and the migrations already there.
//
//	go run ./ent/migrations/generate -name add_x -postgres postgres://owner@host/empty_database
//
// The PostgreSQL database must be empty: the migrations are replayed into it.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	atlas "ariga.io/atlas/sql/migrate"
	atlasschema "ariga.io/atlas/sql/schema"
	atlaslite "ariga.io/atlas/sql/sqlite"
	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
	_ "modernc.org/sqlite"             // SQLite

	"huying/ent/db/migrate"
)

func main() {
	name := flag.String("name", "", "what the migration does, as_words")
	dir := flag.String("dir", "ent/migrations", "directory with postgres/ and sqlite/")
	pg := flag.String("postgres", "", "URL of an empty PostgreSQL database")
	rehash := flag.Bool("rehash", false, "only rewrite atlas.sum after a hand-written file")
	flag.Parse()
	if *rehash {
		if err := rehashAll(*dir); err != nil {
			fmt.Fprintln(os.Stderr, "migration:", err)
			os.Exit(1)
		}
		return
	}
	if *name == "" || *pg == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(context.Background(), *name, *dir, *pg); err != nil {
		fmt.Fprintln(os.Stderr, "migration:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name, dir, pg string) error {
	tmp, err := os.MkdirTemp("", "huying-migration")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	lite := "file:" + filepath.Join(tmp, "dev.db") + "?_pragma=foreign_keys(1)"
	if err := diff(ctx, "sqlite", lite, dialect.SQLite, name, filepath.Join(dir, "sqlite")); err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	if err := diff(ctx, "pgx", pg, dialect.Postgres, name, filepath.Join(dir, "postgres")); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}

// rehashAll rewrites the checksum files, after a migration was written by hand.
func rehashAll(dir string) error {
	for _, engine := range []string{"postgres", "sqlite"} {
		files, err := sqltool.NewGooseDir(filepath.Join(dir, engine))
		if err != nil {
			return err
		}
		sum, err := files.Checksum()
		if err != nil {
			return err
		}
		if err := atlas.WriteSumFile(files, sum); err != nil {
			return err
		}
	}
	return nil
}

func diff(ctx context.Context, driver, url, engine, name, dir string) error {
	conn, err := sql.Open(driver, url)
	if err != nil {
		return err
	}
	defer conn.Close()
	tables, err := schema.CopyTables(migrate.Tables)
	if err != nil {
		return err
	}
	if err := tenantKeys(tables, engine); err != nil {
		return err
	}
	files, err := sqltool.NewGooseDir(dir)
	if err != nil {
		return err
	}
	m, err := schema.NewMigrate(entsql.OpenDB(engine, conn),
		schema.WithDir(files),
		schema.WithFormatter(sqltool.GooseFormatter),
		schema.WithMigrationMode(schema.ModeReplay),
		schema.WithDialect(engine),
		schema.WithForeignKeys(true),
		schema.WithDropColumn(true),
		schema.WithDropIndex(true),
		schema.WithDiffHook(keepWithoutRowID),
	)
	if err != nil {
		return err
	}
	return m.NamedDiff(ctx, name, tables...)
}

// keepWithoutRowID leaves SQLite's WITHOUT ROWID, which a migration wrote by hand and ent has no word for, as it is.
func keepWithoutRowID(next schema.Differ) schema.Differ {
	return schema.DiffFunc(func(current, desired *atlasschema.Schema) ([]atlasschema.Change, error) {
		for _, t := range current.Tables {
			for _, a := range t.Attrs {
				if same, ok := desired.Table(t.Name); ok {
					if _, without := a.(*atlaslite.WithoutRowID); without {
						same.AddAttrs(a)
					}
				}
			}
		}
		return next.Diff(current, desired)
	})
}
