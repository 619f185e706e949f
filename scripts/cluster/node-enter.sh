#!/bin/sh
# Puts itself into the cgroups whose cgroup.procs files are its arguments, then becomes the node's first process.
set -eu
for procs; do echo $$ >"$procs"; done
exec unshare --mount --net --pid --ipc --uts --cgroup --fork --kill-child bash "$INIT"
