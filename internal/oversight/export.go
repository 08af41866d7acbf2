package oversight

import (
	"context"
	"io"
	"strconv"
	"strings"

	"huying/internal/platform/sheet"
)

// Export writes the board of a division as a workbook: every figure of the division and of its parts, and on the same
// sheet below them what each figure counts, then the units with the rules of the red and the yellow list, so that no number
// travels without its definition.
func (s *Service) Export(ctx context.Context, w io.Writer, in *OverviewInput) error {
	board, err := s.overview(ctx, in)
	if err != nil {
		return err
	}
	rates, err := s.rates(ctx, &RatesInput{DivisionInput: in.DivisionInput, PeriodInput: in.PeriodInput})
	if err != nil {
		return err
	}
	units, err := s.units(ctx, &UnitsInput{DivisionInput: in.DivisionInput, PeriodInput: in.PeriodInput})
	if err != nil {
		return err
	}
	header, rows := exported(board.Body, rates)
	rows = append(rows, exportedUnits(units)...)
	return sheet.WriteXLSX(w, "监督看板", header, rows)
}

func exported(o Overview, rates *RatesOutput) (header []string, rows [][]string) {
	header = []string{
		"区划代码", "名称", "点单", "接单", "办单", "答复", "解决", "督单", "评价", "不满意", "办结", "重新办理", "不予受理", "挂账", "超期", "现在在办",
		"解决用时中位数（小时）", "九成用时（小时）", "响应率%", "解决率%", "满意率%", "综合", "不计入", "虚假办结",
	}
	add := func(code, name string, f Figures, r RatesView) {
		row := []string{code, name}
		for _, n := range []int{
			f.Submitted, f.Accepted, f.Dispatched, f.Replied, f.Resolved, f.Supervised, f.Rated, f.Unsatisfied, f.Closed, f.Reopened, f.Rejected, f.CarriedOver, f.Overdue, f.Live,
		} {
			row = append(row, strconv.Itoa(n))
		}
		for _, v := range []*float64{f.ResolveMedian, f.ResolveP90, r.Response.Percent, r.Resolution.Percent, r.Satisfaction.Percent, r.Composite} {
			row = append(row, orFew(v))
		}
		rows = append(rows, append(row, strconv.Itoa(r.Excluded), strconv.Itoa(r.FalseClosings)))
	}
	add(o.DivisionCode, o.Name, o.Figures, rates.Body.Total)
	of := map[string]RatesView{}
	for _, r := range rates.Body.Parts {
		of[r.Code] = r
	}
	for _, p := range o.Parts {
		add(p.Code, p.Name, p.Figures, of[p.Code])
	}
	rows = append(rows, []string{}, []string{"时段", o.From + " 至 " + o.To}, []string{"统计时间", o.AsOf.UTC().Format("2006-01-02 15:04 UTC")}, []string{"口径"})
	for _, d := range definitions {
		rows = append(rows, []string{d.Name, d.Text})
	}
	return header, rows
}

// listWords name the lists.
var listWords = map[string]string{"red": "红牌", "yellow": "黄牌"}

// exportedUnits are the units below the board, with the rules of their list.
func exportedUnits(units *UnitsOutput) [][]string {
	rows := [][]string{{}, {"单位代码", "单位", "区市", "榜", "到期", "超期", "按时率%", "二轮及以上", "现在超期", "评价", "不满意", "督办", "督办逾期", "退回", "理由"}}
	for _, u := range units.Body.Items {
		row := []string{u.Code, u.Name, u.Tenant, listWords[u.List], strconv.Itoa(u.Due), strconv.Itoa(u.Late), orFew(u.OnTime)}
		for _, n := range []int{u.Again, u.OverdueNow, u.Rated, u.Unsatisfied, u.Letters, u.LettersLate, u.SentBack} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, strings.Join(u.Reasons, "；")))
	}
	for _, rule := range listRules {
		rows = append(rows, []string{"红黄榜", rule})
	}
	return rows
}

// orFew writes a figure, or that there were too few to compare.
func orFew(v *float64) string {
	if v == nil {
		return "样本太少"
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}
