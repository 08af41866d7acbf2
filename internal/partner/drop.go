package partner

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huying/ent/db"
	"huying/internal/platform/fault"
)

// Files are exchanged in DROP/TENANT/PARTNER: out holds what we send, in what the partner sends, done and refused what
// we have read; beside a refused file lies its reason. A file appears under its name only when it is whole.
const (
	folderOut     = "out"
	folderIn      = "in"
	folderDone    = "done"
	folderRefused = "refused"
)

// Limits of one look: files, bytes of a file, lines of a table.
const (
	maxFiles = 200
	maxBytes = 4 << 20
	maxLines = 2000
)

func (s *Room) folder(p *db.Partner, name string) (string, error) {
	if s.DropDir == "" {
		return "", &refusal{says: "no folder for files is configured (partners.drop_dir)"}
	}
	dir := filepath.Join(s.DropDir, p.TenantID, p.ID.String(), name)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("folder for files: %w", err)
	}
	return dir, nil
}

// dropOff writes an order for the partner to fetch. The same order again writes the same file.
func (s *Room) dropOff(p *db.Partner, o Order, body []byte) error {
	dir, err := s.folder(p, folderOut)
	if err != nil {
		return err
	}
	name := safeName(o.WorkOrder) + "-" + safeName(o.ID) + ".json"
	part := filepath.Join(dir, "."+name+".part")
	if err := os.WriteFile(part, body, 0o600); err != nil {
		return fmt.Errorf("work order as a file: %w", err)
	}
	if err := os.Rename(part, filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("work order as a file: %w", err)
	}
	return nil
}

// safeName keeps letters, digits, dash and underscore of what becomes part of a file's name.
func safeName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_') {
			return r
		}
		return '_'
	}, clip(s, 80))
}

// pickUp reads what a partner left, oldest name first. A file that cannot be read whole is refused whole where it is one
// order, and line by line where it is a table.
func (s *Room) pickUp(ctx context.Context, p *db.Partner) error {
	dir, err := s.folder(p, folderIn)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("folder for files: %w", err)
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	read := 0
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") || ext != ".json" && ext != ".csv" {
			continue
		}
		if read++; read > maxFiles {
			break
		}
		if err := s.pickUpFile(ctx, p, dir, e.Name(), ext); err != nil {
			return err
		}
	}
	return nil
}

func (s *Room) pickUpFile(ctx context.Context, p *db.Partner, dir, name, ext string) error {
	orders, err := readOrders(filepath.Join(dir, name), ext)
	var reasons []string
	if err != nil {
		reasons = append(reasons, err.Error())
	}
	for i, o := range orders {
		_, err := s.Receive(ctx, p, o)
		f, refused := fault.As(err)
		if err != nil && (!refused || f.Kind.Status >= 500) {
			// Our own trouble: the file stays and is read again; what was taken of it is taken once.
			return err
		}
		if refused {
			reasons = append(reasons, fmt.Sprintf("第%d条（%s %s）：%s", i+1, o.WorkOrder, o.Action, worded(f)))
		}
	}
	to := folderDone
	if len(reasons) > 0 {
		to = folderRefused
	}
	target, err := s.folder(p, to)
	if err != nil {
		return err
	}
	stamped := s.Clock.Now().UTC().Format("20060102T150405") + "-" + name
	if len(reasons) > 0 {
		text := strings.Join(reasons, "\n") + "\n"
		if err := os.WriteFile(filepath.Join(target, stamped+".reason.txt"), []byte(text), 0o600); err != nil {
			return fmt.Errorf("reason of a refused file: %w", err)
		}
	}
	if err := os.Rename(filepath.Join(dir, name), filepath.Join(target, stamped)); err != nil {
		return fmt.Errorf("file of a partner: %w", err)
	}
	return nil
}

func worded(f *fault.Error) string {
	text := f.Detail
	for _, field := range f.Fields {
		text += "；" + field.Name + " " + field.Message
	}
	return text
}

// readOrders reads one order, a list of them, or a table.
func readOrders(path, ext string) ([]Order, error) {
	file, err := os.Open(path) //nolint:gosec // a name that the directory itself listed
	if err != nil {
		return nil, errors.New("文件打不开")
	}
	defer func() { _ = file.Close() }()
	body, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err != nil || len(body) > maxBytes {
		return nil, errors.New("文件读不了或超过4MB")
	}
	if ext == ".csv" {
		return readTable(body)
	}
	var orders []Order
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(text, "[") {
		err = json.Unmarshal(body, &orders)
	} else {
		orders = make([]Order, 1)
		err = json.Unmarshal(body, &orders[0])
	}
	if err != nil || !utf8.Valid(body) {
		return nil, errors.New("不是约定的 JSON（UTF-8）")
	}
	return orders, nil
}

// columns are the headings of a table, in any order.
var columns = map[string]func(o *Order, cell string){
	"消息编号": func(o *Order, c string) { o.ID = c },
	"工单号":  func(o *Order, c string) { o.WorkOrder = c },
	"受理编号": func(o *Order, c string) { o.Reference = c },
	"动作":   func(o *Order, c string) { o.Action = c },
	"时间":   func(o *Order, c string) { o.At = c },
	"内容":   func(o *Order, c string) { o.Content = c },
	"类别":   func(o *Order, c string) { o.Category = c },
	"标题":   func(o *Order, c string) { o.Title = c },
	"情况说明": func(o *Order, c string) { o.Description = c },
	"区划代码": func(o *Order, c string) { o.DivisionCode = c },
	"地址":   func(o *Order, c string) { o.Address = c },
	"姓名":   func(o *Order, c string) { o.Name = c },
	"电话":   func(o *Order, c string) { o.Phone = c },
	"纬度":   func(o *Order, c string) { o.Lat = degrees(c) },
	"经度":   func(o *Order, c string) { o.Lng = degrees(c) },
}

func degrees(cell string) *float64 {
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return nil
	}
	return &n
}

// readTable reads a CSV with a line of headings, in UTF-8 or as Excel in China writes it. A line without a number of
// its own gets one of its content, so that the same line twice is one message.
func readTable(body []byte) ([]Order, error) {
	if !utf8.Valid(body) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
		if err != nil {
			return nil, errors.New("文字编码应为 UTF-8 或 GB18030")
		}
		body = decoded
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	head, err := r.Read()
	if err != nil {
		return nil, errors.New("没有表头")
	}
	for i, h := range head {
		head[i] = strings.TrimSpace(h)
		if columns[head[i]] == nil {
			return nil, fmt.Errorf("不认识的列：%s", clip(h, 20))
		}
	}
	var orders []Order
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return orders, nil
		}
		if err != nil || len(cells) > len(head) {
			return orders, fmt.Errorf("第%d行读不了", len(orders)+2)
		}
		if len(orders) == maxLines {
			return orders, fmt.Errorf("一个文件最多%d行，其余未读", maxLines)
		}
		var o Order
		for i, c := range cells {
			columns[head[i]](&o, strings.TrimSpace(c))
		}
		if o.ID == "" {
			o.ID = keyOf(cells...)
		}
		orders = append(orders, o)
	}
}
