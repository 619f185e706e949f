import type { Command } from 'commander';
import { type Host, hostAt } from '../../node/host/host.ts';
import { addOutputOptions, type OutputOptions } from '../options.ts';
import { parseDuration } from '../quantity.ts';

/** Options that every command about a node has. */
export interface NodeOptions extends OutputOptions {
  readonly root: string;
  readonly socket?: string;
  readonly labelNode?: string;
}

/** Adds them. */
export function addNodeOptions(command: Command): Command {
  return addOutputOptions(
    command
      .option('--root <folder>', "where the node's root is mounted", '/')
      .option('--socket <path>', "the runtime's socket (default: where the node's kubelet looks)")
      .option('--label-node <name>', 'label this node of the cluster; in a pod, with its service account'),
  );
}

/** Adds --restart and --force. */
export function addChangeOptions(command: Command, force: string): Command {
  return command.option('--restart', 'restart the runtime; containers live on').option('--force', force);
}

/** Adds --every. */
export function addEveryOption(command: Command): Command {
  return command.option('--every <duration>', 'do it again and again, until stopped', parseDuration);
}

/** The node that the options name. */
export function hostOf({ root }: NodeOptions): Host {
  return hostAt(root);
}
