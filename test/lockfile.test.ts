import test from 'ava';
import { missingFromLockfile } from '../scripts/complete-lockfile.ts';

test('the lockfile names every optional dependency, else npm ci refuses it', async (t) => {
  t.deepEqual(await missingFromLockfile(), [], 'run: node scripts/complete-lockfile.ts');
});
