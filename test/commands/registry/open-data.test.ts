import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { filesBelow } from '../../helpers/stored-images.ts';
import { thaw } from '../../helpers/thaw.ts';

for (const command of ['ls', 'gc', 'verify', 'stats', 'rm x:y']) {
  test(`${command} makes no data folder where none is`, async (t) => {
    const folder = await temporaryFolder(t);
    const { exitCode, stderr } = await thaw(['registry', ...command.split(' '), '--root', join(folder, 'none')]);
    t.is(exitCode, 4);
    t.regex(stderr, /NOT_FOUND: .* is no data folder of a registry/);
    t.deepEqual(await filesBelow(folder), []);
  });
}
