import { Writable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { type RegistryOptions, type RunningRegistry, startRegistry } from '../../src/registry/server/serve.ts';
import { createLogger } from '../../src/service/log.ts';
import { temporaryFolder } from './fixtures.ts';

export interface Serving extends RunningRegistry {
  readonly root: string;
  /** All that was logged so far, as text. */
  readonly log: () => string;
}

/** A registry with a log, which ends with the test. */
export async function serving(t: ExecutionContext, options: Partial<RegistryOptions> = {}): Promise<Serving> {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const root = options.root ?? (await temporaryFolder(t));
  const logger = createLogger({ stream, level: 'debug' });
  const registry = await startRegistry({ logger, pollMs: 20, ...options, root });
  t.teardown(() => registry.close());
  return { ...registry, root, log: () => text };
}
