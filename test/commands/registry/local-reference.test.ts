import test from 'ava';
import { parseLocal, shortReference } from '../../../src/commands/registry/local-reference.ts';
import { throwsCode } from '../../helpers/throws.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;

const same = test.macro({
  exec(t, text: string, short: string) {
    t.is(shortReference(parseLocal(text)), short);
  },
  title: (_, text) => `${text} is in the data folder`,
});

test(same, 'checkpoints', 'checkpoints');
test(same, 'checkpoints:web-1', 'checkpoints:web-1');
test(same, 'checkpoints/shop:web', 'checkpoints/shop:web');
test(same, `checkpoints@${DIGEST}`, `checkpoints@${DIGEST}`);
test(same, `checkpoint-registry.local/checkpoints:web@${DIGEST}`, `checkpoints:web@${DIGEST}`);

test('a reference to a registry elsewhere is refused', async (t) => {
  await throwsCode(t, 'USAGE', () => parseLocal('registry.example:5000/checkpoints:web'));
  await throwsCode(t, 'USAGE', () => parseLocal('localhost/checkpoints:web'));
  await throwsCode(t, 'REFERENCE_INVALID', () => parseLocal('Check_Points:web'));
});
