package partner

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"huying/ent/db"
	"huying/ent/db/partner"
	"huying/ent/db/partnerlink"
	"huying/ent/db/partnermessage"
	"huying/internal/platform/database"
	"huying/internal/platform/jobs"
	"huying/internal/platform/tenancy"
)

// What one pull looks at: a little of what it saw before, because servers are late, and at most the 90 days that the
// specification gives; and how many requests are asked for at once where a server has no updates.
const (
	pullOverlap = time.Hour
	pullSpan    = 89 * 24 * time.Hour
	askAtOnce   = 50
)

// PullArgs is the periodic job that looks for what partners say and clears what is old.
type PullArgs struct{}

// Kind of the job.
func (PullArgs) Kind() string { return "partner_pull" }

// PullWorker works PullArgs in every tenant.
type PullWorker struct {
	river.WorkerDefaults[PullArgs]
	s *Room
}

// Timeout gives a slow partner of one tenant time without stopping those of the others.
func (w *PullWorker) Timeout(*river.Job[PullArgs]) time.Duration { return 100 * time.Second }

// Work pulls; one partner's failure does not keep the others.
func (w *PullWorker) Work(ctx context.Context, _ *river.Job[PullArgs]) error {
	tenants, err := w.s.Tenants(ctx)
	if err != nil {
		return fmt.Errorf("tenants: %w", err)
	}
	var failed []error
	for _, tenant := range tenants {
		failed = append(failed, w.s.Pull(ctx, tenant))
	}
	return errors.Join(failed...)
}

// Register puts the room's workers on the queue, before it starts.
func (s *Room) Register(q *jobs.Queue, pullEvery time.Duration) {
	jobs.Register(q, &DeliverWorker{s: s})
	jobs.Register(q, &PushWorker{s: s})
	jobs.Register(q, &TellWorker{s: s})
	jobs.Register(q, &PullWorker{s: s})
	q.Every(pullEvery, func() river.JobArgs { return PullArgs{} })
}

// Pull looks once at every partner of a tenant. What a partner does wrong is noted at the partner and is no error here.
func (s *Room) Pull(ctx context.Context, tenant string) error {
	scope := tenancy.As(ctx, tenant, "pull from partners")
	var partners []*db.Partner
	err := s.DB.View(ctx, scope, func(ctx context.Context, tx *database.Tx) (err error) {
		partners, err = tx.Partner.Query().Where(partner.Active(true), partner.DeletedAtIsNil(), partner.KindNEQ(partner.KindWebhook)).All(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("partners: %w", err)
	}
	failed := []error{s.forget(ctx, tenant)}
	for _, p := range partners {
		var failure error
		switch {
		case p.Kind == partner.KindOpen311 && p.Pull:
			failure = s.pullFrom(ctx, p)
		case p.Channel == partner.ChannelFile:
			failure = s.pickUp(ctx, p)
		default:
			continue
		}
		if failure != nil {
			s.Log.WarnContext(ctx, "a partner could not be asked", "tenant", tenant, "partner", p.ID, "err", failure)
		}
		failed = append(failed, s.DB.Do(ctx, scope, func(ctx context.Context, tx *database.Tx) error { return s.noted(ctx, tx, p.ID, failure) }))
	}
	return errors.Join(failed...)
}

// pullFrom asks one Open311 partner.
func (s *Room) pullFrom(ctx context.Context, p *db.Partner) error {
	g, err := s.speak(p)
	if err != nil {
		return err
	}
	if err := s.settleTokens(ctx, p, g); err != nil {
		return err
	}
	to := s.Clock.Now()
	from := p.CreatedAt
	if p.PulledUntil != nil {
		from = p.PulledUntil.Add(-pullOverlap)
	}
	if to.Sub(from) > pullSpan {
		to = from.Add(pullSpan)
	}
	// The protocol's times are whole seconds: the one that has begun is asked for too.
	found, err := g.updates(ctx, from, to.Add(time.Second))
	var refused *refusal
	if errors.Is(err, errTransient) || errors.As(err, &refused) && refused.status == http.StatusNotFound {
		// A server without the extension: ask how the requests stand.
		if found, err = s.standing(ctx, p, g); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	for _, u := range found {
		if err := s.hear(ctx, p, u); err != nil {
			return err
		}
	}
	return s.DB.Do(ctx, tenancy.As(ctx, p.TenantID, "pull from partners"), func(ctx context.Context, tx *database.Tx) error {
		return tx.Partner.Update().Where(partner.ID(p.ID)).SetPulledUntil(to).Exec(ctx)
	})
}

// openLinks are the links whose other end may still say something.
func (s *Room) openLinks(ctx context.Context, p *db.Partner, where func(*db.PartnerLinkQuery)) (links []*db.PartnerLink, err error) {
	err = s.DB.View(ctx, tenancy.As(ctx, p.TenantID, "pull from partners"), func(ctx context.Context, tx *database.Tx) error {
		q := tx.PartnerLink.Query().Where(partnerlink.PartnerID(p.ID), partnerlink.StateEQ(partnerlink.StateSent)).Order(partnerlink.ByID()).Limit(1000)
		where(q)
		links, err = q.All(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	return links, nil
}

// settleTokens asks for the ids behind tokens.
func (s *Room) settleTokens(ctx context.Context, p *db.Partner, g georeport) error {
	links, err := s.openLinks(ctx, p, func(q *db.PartnerLinkQuery) { q.Where(partnerlink.RemoteID(""), partnerlink.TokenNEQ("")) })
	if err != nil {
		return err
	}
	for _, l := range links {
		id, err := g.resolve(ctx, l.Token)
		if err != nil {
			return err
		}
		if id == "" {
			continue
		}
		err = s.DB.Do(ctx, tenancy.As(ctx, p.TenantID, "pull from partners"), func(ctx context.Context, tx *database.Tx) error {
			return tx.PartnerLink.Update().Where(partnerlink.ID(l.ID)).SetRemoteID(clip(id, 120)).AddVersion(1).Exec(ctx)
		})
		if err != nil {
			return fmt.Errorf("token of a link: %w", err)
		}
	}
	return nil
}

// standing makes an update of every request whose status is another than we knew.
func (s *Room) standing(ctx context.Context, p *db.Partner, g georeport) ([]remoteUpdate, error) {
	links, err := s.openLinks(ctx, p, func(q *db.PartnerLinkQuery) { q.Where(partnerlink.RemoteIDNEQ("")) })
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	var ids []string
	for _, l := range links {
		known[l.RemoteID], ids = l.RemoteStatus, append(ids, l.RemoteID)
	}
	var out []remoteUpdate
	for some := range slices.Chunk(ids, askAtOnce) {
		found, err := g.requests(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			if was, ours := known[r.ID]; ours && was != clip(r.Status, 60) {
				out = append(out, remoteUpdate{RequestID: r.ID, Status: r.Status, Updated: r.Updated, Description: r.Notes})
			}
		}
	}
	return out, nil
}

// hear takes one update of an Open311 partner.
func (s *Room) hear(ctx context.Context, p *db.Partner, u remoteUpdate) error {
	w := Word{Key: clip(u.ID, 120), RemoteID: clip(u.RequestID, 120), Status: u.Status, Text: u.Description, At: moment(u.Updated)}
	if w.Key == "" {
		w.Key = keyOf(u.RequestID, u.Status, u.Updated, u.Description)
	}
	return s.DB.Do(ctx, tenancy.As(ctx, p.TenantID, "pull from partners"), func(ctx context.Context, tx *database.Tx) error {
		_, err := s.heard(ctx, tx, p, w)
		return err
	})
}

// Word is what a partner says about a matter.
type Word struct {
	// Key is the same however often it is said. RemoteID names the matter by the partner's number, ReportID by ours.
	Key, RemoteID string
	ReportID      uuid.UUID
	Action        string
	Status, Text  string
	At            time.Time
}

// heard keeps a word once: a note on the report, and what it means for the link. False when it is about no link of this
// partner's.
func (s *Room) heard(ctx context.Context, tx *database.Tx, p *db.Partner, w Word) (bool, error) {
	q := tx.PartnerLink.Query().Where(partnerlink.PartnerID(p.ID))
	if w.ReportID != uuid.Nil {
		q.Where(partnerlink.ReportID(w.ReportID))
	} else {
		q.Where(partnerlink.RemoteID(w.RemoteID))
	}
	link, err := q.Order(partnerlink.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("link: %w", err)
	}
	if w.At.IsZero() || w.At.After(s.Clock.Now()) {
		w.At = s.Clock.Now()
	}
	known, err := tx.PartnerMessage.Query().Where(partnermessage.PartnerID(p.ID), partnermessage.DirectionEQ(partnermessage.DirectionReceived),
		partnermessage.Key(w.Key)).Exist(ctx)
	if err != nil || known {
		return true, err
	}
	w.Status = clip(w.Status, 60)
	if err := tx.PartnerMessage.Create().SetPartnerID(p.ID).SetLinkID(link.ID).SetReportID(link.ReportID).SetDirection(partnermessage.DirectionReceived).
		SetKey(w.Key).SetAction(w.Action).SetStatus(w.Status).SetState(partnermessage.StateDone).SetAt(w.At).SetCreatedAt(s.Clock.Now()).Exec(ctx); err != nil {
		return false, fmt.Errorf("message of a partner: %w", err)
	}
	if _, err := s.Reports.Note(ctx, tx, p.TenantID, link.ReportID, p.Name, noteOf(w)); err != nil {
		return false, err
	}
	return true, s.stand(ctx, tx, p, link, w)
}

// noteOf words what a partner said.
func noteOf(w Word) string {
	text := clip(w.Text, 1000)
	if text == "" {
		text = "（没有说明）"
	}
	word := w.Action
	if word == "" {
		word = w.Status
	}
	return "【" + word + "】" + text
}

// stand moves the link to where the partner says the matter is. An older word does not undo a newer one.
func (s *Room) stand(ctx context.Context, tx *database.Tx, p *db.Partner, link *db.PartnerLink, w Word) error {
	if w.Status == "" || link.RemoteAt != nil && w.At.Before(*link.RemoteAt) {
		return nil
	}
	u := tx.PartnerLink.Update().Where(partnerlink.ID(link.ID), partnerlink.Version(link.Version)).AddVersion(1).SetRemoteStatus(w.Status).SetRemoteAt(w.At)
	switch meaning(p.Statuses, w.Status) {
	case meansOpen:
		u.SetState(partnerlink.StateSent)
	case meansClosed:
		u.SetState(partnerlink.StateClosed)
	case meansReturned:
		u.SetState(partnerlink.StateReturned)
	}
	if n, err := u.Save(ctx); err != nil {
		return fmt.Errorf("link: %w", err)
	} else if n == 0 {
		return errors.New("partner: the link changed meanwhile")
	}
	return nil
}
