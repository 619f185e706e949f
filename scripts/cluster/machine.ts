import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Go, goOf } from './go.ts';

/** What is known of a machine on which a bed is to be built or run. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly uid: number;
  /** Whether it lets us make a mount namespace; inside most containers root may not. */
  readonly namespaces: boolean;
  readonly go: Go | undefined;
  /** Whether a program is on PATH. */
  has(program: string): boolean;
}

/** The machine that this runs on. Changes nothing on it. */
export async function thisMachine(): Promise<Machine> {
  const unshare = await execa('unshare', ['--mount', 'true'], { reject: false });
  const folders = (process.env['PATH'] ?? '').split(':');
  return {
    platform: process.platform,
    arch: process.arch,
    uid: process.getuid?.() ?? -1,
    namespaces: unshare.exitCode === 0,
    go: await goOf(),
    has: (program) => folders.some((folder) => existsSync(join(folder, program))),
  };
}
