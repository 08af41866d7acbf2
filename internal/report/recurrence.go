package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/classproposal"
	entpredicate "huying/ent/db/predicate"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/internal/platform/database"
)

// What makes repeated reports one matter (row 36, 举一反三).
const (
	recurrences    = 3
	recurrenceDays = 90
	// classCategory bounds the part of a class key that names the category.
	classCategory = 30
)

// recurred looks, when a report comes back, whether its thread or its place has
// come back often enough to be proposed as one matter. The present reopening,
// whose event is not written yet, counts.
func (s *Service) recurred(ctx context.Context, m *moment) error {
	rep := m.report
	thread := []entpredicate.Report{entreport.ThreadID(rep.ThreadID)}
	if err := s.proposeClass(ctx, m, "thread:"+rep.ThreadID.String(), "同一件事90日内反复出现", thread); err != nil {
		return err
	}
	if rep.PlaceID == nil {
		return nil
	}
	category := rep.Category[:min(len(rep.Category), classCategory)]
	place := []entpredicate.Report{entreport.PlaceID(*rep.PlaceID), entreport.Category(rep.Category)}
	return s.proposeClass(ctx, m, "place:"+rep.PlaceID.String()+":"+category, "同一地点同类问题90日内反复出现", place)
}

func (s *Service) proposeClass(ctx context.Context, m *moment, key, reason string, which []entpredicate.Report) error {
	ids, err := m.tx.Report.Query().Where(which...).IDs(ctx)
	if err != nil {
		return fmt.Errorf("reports of a class: %w", err)
	}
	events, err := m.tx.ReportEvent.Query().Where(
		reportevent.ReportIDIn(ids...), reportevent.Action("reopen"), reportevent.AtGT(m.now.AddDate(0, 0, -recurrenceDays)),
	).All(ctx)
	if err != nil {
		return fmt.Errorf("recurrences: %w", err)
	}
	count := len(events) + 1
	if count < recurrences {
		return nil
	}
	back := []uuid.UUID{m.report.ID}
	for _, e := range events {
		if !slices.Contains(back, e.ReportID) {
			back = append(back, e.ReportID)
		}
	}
	return s.keepClass(ctx, m, key, reason, count, back)
}

// keepClass proposes a class once; what is known already is counted further,
// and stays decided if it was.
func (s *Service) keepClass(ctx context.Context, m *moment, key, reason string, count int, back []uuid.UUID) error {
	known, err := m.tx.ClassProposal.Query().Where(classproposal.ClassKey(key)).Only(ctx)
	if err == nil {
		for _, id := range known.ReportIds {
			if !slices.Contains(back, id) {
				back = append(back, id)
			}
		}
		n, err := m.tx.ClassProposal.Update().Where(classproposal.ID(known.ID), classproposal.Version(known.Version)).
			SetCount(max(count, known.Count)).SetReportIds(back).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("count class: %w", err)
		}
		if n == 0 {
			return errStale
		}
		return nil
	}
	if !db.IsNotFound(err) {
		return fmt.Errorf("class: %w", err)
	}
	err = m.tx.ClassProposal.Create().SetClassKey(key).SetCategory(m.report.Category).SetDivisionCode(m.report.DivisionCode).
		SetNillablePlaceID(m.report.PlaceID).SetReason(reason).SetCount(count).SetReportIds(back).Exec(ctx)
	if database.IsUnique(err) {
		// A colleague's reopening proposed it in this very moment: look again.
		return errStale
	}
	if err != nil {
		return fmt.Errorf("propose class: %w", err)
	}
	m.staff("district_staff", "class_proposed", false, uuid.Nil, map[string]string{"count": strconv.Itoa(count)})
	return nil
}
