package report

import "huying/internal/platform/web"

// mountDeputies mounts the actions of rows 10, 35–38 and 43.
func (s *Service) mountDeputies(srv *web.Server) {
	bodied(s, srv, "release", "退回接单", s.releaseStep, nil)
	bodied(s, srv, "hand-over", "转交另一位代表", s.handOverStep, nil)
	bodied(s, srv, "recuse", "此件回避", s.recuseStep, nil)
	bodied(s, srv, "change-deputy", "更换联系代表", s.changeDeputyStep, nil)
}
