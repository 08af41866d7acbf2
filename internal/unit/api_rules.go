package unit

import (
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/platform/web"
)

// RuleView is one line of the dispatch catalogue on the wire.
type RuleView struct {
	ID           uuid.UUID  `json:"id"`
	Category     string     `json:"category"`
	CategoryName string     `json:"category_name"`
	DivisionCode string     `json:"division_code"`
	DivisionName string     `json:"division_name"`
	Source       string     `json:"source,omitempty" doc:"问题的来源，如 square_dance；空的不论来源"`
	SourceName   string     `json:"source_name,omitempty"`
	UnitID       uuid.UUID  `json:"unit_id"`
	UnitName     string     `json:"unit_name"`
	Default      bool       `json:"default" doc:"同样具体的几条里先用这一条"`
	Listed       bool       `json:"listed" doc:"可以直接交村（居）委会先行处理的事项"`
	HandlerID    *uuid.UUID `json:"handler_id,omitempty" doc:"单位内默认由谁经办"`
	Active       bool       `json:"active"`
	Note         string     `json:"note,omitempty"`
	Version      int        `json:"version"`
}

// RulesInput pages through the catalogue.
type RulesInput struct {
	web.Paging
	Category     string `query:"category" maxLength:"40"`
	DivisionCode string `query:"division_code" pattern:"^([0-9]{4,15})?$" doc:"这个区划及其下级的条目"`
	Source       string `query:"source" maxLength:"40"`
	UnitID       string `query:"unit_id" maxLength:"36"`
	Query        string `query:"q" maxLength:"60" doc:"单位名称或备注里的字"`
	Inactive     bool   `query:"inactive" doc:"连同已停用的"`
}

// RulesOutput carries one page of the catalogue.
type RulesOutput struct{ Body web.Page[RuleView] }

// RuleBody is one line of the catalogue as it shall be.
type RuleBody struct {
	Category     string     `json:"category" maxLength:"40"`
	DivisionCode string     `json:"division_code" maxLength:"15"`
	Source       string     `json:"source,omitempty" maxLength:"40" doc:"类别里标为 source 的问题的一个选项；空的不论来源"`
	UnitID       uuid.UUID  `json:"unit_id"`
	Default      bool       `json:"default,omitempty"`
	Listed       bool       `json:"listed,omitempty"`
	HandlerID    *uuid.UUID `json:"handler_id,omitempty" doc:"单位内默认由谁经办，须是该单位的经办人或负责人"`
	Active       *bool      `json:"active,omitempty" doc:"不填为启用"`
	Note         string     `json:"note,omitempty" maxLength:"150"`
}

// SaveRuleInput adds a line to the catalogue, or replaces the one of the same category, division,
// source and unit.
type SaveRuleInput struct{ Body RuleBody }

// RuleOutput carries one line of the catalogue.
type RuleOutput struct{ Body RuleView }

// ChangeRuleInput changes what it names of a line and leaves the rest.
type ChangeRuleInput struct {
	ID   uuid.UUID `path:"id"`
	Body struct {
		Version   int        `json:"version" minimum:"1"`
		Default   *bool      `json:"default,omitempty"`
		Listed    *bool      `json:"listed,omitempty"`
		HandlerID *uuid.UUID `json:"handler_id,omitempty"`
		NoHandler bool       `json:"no_handler,omitempty" doc:"不再指定默认经办人"`
		Active    *bool      `json:"active,omitempty" doc:"false 停用这一条"`
		Note      *string    `json:"note,omitempty" maxLength:"150"`
	}
}

// DeleteRuleInput names a line of the catalogue.
type DeleteRuleInput struct {
	ID uuid.UUID `path:"id"`
}

func viewRule(row *db.DispatchRule, unit Unit, dir *division.Directory) RuleView {
	d, _ := dir.Division(row.DivisionCode)
	c, _ := dir.Category(row.Category)
	v := RuleView{
		ID: row.ID, Category: row.Category, CategoryName: c.Name, DivisionCode: row.DivisionCode, DivisionName: d.Name,
		Source: row.Source, SourceName: sourceName(c, row.Source), UnitID: row.UnitID, UnitName: unit.Name, Default: row.IsDefault,
		Listed: row.Listed, HandlerID: row.HandlerID, Active: row.Active, Note: row.Note, Version: row.Version,
	}
	return v
}

// sourceName is the plain word of a source, or the source itself when the category no longer asks for it.
func sourceName(c division.Category, source string) string {
	for _, choice := range c.Sources() {
		if choice.Key == source {
			return choice.Label
		}
	}
	return source
}
