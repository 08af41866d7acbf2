package notify

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"huying/internal/notify/signature"
	"huying/internal/platform/fault"
	"huying/internal/platform/web"
)

// gatewayBody is the most a gateway sends at once: 500 receipts.
const gatewayBody web.Limit = 256 << 10

const signedDetail = "须按与网关约定的密钥签名（X-Huying-Key、X-Huying-Timestamp、X-Huying-Nonce、X-Huying-Signature），时间相差不超过5分钟；重复推送不会重复办理。"

// mountGateway mounts what an SMS gateway calls. The permission is public; the signature is the key.
func (s *Service) mountGateway(srv *web.Server) {
	const tag = "短信网关"
	web.Raw(srv, web.Route{
		Method: http.MethodPost, Path: "/gateway/sms/receipts", Permission: web.Public, Tag: tag, Tenant: web.None, Body: gatewayBody,
		Summary: "网关回报短信是否送达", Detail: signedDetail, Answer: receiptsAnswer{}, Doc: bodyOf[receiptsBody]("ReceiptsBody"),
	}, s.signed(signature.Receipts, func(ctx context.Context, body []byte) (any, error) {
		list, err := readReceipts(body)
		if err != nil {
			return nil, err
		}
		n, err := s.Receipts(ctx, list)
		return receiptsAnswer{Known: n}, err
	}))
	web.Raw(srv, web.Route{
		Method: http.MethodPost, Path: "/gateway/sms/answers", Permission: web.Public, Tag: tag, Tenant: web.None, Body: gatewayBody,
		Summary: "网关转来群众回复的短信", Detail: signedDetail, Answer: answerAnswer{}, Doc: bodyOf[answerBody]("SmsAnswerBody"),
	}, s.signed(signature.Answers, func(ctx context.Context, body []byte) (any, error) {
		in, err := readIncoming(body)
		if err != nil {
			return nil, err
		}
		outcome, err := s.Answer(ctx, in)
		return answerAnswer{Outcome: outcome}, err
	}))
}

// signed lets a request through to its handler only with the gateway's signature over its very bytes.
func (s *Service) signed(purpose string, h func(ctx context.Context, body []byte) (any, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		body := c.Body()
		get := func(name string) string { return c.Get(name) }
		if err := s.d.Gateway.Verify(get, purpose, s.d.Clock.Now(), body); err != nil {
			return fault.Unauthenticated.With(err, "签名无效")
		}
		out, err := h(c.UserContext(), body)
		if err != nil {
			return err
		}
		return c.JSON(out)
	}
}

// bodyOf documents the JSON body of a raw route.
func bodyOf[T any](name string) func(api *huma.OpenAPI, op *huma.Operation) {
	return func(api *huma.OpenAPI, op *huma.Operation) {
		schema := api.Components.Schemas.Schema(reflect.TypeFor[T](), true, name)
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			fiber.MIMEApplicationJSON: {Schema: schema},
		}}
	}
}

type devAnswerInput struct {
	Body struct {
		Phone string `json:"phone" minLength:"11" maxLength:"20"`
		Text  string `json:"text" maxLength:"500"`
	}
}

type devAnswerOutput struct {
	Body answerAnswer
}

// devAnswer lets somebody who tries the demo reply to a message of the outbox.
func (s *Service) devAnswer(ctx context.Context, in *devAnswerInput) (*devAnswerOutput, error) {
	outcome, err := s.Answer(ctx, Incoming{ID: "dev:" + uuid.NewString(), Phone: in.Body.Phone, Text: in.Body.Text})
	return &devAnswerOutput{Body: answerAnswer{Outcome: outcome}}, err
}
