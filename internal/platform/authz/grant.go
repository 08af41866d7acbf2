package authz

import "github.com/google/uuid"

// Grant is one authority of one person: a role at one place of one tenant. Division is a whole-level
// prefix of a division code ("370202", "370202001"); the three ids narrow a role that belongs to a
// handling unit, a liaison station or a deputy's seat and are uuid.Nil otherwise.
type Grant struct {
	Role      string
	Tenant    string
	Division  string
	UnitID    uuid.UUID
	StationID uuid.UUID
	DeputyID  uuid.UUID
}
