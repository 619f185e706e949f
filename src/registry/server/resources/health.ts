import { type Exchange, sendJson } from '../exchange.ts';

/** `GET /healthz`: the process answers; it says nothing of the disk, since a restart would not mend it. */
export async function health(exchange: Exchange): Promise<void> {
  sendJson(exchange, 200, NO_STORE, { status: 'ok' });
}

/** `GET /readyz`: 200 where the data folder can be written and the registry is not stopping; otherwise 503. */
export async function ready(exchange: Exchange): Promise<void> {
  const report = await exchange.readiness.report();
  sendJson(exchange, report.ready ? 200 : 503, NO_STORE, report);
}

const NO_STORE = { 'Cache-Control': 'no-store' };
