import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import type { ExecutionContext } from 'ava';

const ROOT = new URL('../fixtures/', import.meta.url).pathname;
const POD = '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111';

/** The real archives by the name that tests use; see test/fixtures/README.md. */
export const FIXTURES = {
  'crio/counter': 'crio/3476063c-4cce-43fc-b03f-6276aa26e6f1-counter-20261122-065828.tar',
  'crio/web': `crio/${POD}-web-20261122-070311.tar`,
  'crio/web-sidecar': `crio/${POD}-web-sidecar-20261122-070311.tar`,
  'crio-1.37/web': 'crio-1.37/web.tar',
  'crio-1.37/web-sidecar': 'crio-1.37/web-sidecar.tar',
  'containerd/web': 'containerd/web.tar',
  'containerd/web-sidecar': 'containerd/web-sidecar.tar',
  'podman/counter': 'podman/podman-counter.tar',
  'podman/counter.gz': 'podman/podman-counter.tar.gz',
  'podman/counter.zst': 'podman/podman-counter.tar.zst',
} as const;

export type FixtureName = keyof typeof FIXTURES;

/** The path of a real archive. Read only: copy it to a temporary folder before changing it. */
export function fixturePath(name: FixtureName): string {
  return join(ROOT, FIXTURES[name]);
}

/** Unpacks the 46 MiB archive `cache` into a folder, under its own file name; gives its path. */
export async function unpackCache(folder: string): Promise<string> {
  const file = `${POD}-cache-20261122-070312.tar`;
  const path = join(folder, file);
  await pipeline(createReadStream(join(ROOT, 'crio', `${file}.zst`)), createZstdDecompress(), createWriteStream(path));
  return path;
}

/** A temporary folder that is gone when the test ends. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'thaw-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
