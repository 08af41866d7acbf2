package config

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// EnvPrefix starts every environment variable we read: HUYING_HTTP_LISTEN is http.listen.
const EnvPrefix = "HUYING_"

// Sources are where values come from beside the defaults, weakest first.
type Sources struct {
	// Base replaces the defaults, for commands that start from other ones; nil means Default.
	Base *Config
	// File is a YAML file, or empty.
	File string
	// Environ is what os.Environ gives.
	Environ []string
	// Flags are "section.key" → value, only those that were given.
	Flags map[string]any
}

// Load reads, settles and validates. The error joins everything that is wrong, one line each.
func Load(src Sources) (Config, error) {
	cfg := Default()
	if src.Base != nil {
		cfg = *src.Base
	}
	k := koanf.New(".")
	var errs []error
	if src.File != "" {
		if err := k.Load(file.Provider(src.File), yaml.Parser()); err != nil {
			errs = append(errs, fmt.Errorf("config file %s: %w", src.File, err))
		}
	}
	known := Settings()
	if err := k.Load(environment(src.Environ), nil); err != nil {
		errs = append(errs, fmt.Errorf("environment: %w", err))
	}
	if len(src.Flags) > 0 {
		if err := k.Load(confmap.Provider(src.Flags, "."), nil); err != nil {
			errs = append(errs, fmt.Errorf("flags: %w", err))
		}
	}
	for _, key := range k.Keys() {
		if _, ok := known[key]; !ok {
			errs = append(errs, fmt.Errorf("%s: there is no such setting%s", key, nearest(key, known)))
			k.Delete(key)
		}
	}
	errs = append(errs, decode(k, &cfg)...)
	cfg, err := cfg.Settle()
	errs = append(errs, err, cfg.Validate())
	return cfg, errors.Join(errs...)
}

// environment reads HUYING_<SECTION>_<KEY>. HUYING_CONFIG names the file, HUYING_ADMIN_* are flags of commands
// and HUYING_TEST_* belong to the tests.
func environment(environ []string) koanf.Provider {
	return env.Provider(".", env.Opt{
		Prefix:      EnvPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			name = strings.ToLower(strings.TrimPrefix(name, EnvPrefix))
			section, key, _ := strings.Cut(name, "_")
			if name == "config" || section == "test" || section == "admin" {
				return "", nil
			}
			return section + "." + key, value
		},
	})
}

// decode sets each known value on its own, so that one wrong value hides no other.
func decode(k *koanf.Koanf, cfg *Config) []error {
	var errs []error
	each(cfg, func(key string, field reflect.Value, _ string) {
		if !k.Exists(key) {
			return
		}
		d, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
			Result: field.Addr().Interface(), WeaklyTypedInput: true, ZeroFields: true,
			DecodeHook: mapstructure.ComposeDecodeHookFunc(
				mapstructure.StringToTimeDurationHookFunc(), splitList, mapstructure.TextUnmarshallerHookFunc()),
		})
		if err == nil {
			err = d.Decode(k.Get(key))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s", key, reason(field, err)))
		}
	})
	return errs
}

// reason words a decoding error without echoing a secret.
func reason(field reflect.Value, err error) string {
	switch field.Interface().(type) {
	case Secret:
		return "want a text"
	case time.Duration:
		return `want a duration such as "30s" or "5m"`
	case bool:
		return "want true or false"
	case int:
		return "want a whole number"
	}
	return strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", " ")
}

// splitList turns "a, b" into a list where one is wanted.
func splitList(from, to reflect.Type, data any) (any, error) {
	if from.Kind() != reflect.String || to.Kind() != reflect.Slice {
		return data, nil
	}
	var parts []string
	for part := range strings.SplitSeq(data.(string), ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// each visits every setting as section.key.
func each(cfg *Config, visit func(key string, field reflect.Value, doc string)) {
	root := reflect.ValueOf(cfg).Elem()
	for i := range root.NumField() {
		section := root.Type().Field(i).Tag.Get("koanf")
		for j := range root.Field(i).NumField() {
			f := root.Field(i).Type().Field(j)
			visit(section+"."+f.Tag.Get("koanf"), root.Field(i).Field(j), f.Tag.Get("doc"))
		}
	}
}

// Settings gives every setting with a line about it.
func Settings() map[string]string {
	docs := map[string]string{}
	each(&Config{}, func(key string, _ reflect.Value, doc string) { docs[key] = doc })
	return docs
}

// nearest suggests the known settings of the same section.
func nearest(key string, known map[string]string) string {
	section, _, _ := strings.Cut(key, ".")
	var same []string
	for k := range known {
		if strings.HasPrefix(k, section+".") {
			same = append(same, k)
		}
	}
	if len(same) == 0 {
		return ""
	}
	sort.Strings(same)
	return "; there are " + strings.Join(same, ", ")
}

// String is the configuration as YAML with every secret redacted.
func (c Config) String() string {
	tree := map[string]any{}
	each(&c, func(key string, field reflect.Value, _ string) {
		section, name, _ := strings.Cut(key, ".")
		if tree[section] == nil {
			tree[section] = map[string]any{}
		}
		tree[section].(map[string]any)[name] = printable(field)
	})
	out, err := yaml.Parser().Marshal(tree)
	if err != nil {
		return "config: " + err.Error()
	}
	return string(out)
}

func printable(field reflect.Value) any {
	switch v := field.Interface().(type) {
	case time.Duration:
		return v.String()
	case encoding.TextMarshaler:
		text, _ := v.MarshalText()
		return string(text)
	}
	if field.Kind() == reflect.Slice {
		list := slices.Grow([]any{}, field.Len())
		for i := range field.Len() {
			list = append(list, printable(field.Index(i)))
		}
		return list
	}
	return field.Interface()
}
