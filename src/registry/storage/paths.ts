import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ThawError } from '../../errors.ts';
import { type Digest, isDigest, splitDigest } from '../../oci/digest.ts';
import { isRepository, isTag } from '../../oci/reference.ts';

/**
 * Every path below the root, drawn once. What stands below `docker/` is CNCF Distribution's format, as its 2.8 and 3.x
 * read and write it; `_referrers` and `mediatype` are ours and stand where it does not look. A link file holds a digest
 * and no newline. Names never begin with `_`, so a repository cannot be mistaken for one of the folders inside another.
 *
 * ```
 * <root>
 * ├── docker/registry/v2
 * │   ├── blobs/<algorithm>/<first 2 hex>/<hex>/data
 * │   └── repositories/<repository>
 * │       ├── _layers/<algorithm>/<hex>/link                      blobs of the repository, configs too
 * │       ├── _manifests
 * │       │   ├── revisions/<algorithm>/<hex>/link                manifests of the repository
 * │       │   ├── revisions/<algorithm>/<hex>/mediatype           only where the manifest itself does not say it
 * │       │   └── tags/<tag>
 * │       │       ├── current/link                                what the tag names
 * │       │       └── index/<algorithm>/<hex>/link                what it has named
 * │       ├── _referrers/<subject's algorithm>/<subject's hex>/<algorithm>/<hex>/link
 * │       └── _uploads/<uuid>/{data,startedat}
 * └── thaw
 *     ├── tmp/<uuid>                                              files that are not whole yet
 *     ├── aside/<uuid>/<path below the root>                      what is being removed and may yet be put back
 *     ├── quarantine/<algorithm>/<hex>/<uuid>                     blobs whose bytes are not what their digest says
 *     └── gc.lock, gc.lock.<16 hex>                               who collects garbage, and who takes over from a dead one
 * ```
 *
 * No text reaches the file system unless it is a legal repository, tag, digest or session id: REFERENCE_INVALID.
 */
export class StoragePaths {
  readonly root: string;
  readonly temporary: string;
  readonly aside: string;
  readonly quarantine: string;
  readonly gcLock: string;
  readonly blobs: string;
  readonly repositories: string;

  constructor(root: string) {
    this.root = root;
    this.temporary = join(root, 'thaw', 'tmp');
    this.aside = join(root, 'thaw', 'aside');
    this.quarantine = join(root, 'thaw', 'quarantine');
    this.gcLock = join(root, 'thaw', 'gc.lock');
    this.blobs = join(root, 'docker', 'registry', 'v2', 'blobs');
    this.repositories = join(root, 'docker', 'registry', 'v2', 'repositories');
  }

  /** The bytes of a blob or manifest. */
  blobData(digest: Digest): string {
    const { algorithm, hex } = splitDigest(legalDigest(digest));
    return join(this.blobs, algorithm, hex.slice(0, 2), hex, 'data');
  }

  repository(repository: string): string {
    if (!isRepository(repository)) throw illegal('repository name', repository);
    return join(this.repositories, repository);
  }

  /** The folder that lists, algorithm by algorithm, the blobs that a repository has. */
  layers(repository: string): string {
    return join(this.repository(repository), '_layers');
  }

  layerLink(repository: string, digest: Digest): string {
    return join(this.layers(repository), ...parts(digest), 'link');
  }

  /** The folder that lists, algorithm by algorithm, the manifests that a repository has. */
  revisions(repository: string): string {
    return join(this.repository(repository), '_manifests', 'revisions');
  }

  revisionLink(repository: string, digest: Digest): string {
    return join(this.revisions(repository), ...parts(digest), 'link');
  }

  mediaType(repository: string, digest: Digest): string {
    return join(this.revisions(repository), ...parts(digest), 'mediatype');
  }

  tags(repository: string): string {
    return join(this.repository(repository), '_manifests', 'tags');
  }

  tag(repository: string, tag: string): string {
    if (!isTag(tag)) throw illegal('tag', tag);
    return join(this.tags(repository), tag);
  }

  tagCurrent(repository: string, tag: string): string {
    return join(this.tag(repository, tag), 'current', 'link');
  }

  /** The folder that lists, algorithm by algorithm, the manifests that a tag has named. */
  tagHistory(repository: string, tag: string): string {
    return join(this.tag(repository, tag), 'index');
  }

  tagIndex(repository: string, tag: string, digest: Digest): string {
    return join(this.tagHistory(repository, tag), ...parts(digest), 'link');
  }

  /** The folder of the subjects, as the folders of `referrers` are below it. */
  subjects(repository: string): string {
    return join(this.repository(repository), '_referrers');
  }

  /** The folder that lists, algorithm by algorithm, the manifests whose subject is this digest. */
  referrers(repository: string, subject: Digest): string {
    return join(this.subjects(repository), ...parts(subject));
  }

  referrerLink(repository: string, subject: Digest, referrer: Digest): string {
    return join(this.referrers(repository, subject), ...parts(referrer), 'link');
  }

  uploads(repository: string): string {
    return join(this.repository(repository), '_uploads');
  }

  upload(repository: string, id: string): string {
    if (!isSessionId(id)) throw illegal('upload session', id);
    return join(this.uploads(repository), id);
  }

  uploadData(repository: string, id: string): string {
    return join(this.upload(repository, id), 'data');
  }
}

/** Where a damaged blob is moved to; each time another place. */
export function quarantined(paths: StoragePaths, digest: Digest): string {
  return join(paths.quarantine, ...parts(digest), randomUUID());
}

/** Whether a text is a session id as this registry and Distribution make them: a lower-case UUID. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

function parts(digest: Digest): [string, string] {
  const { algorithm, hex } = splitDigest(legalDigest(digest));
  return [algorithm, hex];
}

function legalDigest(digest: Digest): Digest {
  if (!isDigest(digest)) throw illegal('digest', digest);
  return digest;
}

function illegal(what: string, text: string): ThawError {
  return new ThawError('REFERENCE_INVALID', {
    message: `"${text}" is no ${what}`,
    next: 'write names, tags and digests as the OCI distribution specification has them',
    facts: { what, text },
  });
}
