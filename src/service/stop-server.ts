import type { Server } from 'node:http';

/** Milliseconds between looks at which connections have become idle while a server ends. */
const IDLE_CHECK = 20;

/** Takes no more connections and ends when the running requests have; those that still run after `graceMs` are cut. */
export async function stopServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}
