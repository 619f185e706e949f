import { type Exchange, send } from '../exchange.ts';

/** `GET /metrics`: what Prometheus reads. */
export async function metrics(exchange: Exchange): Promise<void> {
  const { contentType, text } = await exchange.instruments.exposition();
  send(exchange, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }, text);
}
