import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A connection that has been made; errors on it end it and nothing else. */
export async function rawConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes as they are and gives all that comes until the other side closes the connection. */
export async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = await rawConnection(port);
  socket.write(bytes);
  return text(socket).catch(() => '');
}

/** Waits for a connection's end, however it comes. */
export async function ended(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
}
