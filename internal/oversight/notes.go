package oversight

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/boardnote"
	"huying/internal/audit"
	"huying/internal/deadline"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// NoteView says what happened in a division at a time.
type NoteView struct {
	ID           uuid.UUID `json:"id"`
	DivisionCode string    `json:"division_code"`
	DivisionName string    `json:"division_name"`
	Category     string    `json:"category,omitempty"`
	From         string    `json:"from"`
	To           string    `json:"to"`
	Text         string    `json:"text"`
	Own          bool      `json:"own" doc:"本级写的，可以删除"`
	Version      int       `json:"version"`
}

// NotesInput asks for what happened in a period.
type NotesInput struct {
	DivisionInput
	PeriodInput
}

// NotesOutput wraps the answer.
type NotesOutput struct {
	Body struct {
		Items []NoteView `json:"items"`
	}
}

// NoteBody is what happened, where and when.
type NoteBody struct {
	DivisionCode string `json:"division_code" pattern:"^[0-9]{4,12}$" doc:"哪个区划"`
	Category     string `json:"category,omitempty" maxLength:"40" doc:"只关系一个类别时填"`
	From         string `json:"from" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"第一天"`
	To           string `json:"to" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"最后一天（含）"`
	Text         string `json:"text" minLength:"2" maxLength:"120" doc:"发生了什么，如“台风过境”"`
}

type (
	noteInput  struct{ Body NoteBody }
	noteOutput struct{ Body NoteView }
	dropInput  struct {
		ID uuid.UUID `path:"id"`
	}
)

func (s *Service) mountNotes(srv *web.Server, tag string) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/oversight/notes", Permission: "oversight.board", Tag: tag, Summary: "看板上的大事标注",
		Detail: "本区划、上级和下级在时段内的标注；区市看不到市里的标注。",
	}, s.notes)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/oversight/notes", Permission: "oversight.annotate", Tag: tag, Summary: "标注一件大事",
		Body: web.JSON, Status: http.StatusCreated,
	}, s.annotate)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/oversight/notes/{id}", Permission: "oversight.annotate", Tag: tag, Summary: "删除本级的标注",
		Status: http.StatusNoContent,
	}, s.dropNote)
}

// notes lists what happened in the division looked at, above it and below it.
func (s *Service) notes(ctx context.Context, in *NotesInput) (*NotesOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	scope := r.scope()
	if r.city && web.TenantOf(ctx) == tenancy.CityTenant {
		scope = tenancy.City(append([]string{tenancy.CityTenant}, r.tenants...))
	}
	out := &NotesOutput{}
	out.Body.Items = []NoteView{}
	own := web.TenantOf(ctx)
	err = s.d.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.BoardNote.Query().Where(boardnote.DeletedAtIsNil(), boardnote.FirstDayLTE(p.to()), boardnote.LastDayGTE(p.from())).
			Order(boardnote.ByFirstDay(), boardnote.ByID()).Limit(cellBatch).All(ctx)
		if err != nil {
			return fmt.Errorf("notes: %w", err)
		}
		for _, n := range rows {
			if strings.HasPrefix(n.DivisionCode, r.at.Code) || strings.HasPrefix(r.at.Code, n.DivisionCode) {
				out.Body.Items = append(out.Body.Items, r.viewNote(n, own))
			}
		}
		return nil
	})
	return out, err
}

func (r reach) viewNote(n *db.BoardNote, own string) NoteView {
	return NoteView{
		ID: n.ID, DivisionCode: n.DivisionCode, DivisionName: r.dir.FullName(n.DivisionCode), Category: n.Category, From: dateText(n.FirstDay),
		To: dateText(n.LastDay), Text: n.Text, Own: n.TenantID == own, Version: n.Version,
	}
}

// annotate writes down what happened, inside the caller's own reach. It answers Invalid naming the field, or Forbidden.
func (s *Service) annotate(ctx context.Context, in *noteInput) (*noteOutput, error) {
	b := in.Body
	first, err1 := time.ParseInLocation(time.DateOnly, b.From, deadline.Zone)
	last, err2 := time.ParseInLocation(time.DateOnly, b.To, deadline.Zone)
	switch {
	case err1 != nil:
		return nil, invalid("from", "没有这一天")
	case err2 != nil:
		return nil, invalid("to", "没有这一天")
	case last.Before(first) || last.Sub(first) > longestPeriod*24*time.Hour:
		return nil, invalid("to", "应在第一天之后一年之内")
	}
	tenant := web.TenantOf(ctx)
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	root := tenant
	if tenant == tenancy.CityTenant {
		root = cityDivision
	}
	if _, known := dir.Division(b.DivisionCode); !known || !strings.HasPrefix(b.DivisionCode, root) {
		return nil, invalid("division_code", "只能标注本级的区划")
	}
	r := reach{dir: dir}
	if err := checkCategory(r, b.Category); err != nil {
		return nil, err
	}
	out := &noteOutput{}
	err = s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.BoardNote.Create().SetCreatedAt(s.d.Clock.Now()).SetDivisionCode(b.DivisionCode).SetCategory(b.Category).SetFirstDay(dayOf(first)).
			SetLastDay(dayOf(last)).SetText(strings.TrimSpace(b.Text)).SetWrittenBy(auth.From(ctx).PersonID).Save(ctx)
		if err != nil {
			return fmt.Errorf("note: %w", err)
		}
		out.Body = r.viewNote(n, tenant)
		return audit.Write(ctx, tx, audit.Line{Action: "board-note.create", SubjectKind: "board_note", SubjectID: n.ID.String()})
	})
	return out, err
}

// dropNote takes a note off the boards; the row stays.
func (s *Service) dropNote(ctx context.Context, in *dropInput) (*struct{}, error) {
	err := s.d.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.BoardNote.Update().Where(boardnote.ID(in.ID), boardnote.DeletedAtIsNil()).SetDeletedAt(s.d.Clock.Now()).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("drop a note: %w", err)
		}
		if n == 0 {
			return fault.NotFound.New("没有这条标注")
		}
		return audit.Write(ctx, tx, audit.Line{Action: "board-note.delete", SubjectKind: "board_note", SubjectID: in.ID.String()})
	})
	return nil, err
}
