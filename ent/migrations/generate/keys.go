package main

import (
	"fmt"
	"slices"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
)

const tenantColumn = "tenant_id"

// longKeys are tables whose id says what a row belongs to: the key has more columns than tenant and id.
var longKeys = map[string][]string{"report_terms": {tenantColumn, "term", "id"}}

// tenantKeys makes the tenant wall part of the keys: primary key
// (tenant_id, id), foreign keys (tenant_id, x_id) → (tenant_id, id), so that the
// database itself refuses a row that points into another tenant. ent keeps
// seeing a single id.
func tenantKeys(tables []*schema.Table, engine string) error {
	for _, t := range tables {
		if engine == dialect.Postgres {
			collateC(t)
		}
		tenant, ok := column(t, tenantColumn)
		if !ok {
			continue
		}
		id, ok := column(t, "id")
		if !ok {
			return fmt.Errorf("%s has tenant_id and no id", t.Name)
		}
		t.PrimaryKey = []*schema.Column{tenant, id}
		if names, long := longKeys[t.Name]; long {
			t.PrimaryKey = nil
			for _, name := range names {
				c, ok := column(t, name)
				if !ok {
					return fmt.Errorf("%s has no %s", t.Name, name)
				}
				t.PrimaryKey = append(t.PrimaryKey, c)
			}
		}
		// Atlas reads a SQLite key back in the order of the table's columns; with
		// the tenant first, what it reads is what we declared.
		first := []*schema.Column{tenant}
		if len(t.PrimaryKey) > 2 {
			first = t.PrimaryKey
		}
		t.Columns = append(slices.Clone(first), slices.DeleteFunc(t.Columns, func(c *schema.Column) bool { return slices.Contains(first, c) })...)
		for _, ix := range t.Indexes {
			if ix.Unique && !slices.Contains(ix.Columns, tenant) {
				return fmt.Errorf("%s: unique index %s without tenant_id", t.Name, ix.Name)
			}
		}
		for _, c := range t.Columns {
			if c.Unique {
				return fmt.Errorf("%s.%s: unique without tenant_id", t.Name, c.Name)
			}
		}
		for _, fk := range t.ForeignKeys {
			refTenant, tenanted := column(fk.RefTable, tenantColumn)
			if !tenanted {
				continue
			}
			fk.Columns = append([]*schema.Column{tenant}, fk.Columns...)
			fk.RefColumns = append([]*schema.Column{refTenant}, fk.RefColumns...)
			fk.OnDelete = schema.NoAction
		}
	}
	return nil
}

// collateC makes text compare by bytes: the only order under which a prefix is
// a range, and row-level security lets an index be used.
func collateC(t *schema.Table) {
	for _, c := range t.Columns {
		if c.Type == field.TypeString || c.Type == field.TypeEnum {
			c.Collation = "C"
		}
	}
}

func column(t *schema.Table, name string) (*schema.Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return nil, false
}
