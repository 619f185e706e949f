import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { startRegistry } from '../../../../src/registry/server/serve.ts';
import { CLOCK_SLACK, collectGarbage } from '../../../../src/registry/storage/gc/collect.ts';
import { openStore } from '../../../../src/registry/storage/store.ts';
import { verifyStore } from '../../../../src/registry/storage/verify/verify.ts';
import { temporaryFolder } from '../../../helpers/fixtures.ts';

const WORKER = new URL('../../../helpers/race-worker.ts', import.meta.url).pathname;
const SECONDS = Number(process.env['THAW_RACE_SECONDS'] ?? 6);
const SEED = process.env['THAW_RACE_SEED'] ?? '1';
const NAMES = { container: ['container'], made: ['made'], keep: 'keep' } as const;

interface Said {
  readonly role: string;
  readonly done: number;
  readonly refused: number;
  readonly failed: string[];
}

async function work(role: string, root: string, number: number, registry: string): Promise<Said> {
  const { stdout } = await execa(process.execPath, [WORKER, role, root, `${SEED}-${number}`, `${SECONDS}`, registry]);
  return JSON.parse(stdout);
}

/** Collections that are killed at any moment, each soon followed by another. */
async function killedCollections(t: ExecutionContext, root: string): Promise<number> {
  const end = Date.now() + SECONDS * 1000;
  let killed = 0;
  while (Date.now() < end) {
    const child = execa(process.execPath, [WORKER, 'gc', root, `${killed}`, '60'], { reject: false });
    t.teardown(() => child.kill('SIGKILL'));
    await sleep(400 + 97 * (killed % 7));
    child.kill('SIGKILL');
    await child;
    killed += 1;
  }
  return killed;
}

test('push, convert, rm, gc and verify in processes of their own leave every tag whole, with no grace period at all', async (t) => {
  const root = await temporaryFolder(t);
  const served = await startRegistry({ root });
  t.teardown(() => served.close());
  const { host } = new URL(served.url);
  const roles = ['push', 'push', 'convert', 'convert', 'gc', 'rm', 'verify'];
  const working = Promise.all(roles.map((role, at) => work(role, root, at, host)));
  const killed = await killedCollections(t, root);
  const said = await working;

  t.log(
    said.map(({ role, done, refused }) => `${role}: ${done} done, ${refused} refused`).join('; '),
    `${killed} killed`,
  );
  t.deepEqual(
    said.flatMap(({ failed }) => failed),
    [],
  );
  for (const { role, done } of said.filter((one) => one.role !== 'gc')) t.true(done > 0, `${role} did something`);

  const store = await openStore(root);
  t.deepEqual((await verifyStore(store)).faults, []);
  const { tags } = await store.tags.list('race');
  await collectGarbage(store, { grace: -CLOCK_SLACK, names: NAMES });
  t.deepEqual((await store.tags.list('race')).tags, tags);
  t.deepEqual((await verifyStore(store)).faults, []);
});
