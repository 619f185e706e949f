import { lstatSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { type Links, ownPlaceOf, placeOf } from '../../../src/checkpoint/checks/place.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const LINKS: Links = new Map([
  ['lib', 'usr/lib'],
  ['usr/up', '..'],
  ['out', '/etc'],
]);

const PLACES: Readonly<Record<string, string | undefined>> = {
  '': '',
  '/': '',
  './a//b/.': 'a/b',
  'a/../b': 'b',
  'lib/x': 'usr/lib/x',
  'usr/up/lib': 'usr/lib',
  'usr/up/..': undefined,
  '..': undefined,
  'a/../..': undefined,
  out: undefined,
  'out/x': undefined,
};

for (const [path, place] of Object.entries(PLACES)) {
  test(`${JSON.stringify(path)} leads to ${place ?? 'somewhere outside'}`, (t) => t.is(placeOf(path, LINKS), place));
}

test('the last part of a path that is replaced or deleted is not followed', (t) => {
  t.is(ownPlaceOf('out', LINKS), 'out');
  t.is(ownPlaceOf('lib/', LINKS), 'lib');
  t.is(ownPlaceOf('usr/up/lib', LINKS), 'lib');
  t.is(ownPlaceOf('usr/up/..', LINKS), undefined);
  t.is(ownPlaceOf('out/x', LINKS), undefined);
});

const part = fc.constantFrom('a', 'b', 'c', '..', '.');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const links = fc.array(fc.tuple(path, path), { maxLength: 4 });

test('a place is where Linux really arrives', async (t) => {
  const folder = realpathSync(await temporaryFolder(t));
  let run = 0;
  let compared = 0;
  fc.assert(
    fc.property(links, path, (pairs, asked) => {
      const root = join(folder, String(run++), 'above', 'root');
      mkdirSync(root, { recursive: true });
      const known: Links = new Map();
      for (const [name, target] of pairs) place(root, known, name, target);
      const wanted = placeOf(asked, known);
      if (wanted === undefined) return;
      const real = arrive(root, asked);
      if (real === undefined) return;
      compared += 1;
      t.is(real, join(root, wanted));
    }),
    { numRuns: 500 },
  );
  t.true(compared > 50, `${compared} paths that exist`);
});

/** Makes a symlink as an archive reader does that writes below the root only. */
function place(root: string, known: Links, name: string, target: string): void {
  const own = ownPlaceOf(name, known);
  if (!own || lstatSync(join(root, own), { throwIfNoEntry: false })) return;
  try {
    mkdirSync(dirname(join(root, own)), { recursive: true });
    symlinkSync(target, join(root, own));
    known.set(own, target);
  } catch {
    // A folder of this name cannot be made because of an earlier link: the reader would have stopped.
  }
}

function arrive(root: string, asked: string): string | undefined {
  try {
    return realpathSync.native(`${root}/${asked}`);
  } catch {
    return undefined;
  }
}
