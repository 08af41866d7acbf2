#!/bin/sh
# Keeps one shared service alive while any test binary uses it.
#
#   guard.sh DIR GRACE SIGNAL COMMAND...
#
# Users hold a shared lock on DIR/users, which the kernel drops when they die.
# When nobody has held it for GRACE seconds (or at once, when DIR/stop exists)
# the service is stopped and DIR/address removed, all under the exclusive lock,
# so that a newcomer either finds a running service or none.
dir=$1 grace=$2 signal=$3
shift 3
"$@" </dev/null >"$dir/log" 2>&1 9>&- &
service=$!
trap 'kill -$signal $service 2>/dev/null; wait $service; rm -f "$dir/address"; exit 0' INT TERM HUP
exec 9>>"$dir/users"
idle=0
while kill -0 $service 2>/dev/null; do
  sleep 1
  if flock -n -x 9; then
    idle=$((idle + 1))
    if [ $idle -ge "$grace" ] || [ -e "$dir/stop" ]; then
      rm -f "$dir/address" "$dir/stop"
      kill -$signal $service 2>/dev/null
      wait $service
      rm -rf "$dir/data"
      exit 0
    fi
    flock -u 9
  else
    idle=0
  fi
done
rm -f "$dir/address"
