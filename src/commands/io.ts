import type { Writable } from 'node:stream';

/** Where a command reads from and writes to: the process, or a test's own streams. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A stream that may be a terminal. */
export type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a shell reports of a program that SIGPIPE ended: 128 and the signal's number. */
const ENDED_BY_SIGPIPE = 141;

/**
 * The process's own streams and environment. When whoever reads its output has gone (`thaw ... | head -1`), the process
 * ends as other programs do, without a word: Node.js ignores SIGPIPE and would show a stack trace instead.
 */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(ENDED_BY_SIGPIPE);
    });
  return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env };
}
