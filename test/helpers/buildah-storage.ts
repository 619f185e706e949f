import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A storage for buildah that is this process's own. */
export interface BuildahStorage {
  /** Where temporary files of this process and of buildah go. */
  readonly temporary: string;
  /** Runs buildah in it. */
  run(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Points this process's environment, and with it every buildah that it starts, to a storage in a temporary folder. */
export async function useBuildahStorage(): Promise<BuildahStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'thaw-test-'));
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const paths = { graphroot: join(folder, 'graph'), runroot: join(folder, 'run') };
  const lines = Object.entries({ driver: 'vfs', ...paths }).map(([key, value]) => `${key} = "${value}"\n`);
  await writeFile(join(folder, 'storage.conf'), `[storage]\n${lines.join('')}`);
  Object.assign(process.env, {
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    BUILDAH_ISOLATION: 'chroot',
    TMPDIR: temporary,
  });
  return {
    temporary,
    run: async (...args) => (await execa('buildah', args)).stdout,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
