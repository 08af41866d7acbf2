// Package division is the shelf of reference data: the division tree (区划), the tenants, the plain
// categories (大家说的话), the official calendar, the named places and the imported boundaries.
//
// Words: a division is a city (4 digits), a district (6), a street or town (9), a community or village
// (12) or a grid cell (15). A code is a string and a parent's code is a prefix of its children's. A place
// (小区、道路、公园) is what people call where they live; it lies inside a division. A tenant is one
// district congress; 370200 is the city's own and is never listed.
//
// Invariants: a division is never deleted. One that was merged, split or dissolved is closed with a day
// and its successors, so that records which carry its code stay readable. The global reference rows fit
// in memory and are read as one immutable [Directory].
package division
