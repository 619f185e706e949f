import { type Exchange, sendJson } from '../exchange.ts';

/** `GET /v2/`: this is a registry of the OCI distribution specification. */
export async function base(exchange: Exchange): Promise<void> {
  sendJson(exchange, 200, {}, {});
}
