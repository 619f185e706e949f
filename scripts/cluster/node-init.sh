#!/bin/bash
# The first process of a node of the test bed, in mount, network, pid, ipc, uts and cgroup namespaces of its own.
# Lays out the node's root, enters it with pivot_root (in a plain chroot CRIU finds no parent mount), waits until it is
# plugged in, and keeps the runtime and the kubelet running. When it dies, the kernel ends everything in the node.
#
# From the environment: NODE its name, BASE the Debian root, FOLDER the node's folder on the host, STORAGE where the
# runtime keeps things, SOCKET where it listens, PROGRAMS folders of programs, CGROUPS 1 or 2, and for 1 HIERARCHIES,
# lines of "<folder name> <controllers>".
set -eu

lay_out() {
  local root=$FOLDER/root n=0 program
  mkdir -p "$root" "$FOLDER/upper" "$FOLDER/work"
  mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$FOLDER/upper,workdir=$FOLDER/work" "$root"
  cd "$root"
  mkdir -p ".$STORAGE" var/lib/kubelet var/log/pods node old
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount --rbind /dev dev
  mount -t tmpfs tmpfs run
  mount -t tmpfs tmpfs tmp
  # An overlay cannot lie on an overlay: what holds containers is a folder of the host.
  mount --bind "$FOLDER/runtime" ".$STORAGE"
  mount --bind "$FOLDER/kubelet" var/lib/kubelet
  mount --bind "$FOLDER/settings" node
  while read -r program; do
    n=$((n + 1))
    mkdir -p "opt/$n"
    mount --bind "$program" "opt/$n"
    PATH=/opt/$n:$PATH
  done <<<"$PROGRAMS"
  "cgroups_v$CGROUPS"
  cp -r "$FOLDER/root-files/." .
  pivot_root . old
  cd /
  umount -l /old
  mount --make-rshared /
}

# The controllers of the host, seen from this node's cgroups. A "unified" hierarchy beside them is left out, so that runc
# and CRIU see pure v1.
cgroups_v1() {
  local name controllers controller
  mount -t tmpfs tmpfs sys/fs/cgroup
  while read -r name controllers; do
    case $controllers in name=*) continue ;; esac
    mkdir "sys/fs/cgroup/$name"
    mount -t cgroup -o "$controllers" cgroup "sys/fs/cgroup/$name"
    for controller in ${controllers//,/ }; do
      [ -e "sys/fs/cgroup/$controller" ] || ln -s "$name" "sys/fs/cgroup/$controller"
    done
  done <<<"$HIERARCHIES"
}

# A cgroup that hands controllers on may hold no process itself: who starts the node moves all of them into `init`.
cgroups_v2() {
  local controller
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  while grep -q . sys/fs/cgroup/cgroup.procs; do sleep 0.05; done
  for controller in $(cat sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >sys/fs/cgroup/cgroup.subtree_control
  done
}

plugged_in() {
  ip link set lo up
  until ip -4 addr show eth0 2>/dev/null | grep -q inet; do sleep 0.05; done
  echo 1 >/proc/sys/net/ipv4/ip_forward
}

# keep <name>: runs /node/<name>, and again whenever it ends; /node/<name>.pid says which process it is.
keep() {
  while :; do
    "/node/$1" >>"/node/$1.log" 2>&1 &
    echo $! >"/node/$1.pid"
    wait $! || true
    sleep 0.3
  done
}

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
hostname "$NODE"
mount --make-rprivate /
lay_out
plugged_in
keep runtime &
until [ -S "$SOCKET" ]; do sleep 0.05; done
keep kubelet &
while :; do wait || true; done
