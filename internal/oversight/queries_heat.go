package oversight

import (
	"context"
	"errors"
	"fmt"

	"huying/internal/platform/database"
)

// HeatInput asks where reports lie.
type HeatInput struct {
	DivisionInput
	PeriodInput
	Category string `query:"category" maxLength:"40"`
}

// HeatCell is one square of the map.
type HeatCell struct {
	Lat   float64 `json:"lat" doc:"方格中心，WGS-84"`
	Lng   float64 `json:"lng"`
	Count int     `json:"count"`
}

// HotSpotView is a dense group of squares.
type HotSpotView struct {
	Lat     float64 `json:"lat" doc:"诉求的中心，WGS-84"`
	Lng     float64 `json:"lng"`
	Cells   int     `json:"cells" doc:"连成一片的方格数（每格约100米）"`
	Reports int     `json:"reports"`
}

// HeatOutput wraps the answer.
type HeatOutput struct {
	Body struct {
		DivisionCode string        `json:"division_code"`
		Located      int           `json:"located" doc:"有位置的件数"`
		Cells        []HeatCell    `json:"cells"`
		HotSpots     []HotSpotView `json:"hot_spots" doc:"密集点：200米内至少10件，由多到少"`
	}
}

// perDegree is how many cells lie in a degree; it is what reports are filed by.
const perDegree = 1000

func (s *Service) heat(ctx context.Context, in *HeatInput) (*HeatOutput, error) {
	p, err := in.span(s.d.Clock.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.reachOf(ctx, in.DivisionCode)
	if err != nil {
		return nil, err
	}
	if err := checkCategory(r, in.Category); err != nil {
		return nil, err
	}
	var cells []Cell
	err = s.d.DB.View(ctx, r.scope(), func(ctx context.Context, tx *database.Tx) error {
		cells, err = located(ctx, tx, r, p, in.Category)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &HeatOutput{}
	out.Body.DivisionCode, out.Body.Cells, out.Body.HotSpots = r.at.Code, make([]HeatCell, len(cells)), []HotSpotView{}
	for i, c := range cells {
		out.Body.Located += c.Count
		out.Body.Cells[i] = HeatCell{(float64(c.Lat) + 0.5) / perDegree, (float64(c.Lng) + 0.5) / perDegree, c.Count}
	}
	for _, h := range hotSpots(cells) {
		out.Body.HotSpots = append(out.Body.HotSpots, HotSpotView{h.Lat / perDegree, h.Lng / perDegree, h.Cells, h.Reports})
	}
	return out, nil
}

// located counts reports by cell.
func located(ctx context.Context, tx *database.Tx, r reach, p span, category string) ([]Cell, error) {
	where, args := r.where()
	where += " AND r.cell_lat IS NOT NULL AND r.created_at >= ? AND r.created_at < ?"
	args = append(args, p.first.UTC(), p.after.UTC())
	if category != "" {
		where += " AND r.category = ?"
		args = append(args, category)
	}
	query := "SELECT r.cell_lat, r.cell_lng, count(*) FROM reports r WHERE " + where + " GROUP BY r.cell_lat, r.cell_lng ORDER BY r.cell_lat, r.cell_lng"
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("heat: %w", err)
	}
	var out []Cell
	for rows.Next() {
		var c Cell
		if err := rows.Scan(&c.Lat, &c.Lng, &c.Count); err != nil {
			return nil, errors.Join(fmt.Errorf("heat: %w", err), rows.Close())
		}
		out = append(out, c)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}
