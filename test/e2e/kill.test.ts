import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { sessionsOf, sweepSessions } from '../../src/registry/storage/gc/sessions.ts';
import { openStore } from '../../src/registry/storage/store.ts';
import { call } from '../helpers/call.ts';
import { faultsInDataFolder } from '../helpers/data-folder.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { writeLargeArchive } from '../helpers/large-archive.ts';
import { PushingClient } from '../helpers/pushing-client.ts';
import { type Random, seeded } from '../helpers/random.ts';
import { startServeProcess } from '../helpers/serve-process.ts';
import { CLI, thawOk } from '../helpers/thaw.ts';

// The server, and a conversion into the same folder, are killed with SIGKILL at random moments while clients push. More
// rounds, or those of another run again (up to the scheduling of the machine):
// THAW_KILL_ROUNDS=200 THAW_KILL_SEED=1 npx ava --timeout=20m test/e2e/kill.test.ts

const ROUNDS = Number(process.env['THAW_KILL_ROUNDS'] ?? 40);
const SEED = Number(process.env['THAW_KILL_SEED'] ?? randomInt(2 ** 31));
const LANES = 4;

/** Milliseconds from the first request until everything is killed; with a conversion, which takes a while to begin. */
const MOMENTS = { pushes: [5, 300], conversion: [350, 1000] } as const;

for (let lane = 0; lane < LANES; lane += 1) {
  const rounds = Math.floor((ROUNDS + lane) / LANES);
  test(`killed at ${rounds} random moments, a data folder keeps what was answered for (${lane + 1} of ${LANES})`, async (t) => {
    t.timeout(60_000 + rounds * 5_000);
    t.log(`THAW_KILL_ROUNDS=${ROUNDS} THAW_KILL_SEED=${SEED}`);
    const random = seeded(SEED + lane);
    const root = join(await temporaryFolder(t), 'root');
    const clients = ['a/b', 'a/b', 'c'].map((repository, at) => new PushingClient(repository, `tag${at}`, random));
    const resumed: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      resumed.push(...(await playRound(t, { root, clients, random, convert: round % 4 === lane })));
      t.deepEqual(await faultsInDataFolder(root), [], `round ${round}`);
    }
    t.log(`${resumed.length} uploads went on, ${resumed.filter((from) => from > 0).length} of them in their middle`);
    await endWell(t, root, clients);
  });
}

interface Round {
  readonly root: string;
  readonly clients: readonly PushingClient[];
  readonly random: Random;
  readonly convert: boolean;
}

/** Looks at what the last round has left, lets clients go on, and kills all. Gives where uploads went on. */
async function playRound(t: ExecutionContext, { root, clients, random, convert }: Round): Promise<number[]> {
  const { url, end } = await startServeProcess(t, root);
  await isWhole(t, url, clients);
  const resumed = await Promise.all(clients.map((client) => client.goOn(url)));
  const conversion = convert ? await startConversion(t, root) : undefined;
  const pushing = clients.map((client) => client.pushUntilGone(url));
  const [earliest, latest] = convert ? MOMENTS.conversion : MOMENTS.pushes;
  await sleep(random.between(earliest, latest));
  await Promise.all([end('SIGKILL'), conversion?.kill(), ...pushing]);
  return resumed.filter((from) => from !== undefined);
}

async function startConversion(t: ExecutionContext, root: string): Promise<{ kill(): Promise<unknown> }> {
  const archive = join(await temporaryFolder(t), 'web.tar');
  await writeLargeArchive(archive, [3, 5]);
  const to = 'checkpoint-registry.local/checkpoints:web';
  const args = ['convert', archive, '--root', root, '--to', to, '--replace-tag', '--layers', 'split'];
  const child = execa(process.execPath, [CLI, ...args], { reject: false });
  const kill = () => {
    child.kill('SIGKILL');
    return child;
  };
  return { kill };
}

/** All that was answered for is there, and every tag resolves. */
async function isWhole(t: ExecutionContext, url: string, clients: readonly PushingClient[]): Promise<void> {
  for (const client of clients) t.deepEqual(await client.unkept(url), []);
  const { repositories } = await json(url, '/v2/_catalog');
  for (const repository of repositories) {
    const { tags } = await json(url, `/v2/${repository}/tags/list`);
    for (const tag of tags) {
      t.is((await call(url, { send: `GET /v2/${repository}/manifests/${tag}` })).status, 200, `${repository}:${tag}`);
    }
  }
}

/** After the last round a conversion and the clients succeed, and what is left of dead uploads is swept. */
async function endWell(t: ExecutionContext, root: string, clients: readonly PushingClient[]): Promise<void> {
  const { url, end } = await startServeProcess(t, root);
  await isWhole(t, url, clients);
  await Promise.all(clients.map((client) => client.goOn(url)));
  const archive = join(await temporaryFolder(t), 'web.tar');
  await writeLargeArchive(archive, [1]);
  await thawOk(['convert', archive, '--root', root, '--to', 'checkpoint-registry.local/checkpoints:last']);
  await rm(archive);
  await end('SIGTERM');

  const store = await openStore(root);
  await sweepSessions(store, Date.now() + 1000);
  for await (const repository of store.repositories.walkAll()) {
    t.deepEqual(await sessionsOf(store.paths, repository), []);
  }
  t.deepEqual(await faultsInDataFolder(root), []);
}

async function json(url: string, path: string) {
  return JSON.parse((await call(url, { send: `GET ${path}` })).body.toString());
}
