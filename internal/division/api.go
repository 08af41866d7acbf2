package division

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/platform/web"
)

type tenantView struct {
	Code      string   `json:"code" doc:"六位区划代码" example:"370202"`
	Name      string   `json:"name"`
	BrandName string   `json:"brand_name" doc:"对外的名称"`
	Modules   []string `json:"modules" doc:"已启用的功能"`
	Colors    colors   `json:"colors"`
	LogoURL   string   `json:"logo_url,omitempty" doc:"标志的地址；没有则不填"`
}

type colors struct {
	Primary string `json:"primary" example:"#b3261e"`
}

func viewTenant(t Tenant) tenantView {
	v := tenantView{Code: t.Code, Name: t.Name, BrandName: t.BrandName, Modules: t.Modules, Colors: colors{t.Color}}
	if t.Settings.Brand.LogoPNG() != nil {
		v.LogoURL = "/api/v1/tenants/" + t.Code + "/logo"
	}
	return v
}

type divisionView struct {
	Code       string         `json:"code"`
	Name       string         `json:"name"`
	Level      Level          `json:"level" enum:"city,district,street,community,grid"`
	Kind       StreetKind     `json:"kind,omitempty" doc:"街道级：subdistrict 街道、town 镇、township 乡、zone 功能区"`
	ParentCode string         `json:"parent_code"`
	ValidFrom  time.Time      `json:"valid_from"`
	ValidTo    *time.Time     `json:"valid_to,omitempty" doc:"已撤并的，撤并日期"`
	Successors []string       `json:"successors,omitempty" doc:"由哪些区划接续"`
	Population map[string]int `json:"population,omitempty" doc:"各年人口"`
}

func viewDivision(d Division) divisionView {
	v := divisionView{
		Code: d.Code, Name: d.Name, Level: d.Level, ParentCode: d.ParentCode, ValidFrom: d.ValidFrom, ValidTo: d.ValidTo,
		Successors: d.Successors, Population: d.Population,
	}
	if d.Level == LevelStreet {
		v.Kind, _ = StreetKindOf(d.Code)
	}
	return v
}

type divisionDetail struct {
	divisionView
	FullName  string         `json:"full_name"`
	Ancestors []divisionView `json:"ancestors" doc:"从市到上一级"`
	Versions  []divisionView `json:"versions" doc:"历次名称，旧的在前"`
}

type placeView struct {
	ID           uuid.UUID `json:"id"`
	Kind         string    `json:"kind" enum:"compound,road,park,building,other"`
	Name         string    `json:"name"`
	Aliases      []string  `json:"aliases"`
	DivisionCode string    `json:"division_code"`
	DivisionName string    `json:"division_name" doc:"街道和社区的名称"`
	Address      string    `json:"address,omitempty"`
	Position     *position `json:"position,omitempty"`
}

type position struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

func viewPlace(dir *Directory, p *db.Place) placeView {
	v := placeView{
		ID: p.ID, Kind: string(p.Kind), Name: p.Name, Aliases: p.Aliases, DivisionCode: p.DivisionCode,
		DivisionName: dir.FullName(p.DivisionCode), Address: p.Address,
	}
	if v.Aliases == nil {
		v.Aliases = []string{}
	}
	if p.Lat != nil && p.Lng != nil {
		v.Position = &position{*p.Lat, *p.Lng}
	}
	return v
}

type categoryView struct {
	Code           string             `json:"code" doc:"提交时填写的类别"`
	Name           string             `json:"name"`
	Icon           string             `json:"icon"`
	Hint           string             `json:"hint,omitempty" doc:"选择时给群众看的提醒"`
	DangerHint     bool               `json:"danger_hint" doc:"选择时询问是否有危险"`
	PrivateDefault bool               `json:"private_default" doc:"默认不公开"`
	VerifyFirst    bool               `json:"verify_first" doc:"先由代表核实再转办"`
	ClockClass     ClockClass         `json:"clock_class" enum:"urgent,utility,ordinary,complex"`
	StandardCodes  []standardCodeView `json:"standard_codes" doc:"对应的国家标准代码，群众看不到"`
	Questions      []questionView     `json:"questions" doc:"选择这个类别时询问的事；回答写在提交内容的 answers 里"`
}

type questionView struct {
	Key      string       `json:"key" doc:"answers 里的键"`
	Label    string       `json:"label" doc:"问题"`
	Required bool         `json:"required"`
	Source   bool         `json:"source" doc:"回答决定派给哪个单位"`
	Choices  []choiceView `json:"choices" doc:"可选的回答；没有选项的填文字，最多100字"`
}

type choiceView struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

func viewQuestion(q Asked) questionView {
	return questionView{
		Key: q.Key, Label: q.Label, Required: q.Required, Source: q.Source,
		Choices: views(q.Choices, func(c Ready) choiceView { return choiceView(c) }),
	}
}

type standardCodeView struct {
	Kind        string `json:"kind" enum:"component,matter"`
	Code        string `json:"code"`
	Name        string `json:"name"`
	StandardRef string `json:"standard_ref"`
}

func viewCategory(c Category) categoryView {
	v := categoryView{
		Code: c.Key, Name: c.Name, Icon: c.Icon, Hint: c.Hint, DangerHint: c.DangerHint, PrivateDefault: c.PrivateDefault,
		VerifyFirst: c.VerifyFirst, ClockClass: c.ClockClass, StandardCodes: make([]standardCodeView, len(c.Codes)), Questions: views(c.Questions, viewQuestion),
	}
	for i, s := range c.Codes {
		v.StandardCodes[i] = standardCodeView{s.Kind, s.Code, s.Name, s.StandardRef}
	}
	return v
}

type settingsView struct {
	Settings
	Version int `json:"version" doc:"修改时原样带回"`
	// Official is for looking at; what a change sends is not taken.
	Official []LocalDay `json:"official_days" required:"false" doc:"国家公布的放假与调休，今年起；填写无效"`
}

type (
	tenantsOut    struct{ Body web.Page[tenantView] }
	divisionsOut  struct{ Body web.Page[divisionView] }
	divisionOut   struct{ Body divisionDetail }
	placesOut     struct{ Body web.Page[placeView] }
	placeOut      struct{ Body placeView }
	mapOut        struct{ Body mapView }
	categoriesOut struct{ Body web.Page[categoryView] }
	settingsOut   struct{ Body settingsView }

	noInput      struct{}
	categoriesIn struct {
		All bool `query:"all" doc:"全部类别的默认设置，没有开放的也在内"`
	}
	divisionsIn struct {
		Parent string `query:"parent" maxLength:"15" doc:"上级区划代码；不填为各市"`
		Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"500"`
		Cursor string `query:"cursor" maxLength:"512"`
	}
	divisionIn struct {
		Code string `path:"code" maxLength:"15"`
	}
	placesIn struct {
		Q            string `query:"q" maxLength:"60" doc:"小区、道路、公园的名称或俗称"`
		DivisionCode string `query:"division_code" maxLength:"15" doc:"只在这个区划内查找"`
		Lat          string `query:"lat" maxLength:"24" doc:"纬度，与 lng 一起：最近的地方"`
		Lng          string `query:"lng" maxLength:"24" doc:"经度"`
		web.Paging
	}
	placeIn struct {
		ID uuid.UUID `path:"id" format:"uuid"`
	}
	settingsIn struct {
		Body settingsView
	}
)
