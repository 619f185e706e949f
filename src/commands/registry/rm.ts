import type { Command } from 'commander';
import { EXIT_CODES, ThawError } from '../../errors.ts';
import type { Reference } from '../../oci/reference.ts';
import type { Store } from '../../registry/storage/store.ts';
import { type Context, runAction } from '../action.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRootOption, examples, type OutputOptions } from '../options.ts';
import { toThawError } from '../output.ts';
import { imageOf } from '../where.ts';
import { parseLocal, shortReference } from './local-reference.ts';
import { openData } from './open-data.ts';

interface RmOptions extends OutputOptions {
  readonly root?: string;
}

/** Adds `thaw registry rm`. */
export function addRm(registry: Command, io: Io): void {
  const command = registry
    .command('rm')
    .description('remove tags, or manifests with all their tags; "thaw registry gc" frees the disk')
    .argument('<reference...>', '<repository>:<tag> or <repository>@<digest>');
  addOutputOptions(addRootOption(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw registry rm checkpoints:web-1', 'One tag; the image goes when it was its last one'],
        ['thaw registry rm checkpoints@sha256:<digest>', 'An image, with all its tags'],
      ),
    )
    .action((references: string[], options: RmOptions) =>
      runAction(io, options, (context) => removeAll(references, options, context)),
    );
}

/** One after the other; goes on after a failure and exits with the first one's code. */
async function removeAll(references: readonly string[], options: RmOptions, context: Context): Promise<void> {
  const parsed = references.map((text) => ({ text, reference: parseLocal(text) }));
  for (const { text, reference } of parsed) imageOf(reference, text);
  const store = await openData(options, context.io);
  for (const { text, reference } of parsed) {
    try {
      if (!(await remove(store, reference))) throw notFound(store, text);
      context.output.result(shortReference(reference), { removed: shortReference(reference) });
    } catch (error) {
      if (references.length === 1) throw error;
      context.output.error(error);
      process.exitCode ??= EXIT_CODES[toThawError(error).kind];
    }
  }
}

/** With a tag and a digest, the tag goes while it names that digest. */
async function remove({ tags, manifests }: Store, { repository, tag, digest }: Reference): Promise<boolean> {
  if (tag !== undefined) return tags.remove(repository, tag, digest);
  return digest !== undefined && manifests.remove(repository, digest);
}

function notFound({ root }: Store, reference: string): ThawError {
  return new ThawError('NOT_FOUND', {
    message: `${root} has no ${reference}`,
    next: 'see with "thaw registry ls" what is there',
    facts: { root, reference },
  });
}
