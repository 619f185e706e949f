import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';

const SRC = new URL('../src/', import.meta.url).pathname;

/**
 * The rooms of DESIGN's layout and the rooms that each may import. Deeper rooms come first: a file belongs to the first
 * room whose path it begins with.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'cli.ts': ['commands'],
  commands: [
    'builder',
    'controller',
    'runtime',
    'node',
    'registry/server',
    'registry/client',
    'registry/storage',
    'registry/target.ts',
    'kube',
    'service',
    'checkpoint',
    'oci',
    'errors.ts',
  ],
  builder: ['registry/client', 'registry/target.ts', 'kube', 'service', 'checkpoint', 'oci', 'errors.ts'],
  controller: ['registry/client', 'registry/target.ts', 'kube', 'service', 'checkpoint', 'oci', 'errors.ts'],
  runtime: ['checkpoint', 'oci', 'errors.ts'],
  node: ['kube', 'service', 'checkpoint', 'oci', 'errors.ts'],
  'registry/server': ['registry/storage', 'registry/target.ts', 'service', 'oci', 'errors.ts'],
  'registry/client': ['registry/target.ts', 'service', 'oci', 'errors.ts'],
  'registry/storage': ['registry/target.ts', 'service', 'oci', 'errors.ts'],
  'registry/target.ts': ['oci', 'errors.ts'],
  kube: ['service', 'checkpoint', 'oci', 'errors.ts'],
  service: ['oci', 'errors.ts'],
  checkpoint: ['oci', 'errors.ts'],
  oci: ['errors.ts'],
  'errors.ts': [],
};

/** Packages that only some rooms may load; all others may be loaded anywhere. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['kube', 'controller', 'builder/converter', 'commands'],
  undici: ['registry/client'],
  tar: ['builder/archive', 'runtime/rootfs'],
  commander: ['commands'],
  'cli-progress': ['commands'],
};

test('every import in src goes along an arrow of the design', async (t) => {
  const files = await sourceFiles();
  t.true(files.length > 10);
  const wrong: string[] = [];
  for (const file of files) {
    const from = roomOf(file);
    for (const { specifier } of imports(await readFile(join(SRC, file), 'utf8'))) {
      if (!specifier.startsWith('.')) continue;
      const imported = relative(SRC, resolve(SRC, dirname(file), specifier));
      const to = roomOf(imported);
      if (to !== from && !ROOMS[from]?.includes(to))
        wrong.push(`${file} imports ${imported}: ${from} may not see ${to}`);
    }
  }
  t.deepEqual(wrong, []);
});

test('a package that belongs to one room is loaded nowhere else', async (t) => {
  const wrong: string[] = [];
  for (const file of await sourceFiles()) {
    for (const { specifier, typeOnly } of imports(await readFile(join(SRC, file), 'utf8'))) {
      const rooms = PACKAGES[specifier];
      if (rooms && !typeOnly && !rooms.some((room) => file.startsWith(room))) wrong.push(`${file} loads ${specifier}`);
    }
  }
  t.deepEqual(wrong, []);
});

test('the guard sees an import that goes against an arrow', (t) => {
  t.is(roomOf('registry/server/serve.ts'), 'registry/server');
  t.is(roomOf('oci/digest.ts'), 'oci');
  t.deepEqual(
    imports(
      "import type { A } from './a.ts';\nimport {\n  b,\n} from '../b.ts';\nexport * from './c.ts';\nawait import('./d.ts');",
    ),
    [
      { specifier: './a.ts', typeOnly: true },
      { specifier: '../b.ts', typeOnly: false },
      { specifier: './c.ts', typeOnly: false },
      { specifier: './d.ts', typeOnly: false },
    ],
  );
  t.false(ROOMS['registry/client']?.includes('registry/server'));
});

test('a file of no known room fails the guard', (t) => {
  t.throws(() => roomOf('attic/box.ts'), { message: /attic\/box.ts/ });
});

function roomOf(file: string): string {
  const room = Object.keys(ROOMS).find((name) => file === name || file.startsWith(`${name}/`));
  if (room === undefined) throw new Error(`src/${file} stands in no room of the design`);
  return room;
}

function imports(source: string): { specifier: string; typeOnly: boolean }[] {
  const statement =
    /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)|^import\s+['"]([^'"]+)['"]/gm;
  return [...source.matchAll(statement)].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

async function sourceFiles(): Promise<string[]> {
  const entries = await readdir(SRC, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(SRC, join(entry.parentPath, entry.name)));
}
