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
		Summary: "按名称或俗称查找小区、道路、公园", Detail: "给出 lat 和 lng 而不填 q，得到约3公里内最近的。",
	}, s.listPlaces)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/places/{id}", Permission: "place.read", Tag: "基础资料",
		Summary: "一个小区、道路或公园",
	}, s.getPlace)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/map", Permission: "map.read", Tag: "基础资料",
		Summary: "地图：底图从哪里来，各街道和社区大致在哪里", Detail: "没有配置底图时没有 tiles，屏幕用各处的大致位置画示意图。坐标一律 WGS-84，底图可以是 GCJ-02。",
	}, s.getMap)
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
