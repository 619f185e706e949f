import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type BuildOptions, build } from '../../../scripts/cluster/build.ts';
import { NODE_ROOT, rootFolder } from '../../../scripts/cluster/debian-root.ts';
import { COMPONENTS, componentOf, STANDARD } from '../../../scripts/cluster/modules.ts';
import { RequirementsError } from '../../../scripts/cluster/requirements.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';

/** A cache with files and folders of the names that `build` looks for, but for the workload program. */
async function almostBuilt(t: ExecutionContext): Promise<string> {
  const cache = await temporaryFolder(t);
  await mkdir(rootFolder(cache, NODE_ROOT), { recursive: true });
  for (const name of STANDARD) {
    const { folder } = await componentOf({ cache }, name);
    await mkdir(folder, { recursive: true });
    for (const program of Object.keys(COMPONENTS[name].programs))
      await writeFile(join(folder, program), '', { mode: 0o755 });
  }
  return cache;
}

/** What `build` says that is missing where no program is on PATH. */
async function refusal(t: ExecutionContext, cache: string, options?: BuildOptions): Promise<string> {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    const building = build({ cache }, (line) => t.fail(line), options);
    return (await t.throwsAsync(building, { instanceOf: RequirementsError }))?.message ?? '';
  } finally {
    process.env['PATH'] = path;
  }
}

test.serial('what is missing is said at once, and nothing is changed', async (t) => {
  const cache = await temporaryFolder(t);
  const message = await refusal(t, cache);
  t.regex(message, /^This machine lacks:\n/);
  t.regex(message, /\n {2}Go 1\.\d+\.\d+ or newer/);
  t.regex(message, /\n {2}debootstrap: apt-get install debootstrap/);
  t.deepEqual(await readdir(cache), []);
});

peerTest(
  ['go', 'flock'],
  'what is there is not built again',
  async (t) => {
    const cache = await almostBuilt(t);
    const lines: string[] = [];
    await build({ cache }, (line) => lines.push(line));
    t.deepEqual(
      lines.map((line) => line.replace(/[\d.]+ s$/, 'N s')),
      ['the workload program ...', 'the workload program: N s'],
    );
    await build({ cache }, (line) => t.fail(line));
  },
  test.serial,
);

peerTest(
  ['go', 'flock'],
  'a component that only some want is built for those who ask',
  async (t) => {
    const cache = await almostBuilt(t);
    await build({ cache }, () => {});
    t.regex(await refusal(t, cache, { also: ['containerd-2.4'] }), /Go 1\.\d+\.\d+ or newer/);
  },
  test.serial,
);
