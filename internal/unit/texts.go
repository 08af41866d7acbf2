package unit

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/texttemplate"
	"huying/internal/audit"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

const (
	// maxTexts is how many texts one owner may keep of one kind: more than anybody finds one in.
	maxTexts = 100
	// listedTexts bounds one answer; a desk reads all of a kind at once.
	listedTexts = 1000
)

func (s *Service) mountTexts(srv *web.Server) {
	const texts = "常用语"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/text-templates", Permission: "text-template.list", Tag: texts, Summary: "常用语：答复、退单理由等",
		Detail: "本单位的在前，全区市通用的在后。",
	}, s.texts)
	web.Op(srv, web.Route{
		Method: http.MethodPut, Path: "/text-templates", Permission: "text-template.save", Tag: texts, Summary: "增改一条常用语",
		Detail: "不填 id 为新增。承办单位负责人改本单位的，区市人大工作人员改全区市通用的和各单位的。", Body: web.JSON,
	}, s.saveText)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/text-templates/{id}", Permission: "text-template.delete", Tag: texts, Summary: "删除一条常用语",
	}, s.deleteText)
}

// texts lists the texts that the caller may fill in: those of the tenant and of the own units.
func (s *Service) texts(ctx context.Context, in *TextsInput) (*TextsOutput, error) {
	access := authz.AccessFrom(ctx)
	out := &TextsOutput{}
	err := s.view(ctx, func(ctx context.Context, tx *database.Tx) error {
		q := tx.TextTemplate.Query().Order(texttemplate.ByKind(), texttemplate.ByPosition(), texttemplate.ByID()).Limit(listedTexts)
		if !wholeTenant(access) {
			q.Where(texttemplate.Or(texttemplate.UnitIDIsNil(), texttemplate.UnitIDIn(access.UnitIDs()...)))
		}
		if in.Kind != "" {
			q.Where(texttemplate.KindEQ(texttemplate.Kind(in.Kind)))
		}
		if in.Category != "" {
			q.Where(texttemplate.CategoryIn("", in.Category))
		}
		if !in.Inactive {
			q.Where(texttemplate.Active(true))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("ready texts: %w", err)
		}
		slices.SortStableFunc(rows, func(a, b *db.TextTemplate) int { return tenantWide(a) - tenantWide(b) })
		out.Body.Items, err = s.viewTexts(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// tenantWide orders the texts of units before those of everybody.
func tenantWide(row *db.TextTemplate) int {
	if row.UnitID == nil {
		return 1
	}
	return 0
}

func wholeTenant(access authz.Access) bool {
	return access.Reaches(authz.ScopeTenant) || access.Reaches(authz.ScopeAll)
}

// saveText writes one text. It answers Invalid naming the fields, NotFound for one of another unit, or VersionConflict.
func (s *Service) saveText(ctx context.Context, in *SaveTextInput) (*TextOutput, error) {
	b := in.Body
	b.Title, b.Body = strings.TrimSpace(b.Title), strings.TrimSpace(b.Body)
	if err := s.checkText(ctx, &b); err != nil {
		return nil, err
	}
	out := &TextOutput{}
	err := s.do(ctx, func(ctx context.Context, tx *database.Tx) error {
		if err := s.checkOwner(ctx, tx, b); err != nil {
			return err
		}
		id, err := putText(ctx, tx, b)
		if err != nil {
			return err
		}
		row, err := tx.TextTemplate.Query().Where(texttemplate.ID(id)).Only(ctx)
		if err != nil {
			return fmt.Errorf("ready text: %w", err)
		}
		views, err := s.viewTexts(ctx, tx, []*db.TextTemplate{row})
		if err != nil {
			return err
		}
		out.Body = views[0]
		return audit.Write(ctx, tx, audit.Line{Action: "text-template.save", SubjectKind: "text_template", SubjectID: id.String()})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// checkText checks what needs no database, and gives a text without a unit to the only unit of who has no say beyond it.
func (s *Service) checkText(ctx context.Context, b *TextBody) error {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return err
	}
	var wrong []fault.Field
	if b.Category != "" {
		if _, known := dir.Category(b.Category); !known {
			wrong = append(wrong, fault.Field{Name: "category", Message: "没有这个类别"})
		}
	}
	if b.Title == "" {
		wrong = append(wrong, fault.Field{Name: "title", Message: "请起一个短标题"})
	}
	if b.Body == "" {
		wrong = append(wrong, fault.Field{Name: "body", Message: "请填写内容"})
	}
	access := authz.AccessFrom(ctx)
	if own := access.UnitIDs(); !wholeTenant(access) {
		switch {
		case b.UnitID == nil && len(own) == 1:
			b.UnitID = &own[0]
		case b.UnitID == nil:
			wrong = append(wrong, fault.Field{Name: "unit_id", Message: "请指明是哪个单位的"})
		case !slices.Contains(own, *b.UnitID):
			wrong = append(wrong, fault.Field{Name: "unit_id", Message: "只能改本单位的常用语"})
		}
	}
	if len(wrong) > 0 {
		return fault.Invalid.New("常用语有误", wrong...)
	}
	return nil
}

// checkOwner checks the unit, and that its shelf has room.
func (s *Service) checkOwner(ctx context.Context, tx *database.Tx, b TextBody) error {
	owner := texttemplate.UnitIDIsNil()
	if b.UnitID != nil {
		owner = texttemplate.UnitID(*b.UnitID)
		if _, found, err := s.Unit(ctx, tx, *b.UnitID); err != nil {
			return err
		} else if !found {
			return fault.Invalid.New("常用语有误", fault.Field{Name: "unit_id", Message: "本区市没有这个单位"})
		}
	}
	if b.ID != nil {
		return nil
	}
	n, err := tx.TextTemplate.Query().Where(owner, texttemplate.KindEQ(texttemplate.Kind(b.Kind))).Count(ctx)
	if err != nil {
		return fmt.Errorf("count ready texts: %w", err)
	}
	if n >= maxTexts {
		return fault.Conflict.New(fmt.Sprintf("这一类常用语最多 %d 条，请先删去不用的", maxTexts))
	}
	return nil
}

func putText(ctx context.Context, tx *database.Tx, b TextBody) (uuid.UUID, error) {
	active := b.Active == nil || *b.Active
	if b.ID == nil {
		row, err := tx.TextTemplate.Create().SetKind(texttemplate.Kind(b.Kind)).SetCategory(b.Category).SetNillableUnitID(b.UnitID).
			SetTitle(b.Title).SetBody(b.Body).SetPosition(b.Position).SetActive(active).Save(ctx)
		if err != nil {
			return uuid.Nil, fmt.Errorf("add ready text: %w", err)
		}
		return row.ID, nil
	}
	old, err := ownText(ctx, tx, *b.ID)
	if err != nil {
		return uuid.Nil, err
	}
	u := tx.TextTemplate.Update().Where(texttemplate.ID(old.ID), texttemplate.Version(b.Version)).AddVersion(1).
		SetKind(texttemplate.Kind(b.Kind)).SetCategory(b.Category).SetTitle(b.Title).SetBody(b.Body).SetPosition(b.Position).SetActive(active)
	if b.UnitID == nil {
		u.ClearUnitID()
	} else {
		u.SetUnitID(*b.UnitID)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return uuid.Nil, fmt.Errorf("change ready text: %w", err)
	}
	if n == 0 {
		return uuid.Nil, fault.VersionConflict.New("这条常用语已被他人修改，请刷新后再改").Fact("version", old.Version)
	}
	return old.ID, nil
}

// ownText reads a text that the caller may change. One of another unit is not there.
func ownText(ctx context.Context, tx *database.Tx, id uuid.UUID) (*db.TextTemplate, error) {
	row, err := tx.TextTemplate.Query().Where(texttemplate.ID(id)).Only(ctx)
	if err != nil && !db.IsNotFound(err) {
		return nil, fmt.Errorf("ready text: %w", err)
	}
	access := authz.AccessFrom(ctx)
	if row == nil || !wholeTenant(access) && (row.UnitID == nil || !slices.Contains(access.UnitIDs(), *row.UnitID)) {
		return nil, fault.NotFound.New("没有这条常用语")
	}
	return row, nil
}

// deleteText removes a text; what was written with it stays. It answers NotFound.
func (s *Service) deleteText(ctx context.Context, in *DeleteTextInput) (*struct{}, error) {
	return nil, s.do(ctx, func(ctx context.Context, tx *database.Tx) error {
		row, err := ownText(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if _, err := tx.TextTemplate.Delete().Where(texttemplate.ID(row.ID)).Exec(ctx); err != nil {
			return fmt.Errorf("delete ready text: %w", err)
		}
		return audit.Write(ctx, tx, audit.Line{Action: "text-template.delete", SubjectKind: "text_template", SubjectID: row.ID.String()})
	})
}
