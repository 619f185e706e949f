import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** What builds it. */
const BUILD = new URL('../../scripts/executable/main.ts', import.meta.url).pathname;

/** thaw as one executable file, made from the source as it stands. */
export interface Executable {
  readonly path: string;
  /** What the build said: the path and the size. */
  readonly said: string;
  remove(): Promise<void>;
}

/** Makes the executable in a temporary folder. */
export async function buildExecutable(): Promise<Executable> {
  const folder = await mkdtemp(join(tmpdir(), 'thaw-executable-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'thaw');
    const { stdout } = await execa(process.execPath, [BUILD, '--output', path]);
    return { path, said: stdout, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
