package deputy

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/platform/web"
)

// Named is a division code or an id with what people call it.
type Named struct {
	Code string `json:"code" doc:"区划代码"`
	Name string `json:"name"`
}

// SeatView is one mandate on the wire.
type SeatView struct {
	Level        string  `json:"level" enum:"national,provincial,city,district,town"`
	Congress     string  `json:"congress" doc:"哪一级人大"`
	Term         int     `json:"term" doc:"届"`
	ElectingUnit string  `json:"electing_unit,omitempty" doc:"选举单位或选区名称"`
	Constituency []Named `json:"constituency" doc:"选区覆盖的区划"`
}

// StationView is a station where the deputy serves.
type StationView struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// View is a deputy on the wire.
type View struct {
	ID           uuid.UUID     `json:"id"`
	Name         string        `json:"name"`
	Gender       string        `json:"gender,omitempty"`
	HomeDivision Named         `json:"home_division"`
	Profession   string        `json:"profession,omitempty"`
	Introduction string        `json:"introduction,omitempty"`
	TakesReports bool          `json:"takes_reports"`
	Seats        []SeatView    `json:"seats"`
	Stations     []StationView `json:"stations"`
	Reasons      []string      `json:"reasons,omitempty" doc:"为什么推荐这位代表"`
	DistanceM    *int          `json:"distance_m,omitempty" doc:"与所在位置的距离（米）"`
	Record       *Record       `json:"record,omitempty" doc:"仅管理人员可见"`
}

// Record is what only those who keep the register see.
type Record struct {
	PersonID    uuid.UUID  `json:"person_id"`
	Employer    string     `json:"employer"`
	Position    *Position  `json:"position,omitempty"`
	LiveReports int        `json:"live_reports" doc:"在办件数"`
	LeaveUntil  *time.Time `json:"leave_until,omitempty"`
	Version     int        `json:"version" doc:"修改时带上，以免覆盖他人的修改"`
}

// Position is a place on earth, WGS-84 degrees.
type Position struct {
	Lat float64 `json:"lat" minimum:"-90" maximum:"90"`
	Lng float64 `json:"lng" minimum:"-180" maximum:"180"`
}

// SeatInput is one mandate to enter.
type SeatInput struct {
	Level        string   `json:"level" enum:"national,provincial,city,district,town"`
	Term         int      `json:"term" minimum:"1" maximum:"99" doc:"届"`
	ElectingUnit string   `json:"electing_unit,omitempty" maxLength:"120"`
	Constituency []string `json:"constituency,omitempty" maxItems:"50" doc:"选区覆盖的区划代码；不填则为所在区市"`
}

// CreateInput registers a deputy.
type CreateInput struct {
	Body CreateBody
}

// CreateBody is the body of CreateInput.
type CreateBody struct {
	Name         string      `json:"name" minLength:"2" maxLength:"30"`
	Phone        string      `json:"phone" maxLength:"20" doc:"登录用的手机号"`
	Gender       string      `json:"gender,omitempty" enum:"男,女"`
	HomeDivision string      `json:"home_division" maxLength:"15" doc:"居住或工作地的区划代码"`
	Position     *Position   `json:"position,omitempty"`
	Profession   string      `json:"profession,omitempty" maxLength:"60"`
	Employer     string      `json:"employer,omitempty" maxLength:"120" doc:"用于回避，不公开"`
	Introduction string      `json:"introduction,omitempty" maxLength:"1000"`
	TakesReports *bool       `json:"takes_reports,omitempty" doc:"是否接单，默认是"`
	Seats        []SeatInput `json:"seats" minItems:"1" maxItems:"5"`
	StationIDs   []uuid.UUID `json:"station_ids,omitempty" maxItems:"10"`
}

// UpdateInput changes what it names and leaves the rest.
type UpdateInput struct {
	ID   uuid.UUID `path:"id"`
	Body struct {
		Version      int          `json:"version" minimum:"1"`
		Name         *string      `json:"name,omitempty" minLength:"2" maxLength:"30"`
		Gender       *string      `json:"gender,omitempty" enum:"男,女"`
		HomeDivision *string      `json:"home_division,omitempty" maxLength:"15"`
		Position     *Position    `json:"position,omitempty"`
		Profession   *string      `json:"profession,omitempty" maxLength:"60"`
		Employer     *string      `json:"employer,omitempty" maxLength:"120"`
		Introduction *string      `json:"introduction,omitempty" maxLength:"1000"`
		TakesReports *bool        `json:"takes_reports,omitempty"`
		LeaveUntil   *time.Time   `json:"leave_until,omitempty" doc:"请假到何时；过去的时间表示销假"`
		Seats        *[]SeatInput `json:"seats,omitempty" maxItems:"5" doc:"整体替换；空列表表示代表资格已终止"`
		StationIDs   *[]uuid.UUID `json:"station_ids,omitempty" maxItems:"10" doc:"整体替换"`
	}
}

// ListInput asks for deputies: near a place or for a problem with reasons, or simply all.
type ListInput struct {
	web.Paging
	DivisionCode string  `query:"division_code" maxLength:"15" doc:"所在区划"`
	PlaceID      string  `query:"place_id" maxLength:"36" doc:"所在小区、道路或公园"`
	Lat          float64 `query:"lat" minimum:"-90" maximum:"90"`
	Lng          float64 `query:"lng" minimum:"-180" maximum:"180"`
	Category     string  `query:"category" maxLength:"40" doc:"问题类别"`
	StationID    string  `query:"station_id" maxLength:"36"`
	Name         string  `query:"name" maxLength:"30" doc:"姓名开头"`
}

// OneInput names a deputy.
type OneInput struct {
	ID uuid.UUID `path:"id"`
}

// Output carries one deputy.
type Output struct{ Body View }

// ListOutput carries one page of deputies.
type ListOutput struct{ Body web.Page[View] }

// parts are the rows that belong to one deputy.
type parts struct {
	seats    []*db.DeputySeat
	congress map[uuid.UUID]string
	stations []StationView
}

func viewDeputy(row *db.Deputy, p parts, dir *division.Directory, register bool) View {
	v := View{
		ID: row.ID, Name: row.Name, Gender: row.Gender, HomeDivision: named(dir, row.HomeDivision),
		Profession: row.Profession, Introduction: row.Introduction, TakesReports: row.TakesReports,
		Seats: make([]SeatView, 0, len(p.seats)), Stations: p.stations,
	}
	if v.Stations == nil {
		v.Stations = []StationView{}
	}
	for _, seat := range p.seats {
		one := SeatView{
			Level: string(seat.Level), Congress: p.congress[seat.CongressID], Term: seat.Term,
			ElectingUnit: seat.ElectingUnit, Constituency: make([]Named, 0, len(seat.Constituency)),
		}
		for _, code := range seat.Constituency {
			one.Constituency = append(one.Constituency, named(dir, code))
		}
		v.Seats = append(v.Seats, one)
	}
	if register {
		v.Record = &Record{
			PersonID: row.PersonID, Employer: row.Employer, LiveReports: row.LiveReports,
			LeaveUntil: row.LeaveUntil, Version: row.Version,
		}
		if row.Lat != nil && row.Lng != nil {
			v.Record.Position = &Position{Lat: *row.Lat, Lng: *row.Lng}
		}
	}
	return v
}

func named(dir *division.Directory, code string) Named {
	d, _ := dir.Division(code)
	return Named{Code: code, Name: d.Name}
}
