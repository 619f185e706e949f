import test from 'ava';
import { remembered } from '../../src/service/remembered.ts';

test('a result serves for a while, and for all who ask at once', async (t) => {
  let made = 0;
  const get = remembered(async () => ++made, 1_000_000);
  t.deepEqual(await Promise.all([get(), get()]), [1, 1]);
  t.is(await get(), 1);
});

test('whoever asks later gets the old result at once, and those after it the new one', async (t) => {
  let made = 0;
  const gates = [Promise.resolve(), Promise.withResolvers<void>()] as const;
  const get = remembered(async () => {
    made += 1;
    if (made === 2) await gates[1].promise;
    return made;
  }, -1);
  t.is(await get(), 1);
  t.is(await get(), 1, 'the second one is being made');
  t.is(await get(), 1);
  t.is(made, 2, 'nobody begins a third one meanwhile');
  gates[1].resolve();
  await new Promise((resolve) => setImmediate(resolve));
  t.is(await get(), 2);
});

test('a failure is told and not remembered; an old result outlives one', async (t) => {
  const results = [Promise.reject(new Error('first')), Promise.resolve(2), Promise.reject(new Error('third'))];
  for (const result of results) result.catch(() => {});
  const get = remembered(() => results.shift() ?? Promise.resolve(4), -1);
  await t.throwsAsync(get(), { message: 'first' });
  t.is(await get(), 2);
  t.is(await get(), 2, 'while the third fails');
  await new Promise((resolve) => setImmediate(resolve));
  t.is(await get(), 2);
});
