package main

import (
	"context"
	"fmt"
	"os"

	"huying/internal/app"
)

type bundleVerifyCmd struct {
	File string `arg:"" type:"existingfile" help:"The ZIP that was exported."`
}

// Run checks the file's sums without any server and says what was missing when it was made.
func (c bundleVerifyCmd) Run(_ context.Context) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	m, err := app.VerifyBundle(f, info.Size())
	if err != nil {
		return err
	}
	for _, file := range m.Files {
		if file.Problem != "" {
			fmt.Printf("%s: %s\n", file.Name, file.Problem)
		}
	}
	fmt.Printf("%s: %d files as made at %s, audit head %d %s\n", m.Number, len(m.Files), m.MadeAt.Format("2006-01-02T15:04:05Z"), m.AuditHead.Seq, m.AuditHead.Hash)
	return nil
}
