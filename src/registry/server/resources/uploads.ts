import { type Algorithm, type Digest, splitDigest } from '../../../oci/digest.ts';
import { bodyOf, type Exchange, send } from '../exchange.ts';
import type { RouteOf } from '../route.ts';
import { blobCreated, describeUpload } from './answers.ts';

/** `POST /v2/<name>/blobs/uploads/`: begins a session, takes a whole blob, or mounts one from another repository. */
export async function uploads(exchange: Exchange, route: RouteOf<'uploads'>): Promise<void> {
  const { repository, digest, mount, from, algorithm } = route;
  if (mount !== undefined && (await isMounted(exchange, repository, mount, from)))
    return blobCreated(exchange, repository, mount);
  if (digest !== undefined && mount === undefined) return takeWhole(exchange, repository, digest);
  const session = await exchange.store.uploads.begin(repository, algorithm ?? algorithmOf(mount));
  send(exchange, 202, describeUpload(session));
}

/** Without `from`, any repository that has the blob will do. */
async function isMounted({ store }: Exchange, repository: string, digest: Digest, from?: string): Promise<boolean> {
  const found = from === undefined ? await isAnywhere(store, digest) : await store.blobs.claim(from, digest);
  if (found === undefined || found === false) return false;
  await store.blobs.link(repository, digest);
  return true;
}

async function isAnywhere({ blobs, repositories }: Exchange['store'], digest: Digest): Promise<boolean> {
  if ((await blobs.storedSize(digest)) === undefined) return false;
  for await (const repository of repositories.walk()) {
    if ((await blobs.claim(repository, digest)) !== undefined) return true;
  }
  return false;
}

/** A body that breaks off leaves nothing: there was no session that a client could go on with. */
async function takeWhole(exchange: Exchange, repository: string, digest: Digest): Promise<void> {
  const { uploads: sessions } = exchange.store;
  const session = await sessions.begin(repository, algorithmOf(digest));
  try {
    const appended = await session.append(bodyOf(exchange));
    if (appended.accepted && appended.broken !== undefined) throw appended.broken.error;
    await sessions.finish(session, digest);
  } finally {
    await sessions.cancel(repository, session.id);
  }
  blobCreated(exchange, repository, digest);
}

function algorithmOf(digest: Digest | undefined): Algorithm {
  return digest === undefined ? 'sha256' : splitDigest(digest).algorithm;
}
