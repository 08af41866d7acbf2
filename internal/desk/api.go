package desk

import "huying/ent/schema"

// Arrangement is how a person keeps the desk, on the wire in both directions.
type Arrangement struct {
	Filters []Filter            `json:"filters" maxItems:"40" doc:"保存的筛选，按显示的先后"`
	Columns []string            `json:"columns" maxItems:"20" doc:"工作列表显示的列；空为默认"`
	Phrases map[string][]string `json:"phrases" doc:"自己的常用语，按用处（如 reply.content），新的在前"`
	Version int                 `json:"version" minimum:"0" doc:"看到的版本，修改时原样带回；从没保存过的是 0"`
}

// Filter is one kept question to the worklist.
type Filter struct {
	Name  string            `json:"name" minLength:"1" maxLength:"20"`
	View  string            `json:"view" maxLength:"30" doc:"工作视图"`
	Query map[string]string `json:"query" doc:"筛选条件，与地址栏里的相同"`
}

type (
	arrangementIn  struct{ Body Arrangement }
	arrangementOut struct{ Body Arrangement }
)

func stored(list []Filter) []schema.DeskFilter {
	out := make([]schema.DeskFilter, len(list))
	for i, f := range list {
		out[i] = schema.DeskFilter(f)
	}
	return out
}

func shown(list []schema.DeskFilter) []Filter {
	out := make([]Filter, len(list))
	for i, f := range list {
		out[i] = Filter(f)
	}
	return out
}
