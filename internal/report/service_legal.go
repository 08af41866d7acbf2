package report

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/flow"
	"huying/internal/rating"
)

// procedureWords are the plain names of the legal procedures.
var procedureWords = map[string]string{
	"litigation": "诉讼", "administrative_review": "行政复议", "arbitration": "仲裁",
	"mediation_agreement": "人民调解协议的履行程序", "petition": "信访程序",
}

// legalRouteStep is row 5: a matter before a court or another legal body ends
// here (代§59), does not count in the rates and is counted among the exclusions;
// what the procedure does not cover goes on under a number of its own.
func (s *Service) legalRouteStep(b LegalRouteBody) step {
	return step{
		action: "legal-route", version: b.Version, note: b.Proof,
		facts: func(_ context.Context, _ *moment, f flow.Facts) error {
			f[outsidePart] = strings.TrimSpace(b.OutsidePart) != ""
			return nil
		},
		propose: func(ctx context.Context, m *moment) ([]byte, error) {
			if strings.TrimSpace(b.Proof) == "" && len(b.UploadIDs) == 0 {
				return nil, invalid("proof", "请写明凭据（如案号），或附凭据照片")
			}
			if strings.TrimSpace(b.Body) == "" {
				return nil, invalid("body", "请写明依法办理的机关")
			}
			if problem := checkText(b.OutsidePart, 0, 1000); problem != "" {
				return nil, invalid("outside_part", problem)
			}
			if err := s.attach(ctx, m, b.UploadIDs, evidence.Proof); err != nil {
				return nil, err
			}
			m.staff("district_staff", "report_signature", false, uuid.Nil, map[string]string{"step": "转法定程序"})
			return json.Marshal(b)
		},
		apply: func(ctx context.Context, m *moment) error { return s.toLegalRoute(ctx, m, b) },
	}
}

func (s *Service) toLegalRoute(ctx context.Context, m *moment, b LegalRouteBody) error {
	procedure := procedureWords[b.Kind]
	m.params["procedure"], m.params["body"] = procedure, b.Body
	m.data["kind"], m.data["body"], m.data["proof_photos"] = b.Kind, b.Body, len(b.UploadIDs)
	m.change.SetCloseReason("legal_route").SetInLegalProcess(true)
	if err := s.exclude(ctx, m, rating.LegalRoute, "已进入"+procedure, &m.proposal.ProposerID); err != nil {
		return err
	}
	if outside := strings.TrimSpace(b.OutsidePart); outside != "" {
		d, err := part(m, SplitPart{Description: outside})
		if err != nil {
			return err
		}
		child, err := s.spawn(ctx, m, d, nil)
		if err != nil {
			return err
		}
		m.params["no2"], m.data[linkedKey] = child.Number, []uuid.UUID{child.ID}
	}
	m.citizen("report_legal_route", true, map[string]string{"procedure": procedure, "body": b.Body})
	return s.lapse(ctx, m)
}
