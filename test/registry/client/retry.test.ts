import test from 'ava';
import fc from 'fast-check';
import { ThawError } from '../../../src/errors.ts';
import { RETRY } from '../../../src/registry/client/options.ts';
import { createPatience, waitFor, withRetry } from '../../../src/registry/client/retry.ts';
import { Transient } from '../../../src/registry/client/transient.ts';
import { QUICK } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

const CONTEXT = { retry: QUICK, logger: undefined };

function transient(askedWait?: number): Transient {
  const error = new ThawError('REGISTRY_UNREACHABLE', { message: 'broke', next: 'wait', facts: { host: 'x' } });
  return new Transient(error, askedWait);
}

test('what fails for a while succeeds in the end', async (t) => {
  let failures = QUICK.attempts - 1;
  const attempt = async () => {
    if (failures-- > 0) throw transient();
    return 'done';
  };
  t.is(await withRetry(CONTEXT, undefined, attempt), 'done');
});

test('what fails too often gives its error and the number of tries', async (t) => {
  let tries = 0;
  const error = await throwsCode(t, 'REGISTRY_UNREACHABLE', () =>
    withRetry(CONTEXT, undefined, async () => {
      tries += 1;
      throw transient();
    }),
  );
  t.is(tries, QUICK.attempts);
  t.deepEqual(error?.facts, { host: 'x', attempts: QUICK.attempts });
});

test('what is not transient is not tried again', async (t) => {
  let tries = 0;
  const failure = new Error('no');
  const attempt = async () => {
    tries += 1;
    throw failure;
  };
  t.is(await t.throwsAsync(withRetry(CONTEXT, undefined, attempt)), failure);
  t.is(tries, 1);
});

test('a wait ends at once with CANCELLED when the signal is given', async (t) => {
  const stop = new AbortController();
  const retry = { ...QUICK, longestAsked: 3_600_000 };
  const waiting = createPatience({ retry, logger: undefined }).afterFailure(transient(3_600_000), stop.signal);
  stop.abort('enough');
  const error = await throwsCode(t, 'CANCELLED', () => waiting);
  t.is(error?.cause, 'enough');
});

test('patience that is renewed counts from the beginning', async (t) => {
  const patience = createPatience(CONTEXT);
  for (let round = 0; round < 10; round += 1) {
    await patience.afterFailure(transient(), undefined);
    patience.renew();
  }
  t.pass();
});

test('each wait is told to the log, without a secret', async (t) => {
  const lines: [object, string][] = [];
  const logger = {
    debug: () => undefined,
    warn: (facts: object, message: string) => void lines.push([facts, message]),
  };
  await createPatience({ retry: QUICK, logger }).afterFailure(transient(), undefined);
  t.like(lines[0]?.[0], { code: 'REGISTRY_UNREACHABLE', attempt: 1, host: 'x' });
});

test('waits stay within the doubled base, the longest wait, and what the registry may ask for', (t) => {
  const property = fc.property(
    fc.integer({ min: 1, max: 60 }),
    fc.option(fc.nat(), { nil: undefined }),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    (failures, asked, random) => {
      const wait = waitFor(failures, asked, RETRY, () => random);
      const own = Math.min(RETRY.base * 2 ** (failures - 1), RETRY.longest);
      const lowest = Math.min(asked ?? 0, RETRY.longestAsked);
      return wait >= lowest && wait <= lowest + own;
    },
  );
  t.notThrows(() => fc.assert(property));
});
