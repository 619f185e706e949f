import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { stringify } from 'yaml';
import { fromFiles } from '../../../src/commands/explain/from-files.ts';
import type { Io } from '../../../src/commands/io.ts';
import { failedPod, nodeOf, podEvent } from '../../helpers/failed-pod.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

const io = (input = ''): Io => ({
  stdin: Readable.from([input]),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
});
const list = (...items: object[]) => ({ apiVersion: 'v1', kind: 'List', items });

async function file(t: ExecutionContext, content: unknown): Promise<string> {
  const path = join(await temporaryFolder(t), 'objects.yaml');
  await writeFile(path, typeof content === 'string' ? content : stringify(content));
  return path;
}

const pod = failedPod([{ name: 'web' }]);
const event = podEvent('Failed', 'Error: x', 'web');
const other = { ...event, involvedObject: { kind: 'Pod', name: 'web-1' } };
const node = nodeOf('containerd://2.3.7');

test('a pod, its events and its node come out of one list, and what is of others stays behind', async (t) => {
  const from = await file(t, list(event, other, pod, node, { ...node, metadata: { name: 'node-a' } }));
  const { notes, ...question } = await fromFiles({ from }, io());
  t.deepEqual(question, { pod, name: 'shop/web-0-restored', events: [event], node });
  t.deepEqual(notes, []);
});

test('events may come from another file, and either from standard input', async (t) => {
  const question = await fromFiles(
    { from: '-', events: await file(t, { kind: 'EventList', items: [{ ...event, kind: undefined }] }) },
    io(stringify(pod)),
  );
  t.is(question.name, 'shop/web-0-restored');
  t.is(question.events.length, 1);
});

test('of several pods one must be named', async (t) => {
  const from = await file(t, list(pod, { ...pod, metadata: { name: 'web-1' } }));
  t.is((await fromFiles({ from, pod: 'web-1' }, io())).name, 'web-1');
  const error = await throwsCode(t, 'POD_INVALID', () => fromFiles({ from }, io()));
  t.deepEqual(error?.facts['pods'], ['web-0-restored', 'web-1']);
  await throwsCode(t, 'POD_INVALID', () => fromFiles({ from, pod: 'web-2' }, io()));
});

test('what is no YAML, and what holds no pod, is POD_INVALID', async (t) => {
  for (const content of ['{', '', 'just words', '- 1\n- [2]', { kind: 'Pod' }.kind]) {
    await throwsCode(t, 'POD_INVALID', async () => fromFiles({ from: await file(t, content) }, io()));
  }
});

test('a file that is not there is USAGE', async (t) => {
  const error = await throwsCode(t, 'USAGE', () => fromFiles({ from: '/nowhere/pod.yaml' }, io()));
  t.is(error?.facts['errno'], 'ENOENT');
});

test('a log alone is a question too', async (t) => {
  t.deepEqual(await fromFiles({ log: '-' }, io('Error')), { events: [], notes: [], log: 'Error' });
});
