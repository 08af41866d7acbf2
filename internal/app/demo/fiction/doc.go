// Package fiction invents the people, compounds, firms and words of the demo data. Nothing in it is real:
// names are put together from common parts, telephone numbers come from one block, and any likeness to a
// living person, a housing estate or a firm is chance. The same source of chance gives the same fiction.
package fiction
