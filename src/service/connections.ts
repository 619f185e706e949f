import type { Server, Socket } from 'node:net';

/** The connections of a server, and the bytes that went over them since it began. */
export class Connections {
  readonly #open = new Set<Socket>();
  #received = 0;
  #sent = 0;
  #refused = 0;

  /** `event` is `secureConnection` for TLS: bytes are counted as the applications of both sides see them. */
  constructor(server: Server, event: 'connection' | 'secureConnection') {
    server.on(event, (socket: Socket) => this.#add(socket));
    server.on('drop', () => {
      this.#refused += 1;
    });
  }

  get open(): number {
    return this.#open.size;
  }

  /** Connections beyond the server's limit, closed at once. */
  get refused(): number {
    return this.#refused;
  }

  /** Bytes. */
  get received(): number {
    return this.#open.values().reduce((sum, { bytesRead }) => sum + bytesRead, this.#received);
  }

  /** Bytes. */
  get sent(): number {
    return this.#open.values().reduce((sum, { bytesWritten }) => sum + bytesWritten, this.#sent);
  }

  #add(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#received += socket.bytesRead;
      this.#sent += socket.bytesWritten;
    });
  }
}
