package unit

import "huying/internal/platform/fault"

// CodeTaken says that another unit of the tenant has this code already.
var CodeTaken = fault.Define("unit_code_taken", 409, "单位编码已被使用")
