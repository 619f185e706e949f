import test from 'ava';
import { type ErrorCode, ThawError } from '../../../src/errors.ts';
import { errorAnswer, RegistryError } from '../../../src/registry/server/errors.ts';

test('an error is answered with its status and one entry for each detail', (t) => {
  const error = new RegistryError('MANIFEST_BLOB_UNKNOWN', { details: [{ digest: 'a' }, { digest: 'b' }] });
  const { status, body } = errorAnswer(error);
  t.is(status, 404);
  t.deepEqual(
    body.errors.map(({ code, detail }) => [code, detail]),
    [
      ['MANIFEST_BLOB_UNKNOWN', { digest: 'a' }],
      ['MANIFEST_BLOB_UNKNOWN', { digest: 'b' }],
    ],
  );
});

test('an error without details still has one entry', (t) => {
  const { status, body } = errorAnswer(new RegistryError('TOOMANYREQUESTS', { headers: { 'Retry-After': '1' } }));
  t.is(status, 429);
  t.deepEqual(body.errors, [{ code: 'TOOMANYREQUESTS', message: 'too many requests' }]);
});

for (const [code, status, registryCode] of [
  ['STORAGE_FULL', 507, 'INSUFFICIENT_STORAGE'],
  ['DIGEST_MISMATCH', 400, 'DIGEST_INVALID'],
  ['TAG_TAKEN', 403, 'DENIED'],
  ['REFERENCE_INVALID', 400, 'NAME_INVALID'],
  ['STORAGE_FAILED', 500, 'UNKNOWN'],
] as const satisfies readonly [ErrorCode, number, string][]) {
  test(`${code} of the storage is answered with ${status} ${registryCode}`, (t) => {
    const answer = errorAnswer(new ThawError(code, { message: 'm', next: 'n' }));
    t.is(answer.status, status);
    t.is(answer.body.errors[0]?.code, registryCode);
  });
}

test('a fault of our own tells the client nothing', (t) => {
  const error = new ThawError('STORAGE_FAILED', {
    message: '/secret/path',
    next: 'n',
    facts: { path: '/secret/path' },
  });
  for (const fault of [error, new TypeError('/secret/path')]) {
    const { status, body } = errorAnswer(fault);
    t.is(status, 500);
    t.false(JSON.stringify(body).includes('secret'));
  }
});
