import type { Command } from 'commander';
import { openArchive } from '../builder/archive/open.ts';
import { readCheckpointImage } from '../builder/image/read.ts';
import { describeCheckpoint } from '../checkpoint/describe.ts';
import { formatReference } from '../oci/reference.ts';
import { type Context, runAction } from './action.ts';
import { archiveTree, imageTree } from './inspect-tree.ts';
import type { Io } from './io.ts';
import { addOutputOptions, addRegistryOptions, examples, type OutputOptions, type RegistryOptions } from './options.ts';
import { readSubject, type Subject } from './subject.ts';
import { renderTree } from './tree.ts';
import { imageOf, openRepository } from './where.ts';

type InspectOptions = OutputOptions & RegistryOptions;

/** Adds `thaw inspect`. */
export function addInspect(program: Command, io: Io): void {
  const command = program
    .command('inspect')
    .description('show what a checkpoint archive, or a checkpoint image, holds')
    .argument('<archive|reference>', 'path of an archive, or <host>/<repository>:<tag>');
  addOutputOptions(addRegistryOptions(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw inspect web.tar', 'An archive'],
        ['thaw inspect checkpoint-registry.local/checkpoints:web-1', 'An image'],
        ["thaw inspect web.tar --json | jq -r '.metadata.baseImage.repoDigest'", 'The exact base image'],
      ),
    )
    .action((argument: string, options: InspectOptions) =>
      runAction(io, options, async (context) => inspect(await readSubject(argument), options, context)),
    );
}

function inspect(subject: Subject, options: InspectOptions, context: Context): Promise<void> {
  return subject.kind === 'archive' ? inspectArchive(subject.path, context) : inspectImage(subject, options, context);
}

async function inspectArchive(path: string, { io, output, signal }: Context): Promise<void> {
  const archive = await openArchive(path, { signal });
  try {
    const metadata = await describeCheckpoint(archive);
    const { compression, fileSize, size, members, warnings } = archive;
    for (const warning of warnings) output.warn(warning);
    const data = { archive: path, compression, fileSize, size, metadata, members, warnings };
    output.result(renderTree(archiveTree(archive, metadata), io.stdout), data);
  } finally {
    await archive.close();
  }
}

async function inspectImage(
  { reference, written }: Extract<Subject, { kind: 'image' }>,
  options: InspectOptions,
  { io, output, signal }: Context,
): Promise<void> {
  const target = await openRepository(reference, options, io);
  try {
    const image = await readCheckpointImage(target, imageOf(reference, written), { signal });
    for (const warning of image.warnings) output.warn(warning);
    const name = formatReference({ ...reference, digest: image.digest });
    output.result(renderTree(imageTree(name, image), io.stdout), { reference: name, ...image });
  } finally {
    await target.close();
  }
}
