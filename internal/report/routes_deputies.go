package report

import (
	"github.com/google/uuid"

	"huying/internal/platform/web"
)

// mountDeputies mounts the actions of rows 10, 35–38 and 43.
func (s *Service) mountDeputies(srv *web.Server) {
	bodied(s, srv, "release", "退回接单", s.releaseStep, nil)
	bodied(s, srv, "hand-over", "转交另一位代表", s.handOverStep, nil)
	bodied(s, srv, "recuse", "此件回避", s.recuseStep, nil)
	bodied(s, srv, "change-deputy", "更换联系代表", s.changeDeputyStep, nil)
	bodied(s, srv, "answer-attitude", "单位负责人答复态度意见", s.answerAttitudeStep, nil)
	bodied(s, srv, "follow-up", "登记回访", s.followUpStep, nil)
	bodied(s, srv, "reopen", "没解决或又出现，重新办理", s.reopenStep, func(b ReopenBody) []uuid.UUID { return b.UploadIDs })
	bodied(s, srv, "explain-close", "当面说明后办结", s.explainStep, nil)
	bodied(s, srv, "ask-exclude", "单位申请不计入比率", s.askExcludeStep, nil)
	bodied(s, srv, "exclude", "不计入比率（区市人大负责人签批）", s.excludeStep, nil)
	s.mountClasses(srv)
}
