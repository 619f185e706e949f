import test from 'ava';
import type { ErrorCode } from '../../../src/errors.ts';
import { LONGEST_ERROR_BODY } from '../../../src/registry/client/errors.ts';
import { startFakeRegistry } from '../../helpers/fake-registry.ts';
import { openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

const oci = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });

const ANSWERS: readonly [number, string, ErrorCode, RegExp][] = [
  [400, oci('NAME_INVALID', 'invalid name'), 'REGISTRY_REFUSED', /400: NAME_INVALID: invalid name/],
  [401, '', 'UNAUTHORIZED', /missing or wrong/],
  [403, oci('DENIED', 'no'), 'UNAUTHORIZED', /do not allow it\): DENIED: no/],
  [405, oci('UNSUPPORTED', ''), 'REGISTRY_REFUSED', /405: UNSUPPORTED/],
  [413, '<html>too large</html>', 'REGISTRY_REFUSED', /too large for this registry\)\./],
  [429, oci('TOOMANYREQUESTS', 'slow down'), 'REGISTRY_REFUSED', /too many requests.*4 tries/],
  [500, '', 'REGISTRY_REFUSED', /answered with 500/],
  [500, 'write /var/lib/registry: no space left on device', 'REGISTRY_FULL', /500/],
  [
    500,
    '{"errors":[{"code":"UNKNOWN","detail":{"Enclosed":{"Err":28}}}]}',
    'REGISTRY_FULL',
    /500 \(no room left\): UNKNOWN/,
  ],
  [500, '{"errors":[{"code":"UNKNOWN","detail":{"Enclosed":{"Err":280}}}]}', 'REGISTRY_REFUSED', /UNKNOWN/],
  [502, 'bad gateway', 'REGISTRY_REFUSED', /502: bad gateway \(4 tries\)/],
  [503, 'ENOSPC', 'REGISTRY_FULL', /503 \(no room left\): ENOSPC/],
  [507, '', 'REGISTRY_FULL', /no room left/],
  [500, '{"errors":{}}', 'REGISTRY_REFUSED', /500/],
  [500, 'null', 'REGISTRY_REFUSED', /500/],
  [500, oci('X', `a\u001b[31m\nb${'c'.repeat(1000)}`), 'REGISTRY_REFUSED', /: X: a \[31m bc{50,200}\./],
];

for (const [status, body, code, message] of ANSWERS) {
  test(`${status} with ${body.slice(0, 70) || 'no body'} is ${code}`, async (t) => {
    const fake = await startFakeRegistry(t, { intercept: (_, response) => response.writeHead(status).end(body) });
    const error = await throwsCode(t, code, async () => (await openClient(t, fake)).listTags());
    t.regex(error?.message ?? '', message);
    t.like(error?.facts, { method: 'GET', url: `${fake.url}/v2/checkpoints/tags/list`, status });
  });
}

test('an error that does not end is read no further than its limit', async (t) => {
  let sent = 0;
  const fake = await startFakeRegistry(t, {
    intercept: (_, response) => {
      response.writeHead(400);
      const timer = setInterval(() => {
        sent += 4096;
        response.write('x'.repeat(4096));
      }, 1);
      return response.once('close', () => clearInterval(timer));
    },
  });
  await throwsCode(t, 'REGISTRY_REFUSED', async () => (await openClient(t, fake)).listTags());
  t.true(sent >= LONGEST_ERROR_BODY);
});
