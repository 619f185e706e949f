import type { Command } from 'commander';
import { type RebuildResult, rebuild } from '../builder/rebuild.ts';
import { parseReference } from '../oci/reference.ts';
import { type Context, runAction } from './action.ts';
import { humanBytes, humanRate, humanSeconds } from './human.ts';
import type { Io } from './io.ts';
import { addOutputOptions, addRegistryOptions, examples, type OutputOptions, type RegistryOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { imageOf, openRepository } from './where.ts';

interface PullOptions extends OutputOptions, RegistryOptions {
  readonly output: string;
  readonly force?: boolean;
}

/** Adds `thaw pull`. */
export function addPull(program: Command, io: Io): void {
  const command = program
    .command('pull')
    .description('give an image back as the archive that it was made of, byte for byte')
    .argument('<reference>', '<host>/<repository>:<tag> or @<digest>')
    .requiredOption('-o, --output <archive>', 'the file to write')
    .option('--force', 'replace the file where it is there already');
  addOutputOptions(addRegistryOptions(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw pull checkpoint-registry.local/checkpoints:web-1 -o web.tar', "From this machine's data folder"],
        ['thaw pull registry.example/checkpoints@sha256:<digest> -o web.tar', 'From a registry, by digest'],
      ),
    )
    .action((reference: string, options: PullOptions) =>
      runAction(io, options, (context) => pull(reference, options, context)),
    );
}

async function pull(written: string, options: PullOptions, { io, output, signal }: Context): Promise<void> {
  const reference = parseReference(written);
  const image = imageOf(reference, written);
  const target = await openRepository(reference, options, io);
  const progress = createProgress(options.output, io, output);
  try {
    const result = await rebuild({
      target,
      reference: image,
      output: options.output,
      force: options.force === true,
      signal,
      onProgress: ({ bytes, total }) => progress.update(bytes, total),
    });
    progress.stop();
    for (const warning of result.warnings) output.warn(warning);
    output.note(summary(result));
    const { digest, bytes, seconds } = result;
    output.result(options.output, { reference: written, output: options.output, digest, bytes, seconds });
  } finally {
    progress.stop();
    await target.close();
  }
}

function summary({ digest, bytes, seconds }: RebuildResult): string {
  return `${digest}: ${humanBytes(bytes)} in ${humanSeconds(seconds)}, ${humanRate(bytes, seconds)}, every digest verified`;
}
