import { rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import type { Settings } from '../scripts/cluster/settings.ts';
import { barsSvg } from './lib/restore/bars.ts';
import { whyNoBed, withBed } from './lib/restore/bed.ts';
import { byRegistry, type Way } from './lib/restore/by-registry.ts';
import { freeze } from './lib/restore/frozen.ts';
import { type Case, casesOf, measure, waysOf } from './lib/restore/measure.ts';
import { reasonOf } from './lib/restore/reason.ts';
import { groupOf, type Measured, tableOf } from './lib/restore/report.ts';
import { machine } from './lib/table.ts';

// From "checkpoint complete" to "process running again" on the other node of a test bed of its own, beside the least that
// is possible. node bench/restore.ts [--smoke] [--rounds N] [--gzip] [--folder <folder>] [--svg <file>] [MiB...]

const ABOUT = `\
The clock starts when the kubelet has answered the checkpoint call and stops at the next number that the process writes
(one every 10 ms): at the time that containerd gives that line, or, after runc by hand, when the line arrives. A round
counts only if the process's numbers go on without a gap, and its checksums are right over all of its memory.
convert and push are one pass: convert is what the same conversion took into a data folder on this disk just before, push
what is beyond it. pull and create are by the times in containerd's log; create copies the checkpoint out of the image.
All rows of a size restore one archive, which is in the page cache, as right after a checkpoint. The base image is on the
target node before, in all rows; of the checkpoint image nothing is there, nor in the registry. The memory is random:
compression finds nothing in it and can cost no more. thaw and kubectl are started as programs, as a person would.
The least that is possible: cp of the archive, tar's unpacking of it, runc restore in a bundle that is there already; no
Kubernetes, no engine, nothing synced. Both nodes, the API server and the registry share this machine's processors, disk
and page cache, and no network is between them.
`;

/** Two ways that have nothing in common. */
const SMOKE: readonly Way[] = [
  { layers: 'single', compression: 'none' },
  { layers: 'split', compression: 'zstd' },
];

interface Options {
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly sizes: readonly number[];
  readonly warmUp: boolean;
}

async function measureAll(bed: Settings, { cases, rounds, sizes, warmUp }: Options): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const mebibytes of sizes) {
    const frozen = await freeze(bed, mebibytes);
    // Not counted: brings what later restores find on the node.
    if (warmUp && all.length === 0) await byRegistry(bed, frozen, { layers: 'single', compression: 'none' });
    const measured = await measure(bed, frozen, cases, rounds);
    console.log(`${tableOf(measured)}\n`);
    all.push(measured);
    await rm(frozen.archive);
  }
  return all;
}

function plotOf(all: readonly Measured[], caption: string): string {
  const title = 'From a complete checkpoint to the process running on the other node';
  return barsSvg({ title, caption: `${caption}; each size has its own scale`, groups: all.map(groupOf) });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    gzip: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
    svg: { type: 'string' },
  },
});

const why = await whyNoBed(values.folder);
if (why !== undefined) {
  console.log(`bench/restore is skipped: ${why}`);
  process.exit(values.smoke && process.env['THAW_REQUIRE_PEERS'] !== '1' ? 0 : 1);
}
const rounds = Number(values.rounds ?? (values.smoke ? 1 : 3));
const sizes = positionals.length > 0 ? positionals.map(Number) : values.smoke ? [16] : [16, 256, 1024];
const cases = casesOf(values.smoke ? SMOKE : waysOf(values.gzip ? ['none', 'gzip', 'zstd'] : ['none', 'zstd']));
const load = () => loadavg()[0]?.toFixed(1);
const caption = `${machine()}; the middle of ${rounds} rounds, taken by turns`;
console.log(`${caption}; load ${load()} before\n${ABOUT}`);
try {
  const all = await withBed(values.folder, (bed) => measureAll(bed, { cases, rounds, sizes, warmUp: !values.smoke }));
  console.log(`load ${load()} after`);
  if (values.svg !== undefined) await writeFile(values.svg, plotOf(all, caption));
  if (all.some(({ rows }) => rows.some(({ failure }) => failure !== undefined))) process.exitCode = 1;
} catch (error) {
  console.error(`bench/restore failed: ${reasonOf(error)}`);
  process.exitCode = 1;
}
