import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly stream: Writable & { readonly isTTY?: boolean };
  readonly level?: 'debug' | 'info' | 'warn' | 'error';
}

/** Header fields that carry credentials; they never reach a log, whatever object they stand in. */
const SECRETS = ['authorization', '*.authorization', 'password', '*.password', 'token', '*.token'];

/** A log of one JSON object a line; lines for people where the stream is a terminal. */
export function createLogger({ stream, level = 'info' }: LogOptions): Logger {
  const options = { level, base: null, redact: SECRETS, timestamp: pino.stdTimeFunctions.isoTime };
  const people = () => pretty({ destination: stream, colorize: process.env['NO_COLOR'] === undefined, sync: true });
  return pino(options, stream.isTTY === true ? people() : stream);
}
