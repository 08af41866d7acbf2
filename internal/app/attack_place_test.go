package app_test

import (
	"context"

	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// placeOf makes a place in the first district.
func (a *attack) placeOf() (id string) {
	a.t.Helper()
	err := a.h.App.DB.Do(a.t.Context(), tenancy.Tenant(a.h.Shinan.Tenant), func(ctx context.Context, tx *database.Tx) error {
		stored, err := division.AddPlaces(ctx, tx, []division.NewPlace{{Kind: "compound", Name: "看不见的小区", DivisionCode: a.h.Shinan.Community}})
		if err == nil {
			id = stored[0].ID.String()
		}
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return id
}
