package testkit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Keys of the MinIO server that tests start; it listens on loopback only and
// holds nothing but test photos.
const (
	MinIOAccessKey = "huying-test"
	MinIOSecretKey = "huying-test-secret" //nolint:gosec // of a server that lives for one test run
)

// minioServer returns "host:port" of the MinIO server of this run.
var minioServer = sync.OnceValues(func() (string, error) {
	return service{"minio", prepareMinIO, minioReady}.acquire(context.Background())
})

func prepareMinIO(_ context.Context, dir string) (launch, error) {
	program, err := minioProgram()
	if err != nil {
		return launch{}, err
	}
	data := filepath.Join(dir, "data")
	if err := ownedDir(data, nil); err != nil {
		return launch{}, err
	}
	port, err := freePort()
	if err != nil {
		return launch{}, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	return launch{
		argv:   demoted(nil, "KILL", program, "server", "--quiet", "--address", address, "--console-address", "127.0.0.1:0", data),
		env:    []string{"MINIO_ROOT_USER=" + MinIOAccessKey, "MINIO_ROOT_PASSWORD=" + MinIOSecretKey, "MINIO_UPDATE=off", "MINIO_BROWSER=off"},
		signal: "KILL", address: address,
	}, nil
}

func minioReady(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/minio/health/ready", nil)
	if err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	if err := res.Body.Close(); err != nil {
		return fmt.Errorf("testkit: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("testkit: %s answered %d", address, res.StatusCode)
	}
	return nil
}

// minioProgram finds minio: the environment's, the one that make put into the
// repository's .tools, or the PATH's.
func minioProgram() (string, error) {
	if given := os.Getenv("HUYING_TEST_MINIO"); given != "" {
		return given, nil
	}
	if root, err := repository(); err == nil {
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

// repository finds the folder of go.mod above the test's own.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("testkit: %w", err)
	}
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
