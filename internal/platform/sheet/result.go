package sheet

import (
	"cmp"
	"slices"

	"huying/internal/platform/fault"
)

// Rejected is answered when a file as a whole cannot be imported.
var Rejected = fault.Define("table_rejected", 422, "表格未能导入")

// Options say what an import may do.
type Options struct {
	DryRun  bool // check everything, write nothing
	Partial bool // write the right lines although others are wrong
}

// Result tells what an import found and did.
type Result struct {
	Rows    int        `json:"rows" doc:"数据行数"`
	Valid   int        `json:"valid" doc:"没有错误的行数"`
	Created int        `json:"created"`
	Updated int        `json:"updated"`
	DryRun  bool       `json:"dry_run"`
	Applied bool       `json:"applied" doc:"是否已写入"`
	Errors  []RowError `json:"errors"`
	// Accounts are the initial passwords of accounts that were made, told once and never again.
	Accounts []Account `json:"accounts,omitempty"`
}

// Account is a new account with its first password.
type Account struct {
	Row             int    `json:"row"`
	Username        string `json:"username"`
	InitialPassword string `json:"initial_password" doc:"只显示这一次；首次登录须修改"`
}

// Sorted puts mistakes in the order of the rows and never gives nil.
func Sorted(errs []RowError) []RowError {
	out := append([]RowError{}, errs...)
	slices.SortStableFunc(out, func(a, b RowError) int { return cmp.Compare(a.Row, b.Row) })
	return out
}
