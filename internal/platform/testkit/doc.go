// Package testkit gives tests the real things: PostgreSQL and SQLite with all
// migrations applied, MinIO and the embedded object store, pgbouncer, and a
// proxy that makes the network fail on purpose.
//
// A service that cannot be had fails the test; nothing here ever skips. What
// has to be started is started once for all test binaries of a run and ends by
// itself soon after the last of them, even one that was killed (see guard.sh).
//
// Environment:
//
//	HUYING_TEST_POSTGRES  superuser URL of a server to use instead of a
//	                      temporary cluster
//	HUYING_TEST_CITUS     superuser URLs of Citus workers, with commas; then
//	                      HUYING_TEST_POSTGRES is their coordinator, and every
//	                      test gets a distributed database of its own
//	HUYING_TEST_PGBIN     folder of PostgreSQL's programs
//	HUYING_TEST_MINIO     the minio program; default .tools/bin/minio of the
//	                      repository, then the PATH
package testkit
