package division

import "huying/internal/platform/fault"

// Failures of this package, each with what the person can do next.
var (
	// OtherTenant: the place lies in a district whose congress is another tenant; facts tenant and tenant_name.
	OtherTenant = fault.Define("place_in_other_tenant", 422, "该地点属于其他区市")
	// Needed: the position alone does not tell the division; fact choices lists the nearest.
	Needed = fault.Define("division_needed", 422, "请选择所在社区")
	// faultImport: the file as a whole cannot be read as what it should be.
	faultImport = fault.Define("import_rejected", 422, "文件未能导入")
)
