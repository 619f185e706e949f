import { SingleBar } from 'cli-progress';
import { count, humanBytes, humanRate, humanSeconds } from './human.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';

/** Shows how far a transfer is. */
export interface ProgressView {
  update(bytes: number, total: number): void;
  stop(): void;
}

/** Seconds between two plain lines where no terminal is. */
const LINE_EVERY = 5;

/** A bar with rate and time left on a terminal, a plain line now and then elsewhere, nothing with --quiet or --json. */
export function createProgress(label: string, io: Io, output: Output): ProgressView {
  if (output.quiet || output.json) return { update: () => {}, stop: () => {} };
  return io.stderr.isTTY === true ? bar(label, io) : lines(label, output);
}

function bar(label: string, io: Io): ProgressView {
  const started = performance.now();
  const single = new SingleBar({
    stream: io.stderr as NodeJS.WriteStream,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    format: (options, params, payload) => {
      const seconds = (performance.now() - started) / 1000;
      const width = Math.round((options.barsize ?? 30) * params.progress);
      const drawn = `${'█'.repeat(width)}${'░'.repeat((options.barsize ?? 30) - width)}`;
      const rate = humanRate(params.value, seconds);
      const left = params.value > 0 ? humanSeconds((seconds * (params.total - params.value)) / params.value) : '?';
      return `${payload['label']} ${drawn} ${humanBytes(params.value)} of ${humanBytes(params.total)}  ${rate}  ${left} left`;
    },
    barsize: 30,
  });
  let begun = false;
  return {
    update: (bytes, total) => {
      if (total === 0) return;
      if (begun) single.update(Math.min(bytes, total));
      else single.start(total, bytes, { label });
      begun = true;
    },
    stop: () => begun && single.stop(),
  };
}

function lines(label: string, output: Output): ProgressView {
  const started = performance.now();
  let last = 0;
  return {
    update: (bytes, total) => {
      const seconds = (performance.now() - started) / 1000;
      if (seconds - last < LINE_EVERY) return;
      last = seconds;
      output.note(
        `${label}: ${humanBytes(bytes)} of ${humanBytes(total)} after ${count(Math.round(seconds), 'second')}`,
      );
    },
    stop: () => {},
  };
}
