package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"huying/internal/app/demo/play"
)

type demoPlayCmd struct {
	Key    string `arg:"" optional:"" help:"Which play; none lists them."`
	Step   int    `help:"Play up to this step; 0 plays all."`
	Tenant string `default:"370202" help:"District to play in."`
	URL    string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Where the demo runs."`
}

// Run lists the plays of a running demo or acts one afresh.
func (c demoPlayCmd) Run(ctx context.Context) error {
	if c.Key == "" {
		return c.list(ctx)
	}
	var done play.Performance
	err := c.call(ctx, http.MethodPost, "/dev/plays/"+c.Key, play.Request{Acts: c.Step, Tenant: c.Tenant}, &done)
	if err != nil {
		return err
	}
	fmt.Printf("已演到第 %d 步：\n", done.Acts)
	for name, k := range done.Reports {
		fmt.Printf("  %-10s %s\n", name, k.Number)
	}
	if done.Next != nil {
		fmt.Printf("下一步（%s）：%s\n", done.Next.Who, done.Next.Says)
	}
	return nil
}

func (c demoPlayCmd) list(ctx context.Context) error {
	var all play.Programme
	if err := c.call(ctx, http.MethodGet, "/dev/plays", nil, &all); err != nil {
		return err
	}
	for _, p := range all.Items {
		fmt.Printf("%s  %s\n  %s\n", p.Key, p.Title, p.Story)
		for _, a := range p.Acts {
			fmt.Printf("  %2d. %s\n", a.Number, a.Says)
		}
	}
	return nil
}

func (c demoPlayCmd) call(ctx context.Context, method, path string, body, out any) error {
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.URL, "/")+"/api/v1"+path, content)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := (&http.Client{Timeout: 3 * time.Minute}).Do(req)
	if err != nil {
		return fmt.Errorf("连不上演示服务，请先在另一个终端启动 huying demo：%w", err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("演示服务答 %d：%s", res.StatusCode, answer)
	}
	return json.Unmarshal(answer, out)
}

type demoResetCmd struct {
	Data string `default:"demo-data" placeholder:"DIR" help:"Directory of the demo."`
	Yes  bool   `short:"y" help:"Do not ask."`
}

// Run empties the directory of a demo that does not run. The next start fills it anew.
func (c demoResetCmd) Run() error {
	if _, err := os.Stat(filepath.Join(c.Data, demoMark)); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s 不是演示目录（没有 %s 标记），不会删除任何东西", c.Data, demoMark)
	} else if err != nil {
		return err
	}
	held, err := holdDemo(c.Data)
	if err != nil {
		return err
	}
	defer held.Close() //nolint:errcheck // the hold ends with the process
	if !c.Yes {
		fmt.Printf("将删除 %s 中的全部演示数据，不能恢复。确定请输入 yes：", c.Data)
		answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil || strings.TrimSpace(answer) != "yes" {
			return errors.New("没有删除")
		}
	}
	entries, err := os.ReadDir(c.Data)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == demoMark { // last, so that a reset cut short can be run again
			continue
		}
		if err := os.RemoveAll(filepath.Join(c.Data, e.Name())); err != nil {
			return err
		}
	}
	fmt.Printf("已清空。再次运行 huying demo --data %s 会重新填充。\n", c.Data)
	return nil
}
