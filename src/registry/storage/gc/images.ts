import type { Digest } from '../../../oci/digest.ts';
import type { Survey } from './survey.ts';
import type { RepositorySurvey } from './survey-repository.ts';

/** A manifest that has tags, and all that it holds. */
export interface TaggedImage {
  readonly repository: string;
  readonly digest: Digest;
  /** In ASCII order. */
  readonly tags: readonly string[];
  /** Milliseconds since 1970 at which the manifest was written or claimed last. */
  readonly pushed: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** The manifest, the manifests below it and their blobs: each digest with its bytes, as far as it is there. */
  readonly blobs: ReadonlyMap<Digest, number>;
}

/** The images of a store that have tags: by repository, then by their first tag. */
export function taggedImages({ repositories, blobs }: Survey): TaggedImage[] {
  return repositories.flatMap((survey) => {
    const sizeOf = (digest: Digest) => blobs.get(digest)?.size;
    return [...tagsByDigest(survey)].map(([digest, tags]) => {
      const manifest = survey.manifests.get(digest);
      return {
        repository: survey.repository,
        digest,
        tags,
        pushed: manifest?.link.touched ?? 0,
        annotations: manifest?.content?.annotations ?? {},
        blobs: contents(survey, digest, sizeOf),
      };
    });
  });
}

/** The bytes of an image, each blob counted once. */
export function bytesOf({ blobs }: Pick<TaggedImage, 'blobs'>): number {
  return blobs.values().reduce((sum, size) => sum + size, 0);
}

function tagsByDigest({ tags }: RepositorySurvey): Map<Digest, string[]> {
  const byDigest = new Map<Digest, string[]>();
  for (const [tag, digest] of tags) byDigest.set(digest, [...(byDigest.get(digest) ?? []), tag]);
  return byDigest;
}

function contents(
  { manifests }: RepositorySurvey,
  root: Digest,
  sizeOf: (digest: Digest) => number | undefined,
): Map<Digest, number> {
  const found = new Map<Digest, number>();
  const seen = new Set<Digest>();
  const waiting = [root];
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    const content = manifests.get(digest)?.content;
    for (const one of [digest, ...(content?.blobs ?? [])]) found.set(one, sizeOf(one) ?? 0);
    waiting.push(...(content?.manifests ?? []));
  }
  return found;
}
