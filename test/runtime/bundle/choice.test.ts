import test from 'ava';
import { choiceOf, commandOf } from '../../../src/runtime/bundle/choice.ts';
import { recordedConfig, withVariables } from '../../helpers/bundles.ts';
import { throwsCode } from '../../helpers/throws.ts';

const CONFIG = { root: { path: 'rootfs' } };

test('a pod that says nothing wants a second start to fail', (t) => {
  t.is(choiceOf(CONFIG), 'fail');
  t.is(choiceOf(withVariables(CONFIG, { THAW_RESTART: '' })), 'fail');
});

for (const choice of ['fail', 'cold', 'again'] as const) {
  test(`a container's variable says ${choice}`, (t) => {
    t.is(choiceOf(withVariables(CONFIG, { THAW_RESTART: choice, OTHER: 'x' })), choice);
  });
}

test('the last of two variables counts, as it does for a program', (t) => {
  t.is(choiceOf({ ...CONFIG, process: { env: ['THAW_RESTART=again', 'THAW_RESTART=cold'] } }), 'cold');
});

test('the recorded bundles say cold', (t) => {
  for (const name of ['containerd-2.3/container', 'cri-o-1.37/container'] as const)
    t.is(choiceOf(recordedConfig(name)), 'cold');
});

for (const value of ['Cold', 'restart', ' ']) {
  test(`THAW_RESTART=${value} is CHOICE_INVALID`, async (t) => {
    await throwsCode(t, 'CHOICE_INVALID', () => choiceOf(withVariables(CONFIG, { THAW_RESTART: value })));
  });
}

test('the command is a JSON list of texts', (t) => {
  t.is(commandOf(CONFIG), undefined);
  t.deepEqual(commandOf(withVariables(CONFIG, { THAW_COMMAND: '["sh","-c","a=b; exit $a"]' })), [
    'sh',
    '-c',
    'a=b; exit $a',
  ]);
});

for (const value of ['sh -c x', '[]', '[1]', '"sh"', '{"0":"sh"}', '["a"']) {
  test(`THAW_COMMAND=${value} is CHOICE_INVALID, and its content is not shown`, async (t) => {
    const error = await throwsCode(t, 'CHOICE_INVALID', () =>
      commandOf(withVariables(CONFIG, { THAW_COMMAND: value })),
    );
    t.false(error?.message.includes(value));
  });
}
