package division

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// Question says what is known about where something is; any part may be missing.
type Question struct {
	DivisionCode string
	PlaceID      uuid.UUID
	Position     *Point
}

// Choice is a division offered to a person whose position alone does not tell it.
type Choice struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	FullName string `json:"full_name"`
	Metres   int    `json:"metres,omitempty"`
}

// maxChoices keeps the list short enough for a phone.
const maxChoices = 8

// Resolve says which division of the tenant is meant: the chosen one, else the chosen place's, else the
// imported boundary the position lies in. It fails with invalid_input naming the field, with
// place_in_other_tenant naming the other one, or with division_needed carrying the nearest choices.
func (s *Service) Resolve(ctx context.Context, tenant string, q Question) (Division, error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return Division{}, err
	}
	located, err := dir.checkPosition(tenant, q.Position)
	if err != nil {
		return Division{}, err
	}
	code := q.DivisionCode
	if code == "" && q.PlaceID != uuid.Nil {
		if code, err = s.divisionOfPlace(ctx, tenant, q.PlaceID); err != nil {
			return Division{}, err
		}
	}
	if code != "" {
		return dir.checkChosen(tenant, code)
	}
	if located == "" {
		return Division{}, s.needed(ctx, dir, tenant, q.Position)
	}
	return dir.checkChosen(tenant, located)
}

// Locate gives the deepest imported boundary that contains the point.
func (s *Service) Locate(ctx context.Context, lat, lng float64) (divisionCode string, found bool, err error) {
	dir, err := s.Directory(ctx)
	if err != nil {
		return "", false, err
	}
	code, found := dir.Locate(Point{lat, lng})
	return code, found, nil
}

// checkPosition refuses a position outside the world, outside the city or inside another tenant, and gives
// the boundary it lies in, "" when none covers it.
func (d *Directory) checkPosition(tenant string, p *Point) (string, error) {
	if p == nil {
		return "", nil
	}
	if !p.Valid() {
		return "", invalid("position", "纬度应在 -90 到 90 之间，经度应在 -180 到 180 之间。")
	}
	city := ParentOf(tenant)
	if box, ok := cityExtents[city]; ok && !box.contains(*p) {
		name := "本市"
		if c, known := d.Division(city); known {
			name = c.Name
		}
		return "", invalid("position", fmt.Sprintf("这个位置不在%s范围内。", name))
	}
	code, found := d.Locate(*p)
	if !found {
		return "", nil
	}
	if TenantOf(code) != tenant {
		return "", d.otherTenant(TenantOf(code))
	}
	return code, nil
}

// checkChosen accepts a division of this tenant that is still valid, at any level from the district down.
func (d *Directory) checkChosen(tenant, code string) (Division, error) {
	v, ok := d.Division(code)
	if !ok || v.Level == LevelCity {
		return Division{}, invalid("division_code", "没有这个区划，请重新选择社区。")
	}
	if own := TenantOf(code); own != tenant {
		return Division{}, d.otherTenant(own)
	}
	if !v.Open() {
		hint := "这个区划已经撤并，请重新选择。"
		if names := d.names(v.Successors); names != "" {
			hint = fmt.Sprintf("%s已经并入%s，请重新选择。", v.Name, names)
		}
		return Division{}, invalid("division_code", hint)
	}
	return v, nil
}

func (d *Directory) names(codes []string) string {
	var out []string
	for _, c := range codes {
		if v, ok := d.Division(c); ok {
			out = append(out, v.Name)
		}
	}
	return strings.Join(out, "、")
}

func (d *Directory) otherTenant(code string) error {
	t, ok := d.Tenant(code)
	if !ok || !t.Open || t.Reserved {
		return invalid("division_code", "这个地方还没有开通。")
	}
	name := d.FullName(t.DivisionCode)
	return OtherTenant.New(fmt.Sprintf("这个地点属于%s，请向%s反映。", name, t.Name),
		fault.Field{Name: "division_code", Message: "属于" + name}).
		Fact("tenant", t.Code).Fact("tenant_name", t.Name)
}

func (s *Service) divisionOfPlace(ctx context.Context, tenant string, id uuid.UUID) (string, error) {
	code := ""
	err := s.db.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		p, ok, err := s.Place(ctx, tx, id)
		if err != nil {
			return err
		}
		if !ok {
			return invalid("place_id", "没有这个地点，请重新选择。")
		}
		code = p.DivisionCode
		return nil
	})
	return code, err
}

// needed asks for a division and offers the nearest: those of the places around, else the tenant's streets.
func (s *Service) needed(ctx context.Context, dir *Directory, tenant string, p *Point) error {
	var choices []Choice
	if p != nil {
		err := s.db.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
			places, err := nearPlaces(ctx, tx, *p)
			if err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, pl := range places {
				v, ok := dir.Division(pl.DivisionCode)
				if !ok || !v.Open() || seen[v.Code] || len(choices) == maxChoices {
					continue
				}
				seen[v.Code] = true
				choices = append(choices, Choice{v.Code, v.Name, dir.FullName(v.Code), int(metres(*p, Point{*pl.Lat, *pl.Lng}))})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if len(choices) == 0 {
		for _, v := range dir.Children(tenant) {
			choices = append(choices, Choice{Code: v.Code, Name: v.Name, FullName: dir.FullName(v.Code)})
		}
	}
	return Needed.New("请从列表里选择社区或街道，也可以按小区名称查找。",
		fault.Field{Name: "division_code", Message: "请选择"}).Fact("choices", choices)
}

func invalid(field, message string) error {
	return fault.Invalid.New(message, fault.Field{Name: field, Message: message})
}
