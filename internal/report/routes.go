package report

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/evidence"
	"huying/internal/idempotency"
	"huying/internal/platform/auth"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/platform/web"
)

const tag = "随手拍"

type (
	// RefInput names one report in the path. It is exported because Huma binds only exported embedded fields.
	RefInput struct {
		ID string `path:"id" maxLength:"36" doc:"id 或受理编号"`
	}
	submitInput   struct{ Body Submission }
	receiptOutput struct{ Body Receipt }
	viewOutput    struct{ Body View }
	publicOutput  struct{ Body PublicView }
	pageOutput    struct{ Body web.Page[Item] }
	countsOutput  struct{ Body Counts }
	contactOutput struct{ Body Contact }
	revealInput   struct {
		RefInput
		Body RevealBody
	}
	// ListInput holds the filters every list has; exported for the same reason.
	ListInput struct {
		web.Paging
		Status       string `query:"status" maxLength:"200" doc:"一个或几个状态，逗号分开"`
		Category     string `query:"category" maxLength:"40"`
		DivisionCode string `query:"division_code" pattern:"^([0-9]{4,15})?$" doc:"区划代码，含下级"`
		Query        string `query:"q" maxLength:"100" doc:"关键词或受理编号"`
	}
	ownListInput struct {
		ListInput
		Mine         bool   `query:"mine" doc:"我反映的，跨区市"`
		AssignedToMe bool   `query:"assigned_to_me" doc:"等我办理的"`
		Overdue      bool   `query:"overdue" doc:"已超时限的"`
		ToCall       bool   `query:"to_call" doc:"等待电话回访的：到期未评价而办结的，和已到回访时间仍未评价的"`
		Rung         int    `query:"rung" minimum:"0" maximum:"1000" doc:"承办时限已催办到百分之几及以上：80、100、150、200、300"`
		Paused       bool   `query:"paused" doc:"暂停计时的"`
		Disputed     bool   `query:"disputed" doc:"退单正在裁定的"`
		Supervised   bool   `query:"supervised" doc:"有督办函等待说明的"`
		ToSign       bool   `query:"to_sign" doc:"等我签批的"`
		Sort         string `query:"sort" enum:"newest,due" doc:"newest 最新在前（默认）；due 按时限先后，没有时限的在最后"`
		BBox         string `query:"bbox" maxLength:"120" doc:"最小经度,最小纬度,最大经度,最大纬度"`
	}
)

// Mount adds the room's routes: the table below, one operation per action.
func (s *Service) Mount(srv *web.Server) {
	web.Op(srv, web.Route{
		Method: http.MethodPost, Path: "/reports", Permission: "report.submit", Tag: tag, Summary: "提交随手拍",
		Body: web.JSON, Status: http.StatusCreated, Idempotent: true, Deadline: time.Minute,
	}, s.submit)
	s.mountForm(srv)
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/reports", Permission: listPermission, Tag: tag, Summary: "事项列表", Tenant: web.Optional}, s.list)
	web.Op(srv, web.Route{
		Method: http.MethodGet, Path: "/reports/counts", Permission: listPermission, Tag: tag, Summary: "我的工作有几件：等我办理、等我签批、超时等",
	}, s.getCounts)
	s.mountExport(srv)
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/reports/{id}", Permission: readPermission, Tag: tag, Summary: "一件事项"}, s.get)
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/public/reports", Permission: "report.public-list", Tag: tag, Summary: "公开的事项列表"}, s.listPublic)
	web.Op(srv, web.Route{Method: http.MethodGet, Path: "/public/reports/{id}", Permission: "report.public-read", Tag: tag, Summary: "公开的一件事项"}, s.getPublic)
	web.Op(srv, web.Route{Method: http.MethodPost, Path: "/reports/{id}/reveal", Permission: "report.reveal", Tag: tag, Summary: "查看反映人姓名电话", Body: web.JSON}, s.reveal)
	s.mountPhotos(srv)
	s.mountTrack(srv)
	s.mountScreen(srv)
	s.mountSimilar(srv)
	s.mountCrowd(srv)
	s.mountBlocks(srv)
	s.mountActions(srv)
}

func (s *Service) mountActions(srv *web.Server) {
	bodied(s, srv, "admit", "受理", s.admitStep, nil)
	bodiless(s, srv, "accept", "接单", s.acceptStep)
	bodiless(s, srv, "join", "加入跟进", s.joinStep)
	bodiless(s, srv, "decline", "婉拒", s.declineStep)
	bodied(s, srv, "verify", "核实", s.verifyStep, func(b VerifyBody) []uuid.UUID { return b.UploadIDs })
	bodied(s, srv, "resolve", "代表当场答复（街镇人大签批）", s.resolveStep, func(b ResolveBody) []uuid.UUID { return b.UploadIDs })
	bodied(s, srv, "dispatch", "交办", s.dispatchStep, nil)
	bodiless(s, srv, "take", "签收", s.takeStep)
	bodied(s, srv, "contact", "登记与反映人的联系", s.contactStep, nil)
	bodied(s, srv, "reply", "答复（单位负责人签批）", s.replyStep, func(b ReplyBody) []uuid.UUID { return b.UploadIDs })
	bodied(s, srv, "confirm", "确认办理结果", s.confirmStep, func(b ConfirmBody) []uuid.UUID { return b.UploadIDs })
	bodied(s, srv, "rate", "评价", s.rateStep, nil)
	bodiless(s, srv, "withdraw", "撤回", s.withdrawStep)
	bodiless(s, srv, "publish", "公开", s.publishStep)
	bodiless(s, srv, "hide", "不公开", s.hideStep)
	s.mountRedact(srv)
	s.mountBundle(srv)
	s.mountOffice(srv)
	s.mountHandling(srv)
	s.mountDeputies(srv)
	s.mountHandler(srv)
	s.mountTransfers(srv)
	s.mountSigning(srv)
}

type bodiedInput[B any] struct {
	RefInput
	Body B
}

type bodilessInput[B any] struct {
	RefInput
	Body *B
}

func actionRoute(name, summary string) web.Route {
	return web.Route{
		Method: http.MethodPost, Path: "/reports/{id}/" + name, Permission: "report." + name, Tag: tag, Summary: summary,
		Body: web.JSON, Deadline: time.Minute,
	}
}

// onceRoute is an action that a client may send again under the same Idempotency-Key.
func onceRoute(name, summary string) web.Route {
	route := actionRoute(name, summary)
	route.Idempotent = true
	return route
}

// bodied mounts an action whose body is needed. uploads are checked before the
// transaction, because that talks to the store.
func bodied[B any](s *Service, srv *web.Server, name, summary string, build func(B) step, uploads func(B) []uuid.UUID) {
	web.Op(srv, onceRoute(name, summary), func(ctx context.Context, in *bodiedInput[B]) (*viewOutput, error) {
		return s.once(ctx, in.ID, name, func(ctx context.Context) (uuid.UUID, error) {
			if uploads != nil {
				if err := s.Evidence.Verify(ctx, web.TenantOf(ctx), auth.From(ctx).PersonID, uploads(in.Body)); err != nil {
					return uuid.Nil, err
				}
			}
			return s.act(ctx, web.TenantOf(ctx), in.ID, build(in.Body))
		})
	})
}

// bodiless mounts an action whose body may be left out.
func bodiless[B any](s *Service, srv *web.Server, name, summary string, build func(B) step) {
	web.Op(srv, onceRoute(name, summary), func(ctx context.Context, in *bodilessInput[B]) (*viewOutput, error) {
		var body B
		if in.Body != nil {
			body = *in.Body
		}
		return s.once(ctx, in.ID, name, func(ctx context.Context) (uuid.UUID, error) {
			return s.act(ctx, web.TenantOf(ctx), in.ID, build(body))
		})
	})
}

func (s *Service) show(ctx context.Context, id uuid.UUID) (*viewOutput, error) {
	v, err := s.afterwards(ctx, web.TenantOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return &viewOutput{Body: *v}, nil
}

func (s *Service) mountSigning(srv *web.Server) {
	sign := func(name string, approve bool) func(context.Context, *bodilessInput[SignBody]) (*viewOutput, error) {
		return func(ctx context.Context, in *bodilessInput[SignBody]) (*viewOutput, error) {
			var body SignBody
			if in.Body != nil {
				body = *in.Body
			}
			return s.once(ctx, in.ID, name, func(ctx context.Context) (uuid.UUID, error) {
				return s.sign(ctx, web.TenantOf(ctx), in.ID, body, approve)
			})
		}
	}
	web.Op(srv, onceRoute("approve", "签批"), sign("approve", true))
	web.Op(srv, onceRoute("refuse", "退回修改"), sign("refuse", false))
}

func (s *Service) submit(ctx context.Context, in *submitInput) (*receiptOutput, error) {
	key, hash := web.IdempotencyKey(ctx)
	return s.receipt(ctx, in.Body, idempotency.Key{Route: "POST /reports", Key: key, BodyHash: hash})
}

func (s *Service) receipt(ctx context.Context, in Submission, key idempotency.Key) (*receiptOutput, error) {
	answer, _, err := s.Submit(ctx, web.TenantOf(ctx), in, key)
	if err != nil {
		return nil, err
	}
	out := &receiptOutput{}
	if err := json.Unmarshal(answer, &out.Body); err != nil {
		return nil, fmt.Errorf("stored answer: %w", err)
	}
	return out, nil
}

func (s *Service) get(ctx context.Context, in *RefInput) (*viewOutput, error) {
	v, err := s.Get(ctx, web.TenantOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &viewOutput{Body: *v}, nil
}

func (s *Service) getPublic(ctx context.Context, in *RefInput) (*publicOutput, error) {
	v, err := s.GetPublic(ctx, web.TenantOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &publicOutput{Body: *v}, nil
}

func (in ListInput) filter() Filter {
	f := Filter{Category: in.Category, DivisionCode: in.DivisionCode, Query: in.Query}
	for _, st := range strings.Split(in.Status, ",") {
		if st = strings.TrimSpace(st); st != "" {
			f.Status = append(f.Status, st)
		}
	}
	return f
}

func (s *Service) list(ctx context.Context, in *ownListInput) (*pageOutput, error) {
	f := in.filter()
	f.Mine, f.AssignedToMe, f.Overdue, f.ToCall = in.Mine, in.AssignedToMe, in.Overdue, in.ToCall
	f.Rung, f.Paused, f.Disputed, f.Supervised = in.Rung, in.Paused, in.Disputed, in.Supervised
	f.ToSign, f.ByClock = in.ToSign, in.Sort == "due"
	var err error
	if f.Box, err = ParseBox(in.BBox); err != nil {
		return nil, err
	}
	page, err := s.List(ctx, web.TenantOf(ctx), f, in.Paging)
	if err != nil {
		return nil, err
	}
	return &pageOutput{Body: page}, nil
}

func (s *Service) getCounts(ctx context.Context, _ *struct{}) (*countsOutput, error) {
	c, err := s.Count(ctx, web.TenantOf(ctx))
	if err != nil {
		return nil, err
	}
	return &countsOutput{Body: c}, nil
}

func (s *Service) listPublic(ctx context.Context, in *ListInput) (*pageOutput, error) {
	page, err := s.ListPublic(ctx, web.TenantOf(ctx), in.filter(), in.Paging)
	if err != nil {
		return nil, err
	}
	return &pageOutput{Body: page}, nil
}

func (s *Service) reveal(ctx context.Context, in *revealInput) (*contactOutput, error) {
	c, err := s.Reveal(ctx, web.TenantOf(ctx), in.ID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &contactOutput{Body: c}, nil
}

func (s *Service) mountPhotos(srv *web.Server) {
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/reports/{id}/photos/{photo_id}/original", Permission: "photo.original", Tag: tag, Media: "*/*",
		Summary: "照片、视频或录音的原件", Detail: "须写明理由，留痕。", Query: map[string]string{"reason": "查看理由"}, Deadline: time.Minute,
	}, func(c *fiber.Ctx) error { return s.sendPhoto(c, evidence.Original) })
	web.Raw(srv, web.Route{
		Method: http.MethodGet, Path: "/reports/{id}/photos/{photo_id}/{variant}", Permission: "photo.read", Tag: tag,
		Summary: "照片的公开版：thumb 或 medium", Media: "image/jpeg", Deadline: time.Minute,
	}, func(c *fiber.Ctx) error {
		variant, err := evidence.ParseVariant(c.Params("variant"))
		if err != nil {
			return err
		}
		return s.sendPhoto(c, variant)
	})
}

// sendPhoto finds the photo under the caller's scope, then streams it from the
// store. Opening an original writes its audit line before a byte is sent.
func (s *Service) sendPhoto(c *fiber.Ctx, variant evidence.Variant) error {
	ctx := c.UserContext()
	photo, err := uuid.Parse(c.Params("photo_id"))
	if err != nil {
		return notFound()
	}
	tenant := web.TenantOf(ctx)
	report, public, err := s.FindPhoto(ctx, tenant, c.Params("id"), photo)
	if err != nil {
		return err
	}
	if public && variant == evidence.Original {
		return notFound()
	}
	var object evidence.Object
	within := s.DB.View
	if variant == evidence.Original {
		within = s.DB.Do
	}
	err = within(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		row, err := s.Evidence.Find(ctx, tx, report, photo)
		if err != nil {
			return err
		}
		object, err = s.Evidence.Locate(ctx, tx, row, variant, c.Query("reason"))
		return err
	})
	if err != nil {
		return err
	}
	content, err := s.Evidence.Fetch(ctx, object)
	if err != nil {
		return err
	}
	return s.Evidence.Send(c, content)
}
