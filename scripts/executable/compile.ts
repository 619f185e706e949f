import { PassThrough } from 'node:stream';
import { load } from './program.ts';

/** The code that V8 compiles of the bundled commands while it loads every one of them, for the executable to start with. */
export async function compile(code: string): Promise<Uint8Array> {
  const { script, exports } = load({ code }, new URL('../../src/commands/main.ts', import.meta.url).href);
  const nowhere = new PassThrough().resume();
  const exitCode = await exports.main(['--help'], { stdin: nowhere, stdout: nowhere, stderr: nowhere, env: {} });
  if (exitCode !== 0) throw new Error(`the bundled commands ended with ${exitCode} instead of printing their help`);
  return script.createCachedData();
}
