import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../src/oci/digest.ts';

/**
 * What is wrong with a data folder, seen with nothing but the file system: a tag, a link or a manifest that names what is
 * not there, and a blob whose bytes are not what its digest says. Nothing where all is well.
 */
export async function faultsInDataFolder(root: string): Promise<string[]> {
  const registry = join(root, 'docker/registry/v2');
  const blobs = new Map<string, Buffer>();
  const faults: string[] = [];
  for (const file of await filesBelow(join(registry, 'blobs'))) {
    const [algorithm, , hex, name] = file.split('/');
    const bytes = await readFile(join(registry, 'blobs', file));
    const found = digestOf(bytes, algorithm === 'sha512' ? 'sha512' : 'sha256');
    if (name !== 'data' || found !== `${algorithm}:${hex}`) faults.push(`${file} has the digest ${found}`);
    blobs.set(found, bytes);
  }
  const links = new Map<string, string>();
  for (const file of await filesBelow(join(registry, 'repositories'))) {
    if (file.endsWith('/link')) links.set(file, await readFile(join(registry, 'repositories', file), 'utf8'));
  }
  for (const [file, digest] of links) faults.push(...faultsOfLink(file, digest, links, blobs));
  return faults;
}

function faultsOfLink(
  file: string,
  digest: string,
  links: ReadonlyMap<string, string>,
  blobs: ReadonlyMap<string, Buffer>,
): string[] {
  const [, repository, kind] = /^(.*)\/(_layers|_manifests\/revisions|_manifests\/tags|_referrers)\//.exec(file) ?? [];
  const bytes = blobs.get(digest);
  if (kind === '_referrers') return []; // a note may outlive its manifest
  if (bytes === undefined) return [`${file} names ${digest}, which is not there`];
  if (kind === '_layers') return [];
  const named = kind === '_manifests/tags' ? revision(digest) : blobsOf(bytes).map(layer).join('\n');
  return named
    .split('\n')
    .filter((path) => path !== '' && !links.has(`${repository}/${path}`) && !file.includes('/index/'))
    .map((path) => `${file} needs ${path}, which is not there`);
}

function revision(digest: string): string {
  return `_manifests/revisions/${digest.replace(':', '/')}/link`;
}

function layer(digest: string): string {
  return `_layers/${digest.replace(':', '/')}/link`;
}

function blobsOf(manifest: Buffer): Digest[] {
  const { config, layers } = JSON.parse(manifest.toString());
  return [config, ...layers].map(({ digest }) => digest);
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = await Promise.all(names.map(async (name) => ((await stat(join(folder, name))).isFile() ? [name] : [])));
  return files.flat();
}
