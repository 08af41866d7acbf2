// Package play acts out what happens to reports, as a script of people, waits
// and actions: the five scenarios of the product's own law, and one report for
// every special state an office meets. A play goes through the whole product
// over HTTP, in a house with a clock of its own, so what it leaves behind is
// what living it would have left. Tests act the same scripts and let the wrong
// people try every step.
//
// Everybody and everything in it is invented.
package play
