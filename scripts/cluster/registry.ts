import { fileURLToPath } from 'node:url';
import { assertAlive, lastWords, startDaemon } from './processes.ts';
import type { Settings } from './settings.ts';
import { statePaths } from './state.ts';
import { waitFor } from './wait.ts';

/** Where the bed's registry listens: plain HTTP, on the bridge only. */
export function registryAddress({ host, registryPort }: Settings): string {
  return `${host}:${registryPort}`;
}

/** Starts thaw's own registry for the bed and waits until it answers. */
export async function startBedRegistry(settings: Settings): Promise<void> {
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
  const record = await startDaemon(settings, 'registry', process.execPath, [
    ...[cli, 'registry', 'serve', '--root', statePaths(settings).registry],
    // Whoever is on the bridge is this host or one of its nodes.
    ...['--listen', registryAddress(settings), '--insecure'],
  ]);
  await waitFor(
    'the registry',
    20,
    async () => {
      await assertAlive(settings, record);
      return isUp(settings);
    },
    () => lastWords(settings, 'registry'),
  );
}

async function isUp(settings: Settings): Promise<boolean> {
  return fetch(`http://${registryAddress(settings)}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
