package oversight

import (
	"time"

	"github.com/google/uuid"
)

// Matter is one report as a board names it: never its words or its reporter.
type Matter struct {
	ID           uuid.UUID `json:"id"`
	Tenant       string    `json:"tenant"`
	Number       string    `json:"number"`
	CategoryName string    `json:"category_name"`
	DivisionName string    `json:"division_name"`
	State        string    `json:"state"`
	SubmittedAt  time.Time `json:"submitted_at"`
}

// OverdueInput asks for what is overdue now.
type OverdueInput struct {
	DivisionInput
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"10"`
}

// OverdueItem is one report whose unit is late.
type OverdueItem struct {
	Matter
	Rung  int        `json:"rung" doc:"已催办到时限的百分之几"`
	DueAt *time.Time `json:"due_at,omitempty"`
	Owner string     `json:"owner" doc:"现在由谁负责"`
	Unit  string     `json:"unit" doc:"主办单位"`
	Head  string     `json:"head" doc:"单位负责人"`
}

// OverdueOutput wraps the answer.
type OverdueOutput struct {
	Body struct {
		Items []OverdueItem `json:"items"`
	}
}

// IdleInput asks who did nothing for some days.
type IdleInput struct {
	DivisionInput
	Days int `query:"days" minimum:"7" maximum:"366" default:"90"`
}

// IdleDeputy is a deputy who answered no offer and holds no report.
type IdleDeputy struct {
	ID      uuid.UUID `json:"id"`
	Name    string    `json:"name"`
	Tenant  string    `json:"tenant"`
	Offered int       `json:"offered" doc:"期内推荐过几件；0 表示没有机会，不是不作为"`
}

// IdleStation is a station that took in nothing.
type IdleStation struct {
	ID           uuid.UUID `json:"id"`
	Name         string    `json:"name"`
	Tenant       string    `json:"tenant"`
	DivisionName string    `json:"division_name"`
}

// IdleOutput wraps the answer.
type IdleOutput struct {
	Body struct {
		Since    time.Time     `json:"since"`
		Deputies []IdleDeputy  `json:"deputies"`
		Of       int           `json:"deputies_in_office" doc:"在任代表数"`
		Stations []IdleStation `json:"stations"`
	}
}

// SamplesInput asks for closures chosen at random.
type SamplesInput struct {
	DivisionInput
	PeriodInput
	Seed  int `query:"seed" minimum:"0" maximum:"2147483647" default:"1" doc:"同一个数抽到同样的件"`
	Limit int `query:"limit" minimum:"1" maximum:"50" default:"20"`
}

// SamplePhoto is a photo of a sampled report.
type SamplePhoto struct {
	ID   uuid.UUID `json:"id"`
	Role string    `json:"role" doc:"before 办理前，after 办理后，inspection 核实，progress 办理中"`
}

// Sample is one closure with what shows whether it was one.
type Sample struct {
	Matter
	ClosedAt    *time.Time    `json:"closed_at,omitempty"`
	CloseReason string        `json:"close_reason"`
	Round       int           `json:"round"`
	Photos      []SamplePhoto `json:"photos"`
	Result      int           `json:"result,omitempty" doc:"最近一次评价：1满意 2基本满意 3不满意"`
	CalledBack  bool          `json:"called_back" doc:"回访接通过"`
	CallSolved  *bool         `json:"call_solved,omitempty" doc:"最近一次接通的回访说已解决"`
}

// SamplesOutput wraps the answer.
type SamplesOutput struct {
	Body struct {
		Of    int      `json:"of" doc:"期内办结总数"`
		Items []Sample `json:"items"`
	}
}

// SetAsideInput asks for what is set aside.
type SetAsideInput struct {
	DivisionInput
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

// SetAsideItem is one carry-over, or one report that does not count in the rates.
type SetAsideItem struct {
	Matter
	Kind     string     `json:"kind" doc:"carried_over 挂账，legal_route 法定程序，out_of_scope 不属范围，approved 批准不计入"`
	Since    time.Time  `json:"since"`
	Days     int        `json:"days"`
	Reason   string     `json:"reason"`
	Approver string     `json:"approver" doc:"批准人（姓名遮掩）"`
	ReviewAt *time.Time `json:"review_at,omitempty"`
}

// SetAsideOutput wraps the answer.
type SetAsideOutput struct {
	Body struct {
		ByKind map[string]int `json:"by_kind"`
		Items  []SetAsideItem `json:"items"`
	}
}

// CrowdsInput asks where many people met the same.
type CrowdsInput struct{ DivisionInput }

// CrowdItem is one alert.
type CrowdItem struct {
	Tenant       string    `json:"tenant"`
	DivisionName string    `json:"division_name"`
	Place        string    `json:"place"`
	People       int       `json:"people"`
	FirstAt      time.Time `json:"first_at"`
	LastAt       time.Time `json:"last_at"`
	Seen         bool      `json:"seen" doc:"有人处理过提醒"`
}

// CrowdsOutput wraps the answer.
type CrowdsOutput struct {
	Body struct {
		Items []CrowdItem `json:"items"`
	}
}
