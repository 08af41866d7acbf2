package report

import "huying/internal/platform/web"

// mountOffice adds the actions of rows 3 to 7, 13 and 15.
func (s *Service) mountOffice(srv *web.Server) {
	bodied(s, srv, "reject", "不予受理（街镇人大提出，区市人大签批；检举控告由负责人决定）", s.rejectStep, nil)
	bodiless(s, srv, "appeal", "申请复核", s.appealStep)
	bodied(s, srv, "decide-appeal", "复核决定", s.decideAppealStep, nil)
	bodiless(s, srv, "refer-up", "报区市人大", s.referUpStep)
	bodiless(s, srv, "dispatch-village", "交社区（村）先行处理", s.committeeStep)
}
