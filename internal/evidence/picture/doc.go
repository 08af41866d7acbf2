// Package picture decides whether bytes are a photo and makes the public copies. It is pure: bytes in, pixels or a
// refusal out, no store, no database, no clock.
//
// The structure of a file is walked before a pixel is decoded, because decoders allocate what a header claims. See
// docs/adr on how photos are judged.
package picture
