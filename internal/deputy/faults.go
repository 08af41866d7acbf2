package deputy

import "huying/internal/platform/fault"

// Failures of this room, each with what the person can do next.
var (
	// AlreadyDeputy: this phone's owner is registered in the tenant already; fact deputy_id.
	AlreadyDeputy = fault.Define("deputy_exists", 409, "该代表已登记")
	// RolesApart: the person holds a role that a deputy must not hold.
	RolesApart = fault.Define("roles_kept_apart", 409, "两种身份不能由同一人担任")
	// OwnRecusal: nobody ends his own recusal.
	OwnRecusal = fault.Define("own_recusal", 403, "不能撤销本人的回避")
)
