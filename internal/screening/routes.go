package screening

import (
	"context"
	"io"
	"net/http"

	"huying/internal/platform/sheet"
	"huying/internal/platform/web"
)

// Mount mounts the desk's list of words.
func (s *Service) Mount(srv *web.Server) {
	const tag = "文字审核"
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/screen-words", Permission: "screen-word.list", Tag: tag, Summary: "敏感词名单",
	}, s.list)
	web.Op(srv, web.Route{
		Method: http.MethodPut, Path: "/screen-words", Permission: "screen-word.save", Tag: tag, Summary: "增改一个敏感词",
		Detail: "命中敏感词不会自动拒绝，只送人工审核。", Body: web.JSON,
	}, s.save)
	web.Op(srv, web.Route{
		Method: http.MethodDelete, Path: "/screen-words/{id}", Permission: "screen-word.delete", Tag: tag,
		Status: http.StatusNoContent, Summary: "删去一个敏感词",
	}, s.remove)
	web.Import(srv, web.Route{
		Path: "/screen-words/import", Permission: "screen-word.import", Tag: tag, Summary: "批量导入敏感词",
	}, func(ctx context.Context, file io.Reader, o sheet.Options) (sheet.Result, error) {
		return s.Import(ctx, web.TenantOf(ctx), file, o)
	})
	web.Template(srv, web.Route{
		Path: "/screen-words/import-template", Permission: "screen-word.template", Tag: tag, Summary: "下载敏感词导入模板",
	}, "screen-words.xlsx", columns())
}
