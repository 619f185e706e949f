import type { Command } from 'commander';
import { ThawError } from '../../errors.ts';
import { startRegistry } from '../../registry/server/serve.ts';
import { createLogger } from '../../service/log.ts';
import { type Context, runAction } from '../action.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRootOption, defaultRoot, examples, type OutputOptions } from '../options.ts';

interface ServeOptions extends OutputOptions {
  readonly root?: string;
  readonly listen: string;
}

/** Seconds that running transfers get to end after SIGTERM. */
const GRACE_SECONDS = 10;

/** Adds `thaw registry serve`. */
export function addServe(registry: Command, io: Io): void {
  const command = registry
    .command('serve')
    .description('serve the data folder as an OCI registry, until it is stopped')
    .option('--listen <addr:port>', 'where to listen; port 0 takes a free one', '127.0.0.1:5000');
  addOutputOptions(addRootOption(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw registry serve', 'On loopback, for this machine'],
        ['thaw registry serve --root /srv/thaw --listen 127.0.0.1:0 --json', 'On a free port, said as JSON'],
      ),
    )
    .action((options: ServeOptions) => runAction(io, options, (context) => serve(options, context)));
}

async function serve(options: ServeOptions, { io, output, signal }: Context): Promise<void> {
  const { host, port } = parseListen(options.listen);
  const root = options.root ?? defaultRoot(io);
  const logger = createLogger({ stream: io.stderr, level: output.quiet ? 'error' : 'info' });
  const registry = await startRegistry({ root, host, port, logger });
  const address = new URL(registry.url).host;
  output.result(registry.url, { url: registry.url, address, root });
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await registry.close({ graceMs: GRACE_SECONDS * 1000 });
}

/** `127.0.0.1:5000`, `[::1]:5000`, `localhost:0` → host and port. Throws USAGE. */
export function parseListen(listen: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(listen);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new ThawError('USAGE', {
    message: `"${listen}" is no address to listen on`,
    next: 'write <address>:<port>, for example 127.0.0.1:5000 or [::1]:5000',
    facts: { listen },
  });
}
