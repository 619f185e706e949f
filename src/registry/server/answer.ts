import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import { errorAnswer } from './errors.ts';
import { type Exchange, sendJson } from './exchange.ts';
import { handle } from './handle.ts';

/** Answers a request, whatever happens; never rejects. Logs it, if there is a logger, without headers, query or body. */
export async function answer(exchange: Exchange, logger: Logger | undefined): Promise<void> {
  const { req, res } = exchange;
  const log = logger?.child({ requestId: randomUUID() });
  if (log !== undefined) logWhenDone(exchange, log);
  res.on('error', () => {}); // a client that is gone; 'close' comes too
  res.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  try {
    await handle(exchange);
  } catch (error) {
    answerError(exchange, error, log);
  }
  if (!req.complete) req.resume(); // what nobody read must not block the connection's next request
}

/** An error after the answer has begun can only be shown by cutting the connection. */
function answerError(exchange: Exchange, error: unknown, log: Logger | undefined): void {
  const { req, res } = exchange;
  if (req.socket.destroyed) return;
  const { status, headers, body } = errorAnswer(error);
  if (status >= 500) log?.error({ err: error }, 'request failed');
  if (res.headersSent) res.destroy();
  else sendJson(exchange, status, headers, body);
}

function logWhenDone({ req, res }: Exchange, log: Logger): void {
  const start = performance.now();
  const path = req.url?.split('?', 1)[0];
  res.once('close', () => {
    log.info(
      {
        method: req.method,
        path,
        status: res.statusCode,
        whole: res.writableFinished,
        milliseconds: Math.round(performance.now() - start),
        remote: req.socket.remoteAddress,
      },
      'request',
    );
  });
}
