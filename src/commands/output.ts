import { styleText } from 'node:util';
import { ThawError, type Warning } from '../errors.ts';
import type { Io, Stream } from './io.ts';
import { jsonLine } from './json-line.ts';
import { plain } from './plain.ts';

/** How a command speaks: its result on stdout, all else on stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** The result: `data` as one line of JSON with --json, else `text`. */
  result(text: string, data: unknown): void;
  /** Something a person may like to know; silent with --quiet. */
  note(text: string): void;
  /** Something a person should know. With --json one line of JSON. */
  warn(warning: Warning): void;
  /** What went wrong: code, sentence, advice. With --json one line of JSON. */
  error(error: unknown): void;
}

/** An Output that writes to these streams. */
export function createOutput(
  io: Io,
  { json = false, quiet = false }: { json?: boolean; quiet?: boolean } = {},
): Output {
  const err = (line: string) => io.stderr.write(`${line}\n`);
  const errJson = (value: unknown) => err(jsonLine(value));
  return {
    json,
    quiet,
    result: (text, data) => void io.stdout.write(json ? `${jsonLine(data)}\n` : `${text}\n`),
    note: (text) => void (quiet || json || err(plain(text))),
    warn: (warning) => {
      if (json) errJson({ warning });
      else err(`${paint(io.stderr, 'yellow', `thaw: ${warning.code}:`)} ${plain(warning.message)}`);
    },
    error: (error) => {
      const thawError = toThawError(error);
      if (json) errJson({ error: thawError });
      else err(errorText(thawError, io));
    },
  };
}

/** Any caught value as a ThawError; what thaw did not throw on purpose is INTERNAL and keeps its cause. */
export function toThawError(error: unknown): ThawError {
  if (error instanceof ThawError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ThawError('INTERNAL', {
    message: `thaw did not expect this: ${text}`,
    next: 'run it again with THAW_DEBUG=1 to see where, and report it with that output',
    cause: error,
  });
}

/** Colours a text when the stream is a terminal and NO_COLOR does not say otherwise. */
export function paint(stream: Stream, style: Parameters<typeof styleText>[0], text: string): string {
  return stream.isTTY === true ? styleText(style, text, { stream }) : text;
}

function errorText(error: ThawError, io: Io): string {
  const head = `${paint(io.stderr, 'red', `thaw: ${error.code}:`)} ${plain(error.found)}`;
  const advice = `  ${plain(`${error.next.charAt(0).toUpperCase()}${error.next.slice(1)}.`)}`;
  const trace = io.env['THAW_DEBUG'] === '1' ? `\n${stackOf(error)}` : '';
  return `${head}\n${advice}${trace}`;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
