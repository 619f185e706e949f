import { RegistryError } from './errors.ts';
import type { Limits } from './limits.ts';

interface Entry {
  readonly client: string;
  touchedAt: number;
}

/** Counts the upload sessions that are open, in all and for each client. */
export class SessionLedger {
  readonly #limits: Limits;
  readonly #entries = new Map<string, Entry>();
  readonly #ofClient = new Map<string, number>();
  #beginning = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Sessions that count now. */
  get open(): number {
    return this.#entries.size;
  }

  /** Begins a session for a client, unless there are too many: TOOMANYREQUESTS with Retry-After. */
  async begin<Session extends { readonly id: string }>(client: string, make: () => Promise<Session>): Promise<Session> {
    this.#forgetIdle();
    this.#refuseTooMany(client);
    this.#beginning += 1;
    this.#count(client, 1);
    try {
      const session = await make();
      this.#entries.set(session.id, { client, touchedAt: performance.now() });
      return session;
    } catch (error) {
      this.#count(client, -1);
      throw error;
    } finally {
      this.#beginning -= 1;
    }
  }

  /** A session is in use. */
  touch(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.touchedAt = performance.now();
  }

  /** A session is finished, cancelled, or was found to be gone. */
  end(id: string): void {
    const entry = this.#entries.get(id);
    if (!this.#entries.delete(id) || entry === undefined) return;
    this.#count(entry.client, -1);
  }

  #refuseTooMany(client: string): void {
    const { sessions, sessionsPerClient } = this.#limits;
    if (this.#entries.size + this.#beginning >= sessions) throw tooMany({ limit: sessions, of: 'all clients' });
    if ((this.#ofClient.get(client) ?? 0) >= sessionsPerClient)
      throw tooMany({ limit: sessionsPerClient, of: 'one client' });
  }

  #count(client: string, change: number): void {
    const count = (this.#ofClient.get(client) ?? 0) + change;
    if (count === 0) this.#ofClient.delete(client);
    else this.#ofClient.set(client, count);
  }

  #forgetIdle(): void {
    const before = performance.now() - this.#limits.sessionIdleMs;
    for (const [id, { touchedAt }] of this.#entries) if (touchedAt < before) this.end(id);
  }
}

/** Seconds after which a client may try again. */
const RETRY_AFTER = '5';

function tooMany(detail: { limit: number; of: string }): RegistryError {
  const details = [{ reason: 'too many upload sessions are open', ...detail }];
  return new RegistryError('TOOMANYREQUESTS', { details, headers: { 'Retry-After': RETRY_AFTER } });
}
