import { isIPv4 } from 'node:net';

/**
 * Whether a host (no port; IPv6 with or without brackets) is this machine by its very name: 127.0.0.0/8, ::1 and
 * `localhost`. Names that merely resolve to loopback do not count, since resolving them is up to others.
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}
