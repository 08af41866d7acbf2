// Package auth is the pure half of signing in: who a caller is, access tokens (EdDSA, JWKS, key
// rotation), password hashes and rules, one-time passwords and recovery codes. It knows no table; the
// rows behind it belong to the identity package.
package auth
