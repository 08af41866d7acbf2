package objects

import _ "embed"

// Policy is all that the product's own user in an S3 store may do: make, read and fill buckets of ours. In the store's own
// language; deploy/minio-policy.json is the same.
//
//go:embed policy.json
var Policy string
