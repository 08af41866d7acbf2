package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"huying/internal/app"
)

type versionCmd struct {
	SBOM bool `name:"sbom" help:"Print what this binary is made of, as CycloneDX 1.6."`
}

// Run prints the version, or the components that the linker wrote into this very binary.
func (c versionCmd) Run() error {
	if !c.SBOM {
		fmt.Println(app.Version)
		return nil
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("this binary carries no build information")
	}
	return printJSON(materials(info))
}

// component is one part of a CycloneDX document.
type component struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl,omitempty"`
	// Properties hold go.sum's own hash, which is not one of CycloneDX' algorithms.
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func materials(info *debug.BuildInfo) map[string]any {
	parts := []component{{Type: "platform", Name: "go", Version: strings.TrimPrefix(info.GoVersion, "go")}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		parts = append(parts, component{
			Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version,
			Properties: []property{{"go:h1", m.Sum}},
		})
	}
	return map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata":   map[string]any{"component": component{Type: "application", Name: "huying", Version: app.Version}},
		"components": parts,
	}
}
