package unit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/google/uuid"

	"huying/ent/db/handlingunit"
	rowstation "huying/ent/db/station"
	"huying/internal/audit"
	"huying/internal/identity"
	"huying/internal/platform/auth"
	"huying/internal/platform/authz"
	"huying/internal/platform/database"
	"huying/internal/platform/fault"
	"huying/internal/platform/sheet"
	"huying/internal/platform/tenancy"
)

// maxStaff bounds one table of accounts: every new password costs a deliberate 50 ms.
const maxStaff = 500

// account is one person of the table with every role on its lines.
type account struct {
	first  sheet.Record
	person uuid.UUID // of an account that is there already
	held   []authz.Grant
	grants []authz.Grant
}

// ImportStaff reads a table of accounts and roles into the tenant on behalf of giver, who may give
// no role that he could not give by hand. Rules of writing as in ImportUnits. An account that is
// there already only gets the roles; a new one gets an initial password that the result tells once.
func (s *Service) ImportStaff(ctx context.Context, tenant string, giver authz.Holder, src io.Reader, o sheet.Options) (sheet.Result, error) {
	table, err := sheet.Read(src)
	if err != nil {
		return sheet.Result{}, err
	}
	if len(table.Rows) > maxStaff {
		return sheet.Result{}, sheet.Rejected.New(fmt.Sprintf("一次最多导入 %d 行工作人员，请分成几个文件", maxStaff))
	}
	records, errs := table.Bind(staffColumns(s.d.Index.Roles()))
	names, err := s.lookUp(ctx, tenant)
	if err != nil {
		return sheet.Result{}, err
	}
	accounts, valid, more, err := s.accounts(ctx, tenant, giver, records, names)
	if err != nil {
		return sheet.Result{}, err
	}
	errs = append(errs, more...)
	result := sheet.Result{Rows: len(table.Rows), Valid: valid, DryRun: o.DryRun, Errors: sheet.Sorted(errs)}
	for _, a := range accounts {
		if a.person == uuid.Nil {
			result.Created++
		} else {
			result.Updated++
		}
	}
	if o.DryRun || len(errs) > 0 && !o.Partial || len(accounts) == 0 {
		return result, nil
	}
	if err := s.writeAccounts(ctx, tenant, accounts, &result); err != nil {
		return sheet.Result{}, err
	}
	result.Applied = true
	return result, nil
}

// names are the units and stations of the tenant by what the table calls them.
type names struct{ units, stations map[string]uuid.UUID }

func (s *Service) lookUp(ctx context.Context, tenant string) (names, error) {
	n := names{units: map[string]uuid.UUID{}, stations: map[string]uuid.UUID{}}
	err := s.d.DB.View(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		units, err := tx.HandlingUnit.Query().Where(handlingunit.Active(true), handlingunit.DeletedAtIsNil()).All(ctx)
		if err != nil {
			return fmt.Errorf("units: %w", err)
		}
		for _, u := range units {
			n.units[u.Code] = u.ID
		}
		stations, err := tx.Station.Query().Where(rowstation.DeletedAtIsNil()).All(ctx)
		if err != nil {
			return fmt.Errorf("stations: %w", err)
		}
		for _, st := range stations {
			n.stations[st.Name] = st.ID
		}
		return nil
	})
	return n, err
}

func (s *Service) accounts(ctx context.Context, tenant string, giver authz.Holder, records []sheet.Record, n names) ([]*account, int, []sheet.RowError, error) {
	var list []*account
	var errs []sheet.RowError
	valid := 0
	byName := map[string]*account{}
	for _, r := range records {
		username := strings.ToLower(r.Get("username"))
		a := byName[username]
		if a == nil {
			var err error
			if a, err = s.account(ctx, r); err != nil {
				return nil, 0, nil, err
			}
		}
		wrong, err := s.checkStaff(ctx, tenant, giver, a, r, n)
		if err != nil {
			return nil, 0, nil, err
		}
		if len(wrong) > 0 {
			errs = append(errs, wrong...)
			continue
		}
		valid++
		a.grants = append(a.grants, grantOf(tenant, r, n))
		if byName[username] == nil {
			byName[username] = a
			list = append(list, a)
		}
	}
	return list, valid, errs, nil
}

func (s *Service) account(ctx context.Context, r sheet.Record) (*account, error) {
	a := &account{first: r}
	person, err := s.d.Staff.ByUsername(ctx, r.Get("username"))
	if fault.Is(err, fault.NotFound) {
		return a, nil
	} else if err != nil {
		return nil, err
	}
	a.person = person
	a.held, err = s.d.Staff.GrantsOf(ctx, person)
	return a, err
}

func grantOf(tenant string, r sheet.Record, n names) authz.Grant {
	return authz.Grant{
		Role: r.Get("role"), Tenant: tenant, Division: r.Get("division_code"),
		UnitID: n.units[r.Get("unit_code")], StationID: n.stations[r.Get("station")],
	}
}

// checkStaff says what one line alone or beside the others cannot be.
func (s *Service) checkStaff(ctx context.Context, tenant string, giver authz.Holder, a *account, r sheet.Record, n names) ([]sheet.RowError, error) {
	var wrong []sheet.RowError
	if !strings.HasPrefix(r.Get("username"), tenant) {
		wrong = append(wrong, r.Wrong("username", "须以本区市代码 %s 开头", tenant))
	}
	if a.first.Get("name") != r.Get("name") {
		wrong = append(wrong, r.Wrong("name", "与第 %d 行的用户名相同，但姓名不同", a.first.Row))
	}
	if code := r.Get("unit_code"); code != "" && n.units[code] == uuid.Nil {
		wrong = append(wrong, r.Wrong("unit_code", "本区市没有这个单位，或已停用"))
	}
	if name := r.Get("station"); name != "" && n.stations[name] == uuid.Nil {
		wrong = append(wrong, r.Wrong("station", "本区市没有这个联络站"))
	}
	if a.person == uuid.Nil && r.Get("phone") != "" && len(a.grants) == 0 {
		held, err := s.d.Staff.PhoneHeld(ctx, r.Get("phone"))
		if refused, ok := fault.As(err); ok && refused.Kind.Status < 500 {
			wrong = append(wrong, r.Wrong("phone", "不是有效的手机号"))
		} else if err != nil {
			return nil, err
		}
		if held {
			wrong = append(wrong, r.Wrong("phone", "这个号码已有人使用；请留空，由本人登录后绑定"))
		}
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	receiver := authz.Holder{PersonID: a.person, Grants: append(append([]authz.Grant{}, a.held...), a.grants...)}
	return refusal(r, s.d.Index.CheckGrant(giver, receiver, grantOf(tenant, r, n))), nil
}

// refusal turns why a grant is refused into words beside the right column.
func refusal(r sheet.Record, err error) []sheet.RowError {
	switch {
	// A role that is there already is nothing to complain of: the table may be sent twice.
	case err == nil, errors.Is(err, authz.ErrDuplicate):
		return nil
	case errors.Is(err, authz.ErrSelf):
		return []sheet.RowError{r.Wrong("username", "不能给自己授权")}
	case errors.Is(err, authz.ErrApart):
		return []sheet.RowError{r.Wrong("role", "与此人的另一个角色不能由同一人担任")}
	case errors.Is(err, authz.ErrRole):
		return []sheet.RowError{r.Wrong("role", "您不能授予这个角色")}
	case errors.Is(err, authz.ErrSubtree):
		return []sheet.RowError{r.Wrong("division_code", "不在您的辖区内")}
	}
	return []sheet.RowError{r.Wrong("division_code", "角色、区划级别与承办单位（联络站）不相配：请对照填写说明")}
}

// writeAccounts makes the accounts and gives the roles. Every step may be repeated: a table that was
// broken off half-way is sent again.
func (s *Service) writeAccounts(ctx context.Context, tenant string, accounts []*account, result *sheet.Result) error {
	for _, a := range accounts {
		if err := s.writeAccount(ctx, a, result); err != nil {
			return err
		}
	}
	return s.d.DB.Do(ctx, tenancy.Tenant(tenant), func(ctx context.Context, tx *database.Tx) error {
		for _, a := range accounts {
			for _, g := range a.grants {
				if g.Role != "unit_head" {
					continue
				}
				_, err := tx.HandlingUnit.Update().Where(handlingunit.ID(g.UnitID)).AddVersion(1).
					SetHeadName(a.first.Get("name")).SetHeadPersonID(a.person).Save(ctx)
				if err != nil {
					return fmt.Errorf("head of unit: %w", err)
				}
			}
		}
		return audit.Write(ctx, tx, audit.Line{Action: "staff.import", SubjectKind: "tenant", SubjectID: tenant, Facts: map[string]any{
			"rows": result.Rows, "created": result.Created, "updated": result.Updated,
		}})
	})
}

func (s *Service) writeAccount(ctx context.Context, a *account, result *sheet.Result) error {
	if a.person == uuid.Nil {
		password, err := initialPassword(a.first.Get("username"))
		if err != nil {
			return err
		}
		a.person, err = s.d.Staff.AddStaff(ctx, identity.NewStaff{
			Username: a.first.Get("username"), Name: a.first.Get("name"), Phone: a.first.Get("phone"), Password: password, MustChange: true,
		})
		if err != nil {
			return err
		}
		result.Accounts = append(result.Accounts, sheet.Account{Row: a.first.Row, Username: a.first.Get("username"), InitialPassword: password})
	}
	for _, g := range a.grants {
		if _, err := s.d.Staff.Grant(ctx, a.person, g); err != nil {
			return err
		}
	}
	return nil
}

// letters of initial passwords: none that is easily taken for another.
const letters = "abcdefghjkmnpqrstuvwxyz23456789"

// initialPassword makes four groups of four letters, about 79 bits.
func initialPassword(username string) (string, error) {
	for {
		var b strings.Builder
		for i := range 16 {
			if i > 0 && i%4 == 0 {
				b.WriteByte('-')
			}
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
			if err != nil {
				return "", fmt.Errorf("initial password: %w", err)
			}
			b.WriteByte(letters[n.Int64()])
		}
		if auth.PasswordFault(b.String(), username) == nil {
			return b.String(), nil
		}
	}
}
