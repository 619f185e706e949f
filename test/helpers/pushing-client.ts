import { type Digest, digestOf } from '../../src/oci/digest.ts';
import { MANIFEST } from '../../src/oci/media-types.ts';
import { type Call, call, type Reply } from './call.ts';
import { EMPTY, imageManifest } from './pushes.ts';
import type { Random } from './random.ts';

/** Every client pushes it, so that many push it at once. */
const COMMON = Buffer.alloc(300_000, 'common');

/** An answer that is no success: something other than the server's end went wrong. */
class Refused extends Error {}

/** A client that pushes images one after the other, and remembers what the registry owes it. */
export class PushingClient {
  readonly repository: string;
  readonly tag: string;
  readonly #random: Random;
  /** What the tag may name: two while an answer is missing. */
  #named: ReadonlySet<Digest | undefined> = new Set([undefined]);
  /** Blobs that were answered with 201 since the client looked last. */
  readonly #blobs = new Set<Digest>();
  /** Manifests whose deletion was answered since then. */
  readonly #deleted = new Set<Digest>();
  #upload: { location: string; bytes: Buffer } | undefined;

  constructor(repository: string, tag: string, random: Random) {
    this.repository = repository;
    this.tag = tag;
    this.#random = random;
  }

  /** Pushes, moves its tag and deletes until the registry is gone; throws when it refuses something. */
  async pushUntilGone(url: string): Promise<void> {
    try {
      for (;;) await this.#pushImage(url);
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
  }

  /** Ends the upload that broke off, from where the registry stands. Gives how many bytes it had; undefined without one. */
  async goOn(url: string): Promise<number | undefined> {
    const upload = this.#upload;
    this.#upload = undefined;
    if (upload === undefined) return undefined;
    const { bytes, location } = upload;
    const { status, headers } = await call(url, { send: `GET ${location}` });
    if (status === 404) {
      await this.#pushWhole(url, bytes);
      return bytes.length;
    }
    const last = Number(/^0-(\d+)$/.exec(String(headers['range']))?.[1]);
    const from = last === 0 ? 0 : last + 1;
    if (from < bytes.length) await this.#sendChunk(url, location, bytes, from, bytes.length);
    await this.#finish(url, location, bytes);
    return from;
  }

  /** What the registry owes this client since it looked last, and does not give. */
  async unkept(url: string): Promise<string[]> {
    const { status, headers } = await call(url, { send: `GET /v2/${this.repository}/manifests/${this.tag}` });
    const named = status === 404 ? undefined : (headers['docker-content-digest'] as Digest);
    const unkept = this.#named.has(named) ? [] : [`${this.repository}:${this.tag} names ${named}`];
    this.#named = new Set([named]);
    for (const digest of this.#blobs) {
      const { body } = await call(url, { send: `GET /v2/${this.repository}/blobs/${digest}` });
      if (digestOf(body) !== digest) unkept.push(`${this.repository} has no whole ${digest}`);
    }
    for (const digest of this.#deleted) {
      const reply = await call(url, { send: `HEAD /v2/${this.repository}/manifests/${digest}` });
      if (reply.status !== 404) unkept.push(`${this.repository} has the deleted ${digest} again`);
    }
    this.#blobs.clear();
    this.#deleted.clear();
    return unkept;
  }

  async #pushImage(url: string): Promise<void> {
    const layer = this.#random.bytes(this.#random.between(1, 600_000));
    await Promise.all([this.#pushWhole(url, COMMON), this.#pushWhole(url, EMPTY), this.#pushInChunks(url, layer)]);
    const [before] = this.#named;
    const manifest = imageManifest([COMMON, layer]);
    await this.#tagged(digestOf(manifest), () => this.#putManifest(url, this.tag, manifest));
    if (this.#random.next() < 0.5) await this.#putManifest(url, 'latest', manifest);
    if (before !== undefined && this.#random.next() < 0.5) await this.#delete(url, before);
    if (this.#random.next() < 0.2) await this.#tagged(undefined, () => this.#deleteTag(url));
  }

  async #pushWhole(url: string, bytes: Buffer | string): Promise<void> {
    const send = `POST /v2/${this.repository}/blobs/uploads/?digest=${digestOf(bytes)}`;
    await this.#ask(url, 201, { send, body: bytes });
    this.#blobs.add(digestOf(bytes));
  }

  async #pushInChunks(url: string, bytes: Buffer): Promise<void> {
    const { headers } = await this.#ask(url, 202, { send: `POST /v2/${this.repository}/blobs/uploads/` });
    const location = String(headers.location);
    this.#upload = { location, bytes };
    const cut = this.#random.between(1, bytes.length);
    await this.#sendChunk(url, location, bytes, 0, cut);
    if (cut < bytes.length) await this.#sendChunk(url, location, bytes, cut, bytes.length);
    await this.#finish(url, location, bytes);
    this.#upload = undefined;
  }

  async #sendChunk(url: string, location: string, bytes: Buffer, from: number, to: number): Promise<void> {
    const headers = { 'Content-Range': `${from}-${to - 1}` };
    await this.#ask(url, 202, { send: `PATCH ${location}`, headers, body: bytes.subarray(from, to) });
  }

  async #finish(url: string, location: string, bytes: Buffer): Promise<void> {
    await this.#ask(url, 201, { send: `PUT ${location}?digest=${digestOf(bytes)}` });
    this.#blobs.add(digestOf(bytes));
  }

  async #putManifest(url: string, tag: string, body: Buffer): Promise<void> {
    const headers = { 'Content-Type': MANIFEST };
    await this.#ask(url, 201, { send: `PUT /v2/${this.repository}/manifests/${tag}`, headers, body });
  }

  async #delete(url: string, digest: Digest): Promise<void> {
    await this.#ask(url, 202, { send: `DELETE /v2/${this.repository}/manifests/${digest}` });
    this.#deleted.add(digest);
  }

  async #deleteTag(url: string): Promise<void> {
    await this.#ask(url, 202, { send: `DELETE /v2/${this.repository}/manifests/${this.tag}` });
  }

  async #tagged(digest: Digest | undefined, run: () => Promise<void>): Promise<void> {
    this.#named = new Set([...this.#named, digest]);
    await run();
    this.#named = new Set([digest]);
  }

  async #ask(url: string, wanted: number, request: Call): Promise<Reply> {
    const reply = await call(url, request);
    if (reply.status === wanted) return reply;
    throw new Refused(`${request.send} was answered with ${reply.status}: ${reply.body}`);
  }
}
