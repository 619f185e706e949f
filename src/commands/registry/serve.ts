import type { Command } from 'commander';
import { startRegistry } from '../../registry/server/serve.ts';
import { createLogger } from '../../service/log.ts';
import { type Context, runAction } from '../action.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRootOption, defaultRoot, examples, type OutputOptions } from '../options.ts';
import { addServeFlags, registryOptions, type ServeFlags } from './serve-options.ts';

interface ServeOptions extends OutputOptions, ServeFlags {
  readonly root?: string;
}

/** Adds `thaw registry serve`. */
export function addServe(registry: Command, io: Io): void {
  const command = registry
    .command('serve')
    .description('serve the data folder as an OCI registry, until it is stopped');
  addServeFlags(addRootOption(command, io));
  addOutputOptions(command)
    .addHelpText(
      'after',
      examples(
        ['thaw registry serve', 'On loopback, for this machine'],
        ['thaw registry serve --root /srv/thaw --listen 127.0.0.1:0 --json', 'On a free port, said as JSON'],
        [
          'thaw registry serve --listen 0.0.0.0:5000 --tls-cert tls.crt --tls-key tls.key --access access.yaml',
          'For other machines',
        ],
      ),
    )
    .action((options: ServeOptions) => runAction(io, options, (context) => serve(options, context)));
}

async function serve(options: ServeOptions, { io, output, signal }: Context): Promise<void> {
  const root = options.root ?? defaultRoot(io);
  const logger = createLogger({ stream: io.stderr, level: output.quiet ? 'error' : 'info' });
  const registry = await startRegistry({ ...registryOptions(options), root, logger });
  const { url, metricsUrl } = registry;
  output.result(url, { url, address: new URL(url).host, root, metricsUrl });
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await registry.close({ graceMs: options.grace });
}
