#!/bin/sh
# The first process of a machine: lays out its root on a tmpfs, enters it with pivot_root (in a plain chroot CRIU finds no
# parent mount), says its number on the host, and ends when its standard input does. The kernel then ends everything that
# runs in the machine, and what it mounted.
#
# From the environment: BASE the Debian root, FOLDER the machine's folder on the host (with files/, laid over the root,
# and shared/, the machine's /shared), CGROUPS 1 or 2, and for 1 HIERARCHIES, lines of "<folder name> <controllers>".
set -eu

lay_out() {
  mount -t tmpfs -o mode=0755 tmpfs "$FOLDER/ram"
  cd "$FOLDER/ram"
  mkdir upper work root storage
  mount -t overlay overlay -o "lowerdir=$BASE,upperdir=upper,workdir=work" root
  cp -r "$FOLDER/files/." root
  cd root
  mkdir -p shared old var/lib/containers
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount --rbind /dev dev
  # Podman keeps its locks there, and must not meet another Podman's.
  mount -t tmpfs tmpfs dev/shm
  mount -t tmpfs tmpfs run
  mount -t tmpfs tmpfs tmp
  # An overlay cannot lie on an overlay: what holds containers is the tmpfs itself.
  mount --bind ../storage var/lib/containers
  mount --bind "$FOLDER/shared" shared
  "cgroups_v$CGROUPS"
  pivot_root . old
  cd /
  umount -l old
  mount --make-rshared /
}

# The controllers of the host, seen from the machine's cgroups. A "unified" hierarchy beside them is left out, so that
# runc and CRIU see pure v1.
cgroups_v1() {
  mount -t tmpfs tmpfs sys/fs/cgroup
  while read -r name controllers; do
    case $controllers in name=*) continue ;; esac
    mkdir "sys/fs/cgroup/$name"
    mount -t cgroup -o "$controllers" cgroup "sys/fs/cgroup/$name"
    for controller in $(echo "$controllers" | tr , ' '); do
      [ -e "sys/fs/cgroup/$controller" ] || ln -s "$name" "sys/fs/cgroup/$controller"
    done
  done <<END
$HIERARCHIES
END
}

cgroups_v2() {
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  for controller in $(cat sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >sys/fs/cgroup/cgroup.subtree_control
  done
}

# This /proc is still the host's.
read -r pid _ </proc/self/stat
mount --make-rprivate /
lay_out
exec 3<&0
cat <&3 >/dev/null &
echo "$pid"
# A shell that waits also buries the orphans that become its children.
wait $!
