import test from 'ava';
import type { RestartChoice } from '../../../src/checkpoint/restored-container.ts';
import { decide } from '../../../src/runtime/record/decide.ts';
import type { Found } from '../../../src/runtime/record/read.ts';
import type { RestoreRecord } from '../../../src/runtime/record/record.ts';
import { throwsCode } from '../../helpers/throws.ts';

const KEY = { uid: 'pod-1', container: 'web' };
const CHECKPOINT = 'a1'.repeat(32);

function found(state: RestoreRecord['state'], key = KEY, checkpoint = CHECKPOINT): Found {
  const at = '2026-11-22T09:30:00.000Z';
  return { key, record: { format: 1, checkpoint, pod: 'shop/web-0', container: key.container, state, at } };
}

const answer = test.macro({
  exec(t, records: readonly Found[], choice: RestartChoice, expected: 'restore' | 'cold') {
    t.is(decide({ key: KEY, checkpoint: CHECKPOINT, choice, records }), expected);
  },
  title: (title) => title ?? '',
});

const refusal = test.macro({
  async exec(t, records: readonly Found[], choice: RestartChoice, words: RegExp) {
    const error = await throwsCode(t, 'RESTORED_BEFORE', () =>
      decide({ key: KEY, checkpoint: CHECKPOINT, choice, records }),
    );
    t.regex(error?.message ?? '', words);
  },
  title: (title) => title ?? '',
});

const OTHER_POD = { uid: 'pod-2', container: 'web' };
const SIDECAR = { uid: 'pod-1', container: 'sidecar' };

for (const choice of ['fail', 'cold', 'again'] as const) {
  test(`what was never restored is restored, whether the pod says ${choice}`, answer, [], choice, 'restore');
  test(`a restore that failed may be tried again: ${choice}`, answer, [found('failed')], choice, 'restore');
  test(`other checkpoints do not matter: ${choice}`, answer, [found('restored', OTHER_POD, 'b2')], choice, 'restore');
  test(`another pod may try what failed elsewhere: ${choice}`, answer, [found('failed', OTHER_POD)], choice, 'restore');
}

for (const state of ['begun', 'restored'] as const) {
  test(
    `${state}, a second start fails where the pod says nothing else`,
    refusal,
    [found(state)],
    'fail',
    /^the checkpoint .*on this node before, as this container, at 2026-11-22T09:30:00.000Z/,
  );
  test(`${state}, it starts cold where the pod says so`, answer, [found(state)], 'cold', 'cold');
  test(`${state}, it is restored again where the pod says so`, answer, [found(state)], 'again', 'restore');
  test(
    `${state} by another pod, it neither wakes nor starts cold`,
    refusal,
    [found(state, OTHER_POD)],
    'cold',
    /as container web of pod shop\/web-0 \(UID pod-2\)/,
  );
  test(`${state} by another pod, it fails`, refusal, [found(state, OTHER_POD)], 'fail', /Delete that pod first/);
  test(
    `${state} by another pod, it wakes where the pod says again`,
    answer,
    [found(state, OTHER_POD)],
    'again',
    'restore',
  );
  test(
    `${state} as another container of the pod, it fails`,
    refusal,
    [found(state, SIDECAR)],
    'cold',
    /as container sidecar/,
  );
}

test(
  'a container that was restored from another checkpoint before does not start from this one by itself',
  refusal,
  [found('restored', KEY, 'b2')],
  'fail',
  /this container/,
);
test(
  'an interrupted restore is said to be one',
  refusal,
  [found('begun')],
  'fail',
  /began to be restored and was interrupted/,
);
