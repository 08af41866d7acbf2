package rights

import (
	"context"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/rightsrequest"
	"huying/internal/audit"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

const (
	// coolingOff is how long an erasure waits, so that a person, or whoever finds a stranger at the own account, can
	// take it back.
	coolingOff = 7 * 24 * time.Hour
	// copyLife is how long a copy can be fetched.
	copyLife = 7 * 24 * time.Hour
	// maxRequests bounds the list of a person's requests.
	maxRequests = 50
)

// Requests lists a person's newest requests.
func (s *Service) Requests(ctx context.Context, person uuid.UUID) (rows []*db.RightsRequest, err error) {
	err = s.d.DB.View(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		rows, err = tx.RightsRequest.Query().Where(rightsrequest.PersonID(person)).
			Order(rightsrequest.ByID(sql.OrderDesc())).Limit(maxRequests).All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rights: requests: %w", err)
	}
	return rows, nil
}

// Preview counts what an erasure of the person would do.
func (s *Service) Preview(ctx context.Context, person uuid.UUID) (Counts, error) {
	p, there, err := s.d.People.Known(ctx, person)
	if err != nil || !there {
		return Counts{}, err
	}
	all := Counts{}
	for _, h := range s.holdings() {
		c, err := h.Preview(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("rights: preview: %w", err)
		}
		all.Add(c)
	}
	return all, nil
}

// AskCopy asks for a copy of the caller's own data; code proves the number again. Faults: RequestOpen, and those of
// proving.
func (s *Service) AskCopy(ctx context.Context, code string) (*db.RightsRequest, error) {
	caller := auth.From(ctx)
	if err := s.prove(ctx, caller, code); err != nil {
		return nil, err
	}
	return s.ask(ctx, caller.PersonID, rightsrequest.KindExport, s.now(), "")
}

// AskErasure asks for the end of the caller's own data, in a week. Faults: HoldsGrants, RequestOpen, fault.Invalid
// naming confirm, and those of proving.
func (s *Service) AskErasure(ctx context.Context, code, reason string, confirmed bool) (*db.RightsRequest, error) {
	caller := auth.From(ctx)
	if !confirmed {
		return nil, fault.Invalid.New("请先确认", fault.Field{Name: "confirm", Message: "看过会删除什么、保留什么以后，请确认"})
	}
	held, err := s.d.People.HoldsGrants(ctx, caller.PersonID)
	if err != nil {
		return nil, err
	}
	if held {
		return nil, HoldsGrants.New("请先由授予角色的单位收回您的角色，手上的事项交接后再注销")
	}
	if err := s.prove(ctx, caller, code); err != nil {
		return nil, err
	}
	// The reason goes into the audit trail, which outlives the person's data: no name may stand in it.
	p, _, err := s.d.People.Known(ctx, caller.PersonID)
	if err != nil {
		return nil, err
	}
	if p.Name != "" {
		reason = strings.ReplaceAll(reason, p.Name, "＊＊")
	}
	return s.ask(ctx, caller.PersonID, rightsrequest.KindErase, s.now().Add(coolingOff), reason)
}

// prove asks for a fresh code where the session has no second factor: a phone left on a table must not be enough.
func (s *Service) prove(ctx context.Context, caller *auth.Caller, code string) error {
	if !caller.SecondFactor && code == "" {
		return ProofNeeded.New("请获取短信验证码，再填写到 code")
	}
	return s.d.People.ProveNumber(ctx, code)
}

var openStates = []rightsrequest.State{rightsrequest.StateRequested, rightsrequest.StateRunning}

// ask writes the request, its audit line and, for what is due now, its job.
func (s *Service) ask(ctx context.Context, person uuid.UUID, kind rightsrequest.Kind, due time.Time, reason string) (row *db.RightsRequest, err error) {
	err = s.d.DB.Do(ctx, tenancy.DoorFor(tenancy.CityTenant), func(ctx context.Context, tx *database.Tx) error {
		open, err := tx.RightsRequest.Query().
			Where(rightsrequest.PersonID(person), rightsrequest.KindEQ(kind), rightsrequest.StateIn(openStates...)).Exist(ctx)
		if err != nil {
			return err
		}
		if open {
			return RequestOpen.New("上一个申请还在处理，请等它结束或先撤销")
		}
		row, err = tx.RightsRequest.Create().SetPersonID(person).SetKind(kind).SetNotBefore(due).SetCreatedAt(s.now()).Save(ctx)
		if err != nil {
			return err
		}
		err = audit.Write(ctx, tx, audit.Line{
			Action: "rights." + string(kind), SubjectKind: "person", SubjectID: person.String(), Reason: reason,
			Facts: map[string]any{"request_id": row.ID.String(), "not_before": due},
		})
		if err == nil && kind == rightsrequest.KindExport {
			err = s.d.Jobs.Insert(ctx, tx, CopyArgs{Request: row.ID}, nil)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rights: ask: %w", err)
	}
	return row, nil
}

// CancelErasure takes back the caller's erasure while it waits. Faults: NotCancellable.
func (s *Service) CancelErasure(ctx context.Context) error {
	person := auth.From(ctx).PersonID
	err := s.d.DB.Do(ctx, tenancy.DoorFor(tenancy.CityTenant), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.RightsRequest.Update().
			Where(rightsrequest.PersonID(person), rightsrequest.KindEQ(rightsrequest.KindErase), rightsrequest.StateEQ(rightsrequest.StateRequested)).
			AddVersion(1).SetState(rightsrequest.StateCancelled).SetEndedAt(s.now()).Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return NotCancellable.New("没有正在等待的注销申请，或已经开始删除")
		}
		return audit.Write(ctx, tx, audit.Line{Action: "rights.erase-cancelled", SubjectKind: "person", SubjectID: person.String()})
	})
	if err != nil {
		return fmt.Errorf("rights: cancel: %w", err)
	}
	return nil
}

// move changes a request's state from one of these; false when it was in none of them.
func (s *Service) move(ctx context.Context, id uuid.UUID, from []rightsrequest.State, change func(*db.RightsRequestUpdate)) (moved bool, err error) {
	err = s.d.DB.Do(ctx, tenancy.Door(), func(ctx context.Context, tx *database.Tx) error {
		u := tx.RightsRequest.Update().Where(rightsrequest.ID(id), rightsrequest.StateIn(from...)).AddVersion(1)
		change(u)
		n, err := u.Save(ctx)
		moved = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("rights: request %s: %w", id, err)
	}
	return moved, nil
}
