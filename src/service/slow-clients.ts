import type { IncomingMessage, ServerResponse } from 'node:http';

/** How slow a client may be. */
export interface Patience {
  /** Bytes a second that a request's body must bring on average. */
  readonly slowestBody: number;
  /** Milliseconds over which that average is taken. */
  readonly bodyWindowMs: number;
  /** Milliseconds in which a client must take some part of an answer that waits for it. */
  readonly answerWindowMs: number;
}

/** A request that is being answered, and how far its connection was at a moment when it was the client's turn. */
interface Watched {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly onSlow: (reason: string) => void;
  phase: Phase;
  bytes: number;
  since: number;
}

type Phase = 'body' | 'answer' | 'ours';

/**
 * Cuts the connections of clients that hold a request open and hardly send or take anything. Time in which they wait for
 * us, as while bytes are synced to disk, does not count.
 */
export class SlowClients {
  readonly #patience: Patience;
  readonly #watched = new Set<Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(patience: Patience) {
    this.#patience = patience;
    const tick = Math.ceil(Math.min(patience.bodyWindowMs, patience.answerWindowMs) / 4);
    this.#timer = setInterval(() => this.#look(), tick).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Watches one request until its answer ends. */
  watch(req: IncomingMessage, res: ServerResponse, onSlow: (reason: string) => void): void {
    const watched: Watched = { req, res, onSlow, phase: 'ours', bytes: 0, since: 0 };
    this.#watched.add(watched);
    res.once('close', () => this.#watched.delete(watched));
  }

  #look(): void {
    const now = performance.now();
    for (const watched of this.#watched) this.#judge(watched, now);
  }

  #judge(watched: Watched, now: number): void {
    const phase = phaseOf(watched);
    const bytes = bytesOf(watched.req, phase);
    if (phase === 'ours' || phase !== watched.phase) restart(watched, phase, bytes, now);
    else this.#compare(watched, bytes, now);
  }

  #compare(watched: Watched, bytes: number, now: number): void {
    const { slowestBody, bodyWindowMs, answerWindowMs } = this.#patience;
    const inBody = watched.phase === 'body';
    const milliseconds = now - watched.since;
    if (milliseconds < (inBody ? bodyWindowMs : answerWindowMs)) return;
    if (bytes - watched.bytes >= (inBody ? (slowestBody * milliseconds) / 1000 : 1)) {
      restart(watched, watched.phase, bytes, now);
      return;
    }
    watched.onSlow(inBody ? 'the body comes too slowly' : 'the answer is not taken');
    watched.req.socket.destroy();
  }
}

/** Whose turn it is: bytes that lie read but untaken wait for us, and so does an answer that was not begun. */
function phaseOf({ req, res }: Watched): Phase {
  if (!req.complete) return req.readableLength > 0 ? 'ours' : 'body';
  return res.headersSent && req.socket.writableLength > 0 ? 'answer' : 'ours';
}

function bytesOf({ socket }: IncomingMessage, phase: Phase): number {
  return phase === 'body' ? socket.bytesRead : socket.bytesWritten - socket.writableLength;
}

function restart(watched: Watched, phase: Phase, bytes: number, now: number): void {
  watched.phase = phase;
  watched.bytes = bytes;
  watched.since = now;
}
