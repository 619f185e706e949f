import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is true. Throws Error with what was waited for, and what `why` tells, after `seconds`. */
export async function waitFor(
  what: string,
  seconds: number,
  isSo: () => Promise<boolean> | boolean,
  why: () => Promise<string> | string = () => '',
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}, in vain\n${await why()}`.trim());
    await sleep(100);
  }
}
