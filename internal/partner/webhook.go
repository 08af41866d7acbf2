package partner

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerdelivery"
	"huying/ent/schema"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/tenancy"
)

// tolerance is how far a signature's time may be from ours.
const tolerance = 5 * time.Minute

// sign signs a message as Standard Webhooks has it (https://www.standardwebhooks.com): HMAC-SHA256 of
// id.timestamp.body, once per secret.
func sign(h http.Header, secrets []string, id string, at time.Time, body []byte) error {
	stamp := strconv.FormatInt(at.Unix(), 10)
	var signatures []string
	for _, secret := range secrets {
		mac, err := signature(secret, id, stamp, body)
		if err != nil {
			return err
		}
		signatures = append(signatures, "v1,"+mac)
	}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", stamp)
	h.Set("webhook-signature", strings.Join(signatures, " "))
	return nil
}

func signature(secret, id, stamp string, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretMark))
	if err != nil {
		return "", fmt.Errorf("webhook secret: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// signed says whether a message that came in bears a signature under one of the secrets, made a moment ago.
func signed(get func(string) string, secrets []string, now time.Time, body []byte) bool {
	id, stamp := get("webhook-id"), get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" || len(id) > 100 || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	for _, given := range strings.Fields(get("webhook-signature")) {
		version, mac, _ := strings.Cut(given, ",")
		for _, secret := range secrets {
			want, err := signature(secret, id, stamp, body)
			if err == nil && version == "v1" && hmac.Equal([]byte(mac), []byte(want)) {
				return true
			}
		}
	}
	return false
}

// DeliverArgs is the job that hands one webhook over.
type DeliverArgs struct {
	Tenant   string    `json:"tenant"`
	Delivery uuid.UUID `json:"delivery"`
}

// Kind of the job.
func (DeliverArgs) Kind() string { return "partner_deliver" }

// DeliverWorker works DeliverArgs.
type DeliverWorker struct {
	river.WorkerDefaults[DeliverArgs]
	s *Room
}

// NextRetry follows the schedule of retries.
func (w *DeliverWorker) NextRetry(job *river.Job[DeliverArgs]) time.Time {
	return later(job.Attempt, job.AttemptedAt)
}

func later(attempt int, at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return nextTry(attempt, *at)
}

// Work tries once and writes down what came of it.
func (w *DeliverWorker) Work(ctx context.Context, job *river.Job[DeliverArgs]) error {
	return w.s.deliver(ctx, job.Args.Tenant, job.Args.Delivery, job.Attempt >= job.MaxAttempts)
}

// deliver makes one attempt. last says that no other follows.
func (s *Room) deliver(ctx context.Context, tenant string, id uuid.UUID, last bool) error {
	scope := tenancy.As(ctx, tenant, "deliver a webhook")
	var d *db.PartnerDelivery
	var p *db.Partner
	err := s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) (err error) {
		if d, err = tx.PartnerDelivery.Query().Where(partnerdelivery.ID(id)).Only(ctx); err != nil {
			return err
		}
		p, err = one(ctx, tx, d.PartnerID)
		return err
	})
	if db.IsNotFound(err) || fault.Is(err, fault.NotFound) {
		return river.JobCancel(fmt.Errorf("webhook %s: it or its receiver is gone", id))
	}
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	if d.State == partnerdelivery.StateDelivered {
		return nil
	}
	started := s.Clock.Now()
	status, failure := 0, errInactive
	if p.Active {
		status, failure = s.post(ctx, p, d.MessageID, d.Payload)
	}
	attempt := schema.DeliveryAttempt{At: started, Status: status, TookMS: int(s.Clock.Now().Sub(started).Milliseconds())}
	if failure != nil {
		attempt.Error = clip(failure.Error(), 200)
	}
	gone := status == http.StatusGone || !p.Active
	err = s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error {
		u := tx.PartnerDelivery.Update().Where(partnerdelivery.ID(id), partnerdelivery.Version(d.Version)).AddVersion(1).AddAttempts(1).
			SetLog(append(d.Log, attempt))
		switch {
		case failure == nil:
			u.SetState(partnerdelivery.StateDelivered).SetDeliveredAt(s.Clock.Now())
		case last || gone:
			u.SetState(partnerdelivery.StateFailed)
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
		if status == http.StatusGone {
			// 410 says: never again.
			if err := tx.Partner.Update().Where(partner.ID(p.ID)).SetActive(false).AddVersion(1).Exec(ctx); err != nil {
				return fmt.Errorf("webhook: %w", err)
			}
		}
		return s.noted(ctx, tx, p.ID, failure)
	})
	switch {
	case err != nil:
		return err
	case failure != nil && gone:
		return river.JobCancel(failure)
	}
	return failure
}

var errInactive = fmt.Errorf("the receiver is switched off")

// post sends one signed message and gives the status; anything but 2xx is an error.
func (s *Room) post(ctx context.Context, p *db.Partner, id string, body []byte) (int, error) {
	secrets, err := s.secrets(p)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("webhook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Huying")
	if err := sign(req.Header, secrets, id, s.Clock.Now(), body); err != nil {
		return 0, err
	}
	answer, err := s.Out.Do(ctx, req)
	if err != nil {
		return 0, err
	}
	if answer.Status/100 != 2 {
		return answer.Status, fmt.Errorf("the receiver answered %d", answer.Status)
	}
	return answer.Status, nil
}
