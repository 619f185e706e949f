import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Options that every command with a result has. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options that say which registry, and how to reach it. */
export interface RegistryOptions {
  readonly root?: string;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly caFile?: string;
  readonly plainHttp?: boolean;
}

/** The registry name that stands for the data folder of this machine, and that nodes resolve to wherever it is served. */
export const LOCAL_REGISTRY = 'checkpoint-registry.local';

/** Where a conversion goes when nothing else is said. */
export const DEFAULT_REPOSITORY = `${LOCAL_REGISTRY}/checkpoints`;

/** Adds --json and --quiet. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as one line of JSON')
    .option('-q, --quiet', 'print nothing but the result, warnings and errors');
}

/** Adds --root. */
export function addRootOption(command: Command, io: Io): Command {
  return command.option('--root <folder>', `the embedded registry's data folder (default: ${defaultRoot(io)})`);
}

/** Adds the options by which a registry is reached. */
export function addRegistryOptions(command: Command, io: Io): Command {
  return addRootOption(command, io)
    .option('--username <name>', 'user name for the registry')
    .option('--password-stdin', 'read the password from standard input')
    .option('--ca-file <file>', "PEM file of an authority that signed the registry's certificate")
    .option('--plain-http', 'talk plain HTTP to a registry that is not on loopback');
}

/** `${XDG_DATA_HOME:-~/.local/share}/thaw/registry`. */
export function defaultRoot(io: Io): string {
  const data = io.env['XDG_DATA_HOME'];
  return join(data ? data : join(io.env['HOME'] ?? homedir(), '.local', 'share'), 'thaw', 'registry');
}

/** Examples, as they stand below a command's options in --help. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  return `\nExamples:\n${lines.map(([command, what]) => `  ${what}:\n    ${command}`).join('\n')}\n`;
}
