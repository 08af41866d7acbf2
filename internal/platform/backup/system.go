package backup

import (
	"errors"
	"io/fs"
	"syscall"
	"time"
)

// changed is when a file's bytes, name or attributes last changed. Unlike the time of its bytes nobody can set it, and
// linking a finished object into place moves it.
func changed(info fs.FileInfo) time.Time {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(st.Ctim.Unix())
	}
	return info.ModTime()
}

// unsupported says that a file system has no attributes at all.
func unsupported(err error) bool { return errors.Is(err, syscall.ENOTSUP) }
