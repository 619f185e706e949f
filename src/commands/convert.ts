import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { type ConversionResult, convert } from '../builder/convert.ts';
import type { LayerPlanName } from '../builder/engines/engine.ts';
import { type ErrorCode, EXIT_CODES, ThawError } from '../errors.ts';
import type { Compression } from '../oci/media-types.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import { type Context, runAction } from './action.ts';
import { collectAllowed } from './allow.ts';
import { count, humanBytes, humanRate, humanSeconds } from './human.ts';
import type { Io } from './io.ts';
import {
  addOutputOptions,
  addRegistryOptions,
  DEFAULT_REPOSITORY,
  examples,
  type OutputOptions,
  type RegistryOptions,
} from './options.ts';
import { toThawError } from './output.ts';
import { createProgress } from './progress.ts';
import { openRepository, parseDestination } from './where.ts';

interface ConvertOptions extends OutputOptions, RegistryOptions {
  readonly to: string;
  readonly layers?: LayerPlanName;
  readonly compression?: Compression;
  readonly engine: 'native' | 'buildah';
  readonly allow?: ErrorCode[];
  readonly replaceTag?: boolean;
}

/** Adds `thaw convert`. */
export function addConvert(program: Command, io: Io): void {
  const command = program
    .command('convert')
    .description('make checkpoint images of archives and put them in a registry; prints <reference>@<digest>')
    .argument('<archive...>', 'checkpoint archives: tar, also gzip or zstd')
    .option('--to <reference>', '<host>/<repository>[:<tag>]', DEFAULT_REPOSITORY)
    .addOption(
      new Option(
        '--layers <plan>',
        'one layer, or large members in layers of their own (default: split for large archives)',
      ).choices(['single', 'split']),
    )
    .addOption(
      new Option('--compression <kind>', "the layers' compression (default: as the archive is)").choices([
        'none',
        'gzip',
        'zstd',
      ]),
    )
    .addOption(
      new Option('--engine <name>', "native, or buildah for an image in buildah's storage too")
        .choices(['native', 'buildah'])
        .default('native'),
    )
    .option('--allow <code>', 'take the risk of a failed check, by its error code', collectAllowed)
    .option('--replace-tag', 'move a tag that names another image');
  addOutputOptions(addRegistryOptions(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw convert /mnt/checkpoints/*.tar', 'Into the data folder of the embedded registry'],
        ['thaw convert web.tar --to registry.example:5000/checkpoints', 'Into a registry of your own'],
        ['thaw convert web.tar --to registry.example:5000/checkpoints:web-1 --compression zstd', 'Under a tag, small'],
      ),
    )
    .action((archives: string[], options: ConvertOptions) =>
      runAction(io, options, (context) => convertAll(archives, options, context)),
    );
}

/** Converts one after the other; goes on after a failure and exits with the first one's code. */
async function convertAll(archives: readonly string[], options: ConvertOptions, context: Context): Promise<void> {
  const destination = parseDestination(options.to);
  if (destination.tag !== undefined && archives.length > 1) throw oneTag(options.to, archives.length);
  const target = await openRepository(destination, options, context.io);
  try {
    for (const archive of archives) {
      try {
        await convertOne(archive, destination, target, options, context);
      } catch (error) {
        const known = toThawError(error);
        if (archives.length === 1 || known.kind === 'cancelled') throw error;
        context.output.error(error);
        process.exitCode ??= EXIT_CODES[known.kind];
      }
    }
  } finally {
    await target.close();
  }
}

async function convertOne(
  archive: string,
  destination: Reference,
  target: Awaited<ReturnType<typeof openRepository>>,
  options: ConvertOptions,
  { io, output, signal }: Context,
): Promise<void> {
  const progress = createProgress(basename(archive), io, output);
  try {
    const result = await convert({
      archive,
      target,
      tag: destination.tag,
      layers: options.layers,
      compression: options.compression,
      engine: options.engine,
      allow: new Set(options.allow),
      replaceTag: options.replaceTag,
      signal,
      onProgress: ({ bytes, total }) => progress.update(bytes, total),
    });
    progress.stop();
    const reference = formatReference({ ...destination, tag: result.tag, digest: result.digest });
    for (const warning of result.warnings) output.warn(warning);
    output.note(summary(archive, result));
    output.result(reference, { archive, reference, ...result });
  } finally {
    progress.stop();
  }
}

function summary(archive: string, { existed, layers, bytes, seconds }: ConversionResult): string {
  const total = Object.values(seconds).reduce((sum, phase) => sum + phase, 0);
  if (existed) return `${basename(archive)}: was there already, the same image; nothing was sent`;
  const rate = humanRate(bytes, total);
  return `${basename(archive)}: ${humanBytes(bytes)} in ${count(layers.length, 'layer')}, ${humanSeconds(total)}, ${rate}`;
}

function oneTag(to: string, archives: number): ThawError {
  return new ThawError('USAGE', {
    message: `${to} is one tag, and ${archives} archives are to be converted`,
    next: 'leave out the tag: each image gets the name of its archive',
    facts: { to, archives },
  });
}
