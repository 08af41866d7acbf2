package deputy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huying/ent/db"
	rowdeputy "huying/ent/db/deputy"
	"huying/ent/db/deputyseat"
	rowrecusal "huying/ent/db/recusal"
	"huying/internal/division"
	"huying/internal/platform/database"
)

// Brief is what other rooms show of a deputy.
type Brief struct {
	ID, PersonID uuid.UUID
	Name         string
	HomeDivision string
	LiveReports  int
}

// Candidates gives the deputies of the transaction's tenant to whom the report may be offered,
// best first; none when nobody fits.
func (s *Service) Candidates(ctx context.Context, tx *database.Tx, f Facts) ([]Candidate, error) {
	dir, err := s.d.Territory.Directory(ctx)
	if err != nil {
		return nil, err
	}
	profiles, err := s.profiles(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	return Match(f, profiles, wordsOf(dir, f.Category)), nil
}

func wordsOf(dir *division.Directory, category string) Words {
	known, _ := dir.Category(category)
	return Words{
		Division:    func(code string) string { d, _ := dir.Division(code); return d.Name },
		Professions: known.Professions,
	}
}

// profiles reads everybody whom the rule may choose from. A district has a few hundred deputies;
// three reads by tenant beat any clever filter.
func (s *Service) profiles(ctx context.Context, tx *database.Tx, f Facts) ([]Profile, error) {
	rows, err := tx.Deputy.Query().Where(rowdeputy.DeletedAtIsNil(), rowdeputy.TakesReports(true)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("deputies: %w", err)
	}
	seats, err := tx.DeputySeat.Query().Where(deputyseat.EndedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("seats: %w", err)
	}
	posts, err := tx.StationDeputy.Query().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("stations of deputies: %w", err)
	}
	recused, err := s.RecusedPersons(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	at := make(map[uuid.UUID]int, len(rows))
	profiles := make([]Profile, len(rows))
	for i, row := range rows {
		profiles[i] = profileOf(row, s.d.Clock.Now())
		profiles[i].Recused = slices.Contains(recused, row.PersonID) || slices.Contains(f.Excluded, row.PersonID)
		at[row.ID] = i
	}
	for _, seat := range seats {
		if i, ok := at[seat.DeputyID]; ok {
			profiles[i].Seats = append(profiles[i].Seats, Seat{Level: string(seat.Level), Constituency: seat.Constituency})
		}
	}
	for _, post := range posts {
		if i, ok := at[post.DeputyID]; ok {
			profiles[i].Stations = append(profiles[i].Stations, post.StationID)
		}
	}
	return profiles, nil
}

func profileOf(row *db.Deputy, now time.Time) Profile {
	return Profile{
		DeputyID: row.ID, PersonID: row.PersonID, Name: row.Name, HomeDivision: row.HomeDivision,
		Lat: row.Lat, Lng: row.Lng, Profession: row.Profession, Employer: row.Employer,
		Live: row.LiveReports, TakesReports: row.TakesReports,
		OnLeave: onLeave(row, now),
	}
}

// onLeave: a leave without a beginning has begun.
func onLeave(row *db.Deputy, now time.Time) bool {
	return row.LeaveUntil != nil && row.LeaveUntil.After(now) && (row.LeaveFrom == nil || !row.LeaveFrom.After(now))
}

// keepsCases says whether the leave is a session of the congress (会期): who stands in for oneself is asked for nothing new
// and keeps what one holds.
func keepsCases(row *db.Deputy) bool {
	return row.LeaveUntil != nil && row.LeaveSubstituteID != nil && *row.LeaveSubstituteID == row.ID
}

// Away says in plain words why a deputy cannot be asked now; empty when the deputy can be.
func (s *Service) Away(ctx context.Context, tx *database.Tx, id uuid.UUID) (string, error) {
	row, err := tx.Deputy.Query().Where(rowdeputy.ID(id), rowdeputy.DeletedAtIsNil()).Only(ctx)
	if db.IsNotFound(err) {
		return "已不在名册", nil
	} else if err != nil {
		return "", fmt.Errorf("deputy: %w", err)
	}
	seated, err := tx.DeputySeat.Query().Where(deputyseat.DeputyID(id), deputyseat.EndedAtIsNil()).Exist(ctx)
	if err != nil {
		return "", fmt.Errorf("seats: %w", err)
	}
	switch {
	case !seated:
		return "的代表资格已终止", nil
	case onLeave(row, s.d.Clock.Now()) && keepsCases(row):
		return "正在开会", nil
	case onLeave(row, s.d.Clock.Now()):
		return "正在请假", nil
	case !row.TakesReports:
		return "目前不接单", nil
	}
	return "", nil
}

// RecusedPersons gives everybody of the tenant who must not see this report: by a recusal row,
// or a deputy because the report complains of the employer.
func (s *Service) RecusedPersons(ctx context.Context, tx *database.Tx, f Facts) ([]uuid.UUID, error) {
	rows, err := tx.Recusal.Query().Where(rowrecusal.EndedAtIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("recusals: %w", err)
	}
	var people []uuid.UUID
	add := func(person uuid.UUID) {
		if !slices.Contains(people, person) {
			people = append(people, person)
		}
	}
	for _, row := range rows {
		if tieOf(row).Binds(f) {
			add(row.PersonID)
		}
	}
	if f.Respondent == "" && f.Text == "" {
		return people, nil
	}
	employed, err := tx.Deputy.Query().Where(rowdeputy.DeletedAtIsNil(), rowdeputy.EmployerNEQ("")).
		Select(rowdeputy.FieldID, rowdeputy.FieldPersonID, rowdeputy.FieldEmployer).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("employers: %w", err)
	}
	for _, row := range employed {
		if NamesEmployer(f, row.Employer) {
			add(row.PersonID)
		}
	}
	return people, nil
}

// IsRecused tells whether one person must not see this report.
func (s *Service) IsRecused(ctx context.Context, tx *database.Tx, personID uuid.UUID, f Facts) (bool, error) {
	people, err := s.RecusedPersons(ctx, tx, f)
	return slices.Contains(people, personID), err
}

func tieOf(row *db.Recusal) Tie {
	return Tie{PersonID: row.PersonID, Kind: string(row.SubjectKind), Key: row.SubjectKey}
}

// Deputy gives one deputy of the tenant; false when there is none.
func (s *Service) Deputy(ctx context.Context, tx *database.Tx, id uuid.UUID) (Brief, bool, error) {
	return briefOf(tx.Deputy.Query().Where(rowdeputy.ID(id)).Only(ctx))
}

// DeputyOfPerson gives the person's own row as a deputy of the tenant; false when there is none.
func (s *Service) DeputyOfPerson(ctx context.Context, tx *database.Tx, personID uuid.UUID) (Brief, bool, error) {
	return briefOf(tx.Deputy.Query().Where(rowdeputy.PersonID(personID)).Only(ctx))
}

func briefOf(row *db.Deputy, err error) (Brief, bool, error) {
	switch {
	case db.IsNotFound(err):
		return Brief{}, false, nil
	case err != nil:
		return Brief{}, false, fmt.Errorf("deputy: %w", err)
	}
	return Brief{ID: row.ID, PersonID: row.PersonID, Name: row.Name, HomeDivision: row.HomeDivision, LiveReports: row.LiveReports}, true, nil
}

// Take books one more open report on the deputy; false when MaxLive are held already, also when
// two reports are accepted at the same moment.
func (s *Service) Take(ctx context.Context, tx *database.Tx, deputyID uuid.UUID) (bool, error) {
	n, err := tx.Deputy.Update().Where(rowdeputy.ID(deputyID), rowdeputy.LiveReportsLT(MaxLive)).AddLiveReports(1).Save(ctx)
	if err != nil {
		return false, fmt.Errorf("load of deputy: %w", err)
	}
	return n == 1, nil
}

// ChangeLoad corrects the number of open reports by any amount, never below zero.
func (s *Service) ChangeLoad(ctx context.Context, tx *database.Tx, deputyID uuid.UUID, by int) error {
	_, err := tx.Deputy.Update().Where(rowdeputy.ID(deputyID), rowdeputy.LiveReportsGTE(-by)).AddLiveReports(by).Save(ctx)
	if err != nil {
		return fmt.Errorf("load of deputy: %w", err)
	}
	return nil
}
