package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
	"huying/internal/platform/crypto"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/objects"
)

// Findings of a doctor.
const (
	Well = "ok"
	Mind = "mind"
	Sick = "SICK"
)

// Finding is what the doctor says about one thing, and what to do about it.
type Finding struct{ State, Part, Says, Do string }

// String is the finding as it is printed.
func (f Finding) String() string {
	line := fmt.Sprintf("%-4s  %-10s %s", f.State, f.Part, f.Says)
	if f.Do != "" {
		line += "\n                 → " + f.Do
	}
	return line
}

const (
	// clockSkew is more than a well kept clock is off. S3 refuses 15 minutes, one-time codes suffer from 30 s.
	clockSkew = 2 * time.Second
	// postgresWanted is the oldest server whose row security and ICU the product was tried on.
	postgresWanted = 150000
)

// doctor collects findings.
type doctor struct {
	cfg   config.Config
	clock clock.Clock
	tell  func(Finding)
	sick  bool
}

// ErrSick is returned when something must be repaired.
var ErrSick = errors.New("something must be repaired; see the lines marked " + Sick)

// Examine looks at an installation from outside, changes nothing, and tells what it finds. It is ErrSick when something
// must be repaired.
func Examine(ctx context.Context, cfg config.Config, clk clock.Clock, tell func(Finding)) error {
	d := &doctor{cfg: cfg, clock: clk, tell: tell}
	for _, look := range []func(context.Context){d.settings, d.keys, d.rows, d.store, d.serving} {
		look(ctx)
	}
	if d.sick {
		return ErrSick
	}
	return nil
}

func (d *doctor) say(state, part, says, do string) {
	d.sick = d.sick || state == Sick
	d.tell(Finding{state, part, says, do})
}

// settings are right by form, or Load would have refused them; here is what is right and yet unwise.
func (d *doctor) settings(context.Context) {
	c := d.cfg
	d.say(Well, "settings", fmt.Sprintf("%s and %s store, listening on %s", c.Database.Engine, c.Objects.Store, c.HTTP.Listen), "")
	if c.Demo.On {
		d.say(Mind, "settings", "demo.on: accounts are public and nobody needs a second factor", "never with real people")
	}
	if c.HTTP.PublicURL == "" && !c.Demo.On {
		d.say(Mind, "settings", "http.public_url is empty: links in messages point at http.listen", "set it to the address people type")
	}
	if strings.HasPrefix(c.HTTP.PublicURL, "http://") {
		d.say(Mind, "settings", "http.public_url is not https", "end TLS at the proxy and set https://")
	}
	if c.HTTP.PublicURL != "" && len(c.HTTP.TrustedProxies) == 0 {
		d.say(Mind, "settings", "http.trusted_proxies is empty: behind a proxy all visitors share its limits", "list the proxy's network")
	}
	if c.SMS.GatewayURL == "" && !c.Demo.On {
		d.say(Mind, "settings", "no SMS gateway: messages stay in the outbox and nobody can sign in by number", "see docs/operations.md, connecting a gateway")
	}
	if c.Database.Engine == config.Postgres && c.Database.RLSMode == "local" && c.Database.ListenURL == "" {
		d.say(Mind, "settings", "database.listen_url is empty behind a pooler: screens of one process hear nothing of what happens in another",
			"set it to PostgreSQL itself, or serve from one process")
	}
	if c.Database.Engine == config.Postgres && c.Objects.Store == config.EmbeddedStore {
		d.say(Mind, "settings", "PostgreSQL with the embedded store serves from one process only", "use objects.store=s3 for several")
	}
}

// keys are looked at as a file: who may read it, and whether it can be used.
func (d *doctor) keys(context.Context) {
	path := d.cfg.Keys.File
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if d.cfg.Database.Engine == config.SQLite {
			d.say(Mind, "keys", path+" is not there", "the first start makes one; if there was one, put it back first: nothing else opens the phone numbers")
			return
		}
		d.say(Sick, "keys", path+" is not there", "put the key ring back, or make the first one: huying admin create-keys")
		return
	}
	if err != nil {
		d.say(Sick, "keys", err.Error(), "let the user of this process read the file")
		return
	}
	m, err := crypto.Read(path)
	if err == nil {
		_, err = crypto.New(m)
	}
	if err != nil {
		d.say(Sick, "keys", err.Error(), "chmod 600 it if its mode is told; else put the right key ring back from where it is kept apart")
		return
	}
	d.say(Well, "keys", fmt.Sprintf("%d field, %d signing keys", len(m.Field.Keys), len(m.Signing)), "")
}

// rows are looked at through the roles that serve, and through their walls.
func (d *doctor) rows(ctx context.Context) {
	c := d.cfg.Database
	if c.Engine == config.SQLite {
		if _, err := os.Stat(c.Path); errors.Is(err, fs.ErrNotExist) {
			d.say(Mind, "rows", c.Path+" is not there", "the first start makes it; if there was one, restore it first")
			return
		}
	} else {
		d.role(ctx, c.URL.Reveal(), database.RoleApp)
		d.role(ctx, c.CityURL.Reveal(), database.RoleCity)
	}
	db, err := openWithoutMigrating(ctx, d.cfg)
	if err != nil {
		d.say(Sick, "rows", err.Error(), "start the database, or correct database.url")
		return
	}
	defer db.Close()
	if err := db.CheckSchema(ctx); err != nil {
		state, do := Sick, "huying migrate, before serve starts"
		if c.Engine == config.SQLite && errors.Is(err, database.ErrBehind) {
			state, do = Mind, "the next start brings it up to date; back up first"
		}
		d.say(state, "schema", err.Error(), do)
		return
	}
	d.say(Well, "schema", "as this program wants it", "")
	d.queue(ctx, db)
	d.trail(ctx, db)
}

func openWithoutMigrating(ctx context.Context, cfg config.Config) (*database.DB, error) {
	c := cfg.Database
	return database.Open(ctx, database.Config{
		Engine: c.Engine, Path: c.Path, URL: c.URL.Reveal(), CityURL: c.CityURL.Reveal(), Mode: database.RLSMode(c.RLSMode), MaxConns: 2,
		AcquireTimeout: c.AcquireTimeout,
	})
}

// role asks PostgreSQL what one of our roles is and may.
func (d *doctor) role(ctx context.Context, url, want string) {
	before := d.clock.Now()
	f, err := database.InspectPostgres(ctx, url)
	after := d.clock.Now()
	if err != nil {
		d.say(Sick, "rows", want+": "+err.Error(), "start PostgreSQL, or correct the address of "+want)
		return
	}
	bad := len(f.Unwalled) > 0
	if f.Superuser || f.Bypasses || f.Owns {
		bad = true
		d.say(Sick, "walls", f.Role+" passes row-level security: it is a superuser, has BYPASSRLS or owns the tables",
			"serve as "+want+", made by huying admin bootstrap-db")
	}
	if len(f.Unwalled) > 0 {
		d.say(Sick, "walls", "no forced row-level security on "+strings.Join(f.Unwalled, ", "), "huying migrate; if it stays, somebody switched it off")
	}
	if want == database.RoleCity && len(f.Writable) > 0 {
		bad = true
		d.say(Sick, "walls", f.Role+" may write "+strings.Join(f.Writable, ", "), "revoke it: the city's role only reads")
	}
	if f.Version < postgresWanted {
		d.say(Sick, "rows", fmt.Sprintf("PostgreSQL %d is older than 15", f.Version/10000), "upgrade the server")
	}
	// The server's time lies between ours before and after, however slow the answer was.
	if skew := max(before.Sub(f.Now), f.Now.Sub(after)); skew > clockSkew {
		d.say(Sick, "clock", fmt.Sprintf("this machine and PostgreSQL differ by %s", skew.Round(time.Millisecond)), "run chrony or ntpd on both")
	}
	if !bad {
		d.say(Well, "walls", f.Role+" stands behind row-level security", "")
	}
}

// queue tells a queue that nobody works.
func (d *doctor) queue(ctx context.Context, db *database.DB) {
	s, err := jobs.Count(ctx, db)
	if err != nil {
		d.say(Sick, "queue", err.Error(), "huying migrate")
		return
	}
	waiting := s.Jobs["available"]
	says := fmt.Sprintf("%d wait, %d run, %d are tried again, %d were given up", waiting, s.Jobs["running"], s.Jobs["retryable"], s.Jobs["discarded"])
	switch {
	case waiting > 1000:
		d.say(Mind, "queue", says, "start a worker, or raise jobs.workers")
	case s.Jobs["discarded"] > 0:
		d.say(Mind, "queue", says, "the log says why under \"job\"; mend the cause")
	default:
		d.say(Well, "queue", says, "")
	}
}

// trail walks the audit chains.
func (d *doctor) trail(ctx context.Context, db *database.DB) {
	tenants, err := audit.Tenants(ctx, db)
	if err != nil {
		d.say(Sick, "audit", err.Error(), "")
		return
	}
	for _, tenant := range tenants {
		report, err := audit.Verify(ctx, db, tenant)
		switch {
		case err != nil:
			d.say(Sick, "audit", tenant+": "+err.Error(), "")
			return
		case !report.Intact():
			d.say(Sick, "audit", report.String(), "keep everything as it is, and see docs/security.md, the chain")
			return
		}
	}
	d.say(Well, "audit", fmt.Sprintf("%d chains hold", len(tenants)), "")
}

// store looks at the buckets of every tenant, or at the folder of the embedded one.
func (d *doctor) store(ctx context.Context) {
	c := d.cfg.Objects
	if c.Store == config.EmbeddedStore {
		d.folder(c.Dir)
		return
	}
	s, err := objects.Open(objects.Config{
		Endpoint: c.Endpoint, Region: c.Region, AccessKey: c.AccessKey, SecretKey: c.SecretKey.Reveal(), Secure: c.Secure, PublicURL: c.PublicURL,
	})
	if err == nil {
		err = s.Ping(ctx)
	}
	if err != nil {
		d.say(Sick, "store", err.Error(), "start the store, or correct objects.endpoint and its keys")
		return
	}
	if !c.Secure {
		d.say(Mind, "store", "objects.secure is false: photos travel unencrypted to "+c.Endpoint, "right only on one machine or a network of your own")
	}
	db, err := openWithoutMigrating(ctx, d.cfg)
	if err != nil {
		return // said already
	}
	defer db.Close()
	tenants, err := audit.Tenants(ctx, db)
	if err != nil {
		return
	}
	d.buckets(ctx, s, tenants)
}

func (d *doctor) buckets(ctx context.Context, s *objects.Store, tenants []string) {
	there := 0
	for _, tenant := range tenants {
		if tenant == auth.CityTenant {
			continue
		}
		found, err := s.Buckets(ctx, tenant)
		if err != nil {
			d.say(Sick, "store", err.Error(), "let the key of objects.access_key read its buckets' settings")
			return
		}
		for i, b := range found {
			if !b.There {
				continue
			}
			there++
			evidence := i == 0
			if !b.Versioned || evidence && !b.Locked {
				d.say(Sick, "store", b.Name+" lacks versioning or object lock: originals could be removed", "object lock can only be had at making: move the bucket away and let the product make it")
			}
			if b.Open {
				d.say(Sick, "store", b.Name+" has a policy that lets strangers in", "remove the bucket's policy")
			}
		}
	}
	d.say(Well, "store", fmt.Sprintf("answers; %d buckets looked at", there), "")
}

func (d *doctor) folder(dir string) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.say(Mind, "store", dir+" is not there", "the first start makes it; if there was one, restore it first")
		return
	case err != nil:
		d.say(Sick, "store", err.Error(), "let the user of this process enter the folder")
		return
	case info.Mode().Perm()&0o007 != 0:
		d.say(Mind, "store", fmt.Sprintf("%s has mode %04o: everybody on this machine may look in", dir, info.Mode().Perm()), "chmod o-rwx "+dir)
	}
	probe, err := os.CreateTemp(filepath.Dir(dir), ".huying-doctor-")
	if err != nil {
		d.say(Sick, "store", err.Error(), "let the user of this process write there; is the disk full?")
		return
	}
	err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	if err != nil {
		d.say(Sick, "store", err.Error(), "")
		return
	}
	d.say(Well, "store", dir+" can be written", "")
}

// serving asks a process that listens here how it is.
func (d *doctor) serving(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.cfg.HTTP.Listen+"/readyz", http.NoBody)
	if err != nil {
		d.say(Sick, "serving", err.Error(), "")
		return
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		d.say(Mind, "serving", "nobody answers on "+d.cfg.HTTP.Listen, "right where nothing should serve; else start huying serve and read its log")
		return
	}
	defer answer.Body.Close() //nolint:errcheck // only the status is read
	if answer.StatusCode != http.StatusOK {
		d.say(Sick, "serving", fmt.Sprintf("%s answers /readyz with %s", d.cfg.HTTP.Listen, answer.Status), "its body names the sick part, its log says why")
		return
	}
	d.say(Well, "serving", d.cfg.HTTP.Listen+" is ready", "")
}
