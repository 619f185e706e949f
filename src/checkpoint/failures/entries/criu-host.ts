import type { Failure } from '../failure.ts';

const SEEN = [{ program: 'CRIU', version: '4.2.1' }];
const CPU = { program: 'CRIU', version: '4.2', source: 'criu/arch/x86/cpu.c' };
const TCP = 'in /etc/criu/runc.conf on the target node';

/** What CRIU's restore.log says of connections, the CPU and the kernel. */
export const CRIU_HOST: readonly Failure[] = [
  {
    id: 'criu-tcp-address',
    weight: 'cause',
    patterns: [/Can't bind inet socket back: Cannot assign requested address/],
    examples: [
      "(00.045107)      1: Error (soccr/soccr.c:499): Can't bind inet socket back: Cannot assign requested address",
    ],
    title: 'the process has a TCP connection to another host, from an IP address that the new pod does not have',
    cure: `write tcp-close ${TCP}: such connections are then restored closed, and the program sees an error on them`,
    seen: SEEN,
  },
  {
    id: 'criu-tcp-in-image',
    weight: 'cause',
    patterns: [/Connected TCP socket in image/],
    examples: ['inet: Connected TCP socket in image'],
    title: 'the process was frozen with TCP connections, and the target node is not told what to do with them',
    cure: `write tcp-close (they are restored closed) or tcp-established (for connections inside the pod) ${TCP}`,
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/sk-inet.c' }],
  },
  {
    id: 'criu-tcp-close-needed',
    weight: 'cause',
    patterns: [/Need to set the --tcp-close options/],
    examples: ['Need to set the --tcp-close options.'],
    title: 'the process was frozen with tcp-close, which the restore must have too',
    cure: `write tcp-close ${TCP}`,
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/image.c' }],
  },
  {
    id: 'criu-cpu',
    weight: 'cause',
    patterns: [
      /CPU (?:instruction )?capabilities do not match run time/,
      /FPU feature required by image is not supported on host/,
      /CPU xfeatures has unsupported bits/,
      /CPU xsave (?:max )?size mismatch/,
    ],
    examples: [
      'cpu: CPU instruction capabilities do not match run time',
      'cpu: FPU feature required by image is not supported on host (fpu:0 fxsr:0 osxsave:0 xsaves:1)',
      'cpu: CPU xfeatures has unsupported bits (0x200)',
      'cpu: CPU xsave size mismatch (2696/832)',
    ],
    title: "{{node}}'s CPU lacks features that the source node's has, or saves its state in another size",
    cure: 'choose a target node with the same CPU model, or one that has every feature of the source (compare the flags in /proc/cpuinfo)',
    seen: [CPU],
  },
  {
    id: 'criu-rseq',
    weight: 'cause',
    patterns: [/rseq: can't restore as kernel doesn't support it/],
    examples: ["rseq: can't restore as kernel doesn't support it"],
    title: "{{node}}'s kernel lacks restartable sequences (rseq), which the process uses",
    cure: 'choose a target node with a kernel of 4.18 or newer, built with CONFIG_RSEQ',
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/cr-restore.c' }],
  },
  {
    id: 'criu-pid-taken',
    weight: 'cause',
    patterns: [/Pid (?<found>\d+) do not match expected (?<expected>\d+)/],
    examples: ['Pid 4711 do not match expected 12'],
    title: 'the process must have the PID {{expected}} again, and another one has it',
    cure: 'restore the container in a PID namespace of its own: leave out shareProcessNamespace and hostPID',
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/cr-restore.c' }],
  },
  {
    id: 'criu-inotify',
    weight: 'cause',
    patterns: [/Can't create inotify: Too many open files/],
    examples: ["Can't create inotify: Too many open files"],
    title: 'all file watches (inotify instances) that a user may have on {{node}} are taken',
    cure: 'raise fs.inotify.max_user_instances there, to 1024 for one: sysctl -w fs.inotify.max_user_instances=1024',
    seen: SEEN,
  },
  {
    id: 'criu-lsm',
    weight: 'cause',
    patterns: [/(?<lsm>apparmor|selinux) LSM specified but (?:apparmor|selinux) not supported by kernel/],
    examples: ['apparmor LSM specified but apparmor not supported by kernel'],
    title: 'the process was frozen under {{lsm}}, which {{node}} does not have',
    cure: 'choose a target node with {{lsm}} switched on, like the source',
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/lsm.c' }],
  },
  {
    id: 'criu-cgroup',
    weight: 'cause',
    patterns: [
      /cg: (?:.*Error.*)?(?:Can't (?:move|make)|Failed (?:opening|writing|accessing))/,
      // Its helper's last word after any failed restore is none of its own.
      /Error \(criu\/cgroup\.c:\d+\)(?!: cg: cgroupd: recv req error)/,
    ],
    examples: ["Error (criu/cgroup.c:1140): cg: Can't move 1 into cpu,cpuacct//kubepods/tasks (-1/-1)"],
    title: "CRIU could not put the process's control groups back on {{node}}",
    cure: 'write manage-cgroups=ignore in /etc/criu/runc.conf on the node: the OCI runtime places the process itself (cgroup v2 nodes need it)',
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/cgroup.c' }],
  },
  {
    id: 'criu-cgroup-version',
    weight: 'possibility',
    patterns: [/mnt: No mapping for \d+:\(null\) mountpoint/],
    examples: ['(00.033003) Error (criu/mount.c:3141): mnt: No mapping for 236:(null) mountpoint'],
    title:
      'or the container was frozen under cgroups of version 1, and {{node}} has version 2, where it cannot wake up',
    cure: 'choose a target node with cgroups of the same version: stat --file-system --format %T /sys/fs/cgroup says tmpfs for 1, cgroup2fs for 2',
    seen: [{ program: 'CRIU', version: '4.2.1' }],
  },
];
