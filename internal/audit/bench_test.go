package audit_test

import (
	"testing"
	"time"

	"huying/internal/audit"
	"huying/internal/platform/database"
	"huying/internal/platform/testkit"
)

// BenchmarkChain seals and verifies a hundred thousand lines of one tenant. The sealer has less than a second per
// second, so its rate is how much a tenant may do.
func BenchmarkChain(b *testing.B) {
	const lines, each = 100_000, 5_000
	for _, engine := range []string{database.EngineSQLite, database.EnginePostgres} {
		for _, algorithm := range []audit.Algorithm{audit.SHA256, audit.SM3} {
			b.Run(engine+"/"+string(algorithm), func(b *testing.B) {
				kit := testkit.New(b, engine)
				for range lines / each {
					fill(b, kit.DB, shinan, each)
				}
				s := sealer(kit, kit.DB, algorithm)
				begun := time.Now()
				for sealed := 0; sealed < lines; {
					sealed += seal(b, s)
				}
				rate := lines / time.Since(begun).Seconds()
				b.ResetTimer()
				for range b.N {
					if r := verify(b, kit.DB, shinan); !r.Intact() || r.Lines != lines {
						b.Fatal(r)
					}
				}
				b.ReportMetric(float64(b.N)*lines/b.Elapsed().Seconds(), "verified/s")
				b.ReportMetric(rate, "sealed/s")
			})
		}
	}
}
