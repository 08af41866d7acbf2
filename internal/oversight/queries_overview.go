package oversight

import (
	"context"
	"math"
)

// period reads counts of divisions over a span: by days down to streets, by whole months for communities.
func (s *Service) period(ctx context.Context, r reach, p span, divisions []string, category string) (map[string]Counts, error) {
	out := map[string]Counts{}
	for grain, codes := range byGrain(divisions) {
		a := ask{grain: grain, divisions: codes, categories: []string{category}, from: p.from(), to: p.to()}
		if grain == Month {
			a.from, a.to = p.from()/100, p.to()/100
		}
		cells, err := s.sums(ctx, r, a)
		if err != nil {
			return nil, err
		}
		for k, c := range cells {
			if out[k.Division] == nil {
				out[k.Division] = Counts{}
			}
			out[k.Division].Add(c)
		}
	}
	return out, nil
}

func byGrain(divisions []string) map[Grain][]string {
	out := map[Grain][]string{}
	for _, d := range divisions {
		g := Day
		if len(d) >= communityLength {
			g = Month
		}
		out[g] = append(out[g], d)
	}
	return out
}

// ever reads the stock of divisions.
func (s *Service) ever(ctx context.Context, r reach, divisions []string, category string) (map[string]Counts, error) {
	cells, err := s.sums(ctx, r, ask{grain: Ever, divisions: divisions, categories: []string{category}})
	if err != nil {
		return nil, err
	}
	out := map[string]Counts{}
	for k, c := range cells {
		out[k.Division] = c
	}
	return out, nil
}

func (s *Service) overview(ctx context.Context, in *OverviewInput) (*OverviewOutput, error) {
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
	divisions := r.counted()
	parts := r.parts()
	if len(r.at.Code) >= 6 {
		for _, d := range parts {
			divisions = append(divisions, d.Code)
		}
	}
	now, err := s.period(ctx, r, p, divisions, in.Category)
	if err != nil {
		return nil, err
	}
	before, err := s.period(ctx, r, p.before(), divisions, in.Category)
	if err != nil {
		return nil, err
	}
	ever, err := s.ever(ctx, r, divisions, in.Category)
	if err != nil {
		return nil, err
	}
	minimum := r.settings().MinimumSample
	total := func(of map[string]Counts) Counts {
		sum := Counts{}
		for _, code := range r.counted() {
			sum.Add(of[code])
		}
		return sum
	}
	o := Overview{
		DivisionCode: r.at.Code, Name: r.at.Name, Path: []Place{}, From: dateText(p.from()), To: dateText(p.to()),
		Monthly: len(r.at.Code) >= communityLength, AsOf: s.d.Clock.Now(),
		Figures: viewFigures(total(now), total(ever), minimum), Previous: viewFigures(total(before), total(ever), minimum), Parts: []OverviewPart{},
	}
	o.Funnel = funnel(o.Figures)
	for _, a := range r.dir.Ancestors(r.at.Code) {
		o.Path = append(o.Path, Place{a.Code, a.Name})
	}
	for _, d := range parts {
		part := OverviewPart{
			Place: Place{d.Code, d.Name}, Figures: viewFigures(now[d.Code], ever[d.Code], minimum),
			PreviousSubmitted: before[d.Code][entered+"submitted"],
		}
		if people := residents(d); people > 0 {
			per := math.Round(float64(part.Figures.Submitted)*1e6/float64(people)) / 100
			part.PerTenThousand = &per
		}
		o.Parts = append(o.Parts, part)
	}
	return &OverviewOutput{Body: o}, nil
}

func checkCategory(r reach, key string) error {
	if key == "" {
		return nil
	}
	if _, known := r.dir.Category(key); !known {
		return invalid("category", "没有这个类别")
	}
	return nil
}
