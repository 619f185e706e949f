import test from 'ava';
import { onDisk, storageFailure } from '../../../src/registry/storage/failure.ts';
import { throwsCode } from '../../helpers/throws.ts';

for (const [errno, code] of [
  ['ENOSPC', 'STORAGE_FULL'],
  ['EDQUOT', 'STORAGE_FULL'],
  ['EACCES', 'STORAGE_FAILED'],
  ['EIO', 'STORAGE_FAILED'],
] as const) {
  test(`${errno} is ${code}, with the path`, async (t) => {
    const cause = Object.assign(new Error(errno), { code: errno });
    const error = await throwsCode(t, code, () => onDisk('/data', () => Promise.reject(cause)));
    t.deepEqual(error?.facts, { path: '/data', errno });
    t.is(error?.cause, cause);
  });
}

test('what is a ThawError already stays as it is', async (t) => {
  const error = storageFailure(new Error('first'), '/first');
  t.is(await t.throwsAsync(onDisk('/second', () => Promise.reject(error))), error);
});
