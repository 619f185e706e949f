import { build } from 'esbuild';
import { URL_NAME } from './program.ts';

/** How deep below this folder the source begins. */
const ROOT = new URL('../..', import.meta.url).pathname;

/** One source file with all that it imports, as one CommonJS script: the form that a single executable takes. */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: `node${process.versions.node}`,
    // What is loaded when it is needed stays so, by require: import() looks for files, and there are none.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': URL_NAME },
    // Every start pays for each byte of the text; the names of classes are part of what a person may see.
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return output.text;
}
