package report

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huying/ent/db"
	entdeadline "huying/ent/db/deadline"
	"huying/internal/deadline"
	"huying/internal/platform/database"
	"huying/internal/platform/tenancy"
	"huying/internal/rating"
)

// plain is report-lifecycle.md once more, written as plainly as it reads and
// without the state-table engine: where a report stands, who has it and which
// clocks run. Random legal and illegal histories are held against it.
type plain struct {
	state, owner string
	round        int
	clocks       map[string]bool
	lead         string
	joined       []string
	offered      map[string]bool // who may still answer: asked, or overtaken and free to join
	asked        map[string]bool // who was asked and has not answered
	unit         bool            // a unit has it
	taken        bool
	contacted    bool
	pending      []string // the actions that wait for a signature, oldest first
	detached     bool
	marks        []int
	appealed     bool // an appeal waits
	reviewed     bool // an appeal was asked for: there is no second one
	referred     bool
	rejecters    []string // who signed a rejection: never they decide its appeal
	now, closed  time.Time
	final        bool // closed by the legal route or explained in person: not reopened
	roundMark    int  // the last mark of this round
	asker        string
	excluded     bool
	before       string // row 6: where unmerge returns to
	ownerBefore  string
	objected     bool
}

// move is something somebody may try. by are the people who may, given where
// the report stands; do is what it leaves.
type move struct {
	name string
	by   func(p *plain) []string
	do   func(p *plain, who string)
	run  func(w *world, who string) error
	// untold says where the plain law does not tell this move. May be nil.
	untold func(p *plain) bool
}

// world is the model beside the real thing.
type world struct {
	*house
	plain *plain
	ref   string
	// companion is another report of the same kind, which this one may be merged into.
	companion string
	cast      map[string]person
}

func is1(state string, who ...string) func(*plain) []string {
	return func(p *plain) []string {
		if p.state != state {
			return nil
		}
		return who
	}
}

func (p *plain) running(clocks ...string) {
	for _, c := range clocks {
		p.clocks[c] = true
	}
}

func (p *plain) ended(clocks ...string) {
	for _, c := range clocks {
		delete(p.clocks, c)
	}
}

// moving does something; what waits for a signature is dropped where it no
// longer makes sense.
func (p *plain) moving(do func()) {
	state, round := p.state, p.round
	do()
	if p.state != state && slices.Contains([]string{"closed", "rejected", "withdrawn"}, p.state) {
		p.closed = p.now
	}
	if p.round != round {
		p.roundMark, p.asker = 0, ""
	}
	if p.state != state {
		p.pending = slices.DeleteFunc(p.pending, func(a string) bool { return !slices.Contains(stillMeans[a], p.state) })
	}
}

func (p *plain) inHands() bool { return p.state == "dispatched" || p.state == "handling" }

// toDeputyOrOffice is who looks again: the leading deputy, or the office.
func (p *plain) toDeputyOrOffice() {
	p.owner = OwnerOffice
	if p.lead != "" {
		p.owner = OwnerDeputy
	}
}

func (p *plain) waits(action string) bool { return slices.Contains(p.pending, action) }
func (p *plain) proposed(action string)   { p.pending = append(p.pending, action) }

// signers are the second persons of each action.
var signers = map[string][]string{
	"reply": {"head"}, "resolve": {"office"}, "reject": {"staff", "staff2"}, "legal-route": {"staff", "staff2"}, "exclude": {"dhead"},
}

// stillMeans is where an action that waits still makes sense; elsewhere it is dropped.
var stillMeans = map[string][]string{
	"reply": {"handling"}, "resolve": {"accepted"}, "reject": {"submitted", "open", "accepted", "verified"}, "exclude": {"resolved", "closed"},
	"legal-route": {"submitted", "open", "accepted", "verified", "dispatched", "handling", "replied", "resolved", "reopened"},
}

// signed carries out the oldest action that waits for this person.
func (p *plain) signed(who string) {
	i := slices.IndexFunc(p.pending, func(a string) bool { return slices.Contains(signers[a], who) })
	was := p.pending[i]
	p.pending = slices.Delete(slices.Clone(p.pending), i, i+1)
	switch was {
	case "reject":
		p.state, p.owner, p.clocks = "rejected", OwnerNone, map[string]bool{}
		p.rejecters = append(p.rejecters, who)
		p.lead, p.joined = "", nil
		p.offered, p.asked = map[string]bool{}, map[string]bool{}
		if !p.reviewed {
			p.running("objection")
		}
	case "legal-route":
		p.final, p.excluded = true, true
		p.state, p.owner, p.clocks = "closed", OwnerNone, map[string]bool{}
		p.offered, p.asked = map[string]bool{}, map[string]bool{}
	case "exclude":
		p.excluded = true
	default: // an answer
		p.state, p.clocks = "replied", map[string]bool{}
		p.running("confirm")
		p.toDeputyOrOffice()
	}
}

// moves are the rows of the law that the straight life of a report and its
// ordinary turns need.
var moves = []move{
	{
		name: "admit", by: is1("submitted", "office", "staff", "staff2"),
		do: func(p *plain, _ string) {
			p.state, p.owner = "open", OwnerOffice
			p.ended("admit")
			p.running("accept")
			for _, d := range []string{"deputy0", "deputy1", "deputy2"} {
				p.offered[d], p.asked[d] = true, true
			}
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.admitStep(AdmitBody{})) },
	},
	{
		name: "accept", by: func(p *plain) []string {
			if p.state == "open" || p.inHands() && p.lead == "" {
				return slices.Collect(maps.Keys(p.offered))
			}
			return nil
		},
		do: func(p *plain, who string) {
			p.lead = who
			delete(p.offered, who)
			p.asked = map[string]bool{}
			if p.state == "open" {
				p.state, p.owner = "accepted", OwnerDeputy
				p.ended("accept")
				p.running("verify")
			}
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.acceptStep(PlainBody{})) },
	},
	{
		name: "join", by: func(p *plain) []string {
			if p.lead == "" || len(p.joined) == 2 || !slices.Contains([]string{"accepted", "verified", "dispatched", "handling"}, p.state) {
				return nil
			}
			return slices.Collect(maps.Keys(p.offered))
		},
		do: func(p *plain, who string) {
			p.joined = append(p.joined, who)
			delete(p.offered, who)
			delete(p.asked, who)
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.joinStep(PlainBody{})) },
	},
	{
		name: "decline", by: func(p *plain) []string {
			if !slices.Contains([]string{"open", "accepted", "verified", "dispatched", "handling"}, p.state) {
				return nil
			}
			return slices.Collect(maps.Keys(p.offered))
		},
		do: func(p *plain, who string) {
			delete(p.offered, who)
			delete(p.asked, who)
			if p.state == "open" && len(p.asked) == 0 {
				p.state, p.owner = "accepted", OwnerOffice
				p.ended("accept")
				p.running("verify")
			}
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.declineStep(PlainBody{})) },
	},
	{
		name: "verify", by: func(p *plain) []string {
			if p.state != "accepted" || p.waits("resolve") {
				return nil
			}
			return []string{p.lead, "office"}
		},
		do: func(p *plain, _ string) {
			p.state, p.owner = "verified", OwnerOffice
			p.ended("verify")
			p.running("dispatch")
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.verifyStep(w.seen("已到现场看过")))
		},
	},
	{
		name: "resolve", by: func(p *plain) []string {
			if p.state != "accepted" || p.waits("resolve") || p.lead == "" {
				return nil
			}
			return []string{p.lead}
		},
		do: func(p *plain, _ string) { p.proposed("resolve") },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.resolveStep(ResolveBody{Way: "explained", Summary: "已当面说明"}))
		},
	},
	{
		name: "dispatch", by: func(p *plain) []string {
			if p.state == "verified" || p.state == "reopened" {
				return []string{"office", "staff", "staff2"}
			}
			return nil
		},
		do: func(p *plain, _ string) {
			if p.state == "reopened" {
				p.round++
				p.ended("redispatch")
				if !p.unit { // a deputy's own answer is looked at again first
					p.state, p.owner = "verified", OwnerOffice
					p.running("dispatch")
					return
				}
			}
			p.state, p.owner, p.unit, p.taken, p.contacted = "dispatched", OwnerUnit, true, false, false
			p.ended("dispatch")
			p.running("take", "handling")
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.dispatchStep(DispatchBody{LeadUnitID: &w.unit}))
		},
	},
	{
		name: "take", by: is1("dispatched", "clerk"),
		do: func(p *plain, _ string) {
			p.state, p.taken = "handling", true
			p.ended("take")
			p.running("contact")
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.takeStep(PlainBody{})) },
	},
	{
		name: "contact", by: func(p *plain) []string {
			if p.state != "handling" || p.detached {
				return nil
			}
			return []string{"clerk"}
		},
		do: func(p *plain, _ string) {
			p.contacted = true
			p.ended("contact")
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.contactStep(ContactBody{Way: "phone", Outcome: "reached"}))
		},
	},
	{
		name: "reply", by: func(p *plain) []string {
			if p.state != "handling" || p.waits("reply") || !p.contacted && !p.detached {
				return nil
			}
			return []string{"clerk"}
		},
		do:  func(p *plain, _ string) { p.proposed("reply") },
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.replyStep(w.answer())) },
	},
	{
		name: "approve", by: func(p *plain) (who []string) {
			for _, waiting := range p.pending {
				who = append(who, signers[waiting]...)
			}
			return who
		},
		do:  func(p *plain, who string) { p.signed(who) },
		run: func(w *world, who string) error { return w.trySign(w.cast[who], w.ref, SignBody{}, true) },
	},
	{
		name: "confirm", by: func(p *plain) []string {
			switch {
			case p.state != "replied":
				return nil
			case p.lead == "":
				return []string{"office"}
			case p.owner == OwnerOffice: // the deputy was silent: either may
				return []string{"office", p.lead}
			}
			return []string{p.lead}
		},
		do: func(p *plain, _ string) {
			p.state, p.owner = "resolved", OwnerCitizen
			p.ended("confirm")
			p.running("rate", "rate_remind", "rate_call")
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.confirmStep(ConfirmBody{Confirmed: true}))
		},
	},
	{
		name: "deny", by: func(p *plain) []string {
			switch {
			case p.state != "replied":
				return nil
			case p.lead == "":
				return []string{"office"}
			case p.owner == OwnerOffice:
				return []string{"office", p.lead}
			}
			return []string{p.lead}
		},
		do: func(p *plain, _ string) {
			p.ended("confirm")
			if !p.unit {
				p.state = "accepted"
				p.running("verify")
				p.toDeputyOrOffice()
				return
			}
			p.state, p.owner = "handling", OwnerUnit
			p.running("handling")
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.confirmStep(ConfirmBody{Reason: "现场没有修好"}))
		},
	},
	{
		name: "rate well", by: func(p *plain) []string {
			if p.state != "resolved" || p.detached {
				return nil
			}
			return []string{"citizen"}
		},
		do: func(p *plain, _ string) {
			p.state, p.owner, p.clocks, p.marks = "closed", OwnerNone, map[string]bool{}, append(p.marks, 1)
			p.roundMark = 1
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.rateStep(RateBody{Result: 1})) },
	},
	{
		name: "rate badly", by: func(p *plain) []string {
			if p.state != "resolved" || p.detached {
				return nil
			}
			return []string{"citizen"}
		},
		do: func(p *plain, _ string) {
			p.marks, p.roundMark = append(p.marks, 3), 3
			p.comeBack()
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.rateStep(RateBody{Result: 3})) },
	},
	{
		name: "withdraw", by: func(p *plain) []string {
			if p.detached || slices.Contains([]string{"closed", "withdrawn", "rejected"}, p.state) {
				return nil
			}
			return []string{"citizen"}
		},
		do: func(p *plain, _ string) {
			p.detached = true
			p.offered, p.asked = map[string]bool{}, map[string]bool{}
			if slices.Contains([]string{"submitted", "open", "accepted", "verified", "dispatched"}, p.state) {
				p.state, p.owner, p.clocks = "withdrawn", OwnerNone, map[string]bool{}
				return
			}
			if p.state == "merged" {
				p.state, p.clocks = "withdrawn", map[string]bool{}
				return
			}
			p.ended("contact", "rate_remind", "rate_call")
		},
		run: func(w *world, who string) error { return w.try(w.cast[who], w.ref, w.s.withdrawStep(PlainBody{})) },
	},
}

func init() { moves = slices.Concat(moves, officeMoves, againMoves, mergeMoves) }

// mergeMoves are row 6, seen from the report that is merged.
var mergeMoves = []move{
	{
		name: "merge", untold: func(p *plain) bool { return p.inHands() }, by: func(p *plain) []string {
			if !slices.Contains([]string{"submitted", "open", "accepted", "verified"}, p.state) {
				return nil
			}
			if p.objected {
				return []string{"staff", "staff2"}
			}
			return []string{"office", "staff", "staff2"}
		},
		do: func(p *plain, _ string) {
			p.before, p.ownerBefore = p.state, p.owner
			p.state, p.owner = "merged", OwnerNone
			p.clocks = map[string]bool{"objection": true}
		},
		run: func(w *world, who string) error {
			_, err := w.s.Merge(w.as(w.cast[who], shinan, "report.merge"), shinan, w.ref, MergeBody{Into: w.companion})
			return err
		},
	},
	{
		name: "unmerge", by: func(p *plain) []string {
			switch {
			case p.state != "merged":
				return nil
			case p.clocks["objection"] && !p.detached:
				return []string{"office", "staff", "staff2", "citizen"}
			}
			return []string{"office", "staff", "staff2"}
		},
		do: func(p *plain, who string) {
			p.objected = p.objected || who == "citizen"
			p.state, p.owner = p.before, p.ownerBefore
			p.clocks = map[string]bool{}
			p.running(map[string]string{"submitted": "admit", "open": "accept", "accepted": "verify", "verified": "dispatch"}[p.state])
		},
		run: func(w *world, who string) error {
			_, err := w.s.Unmerge(w.as(w.cast[who], shinan, "report.unmerge"), shinan, w.ref, PlainBody{Reason: "不是一回事"})
			return err
		},
	},
}

// unless the report closed by law or by a meeting, or longer than 90 days ago.
func (p *plain) mayComeBack() bool {
	return p.state == "closed" && !p.final && !p.now.After(p.closed.AddDate(0, 0, 90))
}

func (p *plain) comeBack() {
	p.state, p.owner, p.clocks = "reopened", OwnerOffice, map[string]bool{"redispatch": true}
}

// againMoves are rows 33 (attitude alone), 35, 36, 38 and 43.
var againMoves = []move{
	{
		name: "rate the manners badly", by: func(p *plain) []string {
			if p.state != "resolved" || p.detached {
				return nil
			}
			return []string{"citizen"}
		},
		do: func(p *plain, _ string) {
			p.state, p.owner, p.clocks, p.roundMark = "closed", OwnerNone, map[string]bool{}, 2
			p.marks = append(p.marks, 2)
			if p.unit {
				p.running("attitude")
			}
		},
		run: func(w *world, who string) error {
			rude := 3
			return w.try(w.cast[who], w.ref, w.s.rateStep(RateBody{Result: 2, Attitude: &rude}))
		},
	},
	{
		name: "reopen", by: func(p *plain) []string {
			if !p.mayComeBack() {
				return nil
			}
			if p.detached {
				return []string{"office", p.lead}
			}
			return []string{"citizen", "office", p.lead}
		},
		do: func(p *plain, _ string) { p.comeBack() },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.reopenStep(ReopenBody{Evidence: "昨天又塌下去了"}))
		},
	},
	{
		name: "call: not solved", by: func(p *plain) []string {
			if p.detached || p.state != "resolved" && (p.state != "closed" || p.now.After(p.closed.AddDate(0, 0, 90))) {
				return nil
			}
			return []string{"caller"}
		},
		do: func(p *plain, _ string) {
			if p.final {
				p.ended("rate_call")
				return
			}
			p.comeBack()
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.followUpStep(FollowUpBody{Reached: true, Contacted: true, Satisfied: 3}))
		},
	},
	{
		name: "call: solved", by: func(p *plain) []string {
			if p.detached || p.state != "resolved" && (p.state != "closed" || p.now.After(p.closed.AddDate(0, 0, 90))) {
				return nil
			}
			return []string{"caller"}
		},
		do: func(p *plain, _ string) { p.ended("rate_call") },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.followUpStep(FollowUpBody{Reached: true, Contacted: true, Solved: true, Satisfied: 1}))
		},
	},
	{
		name: "explain in person", by: func(p *plain) []string {
			if p.state != "reopened" || p.round < 2 || p.roundMark != 3 || p.lead == "" {
				return nil
			}
			return []string{"dhead"}
		},
		do: func(p *plain, _ string) {
			p.state, p.owner, p.clocks, p.final = "closed", OwnerNone, map[string]bool{}, true
		},
		run: func(w *world, who string) error {
			body := ExplainBody{MeetingAt: w.kit.Clock.Now(), Summary: "已当面说明管线权属", Channel: "行政复议"}
			if lead := w.cast[w.plain.lead]; lead.deputy != body.DeputyID {
				body.DeputyID = lead.deputy
			} else {
				body.DeputyID = w.deputies[0].deputy
			}
			return w.try(w.cast[who], w.ref, w.s.explainStep(body))
		},
	},
	{
		name: "ask for exclusion", by: func(p *plain) []string {
			if p.state != "resolved" && p.state != "closed" || p.excluded || !p.unit {
				return nil
			}
			return []string{"clerk", "head"}
		},
		do: func(p *plain, who string) { p.asker = who },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.askExcludeStep(ReasonBody{Reason: "台风期间"}))
		},
	},
	{
		name: "exclude", by: func(p *plain) []string {
			if p.state != "resolved" && p.state != "closed" || p.excluded || p.asker == "" || p.waits("exclude") {
				return nil
			}
			return []string{"staff", "staff2"}
		},
		do: func(p *plain, _ string) { p.proposed("exclude") },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.excludeStep(ReasonBody{Reason: "台风期间"}))
		},
	},
}

// officeMoves are rows 3, 4, 5, 7, 10 and 13.
var officeMoves = []move{
	{
		name: "reject", by: func(p *plain) []string {
			if p.waits("reject") || !slices.Contains([]string{"submitted", "open", "accepted", "verified"}, p.state) {
				return nil
			}
			return []string{"office"}
		},
		do: func(p *plain, _ string) { p.proposed("reject") },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.rejectStep(RejectBody{Reason: "不属于本区管理", WhereTo: WhereTo{Unit: "省高速公路公司", Phone: "0531-12122"}}))
		},
	},
	{
		name: "appeal", by: func(p *plain) []string {
			if p.state != "rejected" || p.reviewed || !p.clocks["objection"] || p.detached {
				return nil
			}
			return []string{"citizen"}
		},
		do: func(p *plain, _ string) {
			p.appealed, p.reviewed, p.owner = true, true, OwnerDistrict
			p.ended("objection")
			p.running("appeal")
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.appealStep(PlainBody{Reason: "就在我们小区门口"}))
		},
	},
	{
		name: "uphold the appeal", by: func(p *plain) []string {
			if !p.appealed {
				return nil
			}
			return slices.DeleteFunc([]string{"staff", "staff2"}, func(who string) bool { return slices.Contains(p.rejecters, who) })
		},
		do: func(p *plain, _ string) {
			p.appealed = false
			p.state, p.owner = "submitted", OwnerOffice
			p.ended("appeal")
			p.running("admit")
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.decideAppealStep(DecideAppealBody{Accepted: true, Reason: "位置在本区内"}))
		},
	},
	{
		name: "legal-route", by: func(p *plain) []string {
			switch {
			case p.waits("legal-route") || slices.Contains([]string{"closed", "withdrawn", "rejected", "merged"}, p.state):
				return nil
			case p.unit:
				return []string{"office", "clerk"}
			}
			return []string{"office"}
		},
		do: func(p *plain, _ string) { p.proposed("legal-route") },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.legalRouteStep(LegalRouteBody{Kind: "litigation", Body: "区人民法院", Proof: "案号若干"}))
		},
	},
	{
		name: "split", by: func(p *plain) []string {
			if !slices.Contains([]string{"open", "accepted", "verified", "dispatched", "handling"}, p.state) {
				return nil
			}
			return []string{"office", "staff", "staff2", "coordinator"}
		},
		do: func(*plain, string) {},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.splitStep(SplitBody{Parts: []SplitPart{{Description: "另有一处路灯不亮"}}}))
		},
	},
	{
		name: "refer-up", by: func(p *plain) []string {
			if p.state != "verified" || p.referred {
				return nil
			}
			return []string{"office"}
		},
		do: func(p *plain, _ string) { p.referred, p.owner = true, OwnerDistrict },
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.referUpStep(PlainBody{Reason: "涉及两个街道"}))
		},
	},
	{
		name: "release", untold: func(p *plain) bool { return p.state == "accepted" }, by: func(p *plain) []string {
			if p.lead == "" || !slices.Contains([]string{"verified", "dispatched", "handling", "replied"}, p.state) {
				return nil
			}
			return []string{p.lead}
		},
		do: func(p *plain, _ string) {
			p.lead = ""
			if p.owner == OwnerDeputy {
				p.owner = OwnerOffice
			}
		},
		run: func(w *world, who string) error {
			return w.try(w.cast[who], w.ref, w.s.releaseStep(ReasonBody{Reason: "要出差两周"}))
		},
	},
}

// silence is what the timer does when a clock of this kind runs out, if it
// still runs; every other clock only tells that somebody is late.
func (p *plain) silence(clock string) {
	if !p.clocks[clock] {
		return
	}
	switch {
	case clock == "accept" && p.state == "open":
		p.state, p.owner = "accepted", OwnerOffice
		p.offered, p.asked = map[string]bool{}, map[string]bool{}
		p.ended("accept")
		p.running("verify")
	case clock == "verify" && p.state == "accepted" && !p.waits("resolve"):
		p.state, p.owner = "verified", OwnerOffice
		p.ended("verify")
		p.running("dispatch")
	case clock == "take" && p.state == "dispatched":
		p.state, p.taken = "handling", true
		p.ended("take")
		p.running("contact")
	case clock == "objection" && (p.state == "rejected" || p.state == "merged"):
		p.ended("objection")
	case clock == "confirm" && p.state == "replied" && p.owner == OwnerDeputy:
		p.owner = OwnerOffice
		p.ended("confirm")
	case clock == "rate" && p.state == "resolved":
		p.state, p.owner, p.clocks = "closed", OwnerNone, map[string]bool{}
	}
}

// running are the report's clocks as kept, by kind, with when the sweeper looks next.
func (w *world) kept() (running map[string]bool, next *db.Deadline) {
	running = map[string]bool{}
	w.rows(func(ctx context.Context, tx *database.Tx) error {
		rep, err := w.s.load(ctx, tx, w.ref, false)
		if err != nil {
			return err
		}
		rows, err := deadline.Of(ctx, tx, deadline.Subject{Kind: subjectKind, ID: rep.report.ID})
		for _, d := range rows {
			if !deadline.Running(d) {
				continue
			}
			running[d.Kind] = true
			if d.NextCheckAt != nil && (next == nil || d.NextCheckAt.Before(*next.NextCheckAt)) {
				next = d
			}
		}
		return err
	})
	return running, next
}

// compare holds the real report against the plain one.
func (w *world) compare(rt *rapid.T, after string) {
	v := w.get(w.cast["staff"], w.ref)
	running, _ := w.kept()
	p := w.plain
	if v.State != p.state || v.Owner.Kind != p.owner || v.Round != p.round || !maps.Equal(running, p.clocks) {
		rt.Fatalf("after %s: the report is %s/%s round %d with clocks %v; the law says %s/%s round %d with %v",
			after, v.State, v.Owner.Kind, v.Round, sortedKeys(running), p.state, p.owner, p.round, sortedKeys(p.clocks))
	}
	if len(v.Deputies) != len(p.joined)+btoi(p.lead != "") {
		rt.Fatalf("after %s: %d deputies, the law says lead %q joined %v", after, len(v.Deputies), p.lead, p.joined)
	}
	for i := 1; i < len(v.Timeline); i++ {
		if v.Timeline[i].At.Before(v.Timeline[i-1].At) {
			rt.Fatalf("after %s: the timeline runs backwards", after)
		}
	}
	if strings.ContainsAny(fmt.Sprint(v.Timeline[len(v.Timeline)-1].Text), "{}") {
		rt.Fatalf("after %s: a hole in %q", after, v.Timeline[len(v.Timeline)-1].Text)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

// TestRandomHistories drives random histories, half of them illegal steps,
// through the real room and the plain law at once.
func TestRandomHistories(t *testing.T) {
	engines(t, func(h *house) {
		h.histories()
		rapid.Check(h.t, func(rt *rapid.T) {
			w := h.begin()
			defer w.rest()
			w.compare(rt, "submit")
			for range rapid.IntRange(4, 28).Draw(rt, "length") {
				w.turn(rt)
			}
			w.judged(rt)
		})
	})
}

// histories sets how many are told, and which: PostgreSQL shows the same rules,
// more slowly; a landing tells the same ones each time, the long run new ones.
func (h *house) histories() {
	n, seed := "30", "20261123"
	if h.kit.DB.Engine() == database.EnginePostgres {
		n = "10"
	}
	if os.Getenv("HUYING_TEST_LONG") != "" {
		n, seed = "1000", "0"
	}
	for name, value := range map[string]string{"rapid.checks": n, "rapid.seed": seed} {
		before := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			h.t.Fatal(err)
		}
		h.t.Cleanup(func() { _ = flag.Set(name, before) })
	}
}

// companion is a report of another citizen that waits to be admitted and is
// left alone by the timers.
func (h *house) companion() string {
	h.t.Helper()
	r, err := h.submitAs(h.other, h.submission(), "")
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Number
}

func (h *house) begin() *world {
	h.free()
	w := &world{
		house: h, ref: h.submit().Number, companion: h.companion(), cast: map[string]person{
			"citizen": h.citizen, "stranger": h.other, "office": h.office, "staff": h.staff, "clerk": h.clerk, "head": h.head,
			"staff2":      h.person("代工委二", grant{Role: "district_staff", Tenant: shinan, Division: shinan}),
			"dhead":       h.person("主任", grant{Role: "district_head", Tenant: shinan, Division: shinan}),
			"caller":      h.person("回访员", grant{Role: "follow_up_caller", Tenant: shinan, Division: shinan}),
			"coordinator": h.person("统筹", grant{Role: "coordinator", Tenant: shinan, Division: shinan}),
		},
		plain: &plain{
			state: "submitted", owner: OwnerOffice, round: 1, clocks: map[string]bool{"admit": true},
			offered: map[string]bool{}, asked: map[string]bool{},
		},
	}
	for i, d := range h.deputies {
		w.cast[fmt.Sprint("deputy", i)] = d
	}
	return w
}

// judged compares what citizens said with what is kept for the rates.
func (w *world) judged(rt *rapid.T) {
	w.rows(func(ctx context.Context, tx *database.Tx) error {
		rel, err := w.s.load(ctx, tx, w.ref, false)
		if err != nil {
			return err
		}
		rows, err := rating.Of(ctx, tx, subjectKind, rel.report.ID)
		var marks []int
		for _, r := range rows {
			marks = append(marks, r.Result)
		}
		if !slices.Equal(marks, w.plain.marks) {
			rt.Fatalf("ratings %v are kept, %v were given", marks, w.plain.marks)
		}
		if excluded := rel.report.ExcludedAt != nil; excluded != w.plain.excluded && w.plain.state != "rejected" {
			rt.Fatalf("excluded from the rates: %v, the law says %v", excluded, w.plain.excluded)
		}
		return err
	})
}

// rest takes the report out of the sweeper's way, so that the next history is alone.
func (w *world) rest() {
	err := w.kit.DB.Do(w.t.Context(), tenancy.Tenant(shinan), func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Deadline.Update().Where(entdeadline.NextCheckAtNotNil()).ClearNextCheckAt().AddVersion(1).Save(ctx)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// turn is one random step: mostly a legal one, else anything by anybody, or time passes.
func (w *world) turn(rt *rapid.T) {
	w.plain.now = w.kit.Clock.Now()
	switch kind := rapid.IntRange(0, 9).Draw(rt, "kind"); {
	case kind < 2:
		w.timePasses(rt)
		return
	case kind < 7:
		type try struct {
			m   move
			who string
		}
		var legal []try
		for _, m := range moves {
			for _, who := range slices.Sorted(slices.Values(m.by(w.plain))) {
				if who != "" {
					legal = append(legal, try{m, who})
				}
			}
		}
		if len(legal) > 0 {
			t := legal[rapid.IntRange(0, len(legal)-1).Draw(rt, "legal")]
			w.attempt(rt, t.m, t.who)
			return
		}
	}
	m := moves[rapid.IntRange(0, len(moves)-1).Draw(rt, "move")]
	if m.untold != nil && m.untold(w.plain) {
		return
	}
	w.attempt(rt, m, rapid.SampledFrom(slices.Sorted(maps.Keys(w.cast))).Draw(rt, "who"))
}

func (w *world) attempt(rt *rapid.T, m move, who string) {
	may := slices.Contains(m.by(w.plain), who)
	before := w.get(w.cast["staff"], w.ref)
	err := m.run(w, who)
	if may != (err == nil) {
		rt.Fatalf("%s by %s in %s (lead %s, waiting %v): the law says %v, answered %v", m.name, who, w.plain.state, w.plain.lead, w.plain.pending, may, err)
	}
	if err != nil {
		if after := w.get(w.cast["staff"], w.ref); after.Version != before.Version || len(after.Timeline) != len(before.Timeline) {
			rt.Fatalf("%s by %s was refused and left a trace", m.name, who)
		}
		return
	}
	w.plain.moving(func() { m.do(w.plain, who) })
	w.compare(rt, m.name+" by "+who)
}

// timePasses goes to the next instant at which a timer looks, and on.
func (w *world) timePasses(rt *rapid.T) {
	_, next := w.kept()
	if next == nil {
		w.kit.Clock.Advance(time.Hour)
		return
	}
	if next.NextCheckAt.After(w.kit.Clock.Now()) {
		w.kit.Clock.Set(*next.NextCheckAt)
	}
	w.plain.now = w.kit.Clock.Now()
	w.sweep()
	if !next.DueAt.After(w.kit.Clock.Now()) { // a rung before the end only tells
		w.plain.moving(func() { w.plain.silence(next.Kind) })
	}
	w.compare(rt, "the end of "+next.Kind)
}
