import type { ExecutionContext } from 'ava';
import { type ErrorCode, ThawError } from '../../src/errors.ts';

/** Awaits a ThawError with this code; gives it for a closer look. */
export async function throwsCode(
  t: ExecutionContext,
  code: ErrorCode,
  action: () => Promise<unknown> | unknown,
): Promise<ThawError | undefined> {
  const error = await t.throwsAsync(async () => void (await action()), { instanceOf: ThawError });
  t.is(error?.code, code, error?.message);
  return error;
}
