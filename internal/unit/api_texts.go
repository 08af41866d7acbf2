package unit

import (
	"context"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/database"
)

// TextView is a ready text on the wire.
type TextView struct {
	ID       uuid.UUID  `json:"id"`
	Kind     string     `json:"kind" enum:"reply,return_reason,reject_reason,extend_reason,pause_reason,question,carry_over_reason"`
	Category string     `json:"category,omitempty" doc:"空的不论类别"`
	UnitID   *uuid.UUID `json:"unit_id,omitempty" doc:"空的为全区市通用"`
	UnitName string     `json:"unit_name,omitempty"`
	Title    string     `json:"title"`
	Body     string     `json:"body"`
	Position int        `json:"position" doc:"小的在前"`
	Active   bool       `json:"active"`
	Version  int        `json:"version"`
}

// TextsInput filters the ready texts.
type TextsInput struct {
	Kind     string `query:"kind" enum:"reply,return_reason,reject_reason,extend_reason,pause_reason,question,carry_over_reason" doc:"用在哪里；不填为全部"`
	Category string `query:"category" maxLength:"40" doc:"这个类别的和不论类别的"`
	Inactive bool   `query:"inactive" doc:"连同已停用的"`
}

// TextsOutput carries the ready texts.
type TextsOutput struct {
	Body struct {
		Items []TextView `json:"items"`
	}
}

// TextBody is a ready text as it shall be.
type TextBody struct {
	ID       *uuid.UUID `json:"id,omitempty" doc:"要改的一条；不填为新增"`
	Version  int        `json:"version,omitempty" minimum:"0" doc:"看到的版本；修改时须填"`
	Kind     string     `json:"kind" enum:"reply,return_reason,reject_reason,extend_reason,pause_reason,question,carry_over_reason" doc:"用在哪里：答复、退单理由、不予受理理由、延期理由、暂停理由、请反映人补充、挂账理由"`
	Category string     `json:"category,omitempty" maxLength:"40" doc:"不填为不论类别"`
	UnitID   *uuid.UUID `json:"unit_id,omitempty" doc:"不填为全区市通用；单位负责人不填为本单位"`
	Title    string     `json:"title" maxLength:"30"`
	Body     string     `json:"body" maxLength:"1000"`
	Position int        `json:"position,omitempty" minimum:"0" maximum:"1000"`
	Active   *bool      `json:"active,omitempty" doc:"不填为启用"`
}

// SaveTextInput adds or changes a ready text.
type SaveTextInput struct{ Body TextBody }

// TextOutput carries one ready text.
type TextOutput struct{ Body TextView }

// DeleteTextInput names a ready text.
type DeleteTextInput struct {
	ID uuid.UUID `path:"id"`
}

func (s *Service) viewTexts(ctx context.Context, tx *database.Tx, rows []*db.TextTemplate) ([]TextView, error) {
	var ids []uuid.UUID
	for _, row := range rows {
		if row.UnitID != nil {
			ids = append(ids, *row.UnitID)
		}
	}
	units, err := s.Units(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	views := make([]TextView, len(rows))
	for i, row := range rows {
		views[i] = TextView{
			ID: row.ID, Kind: string(row.Kind), Category: row.Category, UnitID: row.UnitID, Title: row.Title, Body: row.Body,
			Position: row.Position, Active: row.Active, Version: row.Version,
		}
		if row.UnitID != nil {
			views[i].UnitName = units[*row.UnitID].Name
		}
	}
	return views, nil
}
