package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"huying/internal/app"
)

type backupCmd struct {
	File string `arg:"" help:"Archive to write, or - for standard output; an existing file is refused."`
}

// Run writes the archive beside the serving process. The file gets its name when it is whole.
func (c backupCmd) Run(ctx context.Context, g globals) error {
	cfg, err := g.load(nil, map[string]any{"jobs.work": false})
	if err != nil {
		return err
	}
	out, scratch, finish := io.Writer(os.Stdout), cfg.Data.Dir, func(error) error { return nil }
	if c.File != "-" {
		path, err := filepath.Abs(c.File)
		if err != nil {
			return err
		}
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s exists already", path)
		}
		f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // what the command was given
		if err != nil {
			return err
		}
		out, scratch, finish = f, filepath.Dir(path), func(failed error) error { return named(f, path, failed) }
	}
	return buildFor(ctx, cfg, func(a *app.App) error {
		buffered := bufio.NewWriterSize(out, 1<<20)
		m, err := a.Backup(ctx, cfg, buffered, scratch)
		if err := finish(errors.Join(err, buffered.Flush())); err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, app.Summary(m))
		return nil
	})
}

// named gives a file that is whole and on the disk its name, and removes one that is not.
func named(f *os.File, path string, failed error) error {
	if failed == nil {
		failed = f.Sync()
	}
	failed = errors.Join(failed, f.Close())
	if failed != nil {
		return errors.Join(failed, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}

type restoreCmd struct {
	File string `arg:"" help:"Archive to read, or - for standard input."`
}

// Run lays the archive back and proves what it laid.
func (c restoreCmd) Run(ctx context.Context, g globals) error {
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	in := os.Stdin
	if c.File != "-" {
		if in, err = os.Open(c.File); err != nil {
			return err
		}
		defer in.Close() //nolint:errcheck // only read
	}
	m, err := app.Restore(ctx, cfg, bufio.NewReaderSize(in, 1<<20), func(line fmt.Stringer) { fmt.Println(line) })
	if err != nil {
		return err
	}
	fmt.Println("restored", app.Summary(m))
	return nil
}

type photosVerifyCmd struct {
	Tenant []string `placeholder:"CODE" help:"Only these tenants; default all, and the city."`
}

// Run needs the object store: beside a serving process with the embedded one it cannot have it.
func (c photosVerifyCmd) Run(ctx context.Context, g globals) (err error) {
	cfg, err := g.load(nil, map[string]any{"jobs.work": false})
	if err != nil {
		return err
	}
	a, err := app.Build(ctx, cfg, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(ctx)) }()
	if err := a.RecordCommand(ctx, "admin photos-verify"); err != nil {
		return err
	}
	return a.VerifyPhotos(ctx, c.Tenant, func(line fmt.Stringer) { fmt.Println(line) })
}

type bootstrapStoreCmd struct {
	Policy bool `help:"Only print what the product's own user in the store needs, in the store's language."`
}

// Run makes the buckets with the keys of the configuration.
func (c bootstrapStoreCmd) Run(ctx context.Context, g globals) error {
	if c.Policy {
		fmt.Print(app.StorePolicy())
		return nil
	}
	cfg, err := g.load(nil, nil)
	if err != nil {
		return err
	}
	return app.BootstrapStore(ctx, cfg, func(line fmt.Stringer) { fmt.Println(line) })
}
