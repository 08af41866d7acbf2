package play

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/deputy"
	"huying/ent/db/handlingunit"
	"huying/internal/app/demo/fiction"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// actor is somebody with a session.
type actor struct {
	person        uuid.UUID
	token, tenant string
}

// furnish finds where the play plays: the district's first street that has a
// community, and its units.
func (r *run) furnish() error {
	dir, err := r.app.Division.Directory(r.ctx)
	if err != nil {
		return err
	}
	for _, street := range dir.Children(r.set.Tenant) {
		kids := dir.Children(street.Code)
		switch {
		case r.street == "" && len(kids) > 0:
			r.street, r.community = street.Code, kids[0].Code
		case r.street != "" && r.otherStreet == "":
			r.otherStreet = street.Code
		}
	}
	if r.otherStreet == "" {
		return fmt.Errorf("district %s has no two streets", r.set.Tenant)
	}
	r.units = map[string]string{}
	return r.app.DB.View(r.ctx, tenancy.Tenant(r.set.Tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.HandlingUnit.Query().Order(handlingunit.ByID()).All(ctx)
		for _, u := range rows {
			r.units[u.Code] = u.ID.String()
		}
		return err
	})
}

// actor finds somebody by the word the scripts use:
//
//	visitor              nobody
//	citizen:赵大妈        a citizen invented for this performance
//	offered:1            the first deputy the report kept as main is offered to
//	lead                 the deputy who leads main
//	office, otheroffice  the desk of the street's congress work, here and in another street
//	gov, gov.head        the street's government
//	staff, head, dept1.head, coordinator …   accounts of the district
//	neighbour.staff …    accounts of the other district
//	city, city.leader    accounts of the city
func (r *run) actor(who string) (*actor, error) {
	if who == "visitor" {
		return &actor{tenant: r.set.Tenant}, nil
	}
	if known, ok := r.cast[who]; ok {
		return known, nil
	}
	a, err := r.find(who)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", who, err)
	}
	if a.token, err = r.session(a.person); err != nil {
		return nil, fmt.Errorf("%s: %w", who, err)
	}
	if !strings.HasPrefix(who, "offered:") && who != "lead" { // those change while the play goes on
		r.cast[who] = a
	}
	return a, nil
}

func (r *run) session(person uuid.UUID) (string, error) {
	if token, ok := r.tokens[person]; ok {
		if _, err := r.app.Tokens.Verify(token); err == nil {
			return token, nil
		}
	}
	issued, err := r.app.Identity.DemoSession(r.ctx, person)
	if err != nil {
		return "", err
	}
	r.tokens[person] = issued.AccessToken
	return issued.AccessToken, nil
}

func (r *run) find(who string) (*actor, error) {
	kind, name, _ := strings.Cut(who, ":")
	switch kind {
	case "citizen":
		r.citizens++
		id, err := r.app.Identity.EnsurePerson(r.ctx, fiction.Phone(r.citizens%10_000_000), name)
		return &actor{person: id, tenant: r.set.Tenant}, err
	case "offered", "lead":
		id, err := r.deputyOf(kind, name)
		return &actor{person: id, tenant: r.set.Tenant}, err
	}
	username, tenant := r.username(who)
	id, err := r.app.Identity.ByUsername(r.ctx, username)
	return &actor{person: id, tenant: tenant}, err
}

func (r *run) username(who string) (username, tenant string) {
	switch {
	case who == "city" || strings.HasPrefix(who, "city."):
		return who, auth.CityTenant
	case who == "neighbour.office":
		return r.otherFirstStreet() + ".office", r.set.Other
	case strings.HasPrefix(who, "neighbour."):
		return r.set.Other + strings.TrimPrefix(who, "neighbour"), r.set.Other
	case who == "office" || who == "gov" || who == "gov.head":
		return r.street + "." + who, r.set.Tenant
	case who == "otheroffice":
		return r.otherStreet + ".office", r.set.Tenant
	}
	return r.set.Tenant + "." + who, r.set.Tenant
}

func (r *run) otherFirstStreet() string {
	dir, err := r.app.Division.Directory(r.ctx)
	if err != nil {
		return ""
	}
	for _, s := range dir.Children(r.set.Other) {
		return s.Code
	}
	return ""
}

// employer is where a deputy of the district works.
func (r *run) employer(who string) (name string, err error) {
	p, err := r.actor(who)
	if err != nil {
		return "", err
	}
	err = r.app.DB.View(r.ctx, tenancy.Tenant(r.set.Tenant), func(ctx context.Context, tx *database.Tx) error {
		d, err := tx.Deputy.Query().Where(deputy.PersonID(p.person)).Only(ctx)
		if err == nil {
			name = d.Employer
		}
		return err
	})
	return name, err
}

// deputyOf reads, as the district's staff, who is asked about or leads main.
func (r *run) deputyOf(kind, nth string) (uuid.UUID, error) {
	v, err := r.read("staff", "main")
	if err != nil {
		return uuid.Nil, err
	}
	var ids []string
	if kind == "lead" {
		for _, d := range v.Deputies {
			if d.Part == "lead" {
				ids = append(ids, d.ID)
			}
		}
		nth = "1"
	} else {
		for _, o := range v.Offers {
			if o.State == "offered" || o.State == "taken_by_other" {
				ids = append(ids, o.DeputyID)
			}
		}
	}
	n, err := strconv.Atoi(nth)
	if err != nil || n < 1 || n > len(ids) {
		return uuid.Nil, errors.Join(err, fmt.Errorf("only %d such deputies", len(ids)))
	}
	id, err := uuid.Parse(ids[n-1])
	if err != nil {
		return uuid.Nil, err
	}
	var person uuid.UUID
	err = r.app.DB.View(r.ctx, tenancy.Tenant(r.set.Tenant), func(ctx context.Context, tx *database.Tx) error {
		d, err := tx.Deputy.Query().Where(deputy.ID(id)).Only(ctx)
		if err == nil {
			person = d.PersonID
		}
		return err
	})
	return person, err
}
