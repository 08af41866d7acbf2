package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Machine is what a run was taken on.
type Machine struct {
	CPU      string `json:"cpu"`
	Cores    int    `json:"cores"`
	MemoryMB int    `json:"memory_mb"`
	System   string `json:"system"`
	Go       string `json:"go"`
	// Load is the load average when the run began: above the number of cores
	// others were at work, and figures in seconds say little.
	Load string `json:"load"`
}

func (m Machine) String() string {
	return fmt.Sprintf("%s, %d cores, %d MB, %s, %s, load %s", m.CPU, m.Cores, m.MemoryMB, m.System, m.Go, m.Load)
}

func thisMachine() Machine {
	m := Machine{CPU: field("/proc/cpuinfo", "model name"), Cores: runtime.GOMAXPROCS(0), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	m.MemoryMB = kilobytes(field("/proc/meminfo", "MemTotal")) / 1024
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(load))[:3], " ")
	}
	return m
}

// field reads "name: value" out of a file of the kernel's; "" when it is not there.
func field(path, name string) string {
	content, err := os.ReadFile(path) //nolint:gosec // paths of /proc, given here
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		key, value, found := strings.Cut(line, ":")
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// kilobytes reads "123 kB".
func kilobytes(text string) (n int) {
	_, _ = fmt.Sscanf(text, "%d kB", &n)
	return n
}

// allocations counts what the whole process allocates while f runs; others are quiet then.
func allocations(f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}
