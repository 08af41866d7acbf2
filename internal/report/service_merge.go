package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
)

// maxMerged is how many reports one call may merge.
const maxMerged = 50

// mayTake are the states in which a report takes others in: work on it goes on
// and nobody waits for an evaluation.
var mayTake = append([]flow.State{Reopened, CarriedOver}, submittedHandling...)

// merger is one merging: a master and what is merged into it.
type merger struct {
	s        *Service
	who      asker
	dir      *division.Directory
	body     MergeBody
	master   *relation
	children []*db.Report
	// named is the report in the path of the request.
	named uuid.UUID
	// kept are what was promised for the merged reports, to be kept by the master.
	kept []*db.Deadline
}

// Merge merges one report into another, or several into one (row 6); all or
// none. The master rules; the earliest promise is kept; whoever reported or
// followed a merged one follows the master from then on. A master that was
// itself merged stands for its own master. It fails with invalid_input naming
// into or reports, not_found for what the caller may not see, and
// transition_not_allowed for a pair that cannot be merged.
func (s *Service) Merge(ctx context.Context, tenant, ref string, b MergeBody) (uuid.UUID, error) {
	b.Into = strings.TrimSpace(b.Into)
	switch {
	case (b.Into == "") == (len(b.Reports) == 0):
		return uuid.Nil, invalid("into", "请写明并入哪一件，或把哪些件并入本件，二选一")
	case len(b.Reports) > maxMerged:
		return uuid.Nil, invalid("reports", fmt.Sprintf("一次最多合并%d件", maxMerged))
	}
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err = s.again(ctx, tenant, func(ctx context.Context, tx *database.Tx) error {
		g := &merger{s: s, who: askerOf(ctx, tenant), dir: dir, body: b}
		if err := g.gather(ctx, tx, ref); err != nil {
			return err
		}
		id = g.named
		return g.run(ctx, tx)
	})
	return id, err
}

// gather finds everything the merging touches under the caller's scope, and
// locks it in the order of the ids.
func (g *merger) gather(ctx context.Context, tx *database.Tx, ref string) error {
	visible := g.s.visible(ctx, g.who, readPermission)
	named, err := g.s.find(ctx, tx, ref, visible...)
	if err != nil {
		return err
	}
	g.named = named.ID
	master, field := named, "reports"
	children := []uuid.UUID{}
	if g.body.Into != "" {
		field, children = "into", append(children, named.ID)
		if master, err = g.s.find(ctx, tx, g.body.Into, visible...); err != nil {
			return err
		}
	}
	for _, r := range g.body.Reports {
		child, err := g.s.find(ctx, tx, r, visible...)
		if err != nil {
			return err
		}
		if !slices.Contains(children, child.ID) {
			children = append(children, child.ID)
		}
	}
	top := master.ID
	if master.MasterID != nil {
		top = *master.MasterID
	}
	if slices.Contains(children, top) {
		return g.circle(field, master, top)
	}
	grand, err := tx.Report.Query().Where(entreport.MasterIDIn(children...)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("merged reports: %w", err)
	}
	locked, err := g.s.lockAll(ctx, tx, append(append([]uuid.UUID{top}, children...), grand...))
	if err != nil {
		return err
	}
	if locked[top] == nil || locked[top].MasterID != nil {
		return errStale
	}
	if !visibleRow(ctx, tx, top, visible) {
		return notFound()
	}
	for _, id := range children {
		g.children = append(g.children, locked[id])
	}
	g.master, err = g.s.relate(ctx, tx, locked[top])
	return err
}

// circle explains why a report cannot be merged into itself, directly or by
// way of what was merged into it before.
func (g *merger) circle(field string, master *db.Report, top uuid.UUID) error {
	if master.ID == top {
		return invalid(field, "不能把一件并入它自己")
	}
	return flow.TransitionNotAllowed.New("那一件已并入本件，不能反过来合并").Fact("state", string(Merged)).Fact("action", "merge")
}

// visibleRow says whether a row is within the caller's conditions.
func visibleRow(ctx context.Context, tx *database.Tx, id uuid.UUID, visible []predicate) bool {
	query := tx.Report.Query().Where(entreport.ID(id))
	for _, v := range visible {
		query = query.Where(v)
	}
	ok, err := query.Exist(ctx)
	return ok && err == nil
}

// run merges every child, then lets the master take over what they were promised.
func (g *merger) run(ctx context.Context, tx *database.Tx) error {
	if !g.s.covers(ctx, g.master, g.who) {
		return fault.Forbidden.New("主件不由您办理，请报区市人大合并")
	}
	var numbers []string
	var ids []uuid.UUID
	var m *moment
	for _, row := range g.children {
		rel, err := g.s.relate(ctx, tx, row)
		if err != nil {
			return err
		}
		if !g.s.covers(ctx, rel, g.who) {
			return fault.Forbidden.New("这一步不由您办理")
		}
		if row.ID == g.named && g.body.Version != 0 && g.body.Version != row.Version {
			return fault.VersionConflict.New("此件刚刚有变化，请刷新后再操作").Fact("version", row.Version)
		}
		st := g.step()
		inner := st.apply
		st.apply = func(ctx context.Context, child *moment) error {
			m = child
			return inner(ctx, child)
		}
		if err := g.s.perform(ctx, tx, rel, g.who, g.dir, st); err != nil {
			return err
		}
		numbers, ids = append(numbers, row.Number), append(ids, row.ID)
	}
	if err := g.s.note(ctx, m, g.master.report, eventMergedIn, "并入："+strings.Join(numbers, "、"), ids); err != nil {
		return err
	}
	return g.absorb(ctx, tx)
}
