import { performance } from 'node:perf_hooks';
import type { Logger } from '../../service/log.ts';
import { requestIdOf } from '../../service/request-id.ts';
import { errorAnswer } from './errors.ts';
import { type Arrival, sendJson, waitsForContinue } from './exchange.ts';
import { handle } from './handle.ts';

/**
 * Answers a request, whatever happens; never rejects. Logs it, if there is a logger, under its `X-Request-Id`, without
 * headers, query or body.
 */
export async function answer(arrival: Arrival): Promise<void> {
  const { req, res, logger, slowClients, readiness } = arrival;
  const requestId = requestIdOf(req.headers['x-request-id']);
  const log = logger?.child({ requestId });
  account(arrival, log);
  slowClients.watch(req, res, (reason) => log?.warn({ reason }, 'connection cut'));
  res.on('error', () => {}); // a client that is gone; 'close' comes too
  res.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('X-Request-Id', requestId);
  if (readiness.stopping || waitsForContinue(req)) res.setHeader('Connection', 'close');
  try {
    await handle(arrival);
  } catch (error) {
    answerError(arrival, error, log);
  }
  if (!req.complete) dropBody(arrival);
}

/** An error after the answer has begun can only be shown by cutting the connection. */
function answerError(arrival: Arrival, error: unknown, log: Logger | undefined): void {
  const { req, res } = arrival;
  if (req.socket.destroyed) return;
  const { status, headers, body } = errorAnswer(error);
  if (status >= 500 && status !== 503) log?.error({ err: error }, 'request failed');
  if (res.headersSent) res.destroy();
  else sendJson(arrival, status, headers, body);
}

/** What nobody read must not block the connection's next request; nor may it go on for ever. */
function dropBody({ req, limits }: Arrival): void {
  let left = limits.unwanted;
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) req.socket.destroy();
  });
  req.resume();
}

function account({ req, res, known, instruments }: Arrival, log: Logger | undefined): void {
  const start = performance.now();
  const method = req.method ?? '';
  const path = req.url?.split('?', 1)[0];
  instruments.started();
  res.once('close', () => {
    const milliseconds = Math.round(performance.now() - start);
    const { statusCode, writableFinished: whole } = res;
    const { route = 'unknown', user } = known;
    instruments.finished({
      method,
      route,
      status: whole ? statusCode : 0,
      seconds: (performance.now() - start) / 1000,
    });
    const level = QUIET.has(route) ? 'debug' : 'info';
    const { remoteAddress: remote } = req.socket;
    log?.[level]({ method, path, route, status: statusCode, whole, milliseconds, remote, user }, 'request');
  });
}

/** Asked for every few seconds, by machines. */
const QUIET: ReadonlySet<string> = new Set(['health', 'ready', 'metrics']);
