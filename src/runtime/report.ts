import { appendFileSync, writeSync } from 'node:fs';
import type { Call } from './call/call.ts';
import { takeBack } from './take-back.ts';

const STDERR = 2;

/**
 * Says something where the engine looks for it: containerd shows the last error in the file behind --log, CRI-O what is on
 * stderr. In runc's own two formats (logrus).
 */
export function report({ global }: Pick<Call, 'global'>, level: 'error' | 'warning', message: string): void {
  const time = new Date().toISOString();
  const line =
    global.get('log-format') === 'json'
      ? JSON.stringify({ level, msg: message, time })
      : `time=${JSON.stringify(time)} level=${level} msg=${JSON.stringify(message)}`;
  const log = global.get('log');
  try {
    if (log) appendFileSync(log, `${line}\n`);
    if (level === 'error') sayFirst(message);
  } catch {
    // Nobody listens; the exit code is left.
  }
}

/** What runc has written comes after it. */
function sayFirst(message: string): void {
  const before = takeBack(STDERR);
  writeSync(STDERR, `${message}\n${before}`);
}
