import test from 'ava';
import { Registry } from 'prom-client';
import { addMeasured, exposition } from '../../src/service/metrics.ts';

test('a number is read when somebody asks; a failing one is left out and hides nothing else', async (t) => {
  const registry = new Registry();
  let count = 1;
  addMeasured({ name: 'count_total', help: 'A count.', counter: true, read: () => count }, registry);
  addMeasured({ name: 'level', help: 'A level.', read: async () => 0.5 }, registry);
  addMeasured({ name: 'broken', help: 'A fault.', read: () => Promise.reject(new Error('no')) }, registry);
  addMeasured({ name: 'none', help: 'Nothing.', read: () => undefined }, registry);
  t.regex((await exposition(registry)).text, /^count_total 1$/m);
  count = 5;
  const { text } = await exposition(registry);
  t.regex(text, /^# TYPE count_total counter$/m);
  t.regex(text, /^count_total 5$/m);
  t.regex(text, /^level 0.5$/m);
  t.notRegex(text, /^(broken|none) /m);
  t.regex(text, /^process_cpu_seconds_total /m);
});
