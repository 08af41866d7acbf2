package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"huying/internal/app"
	"huying/internal/app/demo"
	"huying/internal/app/demo/play"
	"huying/internal/app/demo/walk"
	"huying/internal/platform/clock"
	"huying/internal/platform/config"
)

type demoCmd struct {
	Run   demoRunCmd   `cmd:"" default:"withargs" help:"Fill an empty directory with an invented city, or open a filled one, and serve it."`
	Walk  demoWalkCmd  `cmd:"" help:"Take one report through a running demo as five people, and tell it."`
	Play  demoPlayCmd  `cmd:"" help:"List the scenarios of a running demo, or play one afresh up to a step."`
	Reset demoResetCmd `cmd:"" help:"Empty the demo's directory and fill it again at the next start."`
}

type demoRunCmd struct {
	Listen      string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; loopback unless --allow-remote."`
	Data        string `default:"demo-data" placeholder:"DIR" help:"Directory of the demo."`
	AllowRemote bool   `help:"Listen where strangers can reach it. Accounts and passwords of the demo are public."`
	Reports     int    `default:"2000" help:"How many reports the year has; 20000 make it as busy as a city's."`
	Seed        uint64 `default:"0" help:"Another number invents another city."`
}

// Run fills and serves the demo.
func (c demoRunCmd) Run(ctx context.Context, g globals) error {
	base := config.Default()
	base.Demo.On, base.Demo.AllowRemote = true, c.AllowRemote
	base.Log.Level = "warn"
	cfg, err := g.load(&base, map[string]any{"http.listen": c.Listen, "data.dir": c.Data})
	if err != nil {
		return err
	}
	if err := checkDemoDir(cfg.Data.Dir); err != nil {
		return err
	}
	held, err := holdDemo(cfg.Data.Dir)
	if err != nil {
		return err
	}
	defer held.Close() //nolint:errcheck // the hold ends with the process
	return serveWith(ctx, cfg, app.Options{Mount: play.Mount}, func(ctx context.Context, a *app.App) error {
		if err := fillDemo(ctx, a, c.Seed, c.Reports, filepath.Join(cfg.Data.Dir, fillingMark)); err != nil {
			return err
		}
		tellDemo(cfg.HTTP.Listen)
		return nil
	})
}

// demoMark says that a directory holds nothing but a demo, so that reset may empty it.
const demoMark = "this-is-a-demo"

// holdDemo marks the directory as a demo's and holds it until the file is closed.
func holdDemo(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("演示目录不可写：%w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, demoMark), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the directory is what the command was given
	if err != nil {
		return nil, fmt.Errorf("演示目录不可写：%w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s 正被另一个演示使用，请先停止它", dir), f.Close())
	}
	return f, nil
}

// fillingMark lies in the directory while it is being filled, so that a half-filled one is known.
const fillingMark = "filling"

func checkDemoDir(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, fillingMark)); err == nil {
		return fmt.Errorf("上次填充演示数据没有完成，请用 huying demo reset --data %s 清空后再启动", dir)
	}
	return nil
}

func fillDemo(ctx context.Context, a *app.App, seed uint64, reports int, mark string) error {
	options := demo.Full(a.Clock.Now())
	options.Seed, options.Reports = seed, reports
	options.Note = func(format string, args ...any) { fmt.Fprintf(os.Stderr, "  "+format+"\n", args...) }
	deps := demo.Deps{DB: a.DB, Division: a.Division, Identity: a.Identity, Reports: a.Report, Evidence: a.Evidence, Recount: a.RecountPast}
	start := clock.System().Now()
	if filled, err := demo.Filled(ctx, deps); err != nil || filled {
		return err
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return fmt.Errorf("演示目录不可写：%w", err)
	}
	fmt.Fprintln(os.Stderr, "正在填充演示数据（人物、单位与诉求均为虚构）…")
	sum, err := demo.Seed(ctx, deps, options)
	if err != nil {
		return err
	}
	played, err := play.Premiere(ctx, a)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "  情景与状态展示已就绪：%d 个，目录见 /api/v1/dev/plays\n", played)
	fmt.Fprintf(os.Stderr, "  完成：%d 件诉求、%d 位代表、%d 个单位、%d 张照片，用时 %.1f 秒\n",
		sum.Reports, sum.Deputies, sum.Units, sum.Photos, clock.System().Now().Sub(start).Seconds())
	return os.Remove(mark)
}

func tellDemo(listen string) {
	fmt.Fprintf(os.Stderr, `
呼应 演示已启动：http://%[1]s/    接口文档：http://%[1]s/docs
  账号：370202.staff、370202001.office、370202.deputy1、370202.dept1、370202.dept1.head、city …   密码：%[2]s
  群众：任意手机号，验证码见 http://%[1]s/api/v1/dev/outbox
  走一遍：huying demo walk --url http://%[1]s    情景：huying demo play --url http://%[1]s
人物、单位与诉求均为虚构，账号密码公开，请勿填写真实信息。按 Ctrl+C 停止。
`, listen, demo.Password)
}

type demoWalkCmd struct {
	URL   string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Where the demo runs."`
	Plain bool   `help:"No colours."`
}

// Run walks one report and fails when any step does.
func (c demoWalkCmd) Run(ctx context.Context) error {
	err := walk.Run(ctx, walk.Options{URL: c.URL, Out: os.Stdout, Colour: !c.Plain && walk.Terminal(os.Stdout), Password: demo.Password})
	if errors.Is(err, walk.ErrUnreachable) {
		return fmt.Errorf("%w\n请先在另一个终端启动：huying demo", err)
	}
	return err
}
