import test from 'ava';
import { outcomeOf } from '../../../../bench/lib/restore/running.ts';

const outcome = test.macro({
  exec: (t, state: string, expected: ReturnType<typeof outcomeOf>) => t.is(outcomeOf(state), expected),
  title: (_, state, expected) => `"${state}" is ${expected ?? 'open'}`,
});

test(outcome, '', undefined);
test(outcome, 'Pending ', undefined);
test(outcome, 'Pending ContainerCreating', undefined);
test(outcome, 'Running ', 'running');
test(outcome, 'Failed ', 'failed');
test(outcome, 'Succeeded ', 'failed');
test(outcome, 'Pending CreateContainerError', 'failed');
test(outcome, 'Pending ErrImagePull', 'failed');
test(outcome, 'Pending ImagePullBackOff', 'failed');
