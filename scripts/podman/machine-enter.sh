#!/bin/sh
# Runs a machine (machine-init.sh) in cgroups and namespaces of its own, and takes away what the host can see of it once
# it has ended. It keeps the host's network: a registry on this host's loopback is the machine's too.
#
# Arguments: the machine's cgroups, not there yet, one in each hierarchy. From the environment: FOLDER the machine's
# folder; UNIFIED the cgroup among them that is a v2 one, or nothing; CGROUPS the version that the machine sees; INIT; and
# what that wants.
set -eu

clean() {
  for cgroup; do
    until [ ! -d "$cgroup" ] || find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null; do sleep 0.05; done
  done
  rm -rf "$FOLDER"
}
trap 'clean "$@"' EXIT

for cgroup; do
  mkdir "$cgroup"
  # A new v1 cpuset takes no process before it has processors and memory nodes.
  for file in cpuset.cpus cpuset.mems; do
    [ "$cgroup" = "$UNIFIED" ] || [ ! -e "$cgroup/$file" ] || cat "$cgroup/../$file" >"$cgroup/$file"
  done
done
[ "$CGROUPS" = 1 ] || mkdir "$UNIFIED/init"

(
  for cgroup; do echo 0 >"$cgroup/cgroup.procs"; done
  # The cgroups as they are now are the roots that the machine sees.
  exec unshare --cgroup sh -c '
    [ "$CGROUPS" = 1 ] || echo 0 >"$UNIFIED/init/cgroup.procs"
    exec unshare --mount --pid --ipc --uts --fork --kill-child sh "$INIT"'
)
