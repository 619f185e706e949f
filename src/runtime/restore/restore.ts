import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RestartChoice } from '../../checkpoint/restored-container.ts';
import type { ThawError } from '../../errors.ts';
import { choiceOf } from '../bundle/choice.ts';
import type { Owner } from '../bundle/owner.ts';
import type { Call } from '../call/call.ts';
import { unmarkRestoring } from '../container/restoring.ts';
import { criuFolder } from '../image/criu-folder.ts';
import { decide } from '../record/decide.ts';
import { logPath } from '../record/paths.ts';
import { podFolderOf } from '../record/pod-folder.ts';
import { readRecords } from '../record/read.ts';
import type { RestoreRecord } from '../record/record.ts';
import { removeRecord, writeRecord } from '../record/write.ts';
import { report } from '../report.ts';
import type { RuntimeSettings } from '../settings.ts';
import { restoreArguments } from './arguments.ts';
import { carryLog } from './carry-log.ts';
import { prepare, type Restore } from './prepare.ts';
import { lengthOf, restoreFailed } from './restore-failed.ts';
import { runRestore } from './run-criu.ts';

/** A restore, with what it is recorded by. */
export interface RecordedRestore extends Restore {
  readonly call: Call;
  readonly settings: RuntimeSettings;
  readonly owner: Owner;
  readonly fingerprint: string;
}

/**
 * Restores a container in place of creating it: when this returns its processes run. The record is on the disk before
 * CRIU begins. Throws whatever stands in the way; then the container is not there.
 */
export function restore(to: RecordedRestore): void {
  for (const note of prepare(to)) report(to.call, 'warning', `thaw: ${note}`);
  begin(to, choiceOf(to.bundle.config));
  const { call, settings, paths, bundle } = to;
  const place = { paths, images: criuFolder(to.image, paths.images), config: bundle.config };
  carryLog(to.image, bundle.config, to.owner);
  const runcFrom = lengthOf(call.global.get('log') ?? paths.log);
  const status = runRestore(settings.runc, restoreArguments(call, place), paths.pid);
  if (status === 0) {
    writeFileSync(paths.awake, '');
    unmarkRestoring(paths);
    complete(to);
    rmSync(paths.work, { recursive: true, force: true });
    return;
  }
  throw failed(to, runcFrom);
}

/** A record that stays `begun` counts as one of a restore all the same. */
function complete(to: RecordedRestore): void {
  try {
    write(to, 'restored');
  } catch {
    report(to.call, 'warning', 'thaw: the container is restored, and its record could not be completed');
  }
}

/** Announces the restore, then looks around: of two that begin at one moment at least one sees the other. */
function begin(to: RecordedRestore, choice: RestartChoice): void {
  const { settings, owner, fingerprint } = to;
  write(to, 'begun');
  const others = readRecords(settings.lib).filter(
    ({ key }) => key.uid !== owner.uid || key.container !== owner.container,
  );
  try {
    decide({ key: owner, checkpoint: fingerprint, choice, records: others });
  } catch (error) {
    removeRecord(settings.lib, owner);
    throw error;
  }
}

function failed(to: RecordedRestore, runcFrom: number): ThawError {
  const { settings, owner, paths, call, id } = to;
  // runc takes back what it made; what it could not is removed with force.
  spawnSync(settings.runc, [...call.globals, 'delete', '--force', id], { stdio: 'ignore' });
  const criu = `${paths.work}/restore.log`;
  const kept = logPath(settings.lib, owner);
  const error = restoreFailed({ criu, kept, runc: call.global.get('log') ?? paths.log, runcFrom });
  attempt(() => write(to, 'failed'));
  // CRIU may not have come as far as a log.
  attempt(() => copyFileSync(criu, kept));
  return error;
}

/** What cannot be written down now is not what the restore failed of. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Without it the record stays `begun`.
  }
}

function write({ settings, owner, fingerprint, bundle }: RecordedRestore, state: RestoreRecord['state']): void {
  const podFolder = podFolderOf(bundle.config, owner.uid);
  writeRecord(settings.lib, owner, {
    format: 1,
    checkpoint: fingerprint,
    pod: owner.pod,
    container: owner.container,
    state,
    at: new Date().toISOString(),
    ...(podFolder === undefined ? {} : { podFolder }),
  });
}
