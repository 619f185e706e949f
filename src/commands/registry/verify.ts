import type { Command } from 'commander';
import { ThawError } from '../../errors.ts';
import type { Fault } from '../../registry/storage/verify/fault.ts';
import { type Verified, verifyStore } from '../../registry/storage/verify/verify.ts';
import { type Context, runAction } from '../action.ts';
import { count, humanBytes } from '../human.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRootOption, examples, type OutputOptions } from '../options.ts';
import { createProgress } from '../progress.ts';
import { openData } from './open-data.ts';

interface VerifyOptions extends OutputOptions {
  readonly root?: string;
  readonly quarantine?: boolean;
}

/** Adds `thaw registry verify`. */
export function addVerify(registry: Command, io: Io): void {
  const command = registry
    .command('verify')
    .description('hash every blob and follow every tag and manifest; fails when something is damaged')
    .option('--quarantine', 'move damaged blobs aside, so that pulls get 404 and a push sends them anew');
  addOutputOptions(addRootOption(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw registry verify', 'Look, and change nothing'],
        ['thaw registry verify --quarantine', 'Put damaged blobs out of the way'],
      ),
    )
    .action((options: VerifyOptions) => runAction(io, options, (context) => verify(options, context)));
}

async function verify(options: VerifyOptions, { io, output, signal }: Context): Promise<void> {
  const store = await openData(options, io);
  const progress = createProgress('verify', io, output);
  try {
    const verified = await verifyStore(store, {
      quarantine: options.quarantine,
      signal,
      onProgress: (bytes, total) => progress.update(bytes, total),
    });
    progress.stop();
    const { faults } = verified;
    output.result(faults.length === 0 ? soundText(verified) : faults.map(faultText).join('\n'), verified);
    if (faults.length > 0) throw damaged(store.root, verified, options.quarantine === true);
  } finally {
    progress.stop();
  }
}

function soundText({ blobs, bytes, tags, manifests, repositories }: Verified): string {
  const seen = [count(blobs, 'blob'), count(manifests, 'manifest'), count(tags, 'tag')].join(', ');
  const where = repositories === 1 ? '1 repository' : `${repositories.toLocaleString('en')} repositories`;
  return `sound: ${seen} in ${where}, ${humanBytes(bytes)}`;
}

function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'blob-damaged': {
      const where = fault.quarantined === undefined ? '' : `; moved to ${fault.quarantined}`;
      return `${fault.digest}: its bytes have the digest ${fault.found}${where}`;
    }
    case 'tag-unreadable':
      return `${fault.repository}:${fault.tag}: its link holds no digest`;
    case 'tag-dangling':
      return `${fault.repository}:${fault.tag}: names ${fault.digest}, which the repository has not got`;
    case 'manifest-missing':
      return `${fault.repository}@${fault.digest}: the manifest is not there`;
    case 'manifest-invalid':
      return `${fault.repository}@${fault.digest}: is no manifest: ${fault.why}`;
    case 'content-missing':
      return `${fault.repository}@${fault.digest}: names ${fault.missing}, which the repository has not got`;
  }
}

function damaged(root: string, { faults }: Verified, quarantined: boolean): ThawError {
  return new ThawError('STORE_DAMAGED', {
    message: `${root}: ${count(faults.length, 'fault')} found`,
    next: quarantined
      ? 'push or convert the images again that are named above, or remove them'
      : 'see that the disk is sound, then run it with --quarantine and push the images again that are named above',
    facts: { root, faults: faults.length },
  });
}
