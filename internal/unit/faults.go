package unit

import "huying/internal/platform/fault"

// CodeTaken: another unit of the tenant has this code.
var CodeTaken = fault.Define("unit_code_taken", 409, "单位编码已被使用")
