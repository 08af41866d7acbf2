package unit

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/dispatchrule"
	"huying/ent/db/handlingunit"
	"huying/internal/audit"
	"huying/internal/division"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/sheet"
	"huying/internal/platform/tenancy"
)

// ruleColumns of the table of the dispatch catalogue; import and export have the same.
func ruleColumns() []sheet.Column {
	yesNo := sheet.OneOf(map[string]string{"是": "true", "否": "false"})
	return []sheet.Column{
		{Key: "category", Title: "问题类别", Required: true, Max: 40, Example: "噪声", Note: "群众看到的类别名称或代码"},
		{Key: "division_code", Title: "区划代码", Required: true, Max: 15, Example: "370202", Note: "这一条管到哪里：区市、街镇或社区", Check: digits},
		{Key: "source", Title: "问题来源", Max: 40, Example: "广场舞、唱歌", Note: "类别里决定派单的那个问题的一个选项；不填为不论来源"},
		{Key: "unit_code", Title: "承办单位编码", Required: true, Max: 40, Example: "cgj", Check: code},
		{Key: "default", Title: "是否首选", Example: "是", Note: "是、否；不填为否。同样具体的几条里先用首选", Check: yesNo},
		{Key: "listed", Title: "可直接交村居", Example: "否", Note: "是、否；不填为否", Check: yesNo},
		{Key: "handler", Title: "默认经办人用户名", Max: 40, Note: "须是该单位的经办人或负责人", Check: code},
		{Key: "active", Title: "是否启用", Example: "是", Note: "是、否；不填为是", Check: yesNo},
		{Key: "note", Title: "备注", Max: 150},
	}
}

// ImportRules reads a table of the dispatch catalogue into the tenant. A line is found by category,
// division, source and unit and brought up to date; the same table twice changes nothing more. Lines
// that the table does not name stay. Nothing is written on a dry run, nor when a line is wrong,
// unless o.Partial says that the right lines may go in without the wrong ones.
func (s *Service) ImportRules(ctx context.Context, tenant string, src io.Reader, o sheet.Options) (sheet.Result, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return sheet.Result{}, err
	}
	table, err := sheet.Read(src)
	if err != nil {
		return sheet.Result{}, err
	}
	records, errs := table.Bind(ruleColumns())
	units, err := s.unitCodes(ctx, tenant)
	if err != nil {
		return sheet.Result{}, err
	}
	lines, more, err := s.checkRules(ctx, dir, tenant, records, units)
	if err != nil {
		return sheet.Result{}, err
	}
	errs = append(errs, more...)
	result := sheet.Result{Rows: len(table.Rows), Valid: len(lines), DryRun: o.DryRun, Errors: sheet.Sorted(errs)}
	write := !o.DryRun && (len(errs) == 0 || o.Partial) && len(lines) > 0
	run := func(ctx context.Context, tx *database.Tx) error {
		result.Created, result.Updated = 0, 0
		for _, b := range lines {
			created, err := s.takeRule(ctx, tx, b, write)
			if err != nil {
				return err
			}
			if created {
				result.Created++
			} else {
				result.Updated++
			}
		}
		if result.Applied = write; !write {
			return nil
		}
		return audit.Write(ctx, tx, audit.Line{Action: "dispatch-rule.import", SubjectKind: "tenant", SubjectID: tenant, Facts: map[string]any{
			"rows": result.Rows, "created": result.Created, "updated": result.Updated,
		}})
	}
	if write {
		err = s.d.DB.Do(ctx, tenancy.Tenant(tenant), run)
	} else {
		err = s.d.DB.View(ctx, tenancy.Tenant(tenant), run)
	}
	return result, err
}

// takeRule writes a line, or only finds out whether it would be new.
func (s *Service) takeRule(ctx context.Context, tx *database.Tx, b RuleBody, write bool) (created bool, err error) {
	if write {
		_, created, err = putRule(ctx, tx, b)
		return created, err
	}
	known, err := tx.DispatchRule.Query().Where(dispatchrule.Category(b.Category), dispatchrule.DivisionCode(b.DivisionCode),
		dispatchrule.Source(b.Source), dispatchrule.UnitID(b.UnitID)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("dispatch rule: %w", err)
	}
	return !known, nil
}

// unitCodes are the active units of the tenant by code.
func (s *Service) unitCodes(ctx context.Context, tenant string) (map[string]uuid.UUID, error) {
	out := map[string]uuid.UUID{}
	err := s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.HandlingUnit.Query().Where(handlingunit.Active(true), handlingunit.DeletedAtIsNil()).All(ctx)
		for _, row := range rows {
			out[row.Code] = row.ID
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("units: %w", err)
	}
	return out, nil
}

// checkRules gives the lines that may be written.
func (s *Service) checkRules(ctx context.Context, dir *division.Directory, tenant string, records []sheet.Record, units map[string]uuid.UUID) ([]RuleBody, []sheet.RowError, error) {
	var errs []sheet.RowError
	seen, defaults := map[string]int{}, map[string]int{}
	out := make([]RuleBody, 0, len(records))
	for _, r := range records {
		before := len(errs)
		b, wrong := readRule(dir, tenant, r, units)
		errs = append(errs, wrong...)
		place := strings.Join([]string{b.Category, b.DivisionCode, b.Source}, "|")
		key := place + "|" + b.UnitID.String()
		if first := seen[key]; first > 0 {
			errs = append(errs, r.Wrong("unit_code", "与第 %d 行重复", first))
		}
		if first := defaults[place]; first > 0 && b.Default {
			errs = append(errs, r.Wrong("default", "第 %d 行已是同一类别、区划和来源的首选", first))
		}
		if name := r.Get("handler"); name != "" && len(errs) == before {
			person, problem, err := s.handlerNamed(ctx, tenant, name, b.UnitID)
			if err != nil {
				return nil, nil, err
			}
			if b.HandlerID = person; problem != "" {
				errs = append(errs, r.Wrong("handler", "%s", problem))
			}
		}
		if len(errs) == before {
			seen[key] = r.Row
			if b.Default {
				defaults[place] = r.Row
			}
			out = append(out, b)
		}
	}
	return out, errs, nil
}

func readRule(dir *division.Directory, tenant string, r sheet.Record, units map[string]uuid.UUID) (RuleBody, []sheet.RowError) {
	var errs []sheet.RowError
	active := r.Get("active") != "false"
	b := RuleBody{
		DivisionCode: r.Get("division_code"), UnitID: units[r.Get("unit_code")], Default: r.Get("default") == "true",
		Listed: r.Get("listed") == "true", Active: &active, Note: r.Get("note"), Source: r.Get("source"),
	}
	category, known := categoryNamed(dir, r.Get("category"))
	if b.Category = category.Key; !known {
		errs = append(errs, r.Wrong("category", "没有这个类别"))
	}
	for _, choice := range category.Sources() {
		if choice.Label == b.Source {
			b.Source = choice.Key
		}
	}
	if problem := sourceProblem(dir, b.Category, b.Source); known && problem != "" {
		errs = append(errs, r.Wrong("source", "%s", problem))
	}
	if !ownDivision(dir, tenant, b.DivisionCode) {
		errs = append(errs, r.Wrong("division_code", "本区市没有这个区划"))
	}
	if b.UnitID == uuid.Nil {
		errs = append(errs, r.Wrong("unit_code", "本区市没有这个单位，或已停用"))
	}
	return b, errs
}

// categoryNamed finds a category by key or by the plain word.
func categoryNamed(dir *division.Directory, text string) (division.Category, bool) {
	if c, ok := dir.Category(text); ok {
		return c, true
	}
	for _, c := range dir.Categories() {
		if c.Name == text {
			return c, true
		}
	}
	return division.Category{}, false
}

func (s *Service) handlerNamed(ctx context.Context, tenant, username string, unitID uuid.UUID) (*uuid.UUID, string, error) {
	const problem = "这个人不是该单位的经办人或负责人"
	person, err := s.d.Staff.ByUsername(ctx, username)
	if fault.Is(err, fault.NotFound) {
		return nil, problem, nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("handler: %w", err)
	}
	works, err := s.WorksIn(ctx, tenant, unitID, person)
	if err != nil || works {
		return &person, "", err
	}
	return nil, problem, nil
}

// maxExport bounds one exported catalogue; a district has a few hundred lines.
const maxExport = 5000

// ExportRules writes the whole catalogue, inactive lines included, as a table that can be imported again.
func (s *Service) ExportRules(ctx context.Context, tenant string, w io.Writer) error {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	var rows [][]string
	var people []uuid.UUID
	var handlers []*uuid.UUID
	err = s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		found, err := tx.DispatchRule.Query().WithUnit().
			Order(dispatchrule.ByCategory(), dispatchrule.ByDivisionCode(), dispatchrule.BySource(), dispatchrule.ByID()).Limit(maxExport).All(ctx)
		for _, r := range found {
			v := viewRule(r, Unit{}, dir)
			code := ""
			if r.Edges.Unit != nil {
				code = r.Edges.Unit.Code
			}
			rows = append(rows, []string{
				v.CategoryName, v.DivisionCode, v.SourceName, code, yesWord(v.Default), yesWord(v.Listed), "", yesWord(v.Active), v.Note,
			})
			if handlers = append(handlers, r.HandlerID); r.HandlerID != nil {
				people = append(people, *r.HandlerID)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("export dispatch rules: %w", err)
	}
	names, err := s.d.Staff.Usernames(ctx, people)
	if err != nil {
		return fmt.Errorf("handlers: %w", err)
	}
	for i, h := range handlers {
		if h != nil {
			rows[i][6] = names[*h]
		}
	}
	return sheet.Export(w, ruleColumns(), rows)
}

func yesWord(yes bool) string {
	if yes {
		return "是"
	}
	return "否"
}
