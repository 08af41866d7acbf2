package deputy

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	rowdeputy "huying/ent/db/deputy"
	"huying/ent/db/handlingunit"
	rowplace "huying/ent/db/place"
	rowrecusal "huying/ent/db/recusal"
	"huying/internal/audit"
	"huying/internal/idempotency"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// RecusalView is one recusal on the wire.
type RecusalView struct {
	ID          uuid.UUID  `json:"id"`
	PersonID    uuid.UUID  `json:"person_id"`
	DeputyName  string     `json:"deputy_name,omitempty" doc:"本人是代表时的姓名"`
	SubjectKind string     `json:"subject_kind" enum:"respondent,unit,place,report"`
	SubjectKey  string     `json:"subject_key" doc:"被反映对象的名称，或单位、地点的编号"`
	Reason      string     `json:"reason"`
	CreatedAt   time.Time  `json:"created_at"`
	EndedAt     *time.Time `json:"ended_at,omitempty"`
	Version     int        `json:"version"`
}

// RecuseInput registers a recusal, for oneself unless a person or a deputy is named.
type RecuseInput struct {
	Body RecuseBody
}

// RecuseBody is the body of RecuseInput.
type RecuseBody struct {
	PersonID    *uuid.UUID `json:"person_id,omitempty"`
	DeputyID    *uuid.UUID `json:"deputy_id,omitempty"`
	SubjectKind string     `json:"subject_kind" enum:"respondent,unit,place"`
	Name        string     `json:"name,omitempty" maxLength:"120" doc:"被反映对象的名称（subject_kind=respondent）"`
	SubjectID   *uuid.UUID `json:"subject_id,omitempty" doc:"单位或地点的编号"`
	Reason      string     `json:"reason" minLength:"2" maxLength:"300" doc:"例如：本人任该公司经理"`
}

// RecusalOutput carries one recusal.
type RecusalOutput struct{ Body RecusalView }

// RecusalsOutput carries one page of recusals.
type RecusalsOutput struct{ Body web.Page[RecusalView] }

// RecusalsInput pages through recusals, newest first.
type RecusalsInput struct{ web.Paging }

// EndRecusalInput ends a recusal.
type EndRecusalInput struct {
	ID     uuid.UUID `path:"id"`
	Reason string    `query:"reason" required:"true" minLength:"2" maxLength:"300"`
}

// recusals lists the tenant's, or only the caller's own, by the reach of the permission.
func (s *Service) recusals(ctx context.Context, in *RecusalsInput) (*RecusalsOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &RecusalsOutput{}
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.Recusal.Query().Order(rowrecusal.ByID(sql.OrderDesc())).Limit(in.Limit + 1)
		if !authz.AccessFrom(ctx).Reaches(authz.ScopeTenant) {
			q.Where(rowrecusal.PersonID(auth.From(ctx).PersonID))
		}
		if start.ID != uuid.Nil {
			q.Where(rowrecusal.IDLT(start.ID))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("recusals: %w", err)
		}
		next := ""
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
			next = web.EncodeCursor(web.Cursor{ID: rows[in.Limit-1].ID})
		}
		views, err := viewRecusals(ctx, tx, rows)
		out.Body = web.NewPage(views, next)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func viewRecusals(ctx context.Context, tx *database.Tx, rows []*db.Recusal) ([]RecusalView, error) {
	people := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		people[i] = row.PersonID
	}
	deputies, err := tx.Deputy.Query().Where(rowdeputy.PersonIDIn(people...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("deputies: %w", err)
	}
	names := make(map[uuid.UUID]string, len(deputies))
	for _, d := range deputies {
		names[d.PersonID] = d.Name
	}
	views := make([]RecusalView, len(rows))
	for i, row := range rows {
		views[i] = RecusalView{
			ID: row.ID, PersonID: row.PersonID, DeputyName: names[row.PersonID], SubjectKind: string(row.SubjectKind),
			SubjectKey: row.SubjectKey, Reason: row.Reason, CreatedAt: row.CreatedAt, EndedAt: row.EndedAt, Version: row.Version,
		}
	}
	return views, nil
}

// recuse registers a recusal and hides from the person what exists already, in one transaction.
// It answers Invalid, NotFound (no such deputy) or Forbidden (somebody else, with scope own only).
func (s *Service) recuse(ctx context.Context, in *RecuseInput) (*RecusalOutput, error) {
	out := &RecusalOutput{}
	err := s.d.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) (err error) {
		out.Body, err = idempotency.Once(ctx, tx, "POST /recusals", s.d.Clock.Now(), func(ctx context.Context) (RecusalView, error) {
			person, err := s.whom(ctx, tx, in.Body)
			if err != nil {
				return RecusalView{}, err
			}
			key, err := subjectKey(ctx, tx, in.Body)
			if err != nil {
				return RecusalView{}, err
			}
			return s.tie(ctx, tx, person, in.Body, key)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) whom(ctx context.Context, tx *database.Tx, b RecuseBody) (uuid.UUID, error) {
	self := auth.From(ctx).PersonID
	person := self
	switch {
	case b.DeputyID != nil:
		d, found, err := s.Deputy(ctx, tx, *b.DeputyID)
		if err != nil {
			return uuid.Nil, err
		}
		if !found {
			return uuid.Nil, fault.NotFound.New("没有这名代表")
		}
		person = d.PersonID
	case b.PersonID != nil:
		person = *b.PersonID
	}
	if person != self && !authz.AccessFrom(ctx).Reaches(authz.ScopeTenant) {
		return uuid.Nil, fault.Forbidden.New("您只能登记本人的回避")
	}
	return person, nil
}

func subjectKey(ctx context.Context, tx *database.Tx, b RecuseBody) (string, error) {
	if b.SubjectKind == SubjectRespondent {
		key := RespondentKey(b.Name)
		if len([]rune(key)) < 2 {
			return "", fault.Invalid.New("回避登记有误", fault.Field{Name: "name", Message: "请写出对方的名称，至少两个字"})
		}
		return key, nil
	}
	unknown := fault.Invalid.New("回避登记有误", fault.Field{Name: "subject_id", Message: "本区市没有这个单位或地点"})
	if b.SubjectID == nil {
		return "", unknown
	}
	var found bool
	var err error
	if b.SubjectKind == SubjectUnit {
		found, err = tx.HandlingUnit.Query().Where(handlingunit.ID(*b.SubjectID)).Exist(ctx)
	} else {
		found, err = tx.Place.Query().Where(rowplace.ID(*b.SubjectID)).Exist(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("subject of recusal: %w", err)
	}
	if !found {
		return "", unknown
	}
	return b.SubjectID.String(), nil
}

func (s *Service) tie(ctx context.Context, tx *database.Tx, person uuid.UUID, b RecuseBody, key string) (RecusalView, error) {
	row, err := tx.Recusal.Create().SetCreatedAt(s.d.Clock.Now()).SetPersonID(person).
		SetSubjectKind(rowrecusal.SubjectKind(b.SubjectKind)).SetSubjectKey(key).SetReason(b.Reason).Save(ctx)
	if err != nil {
		return RecusalView{}, fmt.Errorf("create recusal: %w", err)
	}
	if s.d.Recuse != nil {
		if err := s.d.Recuse(ctx, tx, person, b.SubjectKind, key, b.Reason); err != nil {
			return RecusalView{}, err
		}
	}
	line := audit.Line{
		Action: "recusal.create", SubjectKind: "recusal", SubjectID: row.ID.String(), Reason: b.Reason,
		Facts: map[string]any{"person_id": person, "subject_kind": b.SubjectKind, "subject_key": key},
	}
	if err := audit.Write(ctx, tx, line); err != nil {
		return RecusalView{}, err
	}
	views, err := viewRecusals(ctx, tx, []*db.Recusal{row})
	if err != nil {
		return RecusalView{}, err
	}
	return views[0], nil
}

// endRecusal ends a recusal for the future; reports that were hidden stay hidden. It answers
// NotFound, or OwnRecusal.
func (s *Service) endRecusal(ctx context.Context, in *EndRecusalInput) (*struct{}, error) {
	return nil, s.d.DB.Do(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		row, err := tx.Recusal.Query().Where(rowrecusal.ID(in.ID), rowrecusal.EndedAtIsNil()).Only(ctx)
		if db.IsNotFound(err) {
			return fault.NotFound.New("没有这条回避登记")
		} else if err != nil {
			return fmt.Errorf("recusal: %w", err)
		}
		if row.PersonID == auth.From(ctx).PersonID {
			return OwnRecusal.New("本人的回避须由其他工作人员撤销")
		}
		n, err := tx.Recusal.Update().Where(rowrecusal.ID(in.ID), rowrecusal.Version(row.Version)).AddVersion(1).
			SetEndedAt(s.d.Clock.Now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("end recusal: %w", err)
		}
		if n == 0 {
			return fault.VersionConflict.New("这条登记刚被他人修改，请刷新")
		}
		return audit.Write(ctx, tx, audit.Line{
			Action: "recusal.end", SubjectKind: "recusal", SubjectID: in.ID.String(), Reason: in.Reason,
			Facts: map[string]any{"person_id": row.PersonID},
		})
	})
}
