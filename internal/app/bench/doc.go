// Package bench measures the product against the least that could do the same
// work, within one run on one machine: the product and a bare counterpart take
// turns, round by round, and what is reported is the median of the rounds'
// ratios. What was compared, on what machine and on how many reports, is
// printed with every line.
//
// It also records the plans of the statements the product really sends and
// judges them. Both need a demo with seeded reports, and both write into it.
package bench
