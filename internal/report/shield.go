package report

import (
	"time"

	"huying/ent/db"
	entreport "huying/ent/db/report"
	"huying/internal/division"
	"huying/internal/flow"
	"huying/internal/screening"
)

// hides says whether the reporter wants units and deputies not to know who it is.
func hides(r *db.Report) bool { return r.IdentityLevel != entreport.IdentityLevelHiddenPublic }

// readsWhole says whether these parts read the texts as they were written. Who
// only looks on, the city included, reads them without personal numbers; so do
// deputies and units when the reporter hides from them: people write their own
// number into a description.
func readsWhole(p flow.Parts, r *db.Report) bool {
	for _, part := range []flow.Part{Reporter, Screener, Office, DistrictStaff, DistrictHead, FollowUpCaller, DutyOfficer} {
		if p[part] {
			return true
		}
	}
	if hides(r) {
		return false
	}
	for _, part := range []flow.Part{OfferedDeputy, LeadDeputy, JoinedDeputy, UnitClerk, UnitHead, AssistingUnit, Coordinator} {
		if p[part] {
			return true
		}
	}
	return false
}

// wholeRoles are the roles that read lists as texts were written; openRoles do
// where the reporter does not hide.
var (
	wholeRoles = []string{"screener", "street_office", "district_staff", "district_head", "follow_up_caller", "duty_officer"}
	openRoles  = []string{"deputy", "unit_clerk", "unit_head", "city_unit", "coordinator"}
)

// listsWhole is readsWhole for a row of a list, of which only the roles are known.
func listsWhole(who asker, r *db.Report) bool {
	has := func(roles []string) bool {
		for _, role := range roles {
			if who.has(role) {
				return true
			}
		}
		return false
	}
	return r.ReporterID == who.person || has(wholeRoles) || !hides(r) && has(openRoles)
}

// numbers finds personal numbers and no words.
var numbers = screening.New(nil)

// withoutNumbers masks personal numbers. Landlines stay: they are offices' and
// units', which people are asked to call back.
func withoutNumbers(text string) string {
	runes := []rune(text)
	var hits []screening.Hit
	for _, h := range numbers.Find(text) {
		landline := h.Kind == screening.KindPhone && runes[h.Start] == '0' && runes[h.Start+1] != '0'
		if !landline {
			hits = append(hits, h)
		}
	}
	return screening.Mask(text, hits)
}

// toldTitle is a report's title in a message to those who work on it.
func toldTitle(r *db.Report) string {
	if hides(r) {
		return withoutNumbers(r.Title)
	}
	return r.Title
}

// viewListed is a report in a list as far as its asker may read it.
func viewListed(r *db.Report, who asker, dir *division.Directory, now time.Time) Item {
	it := viewItem(r, dir, now)
	if !listsWhole(who, r) {
		shieldItem(&it, r)
	}
	return it
}

// shieldItem takes out of an item what tells of a person. Where the problem's
// own position is known, the reporter's, often the home, gives way to it.
func shieldItem(it *Item, r *db.Report) {
	it.Title = withoutNumbers(it.Title)
	if hides(r) && r.SourceLat != nil {
		it.Position = viewPoint(r.SourceLat, r.SourceLng, nil)
	}
}

// shield does the same for the whole page.
func shield(v *View, r *db.Report) {
	shieldItem(&v.Item, r)
	v.Description = withoutNumbers(v.Description)
	for i := range v.Timeline {
		v.Timeline[i].Text, v.Timeline[i].Note = withoutNumbers(v.Timeline[i].Text), withoutNumbers(v.Timeline[i].Note)
	}
	if v.Rating != nil {
		v.Rating.Comment = withoutNumbers(v.Rating.Comment)
	}
	if hides(r) {
		for i := range v.Photos {
			v.Photos[i].Position = nil
		}
	}
}
