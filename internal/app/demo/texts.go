package demo

import (
	"context"
	"fmt"

	"huying/ent/db"
	"huying/ent/db/texttemplate"
	"huying/internal/platform/database"
)

// readyTexts are what desks fill in and then change.
var readyTexts = []struct {
	kind        texttemplate.Kind
	title, body string
}{
	{texttemplate.KindReply, "已修复", "您反映的问题已到现场查看并修复，照片附后。如有反复，请随时告诉我们。"},
	{texttemplate.KindReply, "已列入计划", "您反映的问题已列入计划，预计__月__日前完成，完成后再告诉您。"},
	{texttemplate.KindReturnReason, "不归本单位管", "经现场查看，此处由__负责管理，请改派。"},
	{texttemplate.KindRejectReason, "已在诉讼或复议中", "此事正在诉讼（复议、仲裁）中，请通过该程序解决。"},
	{texttemplate.KindExtendReason, "等材料", "所需材料正在采购，__月__日到货后施工。"},
	{texttemplate.KindPauseReason, "等第三方配合", "需要__先完成施工，才能继续办理。"},
	{texttemplate.KindQuestion, "请说明具体位置", "请补充具体位置，如楼号、路口或附近的店名，方便我们找到。"},
	{texttemplate.KindCarryOverReason, "需要列入明年预算", "需要列入明年预算才能施工，今年先做临时防护。"},
}

func (c *cast) writeTexts(ctx context.Context, tx *database.Tx) error {
	rows := make([]*db.TextTemplateCreate, len(readyTexts))
	for i, t := range readyTexts {
		rows[i] = tx.TextTemplate.Create().SetKind(t.kind).SetTitle(t.title).SetBody(t.body).SetPosition(i).SetCreatedAt(c.since)
	}
	if err := tx.TextTemplate.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("ready texts: %w", err)
	}
	return nil
}
