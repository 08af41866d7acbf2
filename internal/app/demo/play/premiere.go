package play

import (
	"context"
	"errors"
	"fmt"

	"huying/internal/app"
)

// premieres are the districts the plays of a new demo are acted in, in turn, so
// that no district's deputies have their hands full of them.
var premieres = []string{"370202", "370203", "370211", "370212", "370213", "370214", "370215", "370281", "370283", "370285"}

// Premiere acts every play once in a freshly filled house and says how many
// there were. The scenarios stop one act before their end, with somebody to act
// next.
func Premiere(ctx context.Context, a *app.App) (n int, err error) {
	stage, err := Open(ctx, a)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stage.Close(ctx)) }()
	for i, p := range All() {
		set := Setting{Tenant: premieres[i%len(premieres)], Other: premieres[(i+1)%len(premieres)]}
		if p.Scenario {
			set.Acts = len(p.Acts) - 1
		}
		if _, err := stage.Act(ctx, p, set); err != nil {
			return n, fmt.Errorf("demo: %w", err)
		}
		n++
	}
	return n, nil
}
