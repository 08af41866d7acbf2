package app

import (
	"regexp"
	"strings"
)

// What a QR code says after /q/: a tenant, a division down to its grid cell, or a thing in a tenant, as
// 370202-place-ID, 370202-station-ID and 370202-deputy-ID.
var (
	codeDivision = regexp.MustCompile(`^[0-9]{6}(?:[0-9]{3}){0,3}$`)
	codeThing    = regexp.MustCompile(`^([0-9]{6})-(place|station|deputy)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
)

// codeTarget is where a QR code leads: the report form of its tenant with what the code says filled in. A code that
// says nothing leads to the choice of tenants, so that a worn sticker is no dead end.
func codeTarget(code string) string {
	code = strings.ToLower(strings.TrimSpace(code))
	if m := codeThing.FindStringSubmatch(code); m != nil {
		return "/m/" + m[1] + "/report?" + m[2] + "=" + m[3]
	}
	switch {
	case !codeDivision.MatchString(code):
		return "/m/"
	case len(code) == 6:
		return "/m/" + code + "/report"
	}
	return "/m/" + code[:6] + "/report?division=" + code
}
