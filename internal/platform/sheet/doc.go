// Package sheet reads and writes small tables that people keep in spreadsheets.
//
// Read takes an XLSX file or a CSV file (UTF-8, with or without a byte-order mark, or
// GB18030 as Chinese Excel saves it) of unknown origin. It refuses anything that would
// cost more than it can carry: a zip that unpacks too far, too many rows, columns or
// characters. Bind then turns rows into records by the names in the header and reports
// every mistake with its row, its column and a sentence for the person who filled it in.
//
// Write never lets a cell be taken for a formula.
package sheet
