import test from 'ava';
import { openRegistry } from '../../../src/registry/client/target.ts';
import { startFakeRegistry } from '../../helpers/fake-registry.ts';
import { openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

test('a target is named as a person would write it', async (t) => {
  const fake = await startFakeRegistry(t);
  t.is((await openClient(t, fake, { repository: 'a/b' })).name, `${fake.registry}/a/b`);
});

test('opening a registry talks to nobody', async (t) => {
  const fake = await startFakeRegistry(t);
  await openClient(t, fake);
  t.deepEqual(fake.requests, []);
});

test('a name that is no reference is REFERENCE_INVALID', async (t) => {
  await throwsCode(t, 'REFERENCE_INVALID', () => openRegistry({ registry: 'localhost:5000', repository: 'No' }));
});

test('every answer is told to the log, without queries or credentials', async (t) => {
  const lines: object[] = [];
  const logger = { debug: (facts: object) => void lines.push(facts), warn: () => undefined };
  const fake = await startFakeRegistry(t, {
    intercept: ({ headers }, response) =>
      headers.authorization === undefined && response.writeHead(401, { 'www-authenticate': 'Basic' }).end(),
  });
  const credentials = { username: 'alice', password: 'hunter2' };
  const client = await openClient(t, fake, { logger, credentials });
  await client.listTags();
  t.like(lines[1], { method: 'GET', url: `${fake.url}/v2/checkpoints/tags/list`, status: 200 });
  t.notRegex(JSON.stringify(lines), /hunter2|Basic/);
});
