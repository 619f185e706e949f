import test from 'ava';
import { ThawError } from '../../src/errors.ts';
import { Readiness } from '../../src/service/readiness.ts';

const works = { name: 'works', run: async () => {} };

test('what works and what does not is told by name, with codes and nothing else', async (t) => {
  const full = () => new ThawError('STORAGE_FULL', { message: '/srv/secret is full', next: 'free space' });
  const checks = [
    works,
    { name: 'disk', run: () => Promise.reject(full()) },
    { name: 'other', run: () => Promise.reject(new Error('/srv/secret')) },
  ];
  const report = await new Readiness(checks).report();
  t.deepEqual(report, { ready: false, checks: { works: 'ok', disk: 'STORAGE_FULL', other: 'failed' } });
});

test('checks run once for all who ask at about the same time, and again later', async (t) => {
  let runs = 0;
  const counting = {
    name: 'counting',
    run: async () => {
      runs += 1;
    },
  };
  const readiness = new Readiness([counting], 1_000_000);
  await Promise.all([readiness.report(), readiness.report()]);
  t.true((await readiness.report()).ready);
  t.is(runs, 1);
  const eager = new Readiness([counting], -1);
  await eager.report();
  await eager.report();
  t.is(runs, 3);
});

test('a service that stops is not ready, whatever works', async (t) => {
  const readiness = new Readiness([works]);
  t.true((await readiness.report()).ready);
  readiness.stop();
  t.true(readiness.stopping);
  t.deepEqual(await readiness.report(), { ready: false, checks: { stopping: 'true' } });
});
