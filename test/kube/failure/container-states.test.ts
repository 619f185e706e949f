import test from 'ava';
import fc from 'fast-check';
import { containerStates } from '../../../src/kube/failure/container-states.ts';
import { nodeContext, podContext } from '../../../src/kube/failure/context.ts';
import { containerTexts, podTexts } from '../../../src/kube/failure/texts.ts';
import { ended, failedPod, startError } from '../../helpers/failed-pod.ts';

test('a container that the runtime could not start never ran, whatever its exit code', (t) => {
  const [failed, over] = containerStates(
    failedPod([
      { name: 'web', state: startError('x') },
      { name: 'job', state: ended(3) },
    ]),
  );
  t.deepEqual([failed?.kind, failed?.ran, failed?.exitCode, failed?.reason], ['ended', false, 128, 'StartError']);
  t.deepEqual([over?.kind, over?.ran, over?.exitCode, over?.well], ['ended', true, 3, false]);
});

test("the client's dates count like their texts", (t) => {
  const date = (startedAt: Date) => ({ terminated: { exitCode: 1, reason: 'Error', startedAt } });
  const states = containerStates(
    failedPod([
      { name: 'a', state: date(new Date(0)) },
      { name: 'b', state: date(new Date()) },
    ]),
  );
  t.deepEqual(
    states.map(({ ran }) => ran),
    [false, true],
  );
});

test('init containers come first, and are well when they have ended well or run', (t) => {
  const pod = failedPod(
    [{ name: 'web' }],
    { initContainers: [{ name: 'first' }, { name: 'sidecar' }] },
    {
      initContainerStatuses: [
        { name: 'first', state: ended(0) },
        { name: 'sidecar', state: { running: {} }, ready: false },
      ],
    },
  );
  t.deepEqual(
    containerStates(pod).map(({ name, init, well }) => [name, init, well]),
    [
      ['first', true, true],
      ['sidecar', true, true],
      ['web', false, false],
    ],
  );
});

/** Objects with the fields that are looked at, and anything in them. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.anything(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('fields'),
    fc.constant({ toString: 1 }),
  ),
  fields: fc.dictionary(
    fc.constantFrom(
      'spec',
      'status',
      'containers',
      'containerStatuses',
      'name',
      'state',
      'terminated',
      'waiting',
      'message',
      'reason',
      'volumes',
      'image',
      'volumeMounts',
      'conditions',
      'nodeInfo',
      'runtimeHandlers',
      'involvedObject',
      'type',
    ),
    tie('value'),
  ),
})).fields;

test('objects of any shape are read without an error', (t) => {
  fc.assert(
    fc.property(anything, fc.array(anything, { maxLength: 3 }), (pod, events) => {
      for (const state of containerStates(pod)) {
        containerTexts(state, events);
        podContext(pod, state.name, state.exitCode);
      }
      podTexts(pod, events);
      nodeContext(pod);
      return true;
    }),
  );
  t.pass();
});
