package station

import (
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/platform/web"
)

// Position is a place on earth, WGS-84 degrees.
type Position struct {
	Lat float64 `json:"lat" minimum:"-90" maximum:"90"`
	Lng float64 `json:"lng" minimum:"-180" maximum:"180"`
}

// Serving is a deputy who serves at the station.
type Serving struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// View is a station on the wire.
type View struct {
	ID           uuid.UUID `json:"id"`
	Name         string    `json:"name"`
	Kind         string    `json:"kind" enum:"comprehensive,professional,online,legislative,mediation"`
	DivisionCode string    `json:"division_code"`
	DivisionName string    `json:"division_name" doc:"从区市到社区的全称"`
	Address      string    `json:"address,omitempty"`
	Position     *Position `json:"position,omitempty"`
	OpeningHours string    `json:"opening_hours,omitempty"`
	Phone        string    `json:"phone,omitempty"`
	Feature      string    `json:"feature,omitempty" doc:"一站一特色"`
	Deputies     []Serving `json:"deputies" doc:"驻站代表"`
	DistanceM    *int      `json:"distance_m,omitempty" doc:"与所给位置的距离（米）"`
	Version      int       `json:"version"`
}

// ListInput asks for stations: the nearest, those of a division, or all.
type ListInput struct {
	web.Paging
	DivisionCode string  `query:"division_code" maxLength:"15" doc:"区划及其下级"`
	Lat          float64 `query:"lat" minimum:"-90" maximum:"90" doc:"给出位置则由近到远"`
	Lng          float64 `query:"lng" minimum:"-180" maximum:"180"`
}

// OneInput names a station.
type OneInput struct {
	ID uuid.UUID `path:"id"`
}

// CreateInput registers a station.
type CreateInput struct {
	Body CreateBody
}

// CreateBody is the body of CreateInput.
type CreateBody struct {
	Name         string      `json:"name" minLength:"2" maxLength:"60"`
	Kind         string      `json:"kind,omitempty" enum:"comprehensive,professional,online,legislative,mediation" default:"comprehensive"`
	DivisionCode string      `json:"division_code" maxLength:"15"`
	Address      string      `json:"address,omitempty" maxLength:"120"`
	Position     *Position   `json:"position,omitempty"`
	OpeningHours string      `json:"opening_hours,omitempty" maxLength:"120"`
	Phone        string      `json:"phone,omitempty" maxLength:"20" pattern:"^[0-9 +-]*$"`
	Feature      string      `json:"feature,omitempty" maxLength:"120"`
	DeputyIDs    []uuid.UUID `json:"deputy_ids,omitempty" maxItems:"100"`
}

// UpdateInput changes what it names and leaves the rest.
type UpdateInput struct {
	ID   uuid.UUID `path:"id"`
	Body UpdateBody
}

// UpdateBody is the body of UpdateInput.
type UpdateBody struct {
	Version      int          `json:"version" minimum:"1"`
	Name         *string      `json:"name,omitempty" minLength:"2" maxLength:"60"`
	Kind         *string      `json:"kind,omitempty" enum:"comprehensive,professional,online,legislative,mediation"`
	DivisionCode *string      `json:"division_code,omitempty" maxLength:"15"`
	Address      *string      `json:"address,omitempty" maxLength:"120"`
	Position     *Position    `json:"position,omitempty"`
	OpeningHours *string      `json:"opening_hours,omitempty" maxLength:"120"`
	Phone        *string      `json:"phone,omitempty" maxLength:"20" pattern:"^[0-9 +-]*$"`
	Feature      *string      `json:"feature,omitempty" maxLength:"120"`
	DeputyIDs    *[]uuid.UUID `json:"deputy_ids,omitempty" maxItems:"100" doc:"整体替换驻站代表"`
	Closed       *bool        `json:"closed,omitempty" doc:"停止使用，不再列出"`
}

// Output carries one station.
type Output struct{ Body View }

// ListOutput carries one page of stations.
type ListOutput struct{ Body web.Page[View] }

// Brief is what other rooms show of a station.
type Brief struct {
	ID           uuid.UUID
	Name         string
	DivisionCode string
	Phone        string
	ClosedAt     *time.Time
}

func viewStation(row *db.Station, deputies []Serving, dir *division.Directory) View {
	v := View{
		ID: row.ID, Name: row.Name, Kind: string(row.Kind), DivisionCode: row.DivisionCode, DivisionName: dir.FullName(row.DivisionCode),
		Address: row.Address, OpeningHours: row.OpeningHours, Phone: row.Phone, Feature: row.Feature, Deputies: deputies, Version: row.Version,
	}
	if v.Deputies == nil {
		v.Deputies = []Serving{}
	}
	if row.Lat != nil && row.Lng != nil {
		v.Position = &Position{Lat: *row.Lat, Lng: *row.Lng}
	}
	return v
}
