package unit

import (
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/platform/web"
)

// View is a handling unit on the wire.
type View struct {
	ID           uuid.UUID  `json:"id"`
	Code         string     `json:"code" doc:"单位编码，导入时以此对应"`
	Name         string     `json:"name"`
	Kind         string     `json:"kind" enum:"administrative,enterprise,vertical,zone,village"`
	Level        string     `json:"level" enum:"city,district,subdistrict,community"`
	DivisionCode string     `json:"division_code"`
	DivisionName string     `json:"division_name"`
	ParentID     *uuid.UUID `json:"parent_id,omitempty" doc:"上级单位；有上级的是科室"`
	HeadName     string     `json:"head_name,omitempty" doc:"负责人"`
	HeadPersonID *uuid.UUID `json:"head_person_id,omitempty"`
	Phone        string     `json:"phone,omitempty"`
	Active       bool       `json:"active"`
	Version      int        `json:"version"`
}

// CreateInput registers a unit.
type CreateInput struct {
	Body CreateBody
}

// CreateBody is the body of CreateInput.
type CreateBody struct {
	Code         string     `json:"code" minLength:"1" maxLength:"40" pattern:"^[A-Za-z0-9._-]+$"`
	Name         string     `json:"name" minLength:"2" maxLength:"60"`
	Kind         string     `json:"kind,omitempty" enum:"administrative,enterprise,vertical,zone,village" default:"administrative"`
	Level        string     `json:"level,omitempty" enum:"city,district,subdistrict,community" default:"district"`
	DivisionCode string     `json:"division_code" maxLength:"15"`
	ParentID     *uuid.UUID `json:"parent_id,omitempty"`
	HeadName     string     `json:"head_name,omitempty" maxLength:"30"`
	HeadPersonID *uuid.UUID `json:"head_person_id,omitempty"`
	Phone        string     `json:"phone,omitempty" maxLength:"20" pattern:"^[0-9 +-]*$"`
}

// UpdateInput changes what it names and leaves the rest.
type UpdateInput struct {
	ID   uuid.UUID `path:"id"`
	Body UpdateBody
}

// UpdateBody is the body of UpdateInput.
type UpdateBody struct {
	Version      int        `json:"version" minimum:"1"`
	Name         *string    `json:"name,omitempty" minLength:"2" maxLength:"60"`
	Kind         *string    `json:"kind,omitempty" enum:"administrative,enterprise,vertical,zone,village"`
	Level        *string    `json:"level,omitempty" enum:"city,district,subdistrict,community"`
	DivisionCode *string    `json:"division_code,omitempty" maxLength:"15"`
	ParentID     *uuid.UUID `json:"parent_id,omitempty"`
	HeadName     *string    `json:"head_name,omitempty" maxLength:"30"`
	HeadPersonID *uuid.UUID `json:"head_person_id,omitempty"`
	Phone        *string    `json:"phone,omitempty" maxLength:"20" pattern:"^[0-9 +-]*$"`
	Active       *bool      `json:"active,omitempty"`
}

// ListInput asks for units: those the catalogue names for a problem, or simply all.
type ListInput struct {
	web.Paging
	Category     string `query:"category" maxLength:"40" doc:"与 division_code 一起：派单目录给出的单位，最合适的在前"`
	DivisionCode string `query:"division_code" maxLength:"15" doc:"单位所在区划（及其下级）；与 category 一起则为问题所在区划"`
	ParentID     string `query:"parent_id" maxLength:"36"`
	Inactive     bool   `query:"inactive" doc:"连同已停用的"`
}

// OneInput names a unit.
type OneInput struct {
	ID uuid.UUID `path:"id"`
}

// Output carries one unit.
type Output struct{ Body View }

// ListOutput carries one page of units.
type ListOutput struct{ Body web.Page[View] }

// RuleView is one line of the dispatch catalogue on the wire.
type RuleView struct {
	ID           uuid.UUID `json:"id"`
	Category     string    `json:"category"`
	DivisionCode string    `json:"division_code"`
	DivisionName string    `json:"division_name"`
	UnitID       uuid.UUID `json:"unit_id"`
	UnitName     string    `json:"unit_name"`
	Default      bool      `json:"default"`
}

// RulesInput pages through the catalogue.
type RulesInput struct {
	web.Paging
	Category string `query:"category" maxLength:"40"`
}

// RulesOutput carries one page of the catalogue.
type RulesOutput struct{ Body web.Page[RuleView] }

// SaveRuleInput adds a line to the catalogue, or changes whether it is the default.
type SaveRuleInput struct {
	Body struct {
		Category     string    `json:"category" maxLength:"40"`
		DivisionCode string    `json:"division_code" maxLength:"15"`
		UnitID       uuid.UUID `json:"unit_id"`
		Default      bool      `json:"default,omitempty"`
	}
}

// RuleOutput carries one line of the catalogue.
type RuleOutput struct{ Body RuleView }

// DeleteRuleInput names a line of the catalogue.
type DeleteRuleInput struct {
	ID uuid.UUID `path:"id"`
}

func viewUnit(row *db.HandlingUnit, dir *division.Directory) View {
	d, _ := dir.Division(row.DivisionCode)
	return View{
		ID: row.ID, Code: row.Code, Name: row.Name, Kind: string(row.Kind), Level: string(row.Level), DivisionCode: row.DivisionCode,
		DivisionName: d.Name, ParentID: row.ParentID, HeadName: row.HeadName, HeadPersonID: row.HeadPersonID, Phone: row.Phone,
		Active: row.Active, Version: row.Version,
	}
}

func viewRule(row *db.DispatchRule, unit Unit, dir *division.Directory) RuleView {
	d, _ := dir.Division(row.DivisionCode)
	return RuleView{
		ID: row.ID, Category: row.Category, DivisionCode: row.DivisionCode, DivisionName: d.Name,
		UnitID: row.UnitID, UnitName: unit.Name, Default: row.IsDefault,
	}
}
