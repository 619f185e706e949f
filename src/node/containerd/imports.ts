import { basename, dirname, join, resolve } from 'node:path';
import { parseToml } from '../toml.ts';
import type { ContainerdConfig } from './config.ts';

/** The folder from which containerd's generated configuration imports drop-ins. */
export const USUAL_FOLDER = '/etc/containerd/conf.d';

/**
 * The folder from which the main file imports drop-ins; undefined where it imports none. The list in the dump does not
 * tell: it names the usual folder even where the main file does not, and then nothing is read from there (containerd
 * 2.3.7, cmd/containerd/command/config.go and server/config/config.go). A path that is not absolute stands beside the
 * main file.
 */
export function dropInFolder({ file, text }: Pick<ContainerdConfig, 'file' | 'text'>): string | undefined {
  const patterns = importsOf(text, file).map((pattern) => resolve(dirname(file), pattern));
  return patterns.filter(takesDropIns).map((pattern) => dirname(pattern))[0];
}

/** What the main file imports, as it is written there. */
export function importsOf(text: string | undefined, file: string): string[] {
  const imports = text === undefined ? [] : parseToml(text, file)['imports'];
  return Array.isArray(imports) ? imports.filter((pattern) => typeof pattern === 'string') : [];
}

/** The line that makes containerd read drop-ins from the usual folder. */
export function importLine(before: readonly string[] = []): string {
  const list = [...before, join(USUAL_FOLDER, '*.toml')].map((pattern) => JSON.stringify(pattern));
  return `imports = [${list.join(', ')}]`;
}

function takesDropIns(pattern: string): boolean {
  return ['*', '*.toml'].includes(basename(pattern)) && !/[*?[\\]/.test(dirname(pattern));
}
