import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../../oci/digest.ts';
import { isTag } from '../../../oci/reference.ts';
import { linksIn, namesIn } from '../gc/folders.ts';
import { hasLink } from '../links.ts';
import { type ManifestContent, readManifest } from '../manifest-content.ts';
import type { Store } from '../store.ts';
import type { Fault } from './fault.ts';

/** Looks, and milliseconds between them, before something counts as wrong: others may be storing or removing it. */
const LOOKS = { old: { most: 2, pause: 20 }, young: { most: 8, pause: 250 } };
/** Milliseconds for which something is young: a push that is refused half-way removes what it began. */
const YOUNG = 60_000;

/** What is checked in a repository, and what is wrong there. */
export interface RepositoryCheck {
  readonly tags: number;
  readonly manifests: number;
  readonly faults: readonly Fault[];
}

/** Checks that every tag resolves, every manifest can be read, and all that it names is in the repository. */
export async function verifyRepository(store: Store, repository: string): Promise<RepositoryCheck> {
  const faults: Fault[] = [];
  const tags = (await namesIn(store.paths.tags(repository))).filter(isTag);
  for (const tag of tags) faults.push(...(await lasting(() => checkTag(store, repository, tag), LOOKS.young)));
  const manifests = await linksIn(store.paths.revisions(repository));
  for (const [digest, { touched }] of manifests) {
    const looks = Date.now() - touched < YOUNG ? LOOKS.young : LOOKS.old;
    faults.push(...(await lasting(() => checkManifest(store, repository, digest), looks)));
  }
  return { tags: tags.length, manifests: manifests.size, faults };
}

/** What a check finds each time that it looks. */
async function lasting(check: () => Promise<Fault[]>, { most, pause }: typeof LOOKS.old): Promise<Fault[]> {
  let found = await check();
  for (let look = 1; look < most && found.length > 0; look += 1) {
    await sleep(pause);
    const again = new Set((await check()).map((fault) => JSON.stringify(fault)));
    found = found.filter((fault) => again.has(JSON.stringify(fault)));
  }
  return found;
}

async function checkTag({ tags, manifests, paths }: Store, repository: string, tag: string): Promise<Fault[]> {
  const digest = await tags.read(repository, tag);
  if (digest === undefined) {
    const isThere = await hasLink(paths.tagCurrent(repository, tag));
    return isThere ? [{ kind: 'tag-unreadable', repository, tag }] : [];
  }
  if (await manifests.has(repository, digest)) return []; // its bytes are checked with the manifests
  const still = (await tags.read(repository, tag)) === digest;
  return still ? [{ kind: 'tag-dangling', repository, tag, digest }] : [];
}

async function checkManifest(store: Store, repository: string, digest: Digest): Promise<Fault[]> {
  const faults = await faultsOf(store, repository, digest);
  // Garbage loses its link first, so what is missing of a manifest without one is no fault.
  return faults.length > 0 && (await store.manifests.has(repository, digest)) ? faults : [];
}

async function faultsOf(store: Store, repository: string, digest: Digest): Promise<Fault[]> {
  const bytes = await store.blobs.read(digest);
  if (bytes === undefined) return [{ kind: 'manifest-missing', repository, digest }];
  const content = readManifest(bytes);
  if (typeof content === 'string') return [{ kind: 'manifest-invalid', repository, digest, why: content }];
  const missing = await missingOf(store, repository, content);
  return missing.map((one) => ({ kind: 'content-missing', repository, digest, missing: one }));
}

/** As Manifests.missing, but it claims nothing: whoever only looks must not keep garbage alive. */
async function missingOf({ blobs, manifests }: Store, repository: string, content: ManifestContent): Promise<Digest[]> {
  const missing: Digest[] = [];
  for (const digest of new Set(content.blobs)) {
    if ((await blobs.size(repository, digest)) === undefined) missing.push(digest);
  }
  for (const digest of new Set(content.manifests)) {
    if (!(await manifests.has(repository, digest))) missing.push(digest);
  }
  return missing;
}
