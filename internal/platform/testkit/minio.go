package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Keys of the MinIO servers that tests start; they listen on loopback only and
// hold nothing but test photos.
const (
	MinIOAccessKey = "huying-test"
	MinIOSecretKey = "huying-test-secret"
)

// MinIO starts an empty MinIO server of the test's own, which takes half a
// second, and returns its "host:port". Its buckets are named by tenants, so two
// tests on one server would see each other.
func MinIO(t testing.TB) string {
	t.Helper()
	program, err := minioProgram()
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "huying-minio-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	address := fmt.Sprintf("127.0.0.1:%d", port)
	argv := demoted(nil, "KILL", program, "server", "--quiet", "--address", address, filepath.Join(dir, "data"))
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER="+MinIOAccessKey, "MINIO_ROOT_PASSWORD="+MinIOSecretKey,
		"MINIO_UPDATE=off", "MINIO_BROWSER=off", "HOME="+dir)
	run(t, cmd)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := waitReady(ctx, func(ctx context.Context) error { return minioReady(ctx, address) }, nil); err != nil {
		t.Fatalf("testkit: minio did not come up: %v", err)
	}
	return address
}

// minioReady does what a test will do first: the health endpoints answer a
// moment before the server makes buckets ("Server not initialized yet").
func minioReady(ctx context.Context, address string) error {
	client, err := minio.New(address, &minio.Options{
		Creds:      credentials.NewStaticV4(MinIOAccessKey, MinIOSecretKey, ""),
		MaxRetries: 1,
	})
	if err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	const probe = "testkit-probe"
	if err := client.MakeBucket(ctx, probe, minio.MakeBucketOptions{ObjectLocking: true}); err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	if err := client.RemoveBucket(ctx, probe); err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	return nil
}

// minioProgram finds minio: the environment's, the one that make put into the
// repository's .tools, or the PATH's.
func minioProgram() (string, error) {
	if given := os.Getenv("HUYING_TEST_MINIO"); given != "" {
		return given, nil
	}
	if root, err := Repository(); err == nil {
		path := filepath.Join(root, ".tools", "bin", "minio")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	if path, err := exec.LookPath("minio"); err == nil {
		return path, nil
	}
	return "", errors.New("the program minio is missing: run `make tools`, or set HUYING_TEST_MINIO")
}

// started is the folder the test binary began in; the embedded object store moves the process out of it.
var started, _ = os.Getwd()

// Repository finds the folder of go.mod above the test's own.
func Repository() (string, error) {
	dir := started
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("testkit: no go.mod above the test")
		}
		dir = up
	}
}
