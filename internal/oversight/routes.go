package oversight

import (
	"bytes"
	"context"
	"net/http"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"huying/internal/platform/web"
)

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (s *Service) define(context.Context, *struct{}) (*DefinitionsOutput, error) {
	out := &DefinitionsOutput{}
	out.Body.Items = definitions
	return out, nil
}

// exportable are the forms of the export's parameters; a raw route checks its own.
var exportable = map[string]*regexp.Regexp{
	"division_code": regexp.MustCompile(`^([0-9]{4,12})?$`), "from": regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`),
	"to": regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`), "category": regexp.MustCompile(`^[a-z0-9_-]{0,40}$`),
}

// sendExport answers with the workbook once it is whole: a board that cannot be shown is a problem, not half a file.
func (s *Service) sendExport(c *fiber.Ctx) error {
	for name, form := range exportable {
		if !form.MatchString(c.Query(name)) {
			return invalid(name, "格式有误")
		}
	}
	in := &OverviewInput{Category: c.Query("category")}
	in.DivisionCode, in.From, in.To = c.Query("division_code"), c.Query("from"), c.Query("to")
	var book bytes.Buffer
	if err := s.Export(c.UserContext(), &book, in); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, xlsx)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="oversight.xlsx"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(book.Bytes())
}

// Mount mounts the room's routes.
func (s *Service) Mount(srv *web.Server) {
	const tag = "监督看板"
	board := func(path, summary, detail string) web.Route {
		return web.Route{Method: http.MethodGet, Path: "/oversight/" + path, Permission: "oversight.board", Tag: tag, Summary: summary, Detail: detail}
	}
	web.Op(srv, board("overview", "总览", "点单、接单、办单、督单、评价及在办、督办梯级和解决用时，含下一级区划和上一时段。市级账号用 X-Tenant: 370200 看全市；每次跨区市查看都留痕。"), s.overview)
	web.Op(srv, board("trend", "趋势", "逐日数字及各类别，标出明显异常的日子和类别。"), s.trend)
	web.Op(srv, board("rates", "三率", "响应率、解决率、满意率及综合，每个数都带分子分母；样本太少的不出数。"), s.rates)
	web.Op(srv, board("heat", "热力图", "按约100米方格计数，密集成片的为密集点。"), s.heat)
	web.Op(srv, board("units", "单位对照和红黄榜", "各单位期内的办理时限、评价和督办，同类相比；红黄榜按所列规则算出，写明理由。"), s.units)
	s.mountNotes(srv, tag)
	web.Op(srv, board("definitions", "指标口径", "每个数字怎样算。"), s.define)
	export := board("export.xlsx", "导出看板", "本区划及下一级的全部数字和三率，附每个指标的口径。")
	export.Media = xlsx
	export.Query = map[string]string{"division_code": "区划代码；不填为本人辖区", "from": "第一天", "to": "最后一天（含）", "category": "只看一个类别（三率不分类别）"}
	web.Raw(srv, export, s.sendExport)
	question := func(path, summary, detail string) web.Route {
		r := board(path, summary, detail)
		r.Permission = "oversight.detail"
		return r
	}
	web.Op(srv, question("rates/formula", "比率怎样算出", "分子、分母、不计入的事项，直到每一件。"), s.formula)
	web.Op(srv, question("questions/overdue", "现在超期最久的是哪几件，由谁负责", "按到期时间由早到晚，含主办单位及其负责人。"), s.overdue)
	web.Op(srv, question("questions/idle", "哪些代表和联络站90天没有动静", "代表：没有应答任何推荐，也没有在办；联络站：没有代收诉求。"), s.idle)
	web.Op(srv, question("questions/samples", "随机抽查办结件", "随机抽取期内办结的事项，看办前办后照片和回访；同一 seed 抽到同样的件。"), s.samples)
	web.Op(srv, question("questions/set-aside", "挂账和不计入的有哪些", "每一件挂账和不计入比率的，按年龄由长到短，写明由谁批准。"), s.setAside)
	web.Op(srv, question("questions/classes", "反复的问题变成了什么", "反复出现的问题是否列为类案、由谁整改、有没有结果。"), s.classes)
	web.Op(srv, question("questions/doors", "和12345是什么关系", "各渠道来了多少，多少件两边都反映了，与工单系统往来多少。"), s.doors)
	web.Op(srv, question("questions/crowds", "哪里有多人集中反映", "最近7天同一地点集中反映的提醒。"), s.crowds)
}
