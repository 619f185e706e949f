import { type Digest, digestOf, splitDigest } from '../../../oci/digest.ts';
import { type ManifestContent, readManifest } from '../manifest-content.ts';
import type { Store } from '../store.ts';
import { type FileFacts, linksIn } from './folders.ts';
import { type SessionFacts, sessionsOf } from './sessions.ts';

/** What one repository holds. */
export interface RepositorySurvey {
  readonly repository: string;
  /** Each tag and what it names. */
  readonly tags: ReadonlyMap<string, Digest>;
  readonly manifests: ReadonlyMap<Digest, SurveyedManifest>;
  /** The blobs that the repository has, with the facts of their links. */
  readonly layers: ReadonlyMap<Digest, FileFacts>;
  readonly sessions: readonly SessionFacts[];
}

export interface SurveyedManifest {
  readonly link: FileFacts;
  /** What it names; undefined where its bytes are missing or damaged, so that nobody can tell. */
  readonly content: ManifestContent | undefined;
}

/**
 * Looks at one repository. Tags come first: a manifest is linked before it is tagged, so the manifest of every tag that is
 * seen is seen as well.
 */
export async function surveyRepository(store: Store, repository: string): Promise<RepositorySurvey> {
  const { paths } = store;
  const sessions = await sessionsOf(paths, repository);
  const tags = await tagsOf(store, repository);
  const manifests = new Map<Digest, SurveyedManifest>();
  for (const [digest, link] of await linksIn(paths.revisions(repository))) {
    manifests.set(digest, { link, content: await contentOf(store, digest) });
  }
  return { repository, tags, manifests, layers: await linksIn(paths.layers(repository)), sessions };
}

async function tagsOf({ tags }: Store, repository: string): Promise<Map<string, Digest>> {
  const named = new Map<string, Digest>();
  for (const tag of (await tags.list(repository)).tags) {
    const digest = await tags.read(repository, tag);
    if (digest !== undefined) named.set(tag, digest);
  }
  return named;
}

async function contentOf({ blobs }: Store, digest: Digest): Promise<ManifestContent | undefined> {
  const bytes = await blobs.read(digest);
  if (bytes === undefined || digestOf(bytes, splitDigest(digest).algorithm) !== digest) return undefined;
  const content = readManifest(bytes);
  return typeof content === 'string' ? undefined : content;
}
