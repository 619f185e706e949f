import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { workload } from '../../../scripts/cluster/workload.ts';
import { workloadSum } from '../../../scripts/cluster/workload-sum.ts';
import { type CounterLog, readCounterLog, type Tick } from '../../helpers/counter-log.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';

const PYTHON_COUNTER = new URL('../../../scripts/cluster/python/counter.py', import.meta.url).pathname;
const TICK = ['--tick', '5ms'];
const VARIABLE = 'COUNTER_TICK';

/** The program, built for this test's cache; Go keeps what it compiled, so that takes no time from the second on. */
async function counter(t: ExecutionContext): Promise<string> {
  return workload({ cache: await temporaryFolder(t) }, () => {});
}

/** Runs it until a line is as wanted, then ends it; gives the code that it ended with and all that it said. */
async function runUntil(
  t: ExecutionContext,
  [program = '', ...args]: readonly string[],
  wanted: (tick: Tick) => Promise<boolean> | boolean,
): Promise<CounterLog & { exitCode: number | undefined }> {
  const running = execa(program, args, { all: true, reject: false });
  t.teardown(() => running.kill('SIGKILL'));
  for await (const line of running.iterable({ from: 'all' })) {
    const [tick] = readCounterLog(`${line}\n`).ticks;
    if (tick === undefined || !(await wanted(tick))) continue;
    running.kill('SIGTERM');
    break;
  }
  const { exitCode, all } = await running;
  return { exitCode, ...readCounterLog(`${all}\n`) };
}

function countsFromOne(t: ExecutionContext, { ticks }: CounterLog): void {
  t.deepEqual(
    ticks.map(({ number }) => number),
    ticks.map((_, at) => at + 1),
  );
}

peerTest(['go', 'flock'], 'it starts once, counts from 1, and sums up its memory as the reference does', async (t) => {
  const program = [await counter(t), ...TICK, '--name', 'web', '--memory', '3', '--seed', 'sand'];
  const log = await runUntil(t, program, ({ number }) => number === 5);
  t.deepEqual(
    log.starts.map(({ name }) => name),
    ['web'],
  );
  t.regex(log.starts[0]?.id ?? '', /^[0-9a-f]{16}$/);
  countsFromOne(t, log);
  t.deepEqual([...new Set(log.ticks.map(({ sum }) => sum))], [workloadSum(3, 'sand')]);
  t.deepEqual(log.others, []);
});

peerTest(['go', 'flock'], 'memory of several parts is summed up part by part, to one and the same sum', async (t) => {
  const program = [await counter(t), ...TICK, '--memory', '40', '--seed', 'sand'];
  const log = await runUntil(t, program, ({ number }) => number === 7);
  t.deepEqual([...new Set(log.ticks.map(({ sum }) => sum))], [workloadSum(40, 'sand')]);
  t.not(workloadSum(40, 'sand'), workloadSum(40, 'salt'));
});

peerTest(['go', 'flock'], 'what no flag says is taken from a variable', async (t) => {
  const program = ['env', `${VARIABLE}=5ms`, 'COUNTER_NAME=cache', await counter(t)];
  const log = await runUntil(t, program, ({ number }) => number === 2);
  t.is(log.starts[0]?.name, 'cache');
});

peerTest(['go', 'flock'], 'it keeps files open and appends each number to them', async (t) => {
  const folder = await temporaryFolder(t);
  const program = [await counter(t), ...TICK, '--layer', join(folder, 'a'), '--volume', join(folder, 'b')];
  const log = await runUntil(t, program, ({ number }) => number === 12);
  t.deepEqual(log.ticks[8]?.fields, { layer: '18', volume: '18' });
  t.deepEqual(log.ticks[11]?.fields, { layer: '27', volume: '27' });
});

peerTest(['go', 'flock'], 'a file that is another one under its name breaks it, and it says so', async (t) => {
  const file = join(await temporaryFolder(t), 'numbers');
  const log = await runUntil(t, [await counter(t), ...TICK, '--layer', file], async ({ number }) => {
    if (number !== 2) return false;
    await writeFile(`${file}.new`, '1\n2\n');
    await rename(`${file}.new`, file);
    return false;
  });
  t.is(log.exitCode, 70);
  t.regex(log.others[0] ?? '', /^broken \d+ .*\/numbers is not the file that is open$/);
});

/** The folder that the image has for it. */
async function imageFiles(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const name of ['kept', 'changed', 'deleted', 'folder/inside']) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), 'as it is in the image\n');
  }
  return folder;
}

peerTest(['go', 'flock'], 'it changes, adds and deletes files of its image', async (t) => {
  const folder = await imageFiles(t);
  const log = await runUntil(t, [await counter(t), ...TICK, '--files', folder], ({ number }) => number === 2);
  t.deepEqual(log.ticks[1]?.fields, { files: 'ok' });
  t.deepEqual((await readdir(folder)).sort(), ['added', 'changed', 'kept']);
});

peerTest(['go', 'flock'], 'a file of its image that comes back breaks it, and it says so', async (t) => {
  const folder = await imageFiles(t);
  const log = await runUntil(t, [await counter(t), ...TICK, '--files', folder], async ({ number }) => {
    if (number === 2) await writeFile(join(folder, 'deleted'), 'as it is in the image\n');
    return false;
  });
  t.is(log.exitCode, 70);
  t.regex(log.others[0] ?? '', /^broken \d+ .*\/deleted holds "as it is in the image\\n", and "" was left there$/);
});

peerTest(['go', 'flock'], 'a child counts, and its numbers come through a pipe', async (t) => {
  const log = await runUntil(t, [await counter(t), ...TICK, '--pipe'], ({ number }) => number === 5);
  t.is(log.starts.length, 1);
  countsFromOne(t, log);
});

peerTest(['go', 'flock'], 'a socket answers with the number', async (t) => {
  const program = [await counter(t), ...TICK, '--listen', '127.0.0.1:0'];
  let answer = 0;
  const log = await runUntil(t, program, async ({ fields }) => {
    const port = Number(fields['listen']?.split(':')[1]);
    answer = Number(await text(connect(port, '127.0.0.1')));
    return true;
  });
  t.true(answer >= 1 && answer <= (log.ticks.at(-1)?.number ?? 0), `${answer}`);
});

peerTest(['go', 'flock'], 'it ends with the exit code that a second one leaves for it', async (t) => {
  const stop = join(await temporaryFolder(t), 'stop');
  const program = await counter(t);
  const log = await runUntil(t, [program, ...TICK, '--stop', stop], async ({ number }) => {
    if (number === 2) await execa(program, ['--stop', stop, '--end', '7']);
    return false;
  });
  t.is(log.exitCode, 7);
});

peerTest(['go', 'flock'], 'as a pause it does nothing and ends when it is told to', async (t) => {
  const running = execa(await counter(t), ['--pause'], { reject: false });
  t.teardown(() => running.kill('SIGKILL'));
  for await (const line of running) {
    t.is(line, 'paused');
    running.kill('SIGTERM');
  }
  t.is((await running).exitCode, 0);
});

peerTest(['python3'], "the program for Debian's python3 prints the same lines", async (t) => {
  const program = ['env', 'COUNTER_SEED=sand', 'COUNTER_MEMORY=20', 'python3', '-B', PYTHON_COUNTER];
  const log = await runUntil(t, program, ({ number }) => number === 3);
  t.is(log.exitCode, 0);
  t.is(log.starts[0]?.name, 'python');
  countsFromOne(t, log);
  t.deepEqual([...new Set(log.ticks.map(({ sum }) => sum))], [workloadSum(20, 'sand')]);
});
