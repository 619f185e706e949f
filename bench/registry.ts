import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { which } from '../test/helpers/which.ts';
import { makeContent } from './lib/content.ts';
import { findDistribution, serveDistribution } from './lib/distribution.ts';
import { serveThaw } from './lib/registry.ts';
import { type Goods, ROWS, type Row, type Sizes, STREAMS } from './lib/rows.ts';
import { type Cost, costOf, type Server } from './lib/server.ts';
import { machine, table } from './lib/table.ts';
import { type Image, pushBlob, pushImage } from './lib/transfers.ts';

// The embedded registry beside CNCF Distribution: the same machine, the same clients, by turns in the same run.
// node bench/registry.ts [--smoke] [--rounds N] [--folder <folder>] [--thaw <cli.js>] [part of a row's name...]

const MIB = 1024 ** 2;
const FULL: Sizes = { large: 1024 * MIB, layer: 64 * MIB, clients: 50, requests: 20_000 };
const SMOKE: Sizes = { large: 8 * MIB, layer: MIB, clients: 8, requests: 200 };

/** One make of registry, and the data folder that it filled itself. */
interface Contender {
  readonly name: string;
  readonly serve: (root: string) => Promise<Server>;
  readonly filled: string;
  readonly image: Image;
}

interface Sample {
  readonly seconds: number;
  readonly cost: Cost;
}

/** Every sample of a row, by the contender's name. */
type Samples = Map<string, Sample[]>;

async function makeGoods(folder: string, sizes: Sizes): Promise<Goods> {
  const quarters = Array.from({ length: STREAMS }, (_, at) =>
    makeContent(folder, `quarter-${at}`, sizes.large / STREAMS),
  );
  return {
    sizes,
    large: await makeContent(folder, 'large', sizes.large),
    quarters: await Promise.all(quarters),
    config: await makeContent(folder, 'config', 1_024),
    layer: await makeContent(folder, 'layer', sizes.layer),
  };
}

async function contenders(thaw: string, folder: string, goods: Goods): Promise<Contender[]> {
  const distribution = findDistribution();
  const found = [{ name: 'thaw', serve: (root: string) => serveThaw([process.execPath, thaw], root) }];
  if (distribution !== undefined)
    found.push({ name: distribution.name, serve: (root) => serveDistribution(distribution, root) });
  const filled: Contender[] = [];
  for (const [at, one] of found.entries()) filled.push(await fill(one, join(folder, `filled-${at}`), goods));
  return filled;
}

async function fill(one: Pick<Contender, 'name' | 'serve'>, filled: string, goods: Goods): Promise<Contender> {
  await mkdir(filled);
  const server = await one.serve(filled);
  try {
    await pushBlob(server.address, goods.large);
    return { ...one, filled, image: await pushImage(server.address, goods) };
  } finally {
    await server.stop();
  }
}

/** One round of one row against a fresh process. */
async function once(row: Row, { serve, filled, image }: Contender, goods: Goods, folder: string): Promise<Sample> {
  const root = row.data === 'filled' ? filled : await mkdtemp(join(folder, 'empty-'));
  const server = await serve(root);
  try {
    const started = performance.now();
    const { result, cost } = await costOf(server, () => row.work(server.address, goods, image));
    return { seconds: typeof result === 'number' ? result : (performance.now() - started) / 1000, cost };
  } finally {
    await server.stop();
    if (row.data === 'empty') await rm(root, { recursive: true });
  }
}

/** Takes turns, and another one begins each round. */
async function measure(row: Row, registries: readonly Contender[], goods: Goods, options: Options): Promise<Samples> {
  const samples: Samples = new Map(registries.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    const turns = round % 2 === 0 ? registries : registries.toReversed();
    for (const one of turns) samples.get(one.name)?.push(await once(row, one, goods, options.folder));
  }
  return samples;
}

function report(row: Row, samples: Samples, sizes: Sizes): string[] {
  const all = [...samples.values()];
  const seconds = all.map((of) => median(of.map((one) => one.seconds)));
  const [ours = 0, theirs] = seconds;
  const amount = row.amount(sizes);
  const speed = (taken: number) =>
    row.unit === 'bytes' ? `${(amount / 1024 ** 3 / taken).toFixed(2)} GiB/s` : `${Math.round(amount / taken)} /s`;
  const most = (what: keyof Cost) => all.map((of) => Math.max(...of.map(({ cost }) => cost[what])));
  return [
    row.name(sizes),
    ...seconds.flatMap((taken) => [taken.toFixed(2), speed(taken)]),
    ...(theirs === undefined ? [] : [`${(ours / theirs).toFixed(2)} x`]),
    most('memory').map(Math.round).join(' / '),
    most('files').join(' / '),
    all.map((of) => median(of.map(({ cost }) => cost.cpu)).toFixed(2)).join(' / '),
  ];
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
}

interface Options {
  readonly folder: string;
  readonly rounds: number;
  readonly thaw: string;
  readonly sizes: Sizes;
  readonly wanted: readonly string[];
}

async function main({ folder, rounds, thaw, sizes, wanted }: Options): Promise<void> {
  const rows = ROWS.filter((row) => row.needs.every((program) => which(program) !== undefined)).filter(
    (row) => wanted.length === 0 || wanted.some((part) => row.name(sizes).includes(part)),
  );
  const goods = await makeGoods(folder, sizes);
  const registries = await contenders(thaw, folder, goods);
  const names = registries.map(({ name }) => name);
  const load = () => loadavg()[0]?.toFixed(1);
  console.log(`${machine()}; load ${load()} before; data in ${folder}; the middle of ${rounds} rounds, taken by turns`);
  console.log(FAIRNESS);
  const lines: string[][] = [];
  for (const row of rows) {
    lines.push(report(row, await measure(row, registries, goods, { folder, rounds, thaw, sizes, wanted }), sizes));
  }
  const ratio = names.length > 1 ? [names.join('/')] : [];
  const costs = ['peak MiB', 'open files', 'CPU s'].map((what) => `${what}, ${names.join(' / ')}`);
  console.log(table(['', ...names.flatMap((name) => [`${name}, s`, '']), ...ratio, ...costs], lines));
  console.log(`\nload ${load()} after`);
}

const FAIRNESS = `Both serve plain HTTP on loopback without credentials, log errors only, and keep their data in one format.
Both sync a blob's bytes before they answer. Distribution 3 syncs its links and their folders too, but not the folder that
the blob is renamed into, nor those above; thaw syncs these as well.
The time and memory of the clients (curl, ab) is not counted; they share the processors with the server.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    thaw: { type: 'string', default: new URL('../dist/cli.js', import.meta.url).pathname },
  },
});
const folder = await mkdtemp(join(values.folder, 'thaw-bench-'));
const rounds = Number(values.rounds ?? (values.smoke ? 1 : 3));
try {
  await main({ folder, rounds, thaw: values.thaw, sizes: values.smoke ? SMOKE : FULL, wanted: positionals });
} finally {
  await rm(folder, { recursive: true, force: true });
}
