import { type Algorithm, type Digest, splitDigest } from '../../../oci/digest.ts';
import type { UploadSession } from '../../storage/upload-session.ts';
import { blobBody } from '../blob-body.ts';
import { clientOf, type Exchange, send } from '../exchange.ts';
import type { RouteOf } from '../route.ts';
import { blobCreated, describeUpload } from './answers.ts';

/** `POST /v2/<name>/blobs/uploads/`: begins a session, takes a whole blob, or mounts one from another repository. */
export async function uploads(exchange: Exchange, route: RouteOf<'uploads'>): Promise<void> {
  const { repository, digest, mount, from, algorithm } = route;
  if (mount !== undefined && (await isMounted(exchange, repository, mount, from)))
    return blobCreated(exchange, repository, mount);
  if (digest !== undefined && mount === undefined) return takeWhole(exchange, repository, digest);
  const session = await begin(exchange, repository, algorithm ?? algorithmOf(mount));
  send(exchange, 202, describeUpload(session));
}

/** Without `from`, any repository will do that has the blob. One that the caller may not read is as if it had not. */
async function isMounted(exchange: Exchange, repository: string, digest: Digest, from?: string): Promise<boolean> {
  const { store, caller } = exchange;
  if (from !== undefined && !caller.may('pull', from)) return false;
  const found = from === undefined ? await isAnywhere(exchange, digest) : await store.blobs.claim(from, digest);
  if (found === undefined || found === false) return false;
  await store.blobs.link(repository, digest);
  return true;
}

async function isAnywhere({ store, caller }: Exchange, digest: Digest): Promise<boolean> {
  const { blobs, repositories } = store;
  if ((await blobs.storedSize(digest)) === undefined) return false;
  for await (const repository of repositories.walk()) {
    if (caller.may('pull', repository) && (await blobs.claim(repository, digest)) !== undefined) return true;
  }
  return false;
}

/** A body that breaks off leaves nothing: there was no session that a client could go on with. */
async function takeWhole(exchange: Exchange, repository: string, digest: Digest): Promise<void> {
  const { uploads: sessions } = exchange.store;
  const session = await begin(exchange, repository, algorithmOf(digest));
  try {
    const appended = await session.append(blobBody(exchange, 0));
    if (appended.accepted && appended.broken !== undefined) throw appended.broken.error;
    await sessions.finish(session, digest);
  } finally {
    await sessions.cancel(repository, session.id);
    exchange.sessions.end(session.id);
  }
  blobCreated(exchange, repository, digest);
}

/** TOOMANYREQUESTS where too many sessions are open. */
function begin(exchange: Exchange, repository: string, algorithm: Algorithm): Promise<UploadSession> {
  const { sessions, store } = exchange;
  return sessions.begin(clientOf(exchange), () => store.uploads.begin(repository, algorithm));
}

function algorithmOf(digest: Digest | undefined): Algorithm {
  return digest === undefined ? 'sha256' : splitDigest(digest).algorithm;
}
