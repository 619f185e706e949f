import { Script } from 'node:vm';
import type { main } from '../../src/commands/main.ts';

/** The bundled commands: their text, and what an earlier load compiled of it. */
export interface BundledCommands {
  readonly code: string;
  readonly compiled?: Uint8Array;
}

/** What the bundle exports. */
interface Commands {
  readonly main: typeof main;
}

/** The names under which the bundle finds what a module has: esbuild puts the last one in place of import.meta.url. */
export const URL_NAME = '__thaw_url';
const NAMES = ['require', 'module', 'exports', URL_NAME];

/** Runs the bundle with the modules of Node.js and no others; `url` is where it says that it stands. */
export function load({ code, compiled }: BundledCommands, url: string): { script: Script; exports: Commands } {
  const script = new Script(`(function (${NAMES.join(', ')}) {${code}\n})`, {
    filename: 'thaw.js',
    ...(compiled === undefined ? {} : { cachedData: compiled }),
  });
  const loaded = { exports: {} };
  script.runInThisContext()(requireBuiltin, loaded, loaded.exports, url);
  return { script, exports: loaded.exports as Commands };
}

/** Optional packages are looked for by some libraries: inside one executable there are none. */
function requireBuiltin(name: string): unknown {
  const found = process.getBuiltinModule(name);
  if (found === undefined) throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  return found;
}
