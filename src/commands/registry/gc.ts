import type { Command } from 'commander';
import { type Collected, collectGarbage } from '../../registry/storage/gc/collect.ts';
import { type Context, runAction } from '../action.ts';
import { count, humanBytes } from '../human.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRootOption, examples, type OutputOptions } from '../options.ts';
import { addRuleOptions, collectOptions, type RuleOptions } from './collect-options.ts';
import { decisionLines, shortfall } from './decisions.ts';
import { openData } from './open-data.ts';

interface GcOptions extends OutputOptions, RuleOptions {
  readonly root?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** Adds `thaw registry gc`. */
export function addGc(registry: Command, io: Io): void {
  const command = registry
    .command('gc')
    .description('free the disk of what no tag needs, while the registry runs; with rules, remove old images first');
  addRuleOptions(command)
    .option('--dry-run', 'say what would go and why, and remove nothing')
    .option('--force', 'collect although another program seems to write into the folder');
  addOutputOptions(addRootOption(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw registry gc', 'Free what overwritten and removed tags have left'],
        ['thaw registry gc --keep-last 3 --max-size 100GiB --keep "golden-*" --dry-run', 'See what rules would remove'],
      ),
    )
    .action((options: GcOptions) => runAction(io, options, (context) => gc(options, context)));
}

async function gc(options: GcOptions, { io, output, signal }: Context): Promise<void> {
  const { dryRun = false, force } = options;
  const store = await openData(options, io);
  const collected = await collectGarbage(store, { ...collectOptions(options), dryRun, force, signal });
  for (const line of decisionLines(collected.retention, dryRun)) output.note(line);
  for (const { repository, digest } of collected.unreadable) {
    output.note(`${repository}@${digest} cannot be read, so all blobs of ${repository} stay; run thaw registry verify`);
  }
  output.result(summary(collected, dryRun), dataOf(collected, dryRun));
}

function summary(collected: Collected, dryRun: boolean): string {
  const { bytes, blobs, manifests, sessions, waiting, retention } = collected;
  const removed = [count(blobs, 'blob'), count(manifests, 'manifest'), count(sessions.length, 'upload session')];
  const young = waiting > 0 ? [`${humanBytes(waiting)} more ${dryRun ? 'is' : 'was'} used too lately`] : [];
  const over = shortfall(retention);
  const freed = `${dryRun ? 'would free' : 'freed'} ${humanBytes(bytes)}: ${removed.join(', ')}`;
  return [freed, ...young, ...over].join('\n');
}

function dataOf(collected: Collected, dryRun: boolean) {
  const { bytes, blobs, manifests, layers, sessions, waiting, unreadable, retention } = collected;
  return {
    dryRun,
    freed: { bytes, blobs, manifests, links: layers, sessions: sessions.length },
    waiting,
    unreadable,
    images: retention.decisions.map(({ image, keep, why }) => ({
      repository: image.repository,
      tags: image.tags,
      digest: image.digest,
      container: image.container ?? null,
      made: new Date(image.made).toISOString(),
      keep,
      why,
      pinned: image.pinned ?? null,
    })),
    bytes: retention.bytes,
    over: retention.over,
  };
}
