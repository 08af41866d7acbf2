package config

import (
	"fmt"
	"log/slog"
	"strings"
)

const hidden = "[redacted]"

// Secret is a value that prints as "[redacted]" whichever way it is printed. Reveal gives it to the one who needs it.
type Secret string

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret; an empty one prints empty, so that its absence can be seen.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// Format hides the secret from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText hides the secret from JSON, YAML and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// HostTenant is one "host=tenant".
type HostTenant struct{ Host, Tenant string }

// UnmarshalText reads "shinan.example.cn=370202".
func (h *HostTenant) UnmarshalText(text []byte) error {
	host, tenant, ok := strings.Cut(strings.TrimSpace(string(text)), "=")
	if !ok || host == "" || tenant == "" {
		return fmt.Errorf("want host=tenant, got %q", text)
	}
	h.Host, h.Tenant = strings.ToLower(strings.TrimSpace(host)), strings.TrimSpace(tenant)
	return nil
}

// MarshalText writes "host=tenant".
func (h HostTenant) MarshalText() ([]byte, error) { return []byte(h.Host + "=" + h.Tenant), nil }

// TemplateAlias is one "ours=registered".
type TemplateAlias struct{ Ours, Registered string }

// UnmarshalText reads "report_received=SMS_20260001".
func (a *TemplateAlias) UnmarshalText(text []byte) error {
	ours, registered, ok := strings.Cut(strings.TrimSpace(string(text)), "=")
	if !ok || ours == "" || registered == "" {
		return fmt.Errorf("want ours=registered, got %q", text)
	}
	a.Ours, a.Registered = strings.TrimSpace(ours), strings.TrimSpace(registered)
	return nil
}

// MarshalText writes "ours=registered".
func (a TemplateAlias) MarshalText() ([]byte, error) { return []byte(a.Ours + "=" + a.Registered), nil }
