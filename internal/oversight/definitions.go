package oversight

// Definition says what a figure counts, in words for those who read it.
type Definition struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// definitions are shown beside the figures and written into every export.
var definitions = []Definition{
	{"submitted", "点单", "期内提交的诉求件数，含后来合并、不予受理和移交的；移交来的在接收区市也计一次。"},
	{"accepted", "接单", "期内代表接单的次数；无人接单由街镇人大负责的不算。"},
	{"dispatched", "办单", "期内交承办单位的次数，重新办理再交办的也算。"},
	{"replied", "答复", "期内单位全部答复完毕，或代表直接答复的次数。"},
	{"resolved", "解决", "期内经核实已解决、等待群众评价的次数；重新办理后再解决的再计一次。"},
	{"supervised", "督单", "期内签发督办函的次数。"},
	{"rated", "评价", "期内收到的评价次数；合并的诉求每人一次。"},
	{"unsatisfied", "不满意", "期内结果不满意的评价次数。"},
	{"closed", "办结", "期内办结的次数。"},
	{"reopened", "重新办理", "期内因不满意、没解决或又出现而重新办理的次数。"},
	{"rejected", "不予受理", "期内不予受理的件数。"},
	{"carried_over", "挂账", "期内转为挂账的次数。"},
	{"overdue", "超期", "期内超过任何一个时限的次数，单位、代表、街镇、区市人大都算。"},
	{"live", "在办", "现在还没有办结、不予受理、合并、移交或撤回的件数。"},
	{"rungs", "督办梯级", "现在承办时限已用到80%（黄）、100%（红）、150%、200%、300%而还没有完成的件数。"},
	{"resolve_median_hours", "解决用时中位数", "期内解决的诉求，从提交到核实已解决的小时数，一半比它短；误差在2%以内。少于最小样本不出数。"},
	{"resolve_p90_hours", "九成用时", "期内解决的诉求，九成在这个小时数之内解决。少于最小样本不出数。"},
	{"response_rate", "响应率", formulas["response"]},
	{"resolution_rate", "解决率", formulas["resolution"]},
	{"satisfaction_rate", "满意率", formulas["satisfaction"]},
	{"composite", "综合", "响应率、解决率、满意率按区市设定的权重合成；权重按生效日期取时段最后一天的；全市合计用系统默认的权重和最小样本。任一样本太少时不出数。"},
}

// DefinitionsOutput wraps the answer.
type DefinitionsOutput struct {
	Body struct {
		Items []Definition `json:"items"`
	}
}
