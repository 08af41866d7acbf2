package report

import (
	"context"
	"fmt"
	"strings"

	"huying/internal/deadline"
	"huying/internal/handling"
)

// asFirst keeps a further round's handling clock from being longer than the
// first round's was, whatever the tenant's settings say by now (row 37).
func (s *Service) asFirst(ctx context.Context, m *moment) error {
	rows, err := deadline.Of(ctx, m.tx, deadline.Subject{Kind: subjectKind, ID: m.report.ID})
	if err != nil {
		return err
	}
	cal, err := s.Calendar(ctx, m.asker.tenant)
	if err != nil {
		return err
	}
	for _, d := range rows {
		if d.Kind == clockHandling {
			m.notAfter[clockHandling], _ = cal.Add(m.now, deadline.Span{N: d.Amount, Unit: deadline.Unit(d.Unit)})
			return nil
		}
	}
	return nil
}

// nameHead names in public who answers for the units of a further round (row 37).
func (s *Service) nameHead(ctx context.Context, m *moment, o handling.Order) error {
	if m.move.From != Reopened {
		return nil
	}
	units, err := s.Units.Units(ctx, m.tx, o.Units())
	if err != nil {
		return fmt.Errorf("units: %w", err)
	}
	var heads []string
	for _, id := range o.Units() {
		if id == o.Lead || len(o.Separate) > 0 {
			heads = append(heads, units[id].Name+"负责人"+units[id].HeadName)
		}
	}
	m.params["head"] = strings.Join(heads, "、")
	m.data["heads"] = heads
	return nil
}
