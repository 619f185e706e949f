import { PassThrough } from 'node:stream';
import test from 'ava';
import type { Io } from '../../src/commands/io.ts';
import { createOutput } from '../../src/commands/output.ts';
import { createProgress } from '../../src/commands/progress.ts';

function streams(isTTY: boolean): { io: Io; said: () => string } {
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  const stdout = Object.assign(new PassThrough(), { isTTY });
  return { io: { stdin: new PassThrough(), stdout, stderr, env: {} }, said: () => String(stderr.read() ?? '') };
}

test('on a terminal a bar shows what is done, how fast, and the time left', (t) => {
  const { io, said } = streams(true);
  const progress = createProgress('web.tar', io, createOutput(io));
  progress.update(0, 4 * 1024 ** 2);
  progress.update(1024 ** 2, 4 * 1024 ** 2);
  progress.stop();
  const text = said();
  t.regex(text, /web\.tar .*█+░+.* 1 MiB of 4 MiB {2}[\d.]+ \wi?B\/s {2}[\d.]+ s left/su);
});

test('with --quiet or --json, and where no terminal is, no bar is drawn', (t) => {
  for (const [isTTY, options] of [
    [true, { quiet: true }],
    [true, { json: true }],
    [false, {}],
  ] as const) {
    const { io, said } = streams(isTTY);
    const progress = createProgress('web.tar', io, createOutput(io, options));
    progress.update(1, 2);
    progress.stop();
    t.is(said(), '');
  }
});

test('a bar that never began can be stopped', (t) => {
  const { io, said } = streams(true);
  createProgress('web.tar', io, createOutput(io)).stop();
  t.is(said(), '');
});
