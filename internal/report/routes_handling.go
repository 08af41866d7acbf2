package report

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"huying/internal/platform/web"
)

// mountHandling adds the actions of rows 17 to 20, 22 to 25, 28 and 41.
func (s *Service) mountHandling(srv *web.Server) {
	bodied(s, srv, "return", "退单（单位负责人签批）", s.returnStep, nil)
	bodied(s, srv, "decide-return", "裁定退单", s.decideReturnStep, nil)
	bodied(s, srv, "add-unit", "增加协办单位（政府统筹或街镇人大同意）", s.addUnitStep, nil)
	bodied(s, srv, "opinion", "协办意见", s.opinionStep, nil)
	bodied(s, srv, "ask", "请反映人补充", s.askStep, nil)
	bodied(s, srv, "answer", "补充情况", s.answerStep, func(b AnswerBody) []uuid.UUID { return b.UploadIDs })
	bodied(s, srv, "extend", "申请延期（街镇或区市人大批准）", s.extendStep, nil)
	bodied(s, srv, "pause", "暂停计时（街镇或区市人大批准）", s.pauseStep, nil)
	bodiless(s, srv, "resume", "恢复计时", s.resumeStep)
	bodied(s, srv, "carry-over", "申请挂账（政府统筹同意，区市人大负责人签批）", s.carryOverStep, nil)
	bodied(s, srv, "review", "挂账复查", s.reviewStep, nil)
	bodied(s, srv, "interim", "现场处置", s.interimStep, func(b InterimBody) []uuid.UUID { return b.UploadIDs })
	bodied(s, srv, "supervise", "督办（区市人大负责人签发）", func(b SuperviseBody) step {
		return s.superviseStep(letterDraft{SuperviseBody: b})
	}, nil)
	bodied(s, srv, "answer-supervision", "答复督办", s.answerLetterStep, nil)
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/supervisions", Permission: "supervision.create", Tag: tag, Body: web.JSON, Status: http.StatusCreated,
		Summary: "市人大督办函", Detail: "致区市人大，或致正在办理的市级单位；由系统送达区市。",
	}, func(ctx context.Context, in *cityLetterInput) (*cityLetterOutput, error) {
		letter, err := s.WriteCityLetter(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return &cityLetterOutput{Body: letter}, nil
	})
}

type (
	cityLetterInput  struct{ Body CityLetterBody }
	cityLetterOutput struct{ Body CityLetter }
)
