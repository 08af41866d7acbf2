package identity

import (
	"time"

	"huying/internal/platform/auth"
)

// Limits of signing in. Article 8.1.4.1 of GB/T 22239-2019 (classified protection, level 3) asks for
// handling of failed sign-ins and logout when idle; the figures are ours unless said otherwise.
const (
	codeLife     = 5 * time.Minute
	codeTries    = 5
	resendAfter  = 60 * time.Second
	signInTries  = 5
	lockTime     = 15 * time.Minute
	historyDepth = 5

	// absence is how long a number may be silent before it must step up. Carriers in China give a
	// number to a new holder no earlier than 90 days after it was returned; twice that leaves room
	// for people who report once or twice a year.
	absence = 180 * 24 * time.Hour
	// stepUpTries bounds the guesses at a report's number, which is a running number, per day.
	stepUpTries = 3

	minReason = 4
	maxReason = 200
)

// lifetime of a session's refresh token: fixed from the sign-in for staff, counted anew at every use
// for citizens and deputies.
func lifetime(kind string) (d time.Duration, sliding bool) {
	switch kind {
	case auth.KindStaff:
		return 12 * time.Hour, false
	case auth.KindDeputy:
		return 30 * 24 * time.Hour, true
	default:
		return 90 * 24 * time.Hour, true
	}
}

// refusal is why a session does not serve; empty when it does.
type refusal string

const (
	refusedRevoked refusal = "revoked"
	refusedExpired refusal = "expired"
	refusedIdle    refusal = "idle"
)

// sessionState is what the rule needs to know of a session.
type sessionState struct {
	kind      string
	revoked   bool
	lastUsed  time.Time
	expiresAt time.Time
}

// serves says whether a session may be used at now; staff sessions end after idle without a request.
func (s sessionState) serves(now time.Time, idle time.Duration) refusal {
	switch {
	case s.revoked:
		return refusedRevoked
	case !now.Before(s.expiresAt):
		return refusedExpired
	case s.kind == auth.KindStaff && now.Sub(s.lastUsed) > idle:
		return refusedIdle
	}
	return ""
}

// door is how a person may come in with an SMS code.
type door int

const (
	doorOpen     door = iota
	doorStepUp        // must show the number of an old report, or start afresh
	doorPassword      // must use the password
)

// smsDoor decides how a person with a user name (or without), live grants (or without) and this last
// sign of life may come in with an SMS code.
//
// A number that was silent for long may have a new holder. That holder must never inherit reports:
// one who cannot name an old report becomes a new person. Nor must that holder inherit a role: anyone
// who holds one has to prove it is still the same person by password.
func smsDoor(kind string, hasPassword, hasGrants bool, lastSeen, now time.Time) door {
	if kind == auth.KindStaff && hasPassword {
		return doorPassword
	}
	if now.Sub(lastSeen) <= absence {
		return doorOpen
	}
	if hasGrants {
		return doorPassword
	}
	return doorStepUp
}
