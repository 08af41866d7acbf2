// Package crypto keeps the keys of one installation and the three things done with them: sealing a
// field (AES-256-GCM, or SM4-GCM), finding a sealed field again (a blind index, HMAC-SHA256), and handing out the
// Ed25519 keys that sign access tokens.
//
// Every sealed value names its key, so a key can be replaced at any time: new values use the current
// key, old ones stay readable as long as their key is in the ring. The associated data of a field is
// "table.column:row id"; a value copied into another row or column does not open.
package crypto
