package oversight_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"huying/ent/db/report"
	"huying/internal/oversight"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/rating"
	"huying/internal/roomtest"
)

// hire makes a unit that leads the reports, each with a clock that fell due an hour ago; late ones still run.
func (c *city) hire(t *testing.T, b *roomtest.Bench, code string, late int, reports ...*told) (id uuid.UUID) {
	t.Helper()
	now := b.Clock.Now()
	b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
		u, err := tx.HandlingUnit.Create().SetCode(code).SetName("单位" + code).SetDivisionCode(shinan).Save(ctx)
		if err != nil {
			return err
		}
		id = u.ID
		for i, r := range reports {
			if err := tx.Report.Update().Where(report.ID(r.id)).SetLeadUnitID(id).Exec(ctx); err != nil {
				return err
			}
			err := tx.Assignment.Create().SetSubjectKind("report").SetSubjectID(r.id).SetUnitID(id).SetAssignedAt(now.Add(-48 * time.Hour)).Exec(ctx)
			if err != nil {
				return err
			}
			d := tx.Deadline.Create().SetSubjectKind("report").SetSubjectID(r.id).SetKind("handling").SetStartedAt(now.Add(-48 * time.Hour)).
				SetDueAt(now.Add(-time.Hour)).SetFirstDueAt(now.Add(-time.Hour))
			if i >= late {
				d.SetStoppedAt(now.Add(-2 * time.Hour)).SetStopReason("done")
			}
			if err := d.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return id
}

// Units are compared by what fell due, and letters put one on the list however many matters it had.
func TestUnits_compared_and_listed(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		var reports []*told
		for range 12 {
			r := &told{division: "370202001001", category: "road"}
			if err := c.take(t.Context(), r, "submit", "submitted", 0, false); err != nil {
				t.Fatal(err)
			}
			reports = append(reports, r)
		}
		slow, slack := c.hire(t, b, "slow", 3, reports[:11]...), c.hire(t, b, "slack", 1, reports[11:]...)
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			at := b.Clock.Now().Add(-240 * time.Hour)
			err := tx.SupervisionNotice.Create().SetFromTenant(shinan).SetToTenant(shinan).SetUnitID(slack).SetKind("letter").SetTitle("迟缓").SetLetter("请说明").
				SetAsks([]string{"原因"}).SetDays(5).SetState("open").SetRound(2).SetRung(200).SetDraftedBy(uuid.New()).SetSignedAt(at).SetDueAt(at.Add(120 * time.Hour)).Exec(ctx)
			if err != nil {
				return err
			}
			return rating.Record(ctx, tx, rating.Rating{SubjectKind: "report", SubjectID: reports[0].id, ThreadID: reports[0].id, Round: 1, PersonID: uuid.New(), Result: 3, At: b.Clock.Now()})
		})
		var got struct{ Items []oversight.UnitLine }
		b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/units", nil).Into(t, http.StatusOK, &got)
		if len(got.Items) != 2 {
			t.Fatalf("%+v", got)
		}
		lines := map[uuid.UUID]oversight.UnitLine{}
		for _, u := range got.Items {
			lines[u.ID] = u
		}
		if u := lines[slow]; u.Due != 11 || u.Late != 3 || u.List != "red" || u.OnTime == nil || *u.OnTime != 72.7 || u.Rated != 1 || u.Unsatisfied != 1 {
			t.Errorf("%+v", u)
		}
		if u := lines[slack]; u.Due != 1 || u.Late != 1 || u.List != "red" || u.OnTime != nil || u.Letters != 1 || u.LettersLate != 1 || u.SentBack != 1 || len(u.Reasons) != 2 {
			t.Errorf("%+v", u)
		}
		sheet := b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/export.xlsx", nil)
		book, err := excelize.OpenReader(bytes.NewReader(sheet.Body))
		if err != nil {
			t.Fatal(sheet.Status, err)
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		text := fmt.Sprint(rows)
		for _, want := range []string{"单位slow", "红牌", "超期3件，占到期11件的27.3%", "红黄榜"} {
			if err != nil || !strings.Contains(text, want) {
				t.Errorf("the workbook lacks %q (%v)", want, err)
			}
		}
		b.Ask(t, "city", whole, http.MethodGet, "/oversight/units", nil).Into(t, http.StatusOK, &got)
		if len(got.Items) != 2 {
			t.Errorf("the city sees %+v", got)
		}
		b.Ask(t, "other", shibei, http.MethodGet, "/oversight/units", nil).Into(t, http.StatusOK, &got)
		if len(got.Items) != 0 {
			t.Errorf("another district sees %+v", got)
		}
	})
}

// A note is seen where it lies, above and below; the city's by the city alone, and nobody drops another's.
func TestNotes(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, _ *city) {
		today := b.Clock.Now().Add(8 * time.Hour).Format(time.DateOnly)
		write := func(who, tenant, division, text string, status int) (id string) {
			t.Helper()
			a := b.Ask(t, who, tenant, http.MethodPost, "/oversight/notes", map[string]any{"division_code": division, "from": today, "to": today, "text": text})
			var v struct{ ID string }
			if a.Status != status {
				t.Fatalf("%s in %s: %d %s", who, division, a.Status, a.Body)
			}
			if status == http.StatusCreated {
				a.Into(t, status, &v)
			}
			return v.ID
		}
		street := write("staff", shinan, "370202001", "水管爆裂", http.StatusCreated)
		write("city", whole, "3702", "台风过境", http.StatusCreated)
		write("staff", shinan, shibei, "越界", http.StatusUnprocessableEntity)
		write("coordinator", shinan, shinan, "无权", http.StatusForbidden)
		seen := func(who, tenant, query string) int {
			t.Helper()
			var out struct{ Items []oversight.NoteView }
			b.Ask(t, who, tenant, http.MethodGet, "/oversight/notes"+query, nil).Into(t, http.StatusOK, &out)
			return len(out.Items)
		}
		for _, c := range []struct {
			who, tenant, query string
			want               int
		}{
			{"staff", shinan, "", 1},
			{"office", shinan, "", 1},
			{"office", shinan, "?division_code=370202001001", 1},
			{"staff", shinan, "?division_code=370202002", 0},
			{"other", shibei, "", 0},
			{"city", whole, "", 2},
			{"city", whole, "?division_code=" + shibei, 1},
			{"staff", shinan, "?from=2026-01-01&to=2026-01-02", 0},
		} {
			if n := seen(c.who, c.tenant, c.query); n != c.want {
				t.Errorf("%s in %s%s sees %d, want %d", c.who, c.tenant, c.query, n, c.want)
			}
		}
		for _, who := range []struct{ name, tenant string }{{"other", shibei}, {"city", whole}} {
			if a := b.Ask(t, who.name, who.tenant, http.MethodDelete, "/oversight/notes/"+street, nil); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", who.name, a.Status)
			}
		}
		if a := b.Ask(t, "staff", shinan, http.MethodDelete, "/oversight/notes/"+street, nil); a.Status != http.StatusNoContent || seen("staff", shinan, "") != 0 {
			t.Errorf("%d", a.Status)
		}
	})
}

// What became of a class that came back, and what came by which door.
func TestQuestions_of_classes_and_doors(t *testing.T) {
	onBoards(t, func(t *testing.T, b *roomtest.Bench, c *city) {
		own, called := &told{division: "370202001001", category: "road"}, &told{division: "370202001001", category: "road"}
		for _, r := range []*told{own, called} {
			if err := c.take(t.Context(), r, "submit", "submitted", 0, false); err != nil {
				t.Fatal(err)
			}
		}
		recused := b.Caller("recused", authz.Grant{Role: "district_head", Tenant: shinan, Division: shinan})
		b.Do(t, shinan, func(ctx context.Context, tx *database.Tx) error {
			if err := tx.Report.Update().Where(report.ID(called.id)).SetSource("hotline").SetMasterID(own.id).Exec(ctx); err != nil {
				return err
			}
			if err := tx.ReportRecusal.Create().SetReportID(own.id).SetPersonID(recused.PersonID).Exec(ctx); err != nil {
				return err
			}
			class, err := tx.ClassProposal.Create().SetClassKey("thread:1").SetCategory("road").SetDivisionCode("370202001001").SetReason("90日内第三次").SetCount(3).
				SetReportIds([]uuid.UUID{own.id, called.id}).SetState("taken").Save(ctx)
			if err != nil {
				return err
			}
			return tx.SupervisionNotice.Create().SetFromTenant(shinan).SetToTenant(shinan).SetUnitID(uuid.New()).SetUnitName("城管局").SetKind("class").SetClassID(class.ID).
				SetTitle("迟缓").SetLetter("请说明").SetDays(5).SetState("accepted").SetResult("全线换管").SetDraftedBy(uuid.New()).Exec(ctx)
		})
		var classes struct {
			ByOutcome map[string]int `json:"by_outcome"`
			Items     []oversight.ClassItem
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/questions/classes", nil).Into(t, http.StatusOK, &classes)
		if len(classes.Items) != 1 || classes.Items[0].Result != "全线换管" || classes.Items[0].Unit != "城管局" || classes.ByOutcome["settled"] != 1 {
			t.Errorf("%+v", classes)
		}
		b.Ask(t, "recused", shinan, http.MethodGet, "/oversight/questions/classes", nil).Into(t, http.StatusOK, &classes)
		if len(classes.Items) != 0 {
			t.Errorf("recused, and sees %+v", classes)
		}
		var doors struct {
			BySource map[string]int `json:"by_source"`
			Both     int
			Matters  int
		}
		b.Ask(t, "staff", shinan, http.MethodGet, "/oversight/questions/doors", nil).Into(t, http.StatusOK, &doors)
		if doors.BySource["hotline"] != 1 || doors.BySource["citizen"] != 1 || doors.Both != 1 || doors.Matters != 1 {
			t.Errorf("%+v", doors)
		}
	})
}
