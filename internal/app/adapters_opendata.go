package app

import (
	"context"
	"time"

	"huying/internal/opendata"
	"huying/internal/report"
)

// street is the length of a street's code.
const street = 9

// publicFacts are the reports as the room of open data sees them.
type publicFacts struct{ house *App }

// PublicFacts gives the public reports that were submitted in a time, placed by street.
func (p publicFacts) PublicFacts(ctx context.Context, tenant string, from, to time.Time) ([]opendata.Fact, error) {
	found, err := p.house.Report.PublicFacts(ctx, tenant, from, to)
	out := make([]opendata.Fact, len(found))
	for i, f := range found {
		out[i] = opendata.Fact{Street: tenant, Category: f.Category, Over: report.Over(f.State), Days: -1}
		if len(f.Division) >= street {
			out[i].Street = f.Division[:street]
		}
		if f.ClosedAt != nil {
			out[i].Days = int(f.ClosedAt.Sub(f.CreatedAt).Hours() / 24)
		}
	}
	return out, err
}
