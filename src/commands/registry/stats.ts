import type { Command } from 'commander';
import { type Amount, type Stats, statsOf } from '../../registry/storage/stats.ts';
import { type Context, runAction } from '../action.ts';
import { humanBytes } from '../human.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRootOption, examples, type OutputOptions } from '../options.ts';
import { renderTree } from '../tree.ts';
import { addRuleOptions, collectOptions, type RuleOptions } from './collect-options.ts';
import { openData } from './open-data.ts';

interface StatsOptions extends OutputOptions, RuleOptions {
  readonly root?: string;
}

/** Adds `thaw registry stats`. */
export function addStats(registry: Command, io: Io): void {
  const command = registry
    .command('stats')
    .description('count what the data folder holds, and what "thaw registry gc" with the same rules would free');
  addRuleOptions(command);
  addOutputOptions(addRootOption(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw registry stats', 'What is there, and how much of it is garbage'],
        ['thaw registry stats --keep-last 3 --json', 'What a rule would free, as JSON'],
      ),
    )
    .action((options: StatsOptions) => runAction(io, options, (context) => stats(options, context)));
}

async function stats(options: StatsOptions, { io, output, signal }: Context): Promise<void> {
  const store = await openData(options, io);
  const found = await statsOf(store, { ...collectOptions(options), signal });
  output.result(renderTree(treeOf(store.root, found), io.stdout), found);
}

function treeOf(root: string, stats: Stats) {
  const line = (label: string, value: string) => ({ label, value });
  return {
    label: root,
    children: [
      line('repositories', stats.repositories.toLocaleString('en')),
      line('tags', stats.tags.toLocaleString('en')),
      line('manifests', stats.manifests.toLocaleString('en')),
      line('blobs', amountText(stats.blobs)),
      line('upload sessions', amountText(stats.sessions)),
      line('quarantined', amountText(stats.quarantined)),
      line('garbage', amountText(stats.garbage)),
      line('garbage, but young', humanBytes(stats.waiting)),
    ],
  };
}

function amountText({ count, bytes }: Amount): string {
  return `${count.toLocaleString('en')}, ${humanBytes(bytes)}`;
}
