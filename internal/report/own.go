package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"huying/ent/db"
	"huying/ent/db/photo"
	"huying/ent/db/rating"
	entreport "huying/ent/db/report"
	"huying/ent/db/reportevent"
	"huying/ent/db/reportfollower"
	"huying/internal/flow"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
)

// Standing counts what an erasure would meet in one tenant.
type Standing struct {
	// Ending would be withdrawn and end, RunOn would go on ex officio, Ended are over already.
	Ending, RunOn, Ended int
	// Photos of ended matters leave at once; Locked of their originals are kept until the evidence lock ends.
	Photos, Locked int
	Follows        int
}

// Standing counts a person's matters in a tenant.
func (s *Service) Standing(ctx context.Context, tenant string, person uuid.UUID) (st Standing, err error) {
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Report.Query().Where(entreport.ReporterID(person)).All(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			state := flow.State(r.State)
			switch {
			case !Live(state):
				st.Ended++
			case r.DetachedAt == nil && before(state) && r.FollowerCount == 0 && !r.Danger:
				st.Ending++
			default:
				st.RunOn++
				continue
			}
			photos, err := s.Evidence.List(ctx, tx, r.ID)
			if err != nil {
				return err
			}
			st.Photos += len(photos)
			st.Locked += s.Evidence.Due(photos).Kept
		}
		st.Follows, err = tx.ReportFollower.Query().Where(reportfollower.PersonID(person)).Count(ctx)
		return err
	})
	if err != nil {
		return st, fmt.Errorf("report: standing: %w", err)
	}
	return st, nil
}

// Copy is one of a person's own matters in a copy of the own data.
type Copy struct {
	Number       string            `json:"number"`
	Tenant       string            `json:"tenant"`
	State        string            `json:"state"`
	Category     string            `json:"category"`
	Title        string            `json:"title"`
	Description  string            `json:"description"`
	Division     string            `json:"division"`
	Address      string            `json:"address,omitempty"`
	Position     *Position         `json:"position,omitempty"`
	Respondent   string            `json:"respondent,omitempty"`
	OnBehalf     *OnBehalf         `json:"on_behalf,omitempty"`
	Answers      map[string]string `json:"answers,omitempty"`
	Visibility   string            `json:"visibility"`
	SubmittedAt  time.Time         `json:"submitted_at"`
	ClosedAt     *time.Time        `json:"closed_at,omitempty"`
	Steps        []CopyStep        `json:"steps"`
	Ratings      []CopyRating      `json:"ratings,omitempty"`
	PhotoIDs     []uuid.UUID       `json:"photo_ids,omitempty"`
	PhotosSHA256 []string          `json:"photos_sha256,omitempty"`
}

// CopyStep is one step as the reporter was told.
type CopyStep struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// CopyRating is one own judgement.
type CopyRating struct {
	At       time.Time `json:"at"`
	Result   int       `json:"result"`
	Attitude *int      `json:"attitude,omitempty"`
	Comment  string    `json:"comment,omitempty"`
}

// Copies gives a person's own matters of one tenant, oldest first, each with its photos: for a copy of the own data.
func (s *Service) Copies(ctx context.Context, tenant string, person uuid.UUID) (out []Copy, photos []*db.Photo, err error) {
	dir, err := s.Territory.Directory(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Report.Query().Where(entreport.ReporterID(person)).Order(entreport.ByID()).All(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			c := Copy{
				Number: r.Number, Tenant: tenant, State: Table.Word(flow.State(r.State)), Category: r.Category, Title: r.Title,
				Description: r.Description, Division: dir.FullName(r.DivisionCode), Address: r.Address,
				Position: viewPoint(r.Lat, r.Lng, r.AccuracyM), Respondent: r.Respondent, Answers: r.Answers,
				Visibility: string(r.Visibility), SubmittedAt: r.CreatedAt.UTC(), ClosedAt: r.ClosedAt,
			}
			if c.OnBehalf, err = s.openOnBehalf(r); err != nil {
				return err
			}
			own, err := s.copyRest(ctx, tx, r, person, &c)
			if err != nil {
				return err
			}
			out, photos = append(out, c), append(photos, own...)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("report: copies: %w", err)
	}
	return out, photos, nil
}

// copyRest adds the history, the own marks and the own photos.
func (s *Service) copyRest(ctx context.Context, tx *database.Tx, r *db.Report, person uuid.UUID, c *Copy) ([]*db.Photo, error) {
	events, err := tx.ReportEvent.Query().Where(reportevent.ReportID(r.ID), reportevent.PublicTextNEQ("")).Order(reportevent.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	c.Steps = []CopyStep{}
	for _, e := range events {
		c.Steps = append(c.Steps, CopyStep{At: e.At.UTC(), By: e.ActorLabel, Text: e.PublicText})
	}
	marks, err := tx.Rating.Query().Where(rating.SubjectID(r.ID), rating.PersonID(person)).Order(rating.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		c.Ratings = append(c.Ratings, CopyRating{At: m.CreatedAt.UTC(), Result: m.Result, Attitude: m.Attitude, Comment: m.Comment})
	}
	own, err := tx.Photo.Query().Where(photo.SubjectKind(subjectKind), photo.SubjectID(r.ID), photo.PersonID(person), photo.DeletedAtIsNil()).
		Order(photo.ByPosition(), photo.ByID()).All(ctx)
	for _, p := range own {
		c.PhotoIDs, c.PhotosSHA256 = append(c.PhotoIDs, p.ID), append(c.PhotosSHA256, p.Sha256)
	}
	return own, err
}

func (s *Service) openOnBehalf(r *db.Report) (*OnBehalf, error) {
	if r.OnBehalfSealed == nil {
		return nil, nil
	}
	plain, err := s.Keys.Open(onBehalfAAD(r.ID), *r.OnBehalfSealed)
	if err != nil {
		return nil, fmt.Errorf("on_behalf of %s: %w", r.Number, err)
	}
	var b OnBehalf
	if err := json.Unmarshal(plain, &b); err != nil {
		return nil, fmt.Errorf("on_behalf of %s: %w", r.Number, err)
	}
	return &b, nil
}

// onBehalfAAD binds the sealed part to its row.
func onBehalfAAD(id uuid.UUID) string { return "reports.on_behalf:" + id.String() }

// OwnPhotos gives the ids of the photos on a person's own reports of a tenant, and the readable number of each report
// by its id.
func (s *Service) OwnPhotos(ctx context.Context, tenant string, person uuid.UUID) (photos []uuid.UUID, numbers map[string]string, err error) {
	numbers = map[string]string{}
	err = s.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		rows, err := tx.Report.Query().Where(entreport.ReporterID(person)).Order(entreport.ByID(entsql.OrderDesc())).Limit(termBatch).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]uuid.UUID, len(rows))
		for i, r := range rows {
			ids[i], numbers[r.ID.String()] = r.ID, r.Number
		}
		photos, err = tx.Photo.Query().Where(photo.SubjectKind(subjectKind), photo.SubjectIDIn(ids...)).IDs(ctx)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("report: own photos: %w", err)
	}
	return photos, numbers, nil
}
