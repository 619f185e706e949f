import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import prettyBytes from 'pretty-bytes';
import { assemble } from './assemble.ts';
import { bundle } from './bundle.ts';
import { compile } from './compile.ts';

// Makes thaw one executable that needs no Node.js on the machine: npm run build:executable [-- --output <file>]
const ROOT = new URL('../../', import.meta.url);

const { values } = parseArgs({
  options: { output: { type: 'string', default: new URL('dist/thaw', ROOT).pathname } },
});
await buildExecutable(values.output);
const { size } = await stat(values.output);
console.log(`${values.output}: ${prettyBytes(size, { binary: true })}`);

async function buildExecutable(output: string): Promise<void> {
  const commands = await bundle('src/commands/main.ts');
  const assets = {
    'commands.js': commands,
    'commands.cache': await compile(commands),
    'bcrypt-thread.js': await bundle('src/registry/server/access/bcrypt-thread.ts'),
    'thaw-runtime.sh': await readFile(new URL('src/runtime/front/thaw-runtime.sh', ROOT)),
    'package.json': await readFile(new URL('package.json', ROOT)),
  };
  await assemble({ main: await bundle('scripts/executable/entry.ts'), assets }, output);
}
