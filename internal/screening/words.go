package screening

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/screenword"
	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/sheet"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

// Bounds of a tenant's list.
const (
	maxWord  = 20
	maxWords = 20_000
)

// wrongWord answers what is wrong with a word, or nothing.
func wrongWord(word string) string {
	switch n := utf8.RuneCountInString(Key(word)); {
	case n < 2:
		return "至少要有两个字或字母，单个字会误伤太多"
	case utf8.RuneCountInString(word) > maxWord:
		return fmt.Sprintf("最多%d个字", maxWord)
	}
	return ""
}

func (s *Service) list(ctx context.Context, in *ListInput) (*ListOutput, error) {
	start, err := in.Start()
	if err != nil {
		return nil, err
	}
	out := &ListOutput{}
	err = s.d.DB.View(ctx, tenancy.Tenant(web.TenantOf(ctx)), func(ctx context.Context, tx *database.Tx) error {
		q := tx.ScreenWord.Query().Order(screenword.ByID(sql.OrderDesc())).Limit(in.Limit + 1)
		if start.ID != uuid.Nil {
			q.Where(screenword.IDLT(start.ID))
		}
		if in.List != "" {
			q.Where(screenword.List(in.List))
		}
		if in.Query != "" {
			q.Where(screenword.WordContains(in.Query))
		}
		rows, err := q.All(ctx)
		if err != nil {
			return fmt.Errorf("word list: %w", err)
		}
		out.Body.Page = pageOf(rows, in.Limit)
		if in.Cursor != "" {
			return nil
		}
		out.Body.Shipped, err = shippedInForce(ctx, tx, in)
		return err
	})
	return out, err
}

func pageOf(rows []*db.ScreenWord, limit int) web.Page[WordView] {
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = web.EncodeCursor(web.Cursor{ID: rows[limit-1].ID})
	}
	items := make([]WordView, len(rows))
	for i, row := range rows {
		items[i] = viewWord(row)
	}
	return web.NewPage(items, next)
}

// shippedInForce are the shipped words about which the tenant decided nothing.
func shippedInForce(ctx context.Context, tx *database.Tx, in *ListInput) ([]ShippedView, error) {
	var texts []string
	shipped := Shipped()
	for _, w := range shipped {
		texts = append(texts, w.Text)
	}
	rows, err := tx.ScreenWord.Query().Where(screenword.WordIn(texts...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("word list: %w", err)
	}
	decided := map[string]bool{}
	for _, row := range rows {
		decided[row.Word] = true
	}
	out := []ShippedView{}
	for _, w := range shipped {
		if !decided[w.Text] && (in.List == "" || in.List == w.List) && strings.Contains(w.Text, in.Query) {
			out = append(out, ShippedView{Word: w.Text, List: w.List})
		}
	}
	return out, nil
}

// save adds a word or changes the one of this spelling. It answers Invalid.
func (s *Service) save(ctx context.Context, in *SaveInput) (*SaveOutput, error) {
	word := strings.TrimSpace(in.Body.Word)
	if wrong := wrongWord(word); wrong != "" {
		return nil, fault.Invalid.New(wrong, fault.Field{Name: "word", Message: wrong})
	}
	tenant, out := web.TenantOf(ctx), &SaveOutput{}
	err := s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.ScreenWord.Query().Count(ctx)
		if err != nil {
			return fmt.Errorf("word list: %w", err)
		}
		if n >= maxWords {
			return fault.Invalid.New("名单已满，请先删去不用的词", fault.Field{Name: "word", Message: "名单已满"})
		}
		row, _, err := put(ctx, tx, word, in.Body.List, in.Body.Active == nil || *in.Body.Active)
		if err != nil {
			return err
		}
		out.Body = viewWord(row)
		if err := s.changed(ctx, tx, tenant); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{
			Action: "screen-word.save", SubjectKind: "screen_word", SubjectID: row.ID.String(),
			Facts: map[string]any{"word": row.Word, "active": row.Active},
		})
	})
	return out, err
}

func put(ctx context.Context, tx *database.Tx, word, list string, active bool) (row *db.ScreenWord, created bool, err error) {
	row, err = tx.ScreenWord.Query().Where(screenword.Word(word)).Only(ctx)
	switch {
	case database.IsNotFound(err):
		row, err = tx.ScreenWord.Create().SetWord(word).SetList(list).SetActive(active).Save(ctx)
		if database.IsUnique(err) {
			return nil, false, fault.Conflict.New("别人刚刚加了这个词，请刷新")
		}
		if err != nil {
			return nil, false, fmt.Errorf("save word: %w", err)
		}
		return row, true, nil
	case err != nil:
		return nil, false, fmt.Errorf("word: %w", err)
	}
	_, err = tx.ScreenWord.Update().Where(screenword.ID(row.ID), screenword.Version(row.Version)).
		SetList(list).SetActive(active).AddVersion(1).Save(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("save word: %w", err)
	}
	row.List, row.Active, row.Version = list, active, row.Version+1
	return row, false, nil
}

// remove takes a word out of the list. It answers NotFound.
func (s *Service) remove(ctx context.Context, in *DeleteInput) (*struct{}, error) {
	tenant := web.TenantOf(ctx)
	return nil, s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.ScreenWord.Delete().Where(screenword.ID(in.ID)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("remove word: %w", err)
		}
		if n == 0 {
			return fault.NotFound.New("名单里没有这个词")
		}
		if err := s.changed(ctx, tx, tenant); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Line{Action: "screen-word.delete", SubjectKind: "screen_word", SubjectID: in.ID.String()})
	})
}

// Import reads a table of words into the tenant's list. Nothing is written on a
// dry run, nor when a line is wrong unless o.Partial allows it; the same table
// twice changes nothing more.
func (s *Service) Import(ctx context.Context, tenant string, src io.Reader, o sheet.Options) (sheet.Result, error) {
	table, err := sheet.Read(src)
	if err != nil {
		return sheet.Result{}, err
	}
	records, errs := table.Bind(columns())
	lines := map[string]int{}
	var good []sheet.Record
	for _, r := range records {
		if first, twice := lines[r.Get("word")]; twice {
			errs = append(errs, r.Wrong("word", "与第 %d 行的词相同", first))
			continue
		}
		lines[r.Get("word")] = r.Row
		good = append(good, r)
	}
	result := sheet.Result{Rows: len(table.Rows), Valid: len(good), DryRun: o.DryRun, Errors: sheet.Sorted(errs)}
	write := !o.DryRun && len(good) > 0 && (len(errs) == 0 || o.Partial)
	run := func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.ScreenWord.Query().All(ctx)
		if err != nil {
			return fmt.Errorf("word list: %w", err)
		}
		known := map[string]bool{}
		for _, row := range rows {
			known[row.Word] = true
		}
		result.Created, result.Updated = 0, 0
		for _, r := range good {
			if known[r.Get("word")] {
				result.Updated++
			} else {
				result.Created++
			}
		}
		if len(rows)+result.Created > maxWords {
			return fault.Invalid.New(fmt.Sprintf("名单最多%d个词", maxWords), fault.Field{Name: "file", Message: "词太多"})
		}
		if !write {
			return nil
		}
		return s.writeWords(ctx, tx, tenant, good, known)
	}
	if write {
		err = s.d.DB.Do(ctx, tenancy.Tenant(tenant), run)
	} else {
		err = s.d.DB.View(ctx, tenancy.Tenant(tenant), run)
	}
	if err != nil {
		return sheet.Result{}, err
	}
	result.Applied = write
	return result, nil
}

// wordBatch bounds one insert of words.
const wordBatch = 200

func (s *Service) writeWords(ctx context.Context, tx *database.Tx, tenant string, good []sheet.Record, known map[string]bool) error {
	var creates []*db.ScreenWordCreate
	for _, r := range good {
		active := r.Get("active") != "no"
		if known[r.Get("word")] {
			if _, _, err := put(ctx, tx, r.Get("word"), r.Get("list"), active); err != nil {
				return err
			}
			continue
		}
		creates = append(creates, tx.ScreenWord.Create().SetWord(r.Get("word")).SetList(r.Get("list")).SetActive(active))
	}
	for len(creates) > 0 {
		n := min(wordBatch, len(creates))
		if err := tx.ScreenWord.CreateBulk(creates[:n]...).Exec(ctx); err != nil {
			return fmt.Errorf("import words: %w", err)
		}
		creates = creates[n:]
	}
	if err := s.changed(ctx, tx, tenant); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Line{Action: "screen-word.import", SubjectKind: "tenant", SubjectID: tenant, Facts: map[string]any{"words": len(good)}})
}
