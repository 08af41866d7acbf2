package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/screenitem"
	"huying/ent/schema"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// ScreenView is a text that a person has to look at, with why.
type ScreenView struct {
	ID           uuid.UUID  `json:"id"`
	ReportID     uuid.UUID  `json:"report_id"`
	Number       string     `json:"number"`
	CategoryName string     `json:"category_name"`
	DivisionName string     `json:"division_name"`
	Field        string     `json:"field" doc:"title 标题、description 情况说明、wording 办理过程中告知群众的话、photo 照片"`
	State        string     `json:"state" enum:"waiting,passed,redacted,hidden"`
	Text         string     `json:"text,omitempty" doc:"原文"`
	Masked       string     `json:"masked,omitempty" doc:"遮挡后的文字，“遮挡后公开”时默认用它"`
	Hits         []HitView  `json:"hits"`
	Note         string     `json:"note,omitempty"`
	DecidedAt    *time.Time `json:"decided_at,omitempty"`
	CreatedAt    time.Time  `json:"created_at"`
	Version      int        `json:"version"`
}

// HitView is one reason, in words.
type HitView struct {
	Kind   string `json:"kind"`
	Name   string `json:"name" doc:"电话号码、身份证号、敏感词……"`
	List   string `json:"list,omitempty"`
	Start  int    `json:"start" doc:"从第几个字起，从0数"`
	Length int    `json:"length" doc:"几个字"`
}

// ScreenBody is a screener's decision.
type ScreenBody struct {
	Versioned
	Decision   string `json:"decision" enum:"pass,redact,hide" doc:"照原文公开、遮挡后公开、不公开这段文字"`
	PublicText string `json:"public_text,omitempty" maxLength:"1000" doc:"遮挡后公开的文字；不填用系统遮挡的"`
	Note       string `json:"note,omitempty" maxLength:"200" doc:"说明；不公开时必填"`
}

const (
	screenList   = "screen-item.list"
	screenDecide = "screen-item.decide"
)

// Screen decides about one text (part of row 42). Nobody decides about words of
// their own. It fails with not_found, forbidden, version_conflict, or conflict
// when somebody decided already.
func (s *Service) Screen(ctx context.Context, tenant string, id uuid.UUID, b ScreenBody) (v ScreenView, err error) {
	b.PublicText, b.Note = strings.TrimSpace(b.PublicText), strings.TrimSpace(b.Note)
	if b.Decision == "hide" && b.Note == "" {
		return v, invalid("note", "不公开请写明原因")
	}
	if b.Decision != "redact" && b.PublicText != "" {
		return v, invalid("public_text", "只有遮挡后公开才另写文字")
	}
	who := askerOf(ctx, tenant)
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return v, err
	}
	err = s.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		it, err := tx.ScreenItem.Query().Where(screenitem.ID(id), itemsNotRecused(who)).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这一条，或您无权查看")
		}
		if err != nil {
			return fmt.Errorf("screen item: %w", err)
		}
		rep, event, err := s.screenSubject(ctx, tx, it, who)
		if err != nil {
			return err
		}
		if rep.ReporterID == who.person || event != nil && event.ActorID != nil && *event.ActorID == who.person {
			return fault.Forbidden.New("自己写的文字由别人审核")
		}
		if err := s.decideItem(ctx, tx, it, rep, who, b); err != nil {
			return err
		}
		views, err := tx.ScreenItem.Query().Where(screenitem.ID(id)).Only(ctx)
		if err != nil {
			return fmt.Errorf("screen item: %w", err)
		}
		v = viewScreenItem(views, rep, event, dir)
		return audit.Write(ctx, tx, audit.Line{
			Action: screenDecide, SubjectKind: subjectKind, SubjectID: rep.ID.String(), Reason: b.Note,
			Facts: map[string]any{"number": rep.Number, "field": it.Field, "decision": b.Decision},
		})
	})
	return v, err
}

// screenSubject loads, and locks, the report an item belongs to, under the
// caller's scope.
func (s *Service) screenSubject(ctx context.Context, tx *database.Tx, it *db.ScreenItem, who asker) (*db.Report, *db.ReportEvent, error) {
	id := it.SubjectID
	var event *db.ReportEvent
	if it.SubjectKind == eventKind {
		var err error
		if event, err = tx.ReportEvent.Query().Where(reportevent.ID(id)).Only(ctx); err != nil {
			return nil, nil, fmt.Errorf("screened event: %w", err)
		}
		id = event.ReportID
	}
	query := tx.Report.Query().Where(entreport.ID(id))
	for _, p := range s.visible(ctx, who, screenDecide) {
		query = query.Where(p)
	}
	if tx.Engine() == database.EnginePostgres {
		query = query.ForUpdate()
	}
	rep, err := query.Only(ctx)
	if db.IsNotFound(err) {
		return nil, nil, fault.NotFound.New("没有这一条，或您无权查看")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("screened report: %w", err)
	}
	return rep, event, nil
}

func (s *Service) decideItem(ctx context.Context, tx *database.Tx, it *db.ScreenItem, rep *db.Report, who asker, b ScreenBody) error {
	if b.Version != 0 && b.Version != it.Version {
		return fault.VersionConflict.New("别人刚刚处理了这一条，请刷新").Fact("version", it.Version)
	}
	state := map[string]screenitem.State{"pass": screenitem.StatePassed, "redact": screenitem.StateRedacted, "hide": screenitem.StateHidden}[b.Decision]
	n, err := tx.ScreenItem.Update().
		Where(screenitem.ID(it.ID), screenitem.Version(it.Version), screenitem.StateEQ(screenitem.StateWaiting)).
		SetState(state).SetDecidedBy(who.person).SetDecidedAt(s.Clock.Now()).SetNote(b.Note).AddVersion(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("decide screen item: %w", err)
	}
	if n == 0 {
		return fault.Conflict.New("这一条已有人处理，请刷新").Fact("state", string(it.State))
	}
	if it.SubjectKind == eventKind && b.PublicText != "" {
		return invalid("public_text", "办理过程中的文字只能遮挡，不能改写")
	}
	if it.SubjectKind != subjectKind || it.Field != fieldTitle && it.Field != fieldDescription {
		return nil
	}
	return s.setPublicText(ctx, tx, rep, it.Field, publicText(it.Hits, screenedText(it, rep, nil), b))
}

// publicText is the public wording a decision leads to; "" is the original.
func publicText(hits []schema.ScreenHit, text string, b ScreenBody) string {
	switch {
	case b.Decision == "pass":
		return ""
	case b.Decision == "hide":
		return withheld
	case b.PublicText != "":
		return b.PublicText
	}
	return maskOf(text, hits)
}

func (s *Service) setPublicText(ctx context.Context, tx *database.Tx, rep *db.Report, field, text string) error {
	if field == fieldTitle && len([]rune(text)) > 40 {
		return invalid("public_text", "标题最多40个字")
	}
	u := tx.Report.Update().Where(entreport.ID(rep.ID), entreport.Version(rep.Version)).AddVersion(1)
	if field == fieldTitle {
		u.SetPublicTitle(text)
	} else {
		u.SetPublicDescription(text)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("public text: %w", err)
	}
	if n == 0 {
		return fault.VersionConflict.New("此件刚刚有变化，请刷新后再操作")
	}
	return nil
}
