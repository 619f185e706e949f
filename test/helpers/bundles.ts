import { readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { x } from 'tar';
import type { BundleConfig, BundleMount } from '../../src/runtime/bundle/config.ts';
import { type FixtureName, fixturePath, temporaryFolder } from './fixtures.ts';

const ROOT = new URL('../fixtures/bundles/', import.meta.url).pathname;

/** Bundles that real engines made; see test/fixtures/README.md. */
export type BundleName = 'containerd-2.3/container' | 'containerd-2.3/sandbox' | 'cri-o-1.37/container';

/** The config.json of a recorded bundle. */
export function recordedConfig(name: BundleName): BundleConfig {
  return JSON.parse(readFileSync(join(ROOT, name, 'config.json'), 'utf8'));
}

/** The arguments with which the engine called runc for it. */
export function recordedArguments(name: BundleName): string[] {
  return readFileSync(join(ROOT, name, 'create.argv'), 'utf8')
    .trimEnd()
    .split('\n');
}

/** A container's bundle on this machine, with a root, and a checkpoint as its image volume. */
export interface MadeBundle {
  readonly folder: string;
  readonly root: string;
  /** The folder in which the checkpoint image is mounted. */
  readonly image: string;
  /** The kubelet's folder of the pod. */
  readonly pod: string;
  readonly config: BundleConfig;
  /** Writes the config anew. */
  readonly write: (change: (config: BundleConfig) => BundleConfig) => Promise<void>;
}

/**
 * The recorded bundle of containerd, moved to folders of this test: its image volume holds the archive, its root two files
 * of a base image, and the mounts' sources are there.
 */
export async function madeBundle(t: ExecutionContext, archive: FixtureName = 'containerd/web'): Promise<MadeBundle> {
  const top = await temporaryFolder(t);
  const [folder, root, pod] = ['bundle', 'bundle/rootfs', 'kubelet/pods/6fce1a66-6338-438f-b0c8-92f56afdd605'].map(
    (name) => join(top, name),
  ) as [string, string, string];
  const recorded = saysNothing(recordedConfig('containerd-2.3/container'));
  const moved = (mount: BundleMount): BundleMount =>
    mount.source?.startsWith('/')
      ? { ...mount, source: join(top, mount.source.replace('/var/lib/kubelet', '/kubelet')) }
      : mount;
  const config = { ...recorded, root: { path: 'rootfs' }, mounts: (recorded.mounts ?? []).map(moved) };
  const image = sourceAt(config, '/.thaw/checkpoint');
  for (const path of [join(root, 'etc'), join(root, 'tmp'), image, pod]) await mkdir(path, { recursive: true });
  for (const path of ['/etc/hostname', '/etc/hosts'])
    await mkdir(join(sourceAt(config, path), '..'), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
  await x({ file: fixturePath(archive), cwd: image, preserveOwner: true });
  const write = async (change: (config: BundleConfig) => BundleConfig): Promise<void> => {
    await writeFile(join(folder, 'config.json'), JSON.stringify(change(config)));
  };
  await write((same) => same);
  return { folder, root, image, pod, config, write };
}

/** The recorded containers want to start cold. */
function saysNothing(config: BundleConfig): BundleConfig {
  const env = (config.process?.env ?? []).filter((line) => !line.startsWith('THAW_'));
  return { ...config, process: { ...config.process, env } };
}

/** Where a bundle's mount at a path comes from. */
export function sourceAt({ mounts = [] }: BundleConfig, path: string): string {
  return mounts.find(({ destination }) => destination === path)?.source ?? '';
}

/** A bundle's config with other mounts. */
export function withMounts(
  config: BundleConfig,
  change: (mounts: readonly BundleMount[]) => BundleMount[],
): BundleConfig {
  return { ...config, mounts: change(config.mounts ?? []) };
}

/** A bundle's config whose container has these variables beside its own. */
export function withVariables(config: BundleConfig, variables: Readonly<Record<string, string>>): BundleConfig {
  const env = [...(config.process?.env ?? []), ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)];
  return { ...config, process: { ...config.process, env } };
}

/** The same checkpoint once more, in another folder. */
export async function copyOf(t: ExecutionContext, image: string): Promise<string> {
  const folder = await temporaryFolder(t);
  await cp(image, folder, { recursive: true });
  return folder;
}

/** A file's text, or undefined where there is none. */
export async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
