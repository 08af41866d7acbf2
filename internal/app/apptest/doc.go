// Package apptest drives the whole product over HTTP the way people do: it
// boots the real application on a free port with either engine and either
// object store, signs in the demo's accounts, and takes photos. Tests of rooms
// do not use it; the tests under internal/app do.
package apptest
