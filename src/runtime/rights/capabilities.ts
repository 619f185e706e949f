/** Linux's capabilities by their numbers (linux/capability.h), without `CAP_`. */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

/** What containerd (and Docker, and Podman once) gives a container that asks for nothing, and the part of it that CRI-O gives. */
const DEFAULT =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'.split(
    ' ',
  );
const LEAST_DEFAULT = 'CHOWN DAC_OVERRIDE FSETID FOWNER SETGID SETUID SETPCAP NET_BIND_SERVICE KILL'.split(' ');

/**
 * The capabilities that a restored container may have: those of its bundle, and, where none is taken from what its engine
 * gives by itself, what another engine gives by itself. A process that moves from containerd to CRI-O keeps what it had.
 */
export function allowedCapabilities(bounding: readonly string[]): bigint {
  const own = capabilitySet(bounding);
  const least = capabilitySet(LEAST_DEFAULT);
  return (own & least) === least ? own | capabilitySet(DEFAULT) : own;
}

/** A set of capabilities, bit n for number n, from their names in a config.json. */
export function capabilitySet(names: readonly string[]): bigint {
  return names.reduce((set, name) => set | bitOf(name), 0n);
}

/** The names of a set, for people; a number that has none yet is shown as one. */
export function capabilityNames(set: bigint): string[] {
  const names: string[] = [];
  for (let number = 0; set >> BigInt(number) > 0n; number += 1) {
    if ((set >> BigInt(number)) & 1n) names.push(`CAP_${NAMES[number] ?? number}`);
  }
  return names;
}

function bitOf(name: string): bigint {
  const number = NAMES.indexOf(name.replace(/^CAP_/, ''));
  return number < 0 ? 0n : 1n << BigInt(number);
}
