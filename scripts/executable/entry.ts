import { getAsset, getRawAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { load } from './program.ts';

// The first thing that runs in the one executable. The commands are a script of several megabytes: it lies beside this
// one and comes with its compiled code, so that nothing of it is parsed before it is needed.
const script = { code: getAsset('commands.js', 'utf8'), compiled: new Uint8Array(getRawAsset('commands.cache')) };
const { main } = load(script, pathToFileURL(process.execPath).href).exports;
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
