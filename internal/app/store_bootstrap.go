package app

import (
	"context"
	"errors"
	"fmt"

	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/config"
	"huying/internal/platform/objects"
)

// StorePolicy is what the product's own user in the store needs, for the store's administration.
func StorePolicy() string { return objects.Policy }

// ErrBucket is returned for a bucket that was made by somebody else and cannot be mended.
var ErrBucket = errors.New("a bucket lacks versioning or object lock, which it can only be given when it is made; move it away and run this again")

// BootstrapStore makes every tenant's two buckets, with versioning, and object lock where evidence is kept, and looks
// whether they are so. It may be run again, and after a tenant was added.
func BootstrapStore(ctx context.Context, cfg config.Config, tell func(fmt.Stringer)) error {
	if cfg.Objects.Store != config.S3Store {
		return errors.New("objects.store: the embedded store makes its buckets by itself")
	}
	c := cfg.Objects
	store, err := objects.Open(objects.Config{
		Endpoint: c.Endpoint, Region: c.Region, AccessKey: c.AccessKey, SecretKey: c.SecretKey.Reveal(), Secure: c.Secure, PublicURL: c.PublicURL,
	})
	if err != nil {
		return err
	}
	db, err := openWithoutMigrating(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	tenants, err := audit.Tenants(ctx, db)
	if err != nil {
		return err
	}
	sound := true
	for _, tenant := range tenants {
		if tenant == auth.CityTenant {
			continue // no citizens, no photos
		}
		if err := store.EnsureTenant(ctx, tenant); err != nil {
			return err
		}
		found, err := store.Buckets(ctx, tenant)
		if err != nil {
			return err
		}
		for i, b := range found {
			evidence := i == 0
			ok := b.There && b.Versioned && !b.Open && (b.Locked || !evidence)
			sound = sound && ok
			tell(told(fmt.Sprintf("%s: versioning %t, object lock %t, open to strangers %t", b.Name, b.Versioned, b.Locked, b.Open)))
		}
	}
	if !sound {
		return ErrBucket
	}
	return nil
}
