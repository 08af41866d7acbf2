package charttest

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// The container's own command line with the rendered environment, as a process: it must become ready by its own probe
// and end within its grace period. Only the folder and the port are those of this machine.
func TestRuns(t *testing.T) {
	for _, choice := range []string{"values-single.yaml", "values-demo.yaml"} {
		t.Run(choice, func(t *testing.T) {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address, data := ln.Addr().String(), t.TempDir()
			if err := ln.Close(); err != nil {
				t.Fatal(err)
			}
			here := strings.NewReplacer("0.0.0.0:8080", address, "/data", data)
			var pod corev1.PodSpec
			cmd := exec.CommandContext(t.Context(), os.Getenv("HUYING"))
			cmd.Dir, cmd.Env = data, []string{"TMPDIR=" + t.TempDir()}
			for _, o := range render(t, choice) {
				switch o.kind {
				case "ConfigMap":
					for name, value := range into[corev1.ConfigMap](t, o).Data {
						cmd.Env = append(cmd.Env, name+"="+here.Replace(value))
					}
				case "Deployment":
					pod = into[appsv1.Deployment](t, o).Spec.Template.Spec
				}
			}
			c := pod.Containers[0]
			for _, e := range c.Env {
				cmd.Env = append(cmd.Env, e.Name+"="+here.Replace(e.Value))
			}
			for _, arg := range c.Args {
				cmd.Args = append(cmd.Args, here.Replace(arg))
			}
			var log strings.Builder
			cmd.Stdout, cmd.Stderr = &log, &log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			patience := time.Duration(c.StartupProbe.PeriodSeconds*c.StartupProbe.FailureThreshold) * time.Second
			for until := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
				if answer, err := http.Get("http://" + address + c.ReadinessProbe.HTTPGet.Path); err == nil {
					_ = answer.Body.Close()
					if answer.StatusCode == http.StatusOK {
						break
					}
				}
				if time.Now().After(until) {
					t.Fatalf("not ready in %s:\n%s", patience, log.String())
				}
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("a stop by signal is no failure: %v\n%s", err, log.String())
				}
			case <-time.After(time.Duration(*pod.TerminationGracePeriodSeconds) * time.Second):
				t.Error("it did not end within its grace period")
			}
		})
	}
}
