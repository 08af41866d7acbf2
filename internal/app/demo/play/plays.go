package play

// Scenarios are the five of the product's law, in its order.
func Scenarios() []Play { return []Play{manhole, dance, property, company, court} }

// All are the scenarios and then one play for every special state.
func All() []Play { return append(Scenarios(), showcases()...) }

// Find gives a play by its key.
func Find(key string) (Play, bool) {
	for _, p := range All() {
		if p.Key == key {
			return p, true
		}
	}
	return Play{}, false
}
