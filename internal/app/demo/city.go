package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"huying/internal/app/demo/fiction"
	"huying/internal/division"
	"huying/internal/platform/auth"
)

// enrolCity makes the city's own people, who work in the reserved tenant.
func enrolCity(ctx context.Context, d Deps, dir *division.Directory, casts []*cast, hash string, o Options) error {
	reserved, ok := dir.Tenant(division.CityTenant)
	if !ok {
		return fmt.Errorf("demo: no tenant %s", division.CityTenant)
	}
	c := &cast{
		tenant: reserved, dir: dir, hash: hash, since: o.Now.Add(-year).UTC().Truncate(24 * time.Hour), phones: 9_900_000,
		tell: fiction.NewTeller(o.Seed+1, 3702), r: rand.New(rand.NewPCG(o.Seed+2, 3702)), //nolint:gosec // invented data
	}
	area := reserved.DivisionCode
	c.enrol(auth.KindStaff, "city.leader", c.tell.Person(), c.grant("city_leader", area))
	c.enrol(auth.KindStaff, "auditor", c.tell.Person(), c.grant("auditor", area))
	c.enrol(auth.KindStaff, "operator", c.tell.Person(), c.grant("operator", area))
	unit1 := c.enrol(auth.KindStaff, "city.unit1", c.tell.Person())
	c.enrol(auth.KindStaff, "city", c.tell.Person(), c.grant("city_supervisor", area))
	if err := d.Identity.Enrol(ctx, reserved.Code, c.enrolments); err != nil {
		return err
	}
	return grantCityUnit(ctx, d, casts, unit1)
}

func grantCityUnit(ctx context.Context, d Deps, casts []*cast, person uuid.UUID) error {
	for _, c := range casts {
		g := c.grant("city_unit", c.tenant.Code)
		g.UnitID = c.cityUnit
		if _, err := d.Identity.Grant(ctx, person, g); err != nil {
			return err
		}
	}
	return nil
}
