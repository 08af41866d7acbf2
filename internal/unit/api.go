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
	Source       string `query:"source" maxLength:"40" doc:"与 category 一起：问题的来源，如 square_dance；见类别里标为 source 的问题"`
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

func viewUnit(row *db.HandlingUnit, dir *division.Directory) View {
	d, _ := dir.Division(row.DivisionCode)
	return View{
		ID: row.ID, Code: row.Code, Name: row.Name, Kind: string(row.Kind), Level: string(row.Level), DivisionCode: row.DivisionCode,
		DivisionName: d.Name, ParentID: row.ParentID, HeadName: row.HeadName, HeadPersonID: row.HeadPersonID, Phone: row.Phone,
		Active: row.Active, Version: row.Version,
	}
}
