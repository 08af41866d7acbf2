package screening

// maxGap is how many blanks or marks may stand between two characters of a
// word: enough for "傻 . 瓜", too few to join two sentences.
const maxGap = 3

// node is a state of the Aho–Corasick automaton: a beginning of some word.
type node struct {
	next map[rune]int
	fail int
	// word is the index of the word that ends here, or −1; shorter is the next
	// state on the way of fails where one ends, or 0.
	word    int
	shorter int
}

// automaton finds all words of a list in one pass over a text.
type automaton struct {
	nodes []node
	words []Word
	sizes []int
}

func newAutomaton(words []Word) *automaton {
	a := &automaton{nodes: []node{{next: map[rune]int{}, word: -1}}}
	for _, w := range words {
		key := []rune(Key(w.Text))
		if len(key) == 0 {
			continue
		}
		a.add(key, w)
	}
	a.link()
	return a
}

func (a *automaton) add(key []rune, w Word) {
	at := 0
	for _, r := range key {
		to, known := a.nodes[at].next[r]
		if !known {
			to = len(a.nodes)
			a.nodes = append(a.nodes, node{next: map[rune]int{}, word: -1})
			a.nodes[at].next[r] = to
		}
		at = to
	}
	if a.nodes[at].word < 0 {
		a.nodes[at].word = len(a.words)
		a.words = append(a.words, w)
		a.sizes = append(a.sizes, len(key))
	}
}

// link sets the fails, breadth first.
func (a *automaton) link() {
	var queue []int
	for _, to := range a.nodes[0].next {
		queue = append(queue, to)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for r, to := range a.nodes[at].next {
			a.nodes[to].fail = a.step(a.nodes[at].fail, r)
			queue = append(queue, to)
		}
		fail := a.nodes[at].fail
		a.nodes[at].shorter = a.nodes[fail].shorter
		if a.nodes[fail].word >= 0 {
			a.nodes[at].shorter = fail
		}
	}
}

func (a *automaton) step(at int, r rune) int {
	for {
		if to, known := a.nodes[at].next[r]; known {
			return to
		}
		if at == 0 {
			return 0
		}
		at = a.nodes[at].fail
	}
}

// find gives every occurrence of every word in a normalised text.
func (a *automaton) find(text []rune) []Hit {
	var hits []Hit
	// places[i] is where the i-th significant character stands.
	var places []int
	at := 0
	for i, r := range text {
		if !significant(r) {
			continue
		}
		if len(places) > 0 && i-places[len(places)-1]-1 > maxGap {
			at = 0
		}
		places = append(places, i)
		at = a.step(at, r)
		for n := at; n != 0; n = a.nodes[n].shorter {
			if w := a.nodes[n].word; w >= 0 {
				start := places[len(places)-a.sizes[w]]
				if whole(text, start, i) {
					hits = append(hits, Hit{Kind: KindWord, List: a.words[w].List, Start: start, Length: i + 1 - start})
				}
			}
		}
	}
	return hits
}

// whole refuses a word of Latin letters or digits that is only a part of a
// longer one: "sb" does not stand in "usb".
func whole(text []rune, first, last int) bool {
	if plain(text[first]) && first > 0 && plain(text[first-1]) {
		return false
	}
	return !plain(text[last]) || last+1 >= len(text) || !plain(text[last+1])
}
