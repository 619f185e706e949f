import { mkdirSync } from 'node:fs';
import { RESTORE_ONLY } from '../../checkpoint/restored-container.ts';
import { type MountedImage, mountedImage } from '../bundle/checkpoint-mount.ts';
import { choiceOf, commandOf } from '../bundle/choice.ts';
import { type Bundle, readBundle } from '../bundle/config.ts';
import { coldConfig } from '../bundle/rewrite.ts';
import { bundleOf, type Call } from '../call/call.ts';
import { endLeftovers, removeFiles } from '../container/leftovers.ts';
import { type ContainerPaths, containerPaths } from '../container/paths.ts';
import { markRestoring, unmarkRestoring } from '../container/restoring.ts';
import { sweepInterrupted } from '../container/sweep.ts';
import { type Checkpoint, readCheckpoint } from '../image/checkpoint.ts';
import { fingerprintOf } from '../image/fingerprint.ts';
import { openImage } from '../image/image.ts';
import { decide } from '../record/decide.ts';
import { sweepRecords } from '../record/sweep.ts';
import { writeBundle } from '../restore/prepare.ts';
import { restore } from '../restore/restore.ts';
import { checkRights } from '../rights/check.ts';
import type { RuntimeSettings } from '../settings.ts';
import { noCommand } from './no-command.ts';
import type { Outcome } from './outcome.ts';

/**
 * Creates a container whose bundle may mount a checkpoint image: restores it, or starts it cold where its pod wants that
 * the second time. Without such a mount it is runc's. Throws what the parts throw.
 */
export async function create(call: Call, argv: readonly string[], settings: RuntimeSettings): Promise<Outcome> {
  const bundle = readBundle(bundleOf(call));
  const mounted = mountedImage(bundle.config);
  const { id } = call;
  if (mounted === undefined || id === undefined) return { become: argv };
  const paths = containerPaths(settings.run, id);
  sweepInterrupted(settings);
  removeFiles(paths);
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  markRestoring(paths, call.globals);
  try {
    return await createFrom(mounted, { call, argv, settings, bundle, paths, id });
  } catch (error) {
    endLeftovers(paths, id);
    removeFiles(paths);
    throw error;
  }
}

interface Parts {
  readonly call: Call;
  readonly argv: readonly string[];
  readonly settings: RuntimeSettings;
  readonly bundle: Bundle;
  readonly paths: ContainerPaths;
  readonly id: string;
}

async function createFrom({ owner, folders }: MountedImage, parts: Parts): Promise<Outcome> {
  const { settings, bundle } = parts;
  const choice = choiceOf(bundle.config);
  const records = sweepRecords(settings.lib);
  const image = openImage(folders);
  const checkpoint = await readCheckpoint(image);
  const fingerprint = await fingerprintOf(image);
  if (decide({ key: owner, checkpoint: fingerprint, choice, records }) === 'cold') return startCold(checkpoint, parts);
  await checkRights(image, bundle.config);
  restore({ ...parts, owner, image, checkpoint, fingerprint });
  return { exitCode: 0 };
}

/** The later of two options counts, so runc gets thaw's bundle in place of the engine's. */
function startCold(checkpoint: Checkpoint, { argv, bundle, paths, call }: Parts): Outcome {
  const command = commandOf(bundle.config) ?? checkpoint.spec.process?.args ?? [];
  if (command.length === 0 || command[0] === RESTORE_ONLY) throw noCommand();
  writeBundle(paths, coldConfig(bundle, command));
  unmarkRestoring(paths);
  const option = call.options.has('b') ? '-b' : '--bundle';
  return { become: [...argv.slice(0, -1), option, paths.bundle, ...argv.slice(-1)] };
}
