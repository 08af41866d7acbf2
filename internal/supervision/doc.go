// Package supervision is the room of supervision notices (督办通知): letters of a
// congress that have to be answered, point by point and in time.
//
// Words: a notice asks; its asks are what the answer has to say, one by one; the
// side that wrote it is the from side, the side that answers the to side; a
// round is one answer asked for; a rung is how far past its time an answer is.
// A notice of a class is about one kind of trouble in many reports; a topic is
// the city's matter of a month, asked of every district.
//
// Invariants:
//   - Nobody signs what they drafted. The city's notices are signed as they are
//     written and go to a district's congress or to a city-level unit there:
//     the city orders no unit of a district.
//   - A signed notice is never taken back, and its clock is neither paused nor
//     extended: it ends with an answer, and each sending back begins a new one.
//     The highest rung ever told stays on the notice, so that nobody silences it.
//   - A step is never changed or removed; the notice is what its steps made it.
//   - A notice of the city stands in two tenants under one id. Each side acts in
//     its own and a job carries the step to the other, once.
//   - An accepted answer with a result is told to every reporter of its matters.
//
// The single report's own letter (row 41 of its table) stays in the room of
// reports, whose state it is part of; a notice is about more than one report.
//
// Where things are: rules.go what may follow what · service.go writing ·
// service_act.go the steps · apply.go a step's effect · carry.go to the other
// tenant · clock.go the timer · queries.go reads · routes.go the API.
package supervision
