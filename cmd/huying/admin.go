package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"huying/internal/app"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/database"
	"huying/internal/platform/sheet"
)

type adminCmd struct {
	BootstrapDB      bootstrapCmd        `cmd:"" name:"bootstrap-db" help:"Make the PostgreSQL roles and the database, as a superuser."`
	BootstrapStore   bootstrapStoreCmd   `cmd:"" help:"Make every tenant's buckets in an S3 store, or print the policy of its user."`
	Distribute       distributeCmd       `cmd:"" help:"Distribute a migrated PostgreSQL database over a Citus cluster by tenant."`
	CreateKeys       createKeysCmd       `cmd:"" help:"Make the key ring file."`
	RotateKeys       rotateKeysCmd       `cmd:"" help:"Add a field or signing key to the ring; old ones stay for reading."`
	CreateAdmin      createAdminCmd      `cmd:"" help:"Make the first operator, tenant administrator or auditor."`
	ImportDivisions  importDivisionsCmd  `cmd:"" help:"Import divisions from CSV."`
	ImportBoundaries importBoundariesCmd `cmd:"" help:"Import boundaries from GeoJSON."`
	ImportCalendar   importCalendarCmd   `cmd:"" help:"Import holidays and make-up days from CSV."`
	ImportPlaces     importPlacesCmd     `cmd:"" help:"Import compounds, roads and parks of a tenant from CSV."`
	ImportUnits      importUnitsCmd      `cmd:"" help:"Import handling units from XLSX or CSV."`
	ImportStaff      importStaffCmd      `cmd:"" help:"Import staff accounts and roles from XLSX or CSV."`
	ImportDeputies   importDeputiesCmd   `cmd:"" help:"Import deputies from XLSX or CSV."`
	Retention        retentionCmd        `cmd:"" help:"Count or carry out what is due under the terms of keeping."`
	SMSTemplates     smsTemplatesCmd     `cmd:"" name:"sms-templates" help:"Print the wordings of all messages as CSV, to register with the carrier."`
	RollupRebuild    rollupRebuildCmd    `cmd:"" help:"Count the histories of all reports anew for the boards."`
	RollupVerify     rollupVerifyCmd     `cmd:"" help:"Hold the boards' counters against a recount and fail when they differ."`
	AuditVerify      auditVerifyCmd      `cmd:"" help:"Walk the audit chains and name the first link that does not hold."`
	BundleVerify     bundleVerifyCmd     `cmd:"" help:"Check the sums of an exported evidence bundle."`
	PhotosVerify     photosVerifyCmd     `cmd:"" help:"Compare every photo in the store with the sum taken when it came."`
	Backup           backupCmd           `cmd:"" help:"Write rows and photos of a one-machine installation into an archive, while it serves."`
	Restore          restoreCmd          `cmd:"" help:"Lay such an archive back into an empty place and prove it."`
}

type bootstrapCmd struct {
	SuperURL      string `required:"" env:"HUYING_ADMIN_SUPER_URL" help:"PostgreSQL address of a superuser."`
	Database      string `default:"huying" help:"Name of the database."`
	OwnerPassword string `required:"" env:"HUYING_ADMIN_OWNER_PASSWORD" help:"Password of huying_owner."`
	AppPassword   string `required:"" env:"HUYING_ADMIN_APP_PASSWORD" help:"Password of huying_app."`
	CityPassword  string `required:"" env:"HUYING_ADMIN_CITY_PASSWORD" help:"Password of huying_city."`
}

// Run makes roles and database; it may be run again.
func (c bootstrapCmd) Run(ctx context.Context) error {
	return database.BootstrapPostgres(ctx, c.SuperURL, database.Bootstrap{
		Database: c.Database, OwnerPassword: c.OwnerPassword, AppPassword: c.AppPassword, CityPassword: c.CityPassword,
	})
}

type createKeysCmd struct{}

// Run makes the file that keys.file names.
func (createKeysCmd) Run(g globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	return app.CreateKeys(cfg.Keys.File, clock.System().Now())
}

type rotateKeysCmd struct {
	Purpose string `arg:"" enum:"signing,field" help:"signing or field."`
	Cipher  string `enum:"aes-256-gcm,sm4-gcm" default:"aes-256-gcm" help:"What a field key is for: aes-256-gcm or sm4-gcm."`
}

// Run adds one key.
func (c rotateKeysCmd) Run(g globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	return app.RotateKeys(cfg.Keys.File, c.Purpose == "signing", c.Cipher, clock.System().Now())
}

type createAdminCmd struct {
	Tenant   string `required:"" help:"Tenant, or 370200 for the city."`
	Role     string `required:"" enum:"operator,tenant_admin,auditor" help:"operator, tenant_admin or auditor."`
	Username string `required:""`
	Name     string `required:"" help:"The person's name."`
	Phone    string `help:"Mobile number, for notices."`
}

// Run makes the account and prints its first password once.
func (c createAdminCmd) Run(ctx context.Context, g globals) error {
	return g.house(ctx, func(a *app.App) error {
		password, err := a.CreateAdmin(ctx, app.NewAdmin{Tenant: c.Tenant, Role: c.Role, Username: c.Username, Name: c.Name, Phone: c.Phone})
		if err != nil {
			return err
		}
		return printJSON(map[string]string{"username": c.Username, "initial_password": password})
	})
}

// file is what every import reads.
type file struct {
	Path   string `arg:"" type:"existingfile" help:"File to read."`
	DryRun bool   `help:"Check everything and write nothing."`
}

type importDivisionsCmd struct {
	file
	Complete  bool      `help:"The file is the whole tree: close what it does not name."`
	Effective time.Time `format:"2006-01-02" help:"Day on which new divisions begin and missing ones end; default today."`
}

// Run imports divisions.
func (c importDivisionsCmd) Run(ctx context.Context, g globals) error {
	return c.run(ctx, g.ownersHouse, func(a *app.App, src io.Reader) (any, bool, error) {
		return a.ImportDivisions(ctx, src, app.DivisionFile{DryRun: c.DryRun, Complete: c.Complete, Effective: c.Effective})
	})
}

type importBoundariesCmd struct {
	file
	Source string `required:"" help:"Where the boundaries come from; kept with them."`
}

// Run imports boundaries.
func (c importBoundariesCmd) Run(ctx context.Context, g globals) error {
	return c.run(ctx, g.ownersHouse, func(a *app.App, src io.Reader) (any, bool, error) {
		return a.ImportBoundaries(ctx, src, c.Source, c.DryRun)
	})
}

type importCalendarCmd struct {
	file
	Source string `required:"" help:"The announcement the days come from; kept with them."`
}

// Run imports the calendar.
func (c importCalendarCmd) Run(ctx context.Context, g globals) error {
	return c.run(ctx, g.ownersHouse, func(a *app.App, src io.Reader) (any, bool, error) {
		return a.ImportCalendar(ctx, src, c.Source, c.DryRun)
	})
}

type importPlacesCmd struct {
	file
	Tenant string `required:"" help:"Tenant to import into."`
}

// Run imports places.
func (c importPlacesCmd) Run(ctx context.Context, g globals) error {
	return c.run(ctx, g.ownersHouse, func(a *app.App, src io.Reader) (any, bool, error) {
		return a.ImportPlaces(ctx, c.Tenant, src, c.DryRun)
	})
}

// table is what imports into one tenant read.
type table struct {
	file
	Tenant  string `required:"" help:"Tenant to import into."`
	Partial bool   `help:"Write the right rows although others are wrong."`
}

type sheetImport func(a *app.App) func(context.Context, string, io.Reader, sheet.Options) (sheet.Result, error)

func (t table) load(ctx context.Context, g globals, into sheetImport) error {
	return t.run(ctx, g.house, func(a *app.App, src io.Reader) (any, bool, error) {
		r, err := into(a)(ctx, t.Tenant, src, sheet.Options{DryRun: t.DryRun, Partial: t.Partial})
		return r, len(r.Errors) == 0, err
	})
}

type importUnitsCmd struct{ table }

// Run imports units.
func (c importUnitsCmd) Run(ctx context.Context, g globals) error {
	return c.load(ctx, g, func(a *app.App) func(context.Context, string, io.Reader, sheet.Options) (sheet.Result, error) {
		return a.ImportUnits
	})
}

type importStaffCmd struct{ table }

// Run imports staff.
func (c importStaffCmd) Run(ctx context.Context, g globals) error {
	return c.load(ctx, g, func(a *app.App) func(context.Context, string, io.Reader, sheet.Options) (sheet.Result, error) {
		return a.ImportStaff
	})
}

type importDeputiesCmd struct{ table }

// Run imports deputies.
func (c importDeputiesCmd) Run(ctx context.Context, g globals) error {
	return c.load(ctx, g, func(a *app.App) func(context.Context, string, io.Reader, sheet.Options) (sheet.Result, error) {
		return a.ImportDeputies
	})
}

// run opens the file, builds the house without its background work, prints the result as JSON and fails when rows
// were wrong.
func (f file) run(ctx context.Context, build builder, read func(*app.App, io.Reader) (any, bool, error)) error {
	// The house may change the working directory, so the file is opened before it is built.
	src, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	return build(ctx, func(a *app.App) error {
		result, ok, err := read(a, src)
		if err != nil {
			return err
		}
		if err := printJSON(result); err != nil {
			return err
		}
		if !ok {
			return errors.New("some rows are wrong; see errors")
		}
		return nil
	})
}

// builder builds the house for one task and ends it again.
type builder func(ctx context.Context, do func(*app.App) error) error

// house builds the house for a task of everyday rights.
func (g globals) house(ctx context.Context, do func(*app.App) error) error {
	cfg, err := g.load(nil, map[string]any{"jobs.work": false})
	if err != nil {
		return err
	}
	return buildFor(ctx, cfg, do)
}

// ownersHouse builds it for changing reference tables, which on PostgreSQL only the owner may write.
func (g globals) ownersHouse(ctx context.Context, do func(*app.App) error) error {
	cfg, err := g.load(nil, map[string]any{"jobs.work": false})
	if err != nil {
		return err
	}
	if cfg.Database.Engine == config.Postgres {
		if cfg.Database.OwnerURL == "" {
			return errors.New("database.owner_url: needed to change reference tables on PostgreSQL")
		}
		cfg.Database.URL, cfg.Database.CityURL = cfg.Database.OwnerURL, cfg.Database.OwnerURL
	}
	return buildFor(ctx, cfg, do)
}

// buildFor leaves the object store to the serving process.
func buildFor(ctx context.Context, cfg config.Config, do func(*app.App) error) (err error) {
	a, err := app.Build(ctx, app.WithoutStore(cfg), app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(ctx)) }()
	if err := a.RecordCommand(ctx, commandName(os.Args[1:])); err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	return do(a)
}

// commandName is the words of a command line before its first flag, two at most: never a file, a name or a password.
func commandName(args []string) string {
	var words []string
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") || len(words) == 2 {
			break
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

func printJSON(v any) error {
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println(string(out))
	return nil
}

type smsTemplatesCmd struct{}

// Run prints the table to standard output.
func (smsTemplatesCmd) Run() error {
	table, err := app.SMSTemplates()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(table)
	return err
}
