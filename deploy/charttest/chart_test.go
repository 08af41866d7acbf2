// Package charttest renders the chart with every values file and reads what comes out as strictly as the types of
// Kubernetes' own API allow. It is a module of its own, so that the product does not depend on Kubernetes.
package charttest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

const chart = "../helm/huying"

var choices = []string{"values.yaml", "values-demo.yaml", "values-single.yaml", "values-ha.yaml", "values-trial.yaml"}

// object is one rendered document.
type object struct {
	kind, name string
	text       []byte
}

func helm(t *testing.T, args ...string) (string, error) {
	t.Helper()
	program := os.Getenv("HELM")
	if program == "" {
		t.Fatal("HELM names no helm; run make helm-test")
	}
	out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	return string(out), err
}

func render(t *testing.T, choice string, more ...string) []object {
	t.Helper()
	args := append([]string{"template", "renda", chart, "-f", filepath.Join(chart, choice), "--kube-version", "1.30.0"}, more...)
	out, err := helm(t, args...)
	if err != nil {
		t.Fatalf("%s: %s", choice, out)
	}
	var objects []object
	for _, doc := range regexp.MustCompile(`(?m)^---\s*$`).Split(out, -1) {
		var head struct {
			Kind     string
			Metadata struct{ Name string }
		}
		if err := yaml.Unmarshal([]byte(doc), &head); err != nil {
			t.Fatalf("%s: %v\n%s", choice, err, doc)
		}
		if head.Kind != "" {
			objects = append(objects, object{head.Kind, head.Metadata.Name, []byte(doc)})
		}
	}
	return objects
}

func into[T any](t *testing.T, o object) *T {
	t.Helper()
	v := new(T)
	if err := yaml.UnmarshalStrict(o.text, v, yaml.DisallowUnknownFields); err != nil {
		t.Errorf("%s %s: %v", o.kind, o.name, err)
	}
	return v
}

func TestLint(t *testing.T) {
	for _, choice := range choices {
		if out, err := helm(t, "lint", "--strict", "--kube-version", "1.30.0", chart, "-f", filepath.Join(chart, choice)); err != nil {
			t.Errorf("%s:\n%s", choice, out)
		}
	}
}

// Every document is read into the type of its kind; an unknown field or a wrong type fails.
func TestTypes(t *testing.T) {
	for _, choice := range choices {
		t.Run(choice, func(t *testing.T) {
			seen := map[string]int{}
			for _, o := range render(t, choice) {
				seen[o.kind]++
				switch o.kind {
				case "Deployment":
					d := into[appsv1.Deployment](t, o)
					checkSelector(t, o, d.Spec.Selector.MatchLabels, d.Spec.Template.Labels)
					checkPod(t, o, d.Spec.Template.Spec, true)
				case "StatefulSet":
					s := into[appsv1.StatefulSet](t, o)
					checkSelector(t, o, s.Spec.Selector.MatchLabels, s.Spec.Template.Labels)
					checkPod(t, o, s.Spec.Template.Spec, false)
				case "Job":
					checkPod(t, o, into[batchv1.Job](t, o).Spec.Template.Spec, false)
				case "Service":
					into[corev1.Service](t, o)
				case "ServiceAccount":
					into[corev1.ServiceAccount](t, o)
				case "ConfigMap":
					into[corev1.ConfigMap](t, o)
				case "PersistentVolumeClaim":
					into[corev1.PersistentVolumeClaim](t, o)
				case "Ingress":
					into[networkingv1.Ingress](t, o)
				case "NetworkPolicy":
					into[networkingv1.NetworkPolicy](t, o)
				case "PodDisruptionBudget":
					into[policyv1.PodDisruptionBudget](t, o)
				case "HorizontalPodAutoscaler":
					into[autoscalingv2.HorizontalPodAutoscaler](t, o)
				case "PodMonitor", "PrometheusRule":
					// Custom resources of the Prometheus operator: well-formed is all that is known here.
				default:
					t.Errorf("a %s is rendered, which nobody expects", o.kind)
				}
			}
			if seen["Deployment"] == 0 || seen["NetworkPolicy"] == 0 {
				t.Errorf("rendered only %v", seen)
			}
		})
	}
}

func checkSelector(t *testing.T, o object, selector, labels map[string]string) {
	t.Helper()
	for k, v := range selector {
		if labels[k] != v {
			t.Errorf("%s %s selects %s=%s, its pods have %q", o.kind, o.name, k, v, labels[k])
		}
	}
}

// checkPod holds a pod to the restricted profile of the pod security standards, and more.
func checkPod(t *testing.T, o object, p corev1.PodSpec, probed bool) {
	t.Helper()
	wrong := func(what string) { t.Errorf("%s %s: %s", o.kind, o.name, what) }
	s := p.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser == 0 || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		wrong("may run as root or without seccomp")
	}
	if p.AutomountServiceAccountToken == nil || *p.AutomountServiceAccountToken {
		wrong("gets a token of the API server")
	}
	if p.HostNetwork || p.HostPID || p.HostIPC {
		wrong("shares something with its host")
	}
	for _, c := range slices.Concat(p.InitContainers, p.Containers) {
		s := c.SecurityContext
		if s == nil || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation ||
			s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) {
			wrong(c.Name + " is not restricted")
		}
		if c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
			wrong(c.Name + " has no resources")
		}
		if probed && (c.StartupProbe == nil || c.LivenessProbe == nil || c.ReadinessProbe == nil) {
			wrong(c.Name + " lacks a probe")
		}
		for _, m := range c.VolumeMounts {
			if !slices.ContainsFunc(p.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name }) && o.kind != "StatefulSet" {
				wrong(c.Name + " mounts " + m.Name + ", which is no volume")
			}
		}
	}
}

// No values file makes the chart write a secret down, and the owner's address reaches the migration alone.
func TestSecretsAreNamedOnly(t *testing.T) {
	for _, choice := range choices {
		for _, o := range render(t, choice) {
			if o.kind == "Secret" {
				t.Errorf("%s renders Secret %s", choice, o.name)
			}
			if o.kind == "Deployment" && bytes.Contains(o.text, []byte("OWNER_URL")) {
				t.Errorf("%s: %s is given the owner's address", choice, o.name)
			}
		}
	}
}

// The schema refuses what would not work.
func TestSchemaRefuses(t *testing.T) {
	for name, set := range map[string]string{
		"two processes on one folder":     "mode=single,api.replicas=2",
		"a worker beside SQLite":          "mode=demo,api.replicas=1,worker.replicas=1",
		"a secret among the settings":     `settings.objects\.secret_key=x`,
		"a setting of no section":         `settings.htttp\.listen=x`,
		"production without its Secret":   "mode=ha,secrets.app=",
		"a word that is not in the chart": "replicas=3",
	} {
		if out, err := helm(t, "template", "renda", chart, "--set", set); err == nil {
			t.Errorf("%s is taken:\n%.300s", name, out)
		}
	}
}

// What the chart renders as environment is what the program understands: the exact settings go through its own check.
func TestProgramUnderstands(t *testing.T) {
	program := os.Getenv("HUYING")
	if program == "" {
		t.Fatal("HUYING names no program; run make helm-test")
	}
	for _, choice := range choices {
		t.Run(choice, func(t *testing.T) {
			objects := render(t, choice)
			settings := map[string]string{}
			for _, o := range objects {
				if o.kind == "ConfigMap" && !strings.HasSuffix(o.name, "dashboard") {
					settings = into[corev1.ConfigMap](t, o).Data
				}
			}
			for _, o := range objects {
				if o.kind != "Deployment" {
					continue
				}
				c := into[appsv1.Deployment](t, o).Spec.Template.Spec.Containers[0]
				cmd := exec.CommandContext(t.Context(), program, "config")
				cmd.Env = []string{"HOME=/nonexistent"}
				for name, value := range settings {
					cmd.Env = append(cmd.Env, name+"="+value)
				}
				for _, e := range c.Env {
					value := e.Value
					if e.ValueFrom != nil {
						value = "postgres://given-by-secret" // form is checked, nobody is called
					}
					cmd.Env = append(cmd.Env, e.Name+"="+value)
				}
				if choice == "values.yaml" || choice == "values-ha.yaml" {
					cmd.Env = append(cmd.Env, "HUYING_OBJECTS_ENDPOINT=store:9000") // what an installation must say itself
				}
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s", o.name, err, out)
				}
			}
		})
	}
}
