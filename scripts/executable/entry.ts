import { getAsset, getRawAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { runtime } from '../../src/commands/runtime.ts';
import { load } from './program.ts';

// The first thing that runs in the one executable. `thaw runtime` is part of this script: containers wait for it. All
// else is a script of several megabytes, which lies beside this one with its compiled code.
const argv = process.argv.slice(2);
void (argv[0] === 'runtime' ? runtime(argv.slice(1)) : commands()).then((code) => {
  process.exitCode = code;
});

function commands(): Promise<number> {
  const script = { code: getAsset('commands.js', 'utf8'), compiled: new Uint8Array(getRawAsset('commands.cache')) };
  return load(script, pathToFileURL(process.execPath).href).exports.main(argv);
}
