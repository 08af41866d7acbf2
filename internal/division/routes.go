package division

import (
	"net/http"

	"huying/internal/platform/web"
)

// Mount mounts the reference routes.
func (s *Service) Mount(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/tenants", Permission: "tenant.list", Tenant: web.None, Tag: "基础资料",
		Summary: "已开通的区市",
	}, s.listTenants)
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/tenants/{code}/logo", Permission: "tenant.list", Tenant: web.None, Tag: "基础资料",
		Summary: "区市的标志", Media: "image/png",
	}, s.sendLogo)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/divisions", Permission: "division.list", Tenant: web.None, Tag: "基础资料",
		Summary: "下级区划",
	}, s.listDivisions)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/divisions/{code}", Permission: "division.read", Tenant: web.None, Tag: "基础资料",
		Summary: "一个区划及其上级", Detail: "已撤并的也查得到，旧记录因此仍可读。",
	}, s.getDivision)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/places", Permission: "place.list", Tag: "基础资料",
		Summary: "按名称或俗称查找小区、道路、公园",
	}, s.listPlaces)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/categories", Permission: "category.list", Tenant: web.Optional, Tag: "基础资料",
		Summary: "问题类别", Detail: "指明区市时，是这个区市开放的类别和它的设置；不指明时是全部。",
	}, s.listCategories)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/tenant-settings", Permission: "tenant.settings", Tag: "区市设置",
		Summary: "本区市的设置",
	}, s.getSettings)
	web.Op(srv, web.Route{
		Method: http.MethodPut, Path: "/tenant-settings", Permission: "tenant.configure", Tag: "区市设置", Body: web.JSON,
		Summary: "修改本区市的设置", Detail: "带回读到的 version；他人先改过则 409。已经承诺的时限不因此改变。",
	}, s.putSettings)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/tenant-settings/history", Permission: "tenant.settings", Tag: "区市设置",
		Summary: "设置的修改记录", Detail: "新的在前，附改之前和改之后的全部设置。",
	}, s.settingsHistory)
}
