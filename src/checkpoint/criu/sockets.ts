import { bytesField, varintField } from './field.ts';
import { entriesOf } from './image.ts';

/** Open TCP sockets of a checkpoint. */
export interface TcpSockets {
  readonly listening: number;
  /** All with another end: established, and those half-way open or closed. */
  readonly connected: number;
}

/** `file_entry.isk`, images/fdinfo.proto. */
const INET_SOCKET = 4;
/** `inet_sk_entry`, images/sk-inet.proto. */
const PROTO = 5;
const STATE = 6;
/** netinet/in.h and the kernel's tcp_states.h. */
const IPPROTO_TCP = 6;
const TCP_CLOSE = 7;
const TCP_LISTEN = 10;

/** Counts the TCP sockets in files.img, one entry for each open file. Throws CRIU_IMAGE_INVALID. */
export function readTcpSockets(image: string, bytes: Uint8Array): TcpSockets {
  let listening = 0;
  let connected = 0;
  for (const entry of entriesOf(image, bytes, 'files')) {
    const socket = bytesField(image, bytes, entry, INET_SOCKET);
    if (socket === undefined || varintField(image, bytes, socket, PROTO) !== IPPROTO_TCP) continue;
    const state = varintField(image, bytes, socket, STATE);
    if (state === TCP_LISTEN) listening += 1;
    else if (state !== TCP_CLOSE) connected += 1;
  }
  return { listening, connected };
}
