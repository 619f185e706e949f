import { join } from 'node:path';
import type { RecordKey } from './record.ts';

/**
 * What thaw keeps on a node beyond a reboot, below /var/lib/thaw:
 *
 *   restores/<uid of the pod>/<container>.json   the record of a restore
 *   restores/<uid of the pod>/<container>.log    CRIU's log of the last restore that failed
 */
export function restoresFolder(lib: string): string {
  return join(lib, 'restores');
}

export function podRecords(lib: string, uid: string): string {
  return join(restoresFolder(lib), uid);
}

export function recordPath(lib: string, { uid, container }: RecordKey): string {
  return join(podRecords(lib, uid), `${container}.json`);
}

export function logPath(lib: string, { uid, container }: RecordKey): string {
  return join(podRecords(lib, uid), `${container}.log`);
}
