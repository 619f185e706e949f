import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { fixturePath, unpackCache } from '../test/helpers/fixtures.ts';

// The main job, on real input: the three containers of pod shop/web-0, frozen by CRI-O, become images in the embedded
// registry, come back byte for byte, and give a pod that wakes them up. Everything it makes is gone when it ends.

const ROOT = new URL('..', import.meta.url).pathname;
const SOURCE_POD = new URL('../test/fixtures/pods/web-0.yaml', import.meta.url).pathname;
const CLI = new URL('../src/cli.ts', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'thaw-demo-'));
const times: [what: string, seconds: number][] = [];

/** What `thaw convert --json` says of one archive, as far as it is shown here. */
interface Conversion {
  readonly reference: string;
  readonly bytes: number;
  readonly metadata: { readonly container: { readonly name: string } };
  readonly seconds: Readonly<Record<string, number>>;
}

/** Runs `thaw ...` as a person would, shows the line, and gives its standard output. */
async function thaw(...args: string[]): Promise<string> {
  console.log(`\n$ thaw ${args.map((arg) => arg.replace(`${folder}/`, '').replace(ROOT, '')).join(' ')}`);
  const { stdout } = await execa(process.execPath, [CLI, ...args], { stderr: 'inherit' });
  return stdout;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  times.push([what, (performance.now() - begun) / 1000]);
  return result;
}

async function startRegistry(): Promise<{ child: ChildProcess; address: string }> {
  const args = [
    'registry',
    'serve',
    '--root',
    join(folder, 'registry'),
    '--listen',
    '127.0.0.1:0',
    '--json',
    '--quiet',
  ];
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout as Readable })) {
    return { child, address: JSON.parse(line).address };
  }
  throw new Error('the registry did not start');
}

async function pullAndCompare(reference: string, archive: string): Promise<void> {
  const back = join(folder, `back-${basename(archive)}`);
  await timed('pull and verify', () => thaw('pull', reference, '-o', back, '--quiet'));
  const [before, after] = await Promise.all([readFile(archive), readFile(back)]);
  if (!before.equals(after)) throw new Error(`${basename(archive)} came back different`);
  console.log(`${basename(archive)}: ${before.length.toLocaleString('en')} bytes came back the same`);
}

async function demo(address: string): Promise<void> {
  const cache = await unpackCache(folder);
  const archives = [fixturePath('crio/web'), fixturePath('crio/web-sidecar'), cache];

  console.log(await thaw('inspect', fixturePath('crio/web')));
  const to = ['--to', `${address}/checkpoints`, '--json'];
  const printed = await timed('convert and push', () => thaw('convert', ...archives, ...to));
  const results: Conversion[] = printed.split('\n').map((line) => JSON.parse(line));
  const references = results.map(({ reference }) => reference);
  console.log(references.join('\n'));

  for (const [at, archive] of archives.entries()) await pullAndCompare(references[at] ?? '', archive);

  const pod = ['pod', ...references, '--from', SOURCE_POD, '--node', 'node-b'];
  console.log(await timed('restored pod', () => thaw(...pod)));
  phases(results);
}

/** Where each conversion spent its time, as it says itself. */
function phases(results: readonly Conversion[]): void {
  console.log('\nWhere each conversion spent its time:');
  for (const { metadata, bytes, seconds } of results) {
    const parts = Object.entries(seconds).map(([phase, took]) => `${phase} ${took.toFixed(3)} s`);
    console.log(
      `  ${metadata.container.name.padEnd(12)} ${bytes.toLocaleString('en').padStart(11)} bytes  ${parts.join(', ')}`,
    );
  }
}

try {
  const { child, address } = await timed('start the registry', startRegistry);
  try {
    await demo(address);
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  console.log('\nWhere the time went in all (each step starts Node.js anew):');
  for (const [what, seconds] of times) console.log(`  ${what.padEnd(20)} ${seconds.toFixed(2)} s`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
