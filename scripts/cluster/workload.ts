import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goBuild } from './go.ts';
import { goLineOf } from './go-mod.ts';
import { isFolder, madeOnce } from './made-once.ts';
import type { Settings } from './settings.ts';
import { type Report, step } from './step.ts';

const SOURCES = fileURLToPath(new URL('workload', import.meta.url));
const PROGRAM = 'counter';

/** The path of the program that the bed freezes and wakes, built now unless it is there. Throws BuildError. */
export async function workload({ cache }: Pick<Settings, 'cache'>, report: Report): Promise<string> {
  const folder = await madeOnce(await folderOf(cache), (half) =>
    step(report, 'the workload program', () =>
      goBuild(SOURCES, ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', join(half, PROGRAM), '.']),
    ),
  );
  return join(folder, PROGRAM);
}

/** Whether it is built. */
export async function isWorkloadBuilt({ cache }: Pick<Settings, 'cache'>): Promise<boolean> {
  return isFolder(await folderOf(cache));
}

/** The oldest Go that builds it. */
export async function workloadGo(): Promise<string> {
  return goLineOf(await readFile(join(SOURCES, 'go.mod'), 'utf8'));
}

async function folderOf(cache: string): Promise<string> {
  const hash = createHash('sha256').update(process.arch);
  for (const name of (await readdir(SOURCES)).sort())
    hash.update(`\0${name}\0`).update(await readFile(join(SOURCES, name)));
  return join(cache, 'workload', hash.digest('hex').slice(0, 12));
}
