// Package clip decides whether bytes are a short recording, video or audio, by the structure of its container alone.
// Nothing is decoded, and nothing is made of a recording: it is kept, hashed and locked as it came. It is pure: bytes
// in, a length of time or a refusal out.
//
// Every container is walked to its last byte, so that a cut recording is told from a whole one and nothing stands
// behind its end; the length is what the container says, or the sum of what it holds where it says nothing, as the
// recorders of browsers do.
package clip
