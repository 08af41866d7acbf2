package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/handling"
	"huying/internal/platform/database"
)

// officeName is the public name of who does the street's congress work there:
// a subdistrict has a working committee (街道人大工委, 组§59), a town a presidium.
func officeName(dir *division.Directory, code string) string {
	street, ok := dir.StreetOf(code)
	if !ok {
		return "区市人大代工委"
	}
	if kind, known := division.StreetKindOf(street.Code); known && kind == division.Town {
		return street.Name + "人大主席团"
	}
	return street.Name + "人大工委"
}

func (s *Service) deputyName(ctx context.Context, tx *database.Tx, id uuid.UUID) (string, error) {
	d, ok, err := s.Deputies.Deputy(ctx, tx, id)
	if err != nil {
		return "", fmt.Errorf("deputy: %w", err)
	}
	if !ok {
		return "人大", nil
	}
	return d.Name, nil
}

// unitNames are the public names of the units that answer to the citizen.
func (s *Service) unitNames(ctx context.Context, tx *database.Tx, rows []*db.Assignment) (string, error) {
	var ids []uuid.UUID
	for _, a := range rows {
		if handling.Answers(a) {
			ids = append(ids, a.UnitID)
		}
	}
	return s.namesOf(ctx, tx, ids)
}

func (s *Service) namesOf(ctx context.Context, tx *database.Tx, ids []uuid.UUID) (string, error) {
	if len(ids) == 0 {
		return "", nil
	}
	units, err := s.Units.Units(ctx, tx, ids)
	if err != nil {
		return "", fmt.Errorf("units: %w", err)
	}
	var names []string
	for _, id := range ids {
		if u, ok := units[id]; ok && !slices.Contains(names, u.Name) {
			names = append(names, u.Name)
		}
	}
	return strings.Join(names, "、"), nil
}

// actorLabel is the public name of the part somebody acts in: offices and
// units by name, deputies are filled in by the action, citizens never.
func (s *Service) actorLabel(m *moment) string {
	switch m.move.Part {
	case Office:
		return officeName(m.dir, m.report.DivisionCode)
	case Reporter, Anyone:
		return "反映人"
	case flow.Part(""):
		return ""
	}
	return Table.PartWord(m.move.Part)
}

// ownerLabel is the public name of who acts next.
func (s *Service) ownerLabel(m *moment) string {
	if m.ownerLabel != "" {
		return m.ownerLabel
	}
	switch m.nextOwner() {
	case OwnerOffice:
		return officeName(m.dir, m.report.DivisionCode)
	case OwnerDistrict:
		return "区市人大代工委"
	case OwnerDuty:
		return "值班人员"
	case OwnerCitizen:
		return "反映人"
	case OwnerDeputy, OwnerUnit:
		return m.report.OwnerLabel
	}
	return ""
}
