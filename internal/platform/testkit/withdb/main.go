// Command withdb runs another command with an empty PostgreSQL database, whose
// URL replaces the word DATABASE among the arguments, and drops it afterwards:
//
//	go run ./internal/platform/testkit/withdb go run ./ent/migrations/generate -name add_x -postgres DATABASE
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"huying/internal/platform/testkit"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: withdb COMMAND… DATABASE …")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "withdb:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, argv []string) (err error) {
	url, drop, err := testkit.EmptyDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(ctx)) }()
	for i := range argv {
		if argv[i] == "DATABASE" {
			argv[i] = url
		}
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
